//! 特別程序: excluded procedures, lawful and otherwise.

use rand::{Rng, RngExt as _};
use serde_json::json;

use super::super::place::quarter;
use super::super::setup::{LINK_DAYS, LINKS};
use super::{Fault, SimulateError, Story, Written, next};

impl<R: Rng> Story<'_, R> {
    /// An excluded procedure, in one case of thirty and where one was planted; answers the working
    /// days it leaves out. A site has one in a quarter: none stands out among the others.
    pub(super) fn procedure(&mut self) -> Result<i64, SimulateError> {
        let planted = self.fault.is_some_and(Fault::is_of_a_pause);
        let often = self.item.promised >= 7 && !self.item.limited;
        if !(planted || often && self.calm_one_in(30)) {
            return Ok(0);
        }
        let near = self.fault == Some(Fault::PauseNearDue);
        if near {
            let used = self.city.working.elapsed(self.accepted.on, self.now.on)?;
            let used = u32::try_from(used).unwrap_or(0);
            self.wait(self.item.promised.saturating_sub(2 + used))?;
        }
        if !self.writer.place(self.number).paused.insert(quarter(self.now.on)) && !planted {
            return Ok(0);
        }
        if self.item.promised >= 10 && self.calm_one_in(6) {
            return self.hearing();
        }
        let at = self.rng.random_range(0..LINKS.len());
        let Some((kind, link)) = LINKS.get(at).copied() else { return Ok(0) };
        let left_out = self.excluded(kind, link)?;
        if self.fault == Some(Fault::PauseRepeated) {
            self.wait(1)?;
            return Ok(left_out + self.excluded(kind, link)?);
        }
        Ok(left_out)
    }

    fn excluded(&mut self, kind: &str, link: &str) -> Result<i64, SimulateError> {
        let (unnoticed, begun) = (self.fault == Some(Fault::PauseUnnoticed), self.now.on);
        let longer = self.fault == Some(Fault::LongerThanRegistered);
        let unknown = self.fault == Some(Fault::LinkNotRegistered);
        let body = json!({
            "procedure": kind, "declared_working_days": if longer { LINK_DAYS + 2 } else { 3 },
            "notified_in_writing": !unnoticed, "notice_no": "通特〔2008〕1号",
            "special_link": if unknown { "L-99" } else { link },
        });
        let act = self.act("case.ExcludedProcedureStarted", body)?;
        self.writer.place(self.number).pauses.entry(quarter(begun)).or_default().push(act);
        self.wrong(act)?;
        let days = match self.fault {
            Some(Fault::PauseExceeded) => 5,
            Some(Fault::LongerThanRegistered) => LINK_DAYS + 1,
            Some(Fault::PauseShare) => 3,
            // What stops no clock must not make the case late as well.
            Some(Fault::PauseUnnoticed | Fault::PauseNearDue | Fault::PauseRepeated) => 1,
            _ => self.rng.random_range(1..=3),
        };
        self.wait(days)?;
        self.act("case.ExcludedProcedureEnded", json!({ "procedure": kind }))?;
        if unnoticed { Ok(0) } else { Ok(self.city.working.elapsed(begun, self.now.on)?) }
    }

    /// What is wrong with a procedure that began now.
    fn wrong(&mut self, act: Written) -> Result<(), SimulateError> {
        let on = self.now.on;
        let due = |days: u32| self.city.working.due(on, days).map(|due| next(due.on));
        let (rule, arises_on) = match self.fault {
            Some(Fault::PauseUnnoticed) => ("pause_without_written_notice", on),
            Some(Fault::PauseExceeded) => ("pause_exceeded", due(3)?),
            Some(Fault::PauseNearDue) => ("pause_started_near_due", on),
            Some(Fault::LinkNotRegistered) => ("link_not_registered", on),
            Some(Fault::LongerThanRegistered) => ("longer_than_registered", due(LINK_DAYS)?),
            Some(Fault::PauseShare) => ("pause_share_too_large", due(4)?.pred_opt().unwrap_or(on)),
            Some(Fault::PauseRepeated) if self.repeats => ("pause_repeated", on),
            _ => {
                self.repeats = true;
                return Ok(());
            }
        };
        self.plant(rule, arises_on, &[act]);
        Ok(())
    }

    /// 聽證: a neighbour asks to be heard; the hearing's time is not counted.
    fn hearing(&mut self) -> Result<i64, SimulateError> {
        let begun = self.now.on;
        let told = json!({ "parties": self.rng.random_range(1..=4), "means": "书面告知" });
        self.act("case.InterestedPartyNotified", told)?;
        let by = format!("A-{:08}", self.rng.random_range(0..100_000_000_u32));
        self.act("case.HearingRequested", json!({ "by": by }))?;
        let started = json!({
            "procedure": "hearing", "declared_working_days": 15, "notified_in_writing": true,
            "notice_no": "通听〔2008〕1号", "special_link": "L-00",
        });
        let act = self.act("case.ExcludedProcedureStarted", started)?;
        self.writer.place(self.number).pauses.entry(quarter(begun)).or_default().push(act);
        let days = self.rng.random_range(5..=8);
        self.wait(days)?;
        self.act("case.HearingHeld", json!({ "record_no": "通听录〔2008〕1号" }))?;
        self.act("case.ExcludedProcedureEnded", json!({ "procedure": "hearing" }))?;
        Ok(self.city.working.elapsed(begun, self.now.on)?)
    }
}
