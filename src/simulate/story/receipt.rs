//! 收件: an application comes in, with its ticket; and what may be wrong with that at once.

use chrono::Days;
use rand::Rng;
use serde_json::{Value, json};
use tongjian_events::Entry;

use super::super::place::SiteFault;
use super::super::writer::{Later, When, Written, instant, set};
use super::{Fault, SimulateError, Story, next};

impl<R: Rng> Story<'_, R> {
    /// 收件, with a ticket of the queue where the centre has one.
    pub(super) fn receive(&mut self) -> Result<(), SimulateError> {
        let mut received = json!({
            "item": self.item.code, "applicant": self.applicant,
            "channel": "counter", "handling": self.item.handling,
            "materials": [{ "name": "申请表" }, { "name": "身份证明" }],
        });
        if self.site.has_queue() {
            set(&mut received, "queue_ticket", self.ticket()?);
        }
        let skins = self.fault == Some(Fault::TwoSkins);
        if skins {
            let before = self.now.on.checked_sub_days(Days::new(12)).unwrap_or(self.now.on);
            let at = instant(before, 600)?;
            let at = tongjian_events::instant::utc_text(at);
            set(&mut received, "source_statement", json!({ "started_at": at }));
        }
        let late = match self.fault {
            Some(Fault::EnteredLate) => Some((3, Entry::BackEntry)),
            Some(Fault::UploadedLate) => Some((3, Entry::Offline)),
            _ => None,
        };
        if self.item.handling == "report_up" && late.is_none() {
            let body = json!({ "agent": self.desk.staff, "site": self.desk.site });
            self.act("case.AgencyEntrusted", body)?;
        }
        let Some((days, entry)) = late else {
            let act = self.enter("case.ApplicationReceived", received, None)?;
            if skins {
                self.plant("source_tells_other_days", self.now.on, &[act]);
            }
            return self.received(act);
        };
        let later = Later { when: self.on_working_day(days)?, entry };
        let on = later.when.on;
        let act = self.enter("case.ApplicationReceived", received, Some(later))?;
        self.plant("late_entry_beyond_limit", on, &[act]);
        if entry == Entry::Offline {
            let site = format!("site/{}", self.desk.site);
            self.writer.plant("late_upload", site, on, &[act]);
        }
        Ok(())
    }

    fn ticket(&mut self) -> Result<String, SimulateError> {
        let on = self.now.on;
        let stream = format!("window/{}-{}", self.desk.site, self.desk.window());
        let extra = self.writer.place(self.number).has(SiteFault::Tickets, on);
        for named in [true, false].into_iter().take(1 + usize::from(extra)) {
            let count = self.writer.place(self.number).count(on);
            count.tickets += 1;
            let ticket = format!("T-{}-{:04}", on.format("%m%d"), count.tickets);
            let when = When { minute: self.now.minute.saturating_sub(5), ..self.now };
            let told = ("window.TicketIssued", json!({ "ticket": ticket }));
            let act = self.writer.write(&self.desk, when, None, &stream, told)?;
            if !named {
                self.writer.place(self.number).count(on).open_tickets.push(act);
            }
        }
        let tickets = self.writer.place(self.number).count(on).tickets - u32::from(extra);
        Ok(format!("T-{}-{tickets:04}", on.format("%m%d")))
    }

    /// What was wrong with a receipt that was entered at once.
    fn received(&mut self, act: Written) -> Result<(), SimulateError> {
        let on = self.now.on;
        if let Some((rule, mut acts)) = self.breaks.clone() {
            acts.push(act);
            self.plant(rule, on, &acts);
        }
        let voucher = json!({ "voucher_no": format!("收-{:06}", self.writer.cases) });
        let told = ("case.ReceiptVoucherIssued", voucher);
        match self.fault {
            Some(Fault::TwoPlaces) => {
                let mut desk = self.desk.clone();
                let other = if desk.window.as_deref() == Some("W1") { "W2" } else { "W1" };
                desk.window = Some(other.into());
                let at = act.at.to_utc() + chrono::TimeDelta::seconds(20);
                let second = self.writer.write_at(&desk, at, None, &self.stream, told)?;
                self.count(second, self.now, Entry::Window);
                let object = format!("staff/{}", self.desk.staff);
                self.writer.plant("two_places_at_once", object, on, &[act, second]);
            }
            Some(Fault::TwoSites) => self.at_two_sites(act, told)?,
            _ => {}
        }
        Ok(())
    }

    /// The same login at the centre above, eight minutes later.
    fn at_two_sites(&mut self, act: Written, told: (&str, Value)) -> Result<(), SimulateError> {
        let Some(above) = self.site.parent.clone() else { return Ok(()) };
        let number = self.city.number_of(&above);
        // Nothing is entered where a centre that has not begun must be silent.
        let silent = number.and_then(|number| self.writer.place(number).silent_until);
        if silent.is_some_and(|until| self.now.on < until) {
            return Ok(());
        }
        let mut desk = self.desk.clone();
        (desk.site, desk.window) = (above.clone(), None);
        let at = act.at.to_utc() + chrono::TimeDelta::minutes(8);
        let second = self.writer.write_at(&desk, at, None, &self.stream, told)?;
        let arises_on = next(self.now.on);
        for site in [&self.desk.site, &above] {
            let object = format!("site/{site}:{}", self.desk.staff);
            self.writer.plant("one_login_two_sites", object, arises_on, &[act, second]);
        }
        if let Some(number) = number {
            let on = self.now.on;
            self.writer.place(number).count(on).off_roster.push(second);
        }
        self.now.minute += 10;
        Ok(())
    }
}
