//! 辦件經過: what happens in one case, from receipt to filing, and what a day brings.

use chrono::NaiveDate;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_projections::calendar::CalendarError;

use super::SimulateError;
use super::city::{City, ITEMS, Item, Level, Site};
use super::faults::{self, Fault};
use super::setup::{desk, staff};
use super::writer::{Desk, When, Writer};

/// Minutes of the morning and the afternoon in which windows work, with an end that leaves time
/// to finish what was begun.
const MORNING: (u32, u32) = (8 * 60 + 30, 11 * 60);
const AFTERNOON: (u32, u32) = (14 * 60, 16 * 60);

/// Everything that begins on a day.
pub(super) fn day(
    city: &City,
    on: NaiveDate,
    writer: &mut Writer,
    rng: &mut impl Rng,
) -> Result<(), SimulateError> {
    if !city.working.is_working_day(on)? {
        return Ok(());
    }
    for (number, site) in (1_u32..).zip(&city.sites) {
        if on < site.opens_on {
            continue;
        }
        let first = desk(site, number, 1);
        let stream = format!("site/{}", site.code);
        let opened = ("site.DoorsOpened", json!({ "staff": first.staff }));
        writer.write(&first, When { on, minute: 8 * 60 + 25 }, None, &stream, opened)?;
        for _ in 0..city.cases(site, on, rng) {
            let items: Vec<&Item> =
                ITEMS.iter().filter(|item| item.down_to >= site.level).collect();
            let Some(item) = items.get(rng.random_range(0..items.len().max(1))) else { continue };
            Story::begin(city, site, number, item, on, writer, rng)?.tell()?;
        }
        let closed = ("site.DoorsClosed", json!({}));
        writer.write(&first, When { on, minute: 17 * 60 + 35 }, None, &stream, closed)?;
    }
    Ok(())
}

/// One case as it goes on.
struct Story<'s, R> {
    city: &'s City,
    writer: &'s mut Writer,
    rng: &'s mut R,
    item: &'s Item,
    desk: Desk,
    checker: String,
    stream: String,
    name: String,
    fault: Option<Fault>,
    now: When,
}

impl<'s, R: Rng> Story<'s, R> {
    fn begin(
        city: &'s City,
        site: &Site,
        number: u32,
        item: &'s Item,
        on: NaiveDate,
        writer: &'s mut Writer,
        rng: &'s mut R,
    ) -> Result<Self, SimulateError> {
        writer.cases += 1;
        let windows = if site.level == Level::Village { 1 } else { 3 };
        let desk = desk(site, number, rng.random_range(1..=windows));
        let name = format!("{}-{}-{:06}", on.format("%Y%m%d"), item.code, writer.cases);
        let fault = faults::draw(rng, city.faults_times).filter(|fault| suits(*fault, item));
        let mut story = Self {
            city,
            writer,
            rng,
            item,
            desk,
            checker: staff(number, 20),
            stream: format!("case/{name}"),
            name,
            fault,
            now: When { on, minute: 0 },
        };
        story.now.minute = story.office_hour();
        if let Some(fault) = fault {
            story.writer.planted.push((story.name.clone(), fault));
        }
        Ok(story)
    }

    /// The whole case.
    fn tell(mut self) -> Result<(), SimulateError> {
        let applicant = format!("A-{:08}", self.rng.random_range(0..100_000_000_u32));
        let received = json!({
            "item": self.item.code, "applicant": applicant,
            "channel": "counter", "handling": self.item.handling,
            "materials": [{ "name": "申请表" }, { "name": "身份证明" }],
        });
        let late = (self.fault == Some(Fault::EnteredLate)).then_some(3);
        if self.item.handling == "report_up" && late.is_none() {
            let body = json!({ "agent": self.desk.staff, "site": self.desk.site });
            self.act("case.AgencyEntrusted", body)?;
        }
        self.enter("case.ApplicationReceived", received, late)?;
        if self.item.handling == "direct" {
            return self.direct();
        }
        self.reach_acceptance()?;
        let accepted = self.now;
        self.accept()?;
        match self.item.handling {
            "report_up" => self.report_up(),
            _ => self.decide(accepted),
        }
    }

