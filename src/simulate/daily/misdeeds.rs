//! 站點差錯: what goes wrong at a site in a month, beside its cases.

use chrono::{Datelike as _, Weekday};
use rand::Rng;
use serde_json::json;
use tongjian_events::Entry;

use super::super::city::{Level, Site};
use super::super::place::SiteFault;
use super::super::setup::{account, device, staff};
use super::super::writer::{Later, When};
use super::{Day, SimulateError, next};

/// What can go wrong at a site of its level.
pub(super) fn kinds(site: &Site) -> &'static [SiteFault] {
    use SiteFault::{
        AtOneSitting, BeforeClose, ClockDrift, Corrected, DoorsShut, Elsewhere, HeartbeatLost,
        LedgerIdle, Licences, OffRoster, OnDueDay, OneDevice, OutOfHours, PostVacant, Receipts,
        SerialHole, SharedAccount, StaffRotated, Tickets, TooGood, Unrepaired, WindowEmpty,
    };
    match site.level {
        Level::Municipal | Level::County => &[
            DoorsShut,
            WindowEmpty,
            HeartbeatLost,
            ClockDrift,
            StaffRotated,
            OffRoster,
            Elsewhere,
            Unrepaired,
            OutOfHours,
            OnDueDay,
            BeforeClose,
            AtOneSitting,
            OneDevice,
            SharedAccount,
            Corrected,
            Tickets,
            Receipts,
            Licences,
            SerialHole,
            TooGood,
        ],
        Level::Township => &[
            DoorsShut,
            WindowEmpty,
            HeartbeatLost,
            ClockDrift,
            PostVacant,
            StaffRotated,
            OffRoster,
            Elsewhere,
            Unrepaired,
            AtOneSitting,
            OneDevice,
            SharedAccount,
            Licences,
        ],
        Level::Village => &[DoorsShut, WindowEmpty, LedgerIdle, PostVacant, OffRoster, Unrepaired],
    }
}