    /// Done on the spot.
    fn direct(mut self) -> Result<(), SimulateError> {
        self.accept()?;
        self.later(0, 10);
        self.act("case.DecisionMade", json!({ "outcome": "granted" }))?;
        self.act("case.ResultDelivered", json!({ "means": "当场" }))?;
        self.close("normal")
    }

    /// From receipt to the day of acceptance: at once, or after a notice and a supplement.
    fn reach_acceptance(&mut self) -> Result<(), SimulateError> {
        if self.fault == Some(Fault::Silent) {
            return self.wait(8);
        }
        let twice = self.fault == Some(Fault::NoticedTwice);
        if twice || self.item.handling == "one_off_notice" || self.one_in(8) {
            let days = self.rng.random_range(0..=3);
            self.wait(days)?;
            let missing = json!({ "missing": ["场所证明", "照片"], "on_the_spot": days == 0 });
            self.act("case.OneOffNoticeGiven", missing)?;
            if twice {
                self.wait(1)?;
                self.act("case.OneOffNoticeGiven", json!({ "missing": ["另一份证明"] }))?;
            }
            let days = self.rng.random_range(1..=8);
            self.wait(days)?;
            let items = json!({ "items": ["场所证明", "照片"], "complete": true });
            self.act("case.SupplementReceived", items)?;
            self.later(0, 5);
        } else {
            let days = self.rng.random_range(0..=1);
            self.wait(days)?;
        }
        Ok(())
    }

    fn accept(&mut self) -> Result<(), SimulateError> {
        let mut limits = json!({ "promised_working_days": self.item.promised });
        if self.item.statutory > 0
            && let Some(limits) = limits.as_object_mut()
        {
            limits.insert("statutory_working_days".into(), self.item.statutory.into());
        }
        let number = self.writer.cases;
        let body = json!({
            "item": self.item.code, "handling": self.item.handling, "limits": limits,
            "acceptance_no": format!("通受〔{}〕{number}号", self.now.on.format("%Y")),
        });
        self.act("case.ApplicationAccepted", body)
    }

    /// Reviewed here, decided above.
    fn report_up(mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(1..self.item.promised.max(2));
        self.wait(days)?;
        let body = json!({ "to": "上级行政审批中心", "opinion": "agreed", "upper_limit_working_days": 20 });
        self.act("case.CaseForwardedUp", body)?;
        let days = self.rng.random_range(3..=15);
        self.wait(days)?;
        let body = json!({ "from": "上级行政审批中心", "outcome": "granted" });
        self.act("case.UpperResultReceived", body)?;
        let days = self.rng.random_range(0..=5);
        self.wait(days)?;
        self.act("case.ResultDelivered", json!({ "means": "代办员送达" }))?;
        self.close("normal")
    }

    /// Steps, joint review, excluded procedures, then the decision, in time unless planted.
    fn decide(mut self, accepted: When) -> Result<(), SimulateError> {
        let review = (self.item.promised / 3).max(1);
        let step = json!({ "step": "review", "limit_working_days": review, "post": "初审岗" });
        self.act("case.StepStarted", step)?;
        if self.item.handling == "parallel" {
            self.joint()?;
        }
        let days = self.rng.random_range(0..=review.min(2));
        self.wait(days)?;
        self.act(
            "case.StepCompleted",
            json!({ "step": "review", "opinion": "agreed", "post": "初审岗" }),
        )?;
        let left_out = self.procedure()?;
        let promised = self.item.promised;
        let used = self.city.working.elapsed(accepted.on, self.now.on)?.max(0) - left_out;
        let used = u32::try_from(used).unwrap_or(0);
        let target = match self.fault {
            Some(Fault::PromiseMissed) => promised + 1,
            Some(Fault::StatuteMissed | Fault::ExtensionTooLate) => self.statute() + 2,
            _ => self.rng.random_range(used..=promised.max(used)),
        };
        self.wait(target.saturating_sub(used))?;
        if self.fault == Some(Fault::ExtensionTooLate) {
            let at = tongjian_events::instant::utc_text(super::writer::instant(self.now.on, 700)?);
            let body = json!({
                "working_days": 10, "approver_role": "head_of_organ", "reason": "情况复杂",
                "applicant_notified_at": at,
            });
            self.act("case.ExtensionApproved", body)?;
        }
        self.conclude()
    }