impl<R: Rng> Day<'_, R> {
    pub(super) fn misdeeds(&mut self) -> Result<(), SimulateError> {
        if self.strikes(SiteFault::PostVacant) {
            self.vacate()?;
        }
        if self.strikes(SiteFault::StaffRotated) {
            self.rotate()?;
        }
        if self.strikes(SiteFault::Unrepaired) {
            self.break_down()?;
        }
        if self.strikes(SiteFault::SharedAccount) {
            let body = json!({
                "credential": account(self.number, 11), "sites": [self.site.code],
            });
            let act = self.tell_of(41, 9 * 60, ("staff.CredentialGranted", body))?;
            let object = format!("credential/{}", account(self.number, 11));
            self.writer.plant("shared_account", object, self.on, &[act]);
        }
        if self.strikes(SiteFault::AtOneSitting) {
            self.at_one_sitting()?;
        }
        if self.strikes(SiteFault::OneDevice) {
            self.one_device()?;
        }
        if self.strikes(SiteFault::TooGood) {
            self.too_good()?;
        }
        if self.site.has_queue() && self.on.weekday() == Weekday::Fri {
            self.batch()?;
        }
        Ok(())
    }

    fn vacate(&mut self) -> Result<(), SimulateError> {
        let post = "first_responsible_person";
        let body = json!({ "post": post, "staff": staff(self.number, 0) });
        let act = self.tell(9 * 60, "site.ResponsiblePersonRelieved", body)?;
        let arises_on = next(self.city.working.due(self.on, 5)?.on);
        let object = format!("site/{}:{post}", self.site.code);
        self.writer.plant("post_vacant", object, arises_on, &[act]);
        let today = self.on;
        self.on = self.city.working.due(today, 8)?.on;
        let body = json!({ "post": post, "staff": staff(self.number, 0) });
        self.tell(9 * 60, "site.ResponsiblePersonAppointed", body)?;
        self.on = today;
        Ok(())
    }

    fn rotate(&mut self) -> Result<(), SimulateError> {
        let mut acts = Vec::new();
        for index in 31..34 {
            let body = json!({ "site": self.site.code, "post": "导办岗" });
            self.tell_of(index, 9 * 60, ("staff.StaffAssigned", body))?;
            let body = json!({ "site": self.site.code, "filing_no": "备〔2008〕1号" });
            acts.push(self.tell_of(index, 16 * 60, ("staff.StaffRecalled", body))?);
        }
        let (year, quarter) = super::quarter(self.on);
        let object = format!("site/{}:{year}-Q{}", self.site.code, quarter + 1);
        self.writer.plant("staff_rotated", object, next(self.on), &acts);
        Ok(())
    }

    fn break_down(&mut self) -> Result<(), SimulateError> {
        let body = json!({ "facility": "computer", "fault": "无法启动" });
        let act = self.tell(9 * 60, "site.FacilityFaultReported", body)?;
        let arises_on = next(self.city.working.due(self.on, 5)?.on);
        let object = format!("site/{}:computer", self.site.code);
        self.writer.plant("fault_unrepaired", object, arises_on, &[act]);
        let today = self.on;
        self.on = self.city.working.due(today, 8)?.on;
        self.tell(9 * 60, "site.FacilityRepaired", json!({ "facility": "computer" }))?;
        self.on = today;
        Ok(())
    }

    /// 批量補錄: five cases of the morning, entered one after the other in the afternoon.
    fn at_one_sitting(&mut self) -> Result<(), SimulateError> {
        let mut acts = Vec::new();
        for turn in 0..5 {
            self.writer.cases += 1;
            let stream = format!("case/{}-S-{:06}", self.on.format("%Y%m%d"), self.writer.cases);
            let limits = json!({ "promised_working_days": 3, "statutory_working_days": 15 });
            let received = json!({
                "item": "QL-0203", "applicant": format!("A-S{:07}", self.writer.cases),
                "channel": "counter", "handling": "promised",
            });
            let accepted = json!({ "item": "QL-0203", "handling": "promised", "limits": limits });
            let course = [
                (0, 0, "case.ApplicationReceived", received),
                (5, 0, "case.ApplicationAccepted", accepted),
                (90, 3, "case.DecisionMade", json!({ "outcome": "granted" })),
                (95, 4, "case.ResultDelivered", json!({ "means": "窗口领取" })),
                (96, 4, "case.CaseClosed", json!({ "closure": "normal" })),
            ];
            for (minute, entered, event, body) in course {
                let when = When { on: self.on, minute: 9 * 60 + turn + minute };
                let entered = When { on: self.on, minute: 15 * 60 + turn + entered };
                let later = Some(Later { when: entered, entry: Entry::BackEntry });
                let told = (event, body);
                let act = self.writer.write(&self.first, when, later, &stream, told)?;
                self.writer.place(self.number).count(self.on).acts += 1;
                if matches!(event, "case.ApplicationAccepted" | "case.DecisionMade") {
                    acts.push(act);
                }
            }
            self.writer.place(self.number).count(self.on).cases += 1;
        }
        let site = format!("site/{}", self.site.code);
        self.writer.plant("courses_at_one_sitting", site, self.on, &acts);
        Ok(())
    }

    /// 收到批次: what the connected system sends on Fridays, with serial numbers in order.
    fn batch(&mut self) -> Result<(), SimulateError> {
        let skips = self.strikes(SiteFault::SerialHole);
        let place = self.writer.place(self.number);
        // Before its first batch no number can be missing.
        let skips = skips && place.serial > 0;
        let first = place.serial + 1 + if skips { 10 } else { 0 };
        place.serial = first + 4;
        let body = json!({
            "system": "社会保险系统", "batch": format!("B-{first}"), "acts": 5,
            "first_serial_no": first, "last_serial_no": first + 4,
        });
        let act = self.tell(16 * 60 + 50, "site.BatchReceived", body)?;
        if skips {
            let site = format!("site/{}", self.site.code);
            self.writer.plant("serial_hole", site, self.on, &[act]);
        }
        Ok(())
    }

    /// 刷評: reviews by message in a day, all of them very satisfied, so many that the month's bad
    /// ones count for nothing.
    fn too_good(&mut self) -> Result<(), SimulateError> {
        let begins = super::super::writer::instant(self.on, 9 * 60)?;
        let bad = self.writer.place(self.number).count(self.on).bad_reviews;
        for turn in 0..1_010 + i64::from(bad) * 1_000 {
            let at = begins + chrono::TimeDelta::seconds(turn * 5);
            let name = format!("complaint/G-{}-{}-{turn}", self.number, self.on.format("%Y%m%d"));
            let about = json!({ "unit": self.site.code, "site": self.site.code });
            let body = json!({ "rating": "very_satisfied", "channel": "message", "about": about });
            let told = ("complaint.ReviewSubmitted", body);
            let act = self.writer.write_at(&self.first, at, None, &name, told)?;
            let count = self.writer.place(self.number).count(self.on);
            count.reviews += 1;
            count.flattering.push(act);
        }
        Ok(())
    }

    /// Seven reviews at one device within six minutes.
    fn one_device(&mut self) -> Result<(), SimulateError> {
        let mut desk = self.first.clone();
        desk.device = Some(device(self.number));
        let mut acts = Vec::new();
        for turn in 0..7 {
            let at = super::super::writer::instant(self.on, 15 * 60 + 20)?
                + chrono::TimeDelta::seconds(turn * 50);
            let name = format!("complaint/D-{}-{}-{turn}", self.number, self.on.format("%Y%m%d"));
            let about = json!({ "unit": self.site.code, "site": self.site.code });
            let body = json!({ "rating": "very_satisfied", "channel": "device", "about": about });
            let told = ("complaint.ReviewSubmitted", body);
            acts.push(self.writer.write_at(&desk, at, None, &name, told)?);
            self.writer.place(self.number).count(self.on).reviews += 1;
        }
        let object = format!("device/{}", device(self.number));
        self.writer.plant("one_device", object, self.on, &acts);
        Ok(())
    }
}