    fn joint(&mut self) -> Result<(), SimulateError> {
        let units = ["规划局", "环境保护局"];
        let body = json!({ "lead": self.item.unit, "co_units": units });
        self.act("case.JointReviewOpened", body)?;
        for unit in units {
            let body = json!({ "unit": unit, "limit_working_days": 5 });
            self.act("case.CoUnitNotified", body)?;
        }
        let days = self.rng.random_range(1..=4);
        let held = self.on_working_day(days)?;
        for unit in units {
            let body = json!({ "unit": unit, "opinion": "agreed" });
            self.write_at(held, "case.CoUnitOpinionGiven", body, None)?;
        }
        let body = json!({ "attended": [self.item.unit, "规划局", "环境保护局"] });
        self.write_at(When { minute: held.minute + 5, ..held }, "case.JointReviewHeld", body, None)
    }

    /// An excluded procedure, in one case of thirty and where one was planted; answers the working
    /// days it leaves out.
    fn procedure(&mut self) -> Result<i64, SimulateError> {
        let unnoticed = self.fault == Some(Fault::PauseUnnoticed);
        let exceeded = self.fault == Some(Fault::PauseExceeded);
        if !(unnoticed || exceeded || self.one_in(30)) {
            return Ok(0);
        }
        let begun = self.now.on;
        let body = json!({
            "procedure": "expert_review", "declared_working_days": 3,
            "notified_in_writing": !unnoticed, "notice_no": "通特〔2008〕1号",
        });
        self.act("case.ExcludedProcedureStarted", body)?;
        let days = if exceeded { 5 } else { self.rng.random_range(1..=3) };
        // What stops no clock must not make the case late as well.
        let days = if unnoticed { 1 } else { days };
        self.wait(days)?;
        self.act("case.ExcludedProcedureEnded", json!({ "procedure": "expert_review" }))?;
        if unnoticed { Ok(0) } else { Ok(self.city.working.elapsed(begun, self.now.on)?) }
    }

    /// Decision, charge, delivery, filing.
    fn conclude(mut self) -> Result<(), SimulateError> {
        let silent = self.fault == Some(Fault::RefusedWithoutReasons);
        if silent || (self.item.handling == "negative_filing" && self.one_in(3)) {
            let mut body = json!({ "outcome": "refused", "remedies_told": true });
            if !silent && let Some(body) = body.as_object_mut() {
                body.insert("reasons".into(), "不符合设置规划".into());
            }
            self.write_at(self.now, "case.DecisionMade", body, None)?;
            return self.close("refused");
        }
        if self.item.fee_fen > 0 {
            let fee = self.item.fee_fen;
            let body = json!({ "legal_basis": "江苏省物价局收费目录", "tariff_fen": fee, "amount_fen": fee });
            self.act("case.FeeAssessed", body)?;
            let receipt = format!("票-{:08}", self.writer.cases);
            let body =
                json!({ "amount_fen": fee, "receipt_no": receipt, "payee_account": "treasury" });
            self.act("case.FeePaid", body)?;
        }
        let id = self.decided()?;
        if self.one_in(400) {
            self.correct(id)?;
        }
        let days = self.rng.random_range(0..=6);
        self.wait(days)?;
        if self.one_in(3) {
            self.act("case.CollectionNoticeGiven", json!({ "means": "电话" }))?;
            self.wait(1)?;
        }
        self.act("case.ResultDelivered", json!({ "means": "窗口领取" }))?;
        self.close("normal")
    }

    fn decided(&mut self) -> Result<uuid::Uuid, SimulateError> {
        let number = format!("通许-{:06}", self.writer.cases);
        let body = json!({ "outcome": "granted", "document_no": number });
        let (stream, when) = (self.stream.clone(), self.now);
        let id = self.writer.write(&self.desk, when, None, &stream, ("case.DecisionMade", body))?;
        self.later(0, 5);
        Ok(id)
    }

    /// A correction of the decision's document number, approved by another.
    fn correct(&mut self, id: uuid::Uuid) -> Result<(), SimulateError> {
        let was = format!("通许-{:06}", self.writer.cases);
        let now = format!("通许-{:06}甲", self.writer.cases);
        let change = json!({ "kind": "field", "field": "document_no", "was": was, "now": now });
        let body = json!({
            "corrects": id, "change": change, "reason": "文号录入有误", "approver": self.checker,
        });
        self.act("case.ActCorrected", body)
    }

    fn close(&mut self, closure: &str) -> Result<(), SimulateError> {
        self.later(0, 5);
        self.act("case.CaseClosed", json!({ "closure": closure }))
    }

    fn statute(&self) -> u32 {
        if self.item.statutory > 0 { self.item.statutory } else { 20 }
    }

    /// Writes an act now, a few minutes after the one before.
    fn act(&mut self, event: &str, body: Value) -> Result<(), SimulateError> {
        self.enter(event, body, None)
    }

    /// The same, entered so many working days later; a device without a line, now and then.
    fn enter(&mut self, event: &str, body: Value, late: Option<u32>) -> Result<(), SimulateError> {
        let entered = match late {
            Some(days) => Some(self.on_working_day(days)?),
            None if self.one_in(600) => Some(When { minute: self.now.minute + 90, ..self.now }),
            None => None,
        };
        self.write_at(self.now, event, body, entered)?;
        self.later(0, 3);
        Ok(())
    }

    fn write_at(
        &mut self,
        when: When,
        event: &str,
        body: Value,
        entered: Option<When>,
    ) -> Result<(), SimulateError> {
        self.writer.write(&self.desk, when, entered, &self.stream, (event, body))?;
        Ok(())
    }

    /// Goes on to a working day, at an hour of its own; within the same day a little later.
    fn wait(&mut self, working_days: u32) -> Result<(), SimulateError> {
        if working_days == 0 {
            self.later(0, 5);
            return Ok(());
        }
        self.now = self.on_working_day(working_days)?;
        Ok(())
    }

    fn on_working_day(&mut self, working_days: u32) -> Result<When, CalendarError> {
        let on = self.city.working.due(self.now.on, working_days.max(1))?.on;
        Ok(When { on, minute: self.office_hour() })
    }

    fn later(&mut self, least: u32, most: u32) {
        self.now.minute += 1 + self.rng.random_range(least..=most);
    }

    fn office_hour(&mut self) -> u32 {
        let (from, to) = if self.one_in(2) { MORNING } else { AFTERNOON };
        self.rng.random_range(from..to)
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_range(0..many) == 0
    }
}

/// Whether a fault can happen in a case of this item.
fn suits(fault: Fault, item: &Item) -> bool {
    match fault {
        Fault::EnteredLate => item.handling != "direct",
        Fault::Silent | Fault::NoticedTwice => !matches!(item.handling, "direct" | "report_up"),
        Fault::PromiseMissed => {
            !matches!(item.handling, "direct" | "report_up") && item.statutory > item.promised + 1
        }
        _ => !matches!(item.handling, "direct" | "report_up" | "parallel") && item.promised >= 7,
    }
}
