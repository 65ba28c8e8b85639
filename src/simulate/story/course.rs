//! 辦理: what happens between acceptance and decision.

use rand::{Rng, RngExt as _};
use serde_json::json;
use tongjian_events::Entry;

use super::{Fault, Later, SimulateError, SiteFault, Story, When};

impl<R: Rng> Story<'_, R> {
    /// Reviewed here, decided above.
    pub(super) fn report_up(&mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(1..self.item.promised.max(2));
        self.wait(days)?;
        let body = json!({ "to": "上级行政审批中心", "opinion": "agreed", "upper_limit_working_days": 20 });
        self.act("case.CaseForwardedUp", body)?;
        let count = self.writer.place(self.number).count(self.now.on);
        count.decided += 1;
        count.decided_with_days += 1;
        let days = self.rng.random_range(3..=15);
        self.wait(days)?;
        let body = json!({ "from": "上级行政审批中心", "outcome": "granted" });
        self.act("case.UpperResultReceived", body)?;
        let days = self.rng.random_range(0..=5);
        self.wait(days)?;
        self.act("case.ResultDelivered", json!({ "means": "代办员送达" }))?;
        if self.one_in(3) {
            self.act("case.AgencyFollowedUp", json!({ "satisfied": true }))?;
        }
        self.close("normal")
    }

    /// Steps, joint review, excluded procedures, then the decision, in time unless planted.
    pub(super) fn decide(&mut self) -> Result<(), SimulateError> {
        match self.fault {
            Some(Fault::DecidedInstantly) => {
                self.later(3, 5);
                return self.conclude(None);
            }
            Some(Fault::EnteredAtOnce) => return self.at_once(),
            Some(Fault::ReturnedNearDue) => return self.return_near_due(),
            _ => {}
        }
        self.visit()?;
        self.step()?;
        let left_out = self.procedure()?;
        let promised = self.item.promised + self.extension()?;
        let used = self.city.working.elapsed(self.accepted.on, self.now.on)?.max(0) - left_out;
        let used = u32::try_from(used).unwrap_or(0);
        let target = match self.fault {
            Some(Fault::PromiseMissed) => promised + 1,
            Some(Fault::StatuteMissed | Fault::ExtensionTooLate) => self.statute() + 2,
            Some(Fault::PauseShare) => used.max(1),
            _ => self.in_time(used, promised, left_out)?,
        };
        self.overdue(promised)?;
        self.wait(target.saturating_sub(used))?;
        if self.fault == Some(Fault::ExtensionTooLate) {
            let at = super::super::writer::instant(self.now.on, self.now.minute.max(1) - 1)?;
            let body = json!({
                "working_days": 10, "approver_role": "head_of_organ", "reason": "情况复杂",
                "applicant_notified_at": tongjian_events::instant::utc_text(at),
            });
            let act = self.act("case.ExtensionApproved", body)?;
            self.plant("extension_approved_too_late", self.now.on, &[act]);
        }
        self.conclude(Some(target == promised))
    }

    /// A day on which to decide: seldom the last one, never before as much time was used as was
    /// left out.
    fn in_time(&mut self, used: u32, promised: u32, out: i64) -> Result<u32, SimulateError> {
        let least = used.max(1).max(u32::try_from(out).unwrap_or(0)).min(promised.max(used));
        let due = self.city.working.due(self.now.on, promised.saturating_sub(used).max(1))?.on;
        let crowded = self.writer.place(self.number).has(SiteFault::OnDueDay, due);
        let last = if crowded || self.one_in(12) { promised } else { promised.saturating_sub(1) };
        if crowded {
            return Ok(promised.max(least));
        }
        Ok(self.rng.random_range(least..=last.max(least)))
    }

    /// What a promise or a statute that is missed shows, and from when.
    fn overdue(&mut self, promised: u32) -> Result<(), SimulateError> {
        let missed = [Fault::PromiseMissed, Fault::StatuteMissed, Fault::ExtensionTooLate];
        if !self.fault.is_some_and(|fault| missed.contains(&fault)) {
            return Ok(());
        }
        let due = self.city.working.due(self.accepted.on, promised)?.on;
        self.plant("Y01", super::next(due), &[]);
        if self.fault != Some(Fault::PromiseMissed) {
            let due = self.city.working.due(self.accepted.on, self.statute())?.on;
            self.plant("R01", super::next(due), &[]);
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), SimulateError> {
        let review = (self.item.promised / 3).max(1);
        let step = json!({ "step": "review", "limit_working_days": review, "post": "初审岗" });
        let begun = self.act("case.StepStarted", step)?;
        if self.item.handling == "parallel" {
            self.joint()?;
        }
        let days = match self.fault {
            Some(Fault::StepOverdue) => review + 1,
            Some(Fault::PauseShare) => 0,
            _ => self.rng.random_range(0..=review.min(2)),
        };
        if self.fault == Some(Fault::StepOverdue) {
            let due = self.city.working.due(self.now.on, review)?.on;
            let object = format!("{}/review", self.stream);
            self.writer.plant("W01", object, super::next(due), &[begun]);
        }
        self.wait(days)?;
        let done = json!({ "step": "review", "opinion": "agreed", "post": "初审岗" });
        match days < review && self.item.handling != "parallel" {
            true => self.quiet("case.StepCompleted", done),
            false => self.act("case.StepCompleted", done).map(|_| ()),
        }
    }

    /// Decided an hour and a half after acceptance, and both entered within a minute.
    fn at_once(&mut self) -> Result<(), SimulateError> {
        let entered = self.accepted.minute + 120;
        self.now.minute = self.accepted.minute + 100;
        let later = Later { when: When { minute: entered, ..self.now }, entry: Entry::BackEntry };
        let number = format!("通许-{:06}", self.writer.cases);
        let body = json!({ "outcome": "granted", "document_no": number });
        let decided = self.enter("case.DecisionMade", body, Some(later))?;
        self.plant("entered_at_once", self.now.on, &[decided]);
        self.now.minute = entered + 5;
        self.act("case.ResultDelivered", json!({ "means": "窗口领取" }))?;
        self.close("normal")
    }

    fn return_near_due(&mut self) -> Result<(), SimulateError> {
        self.wait(self.item.promised)?;
        let body = json!({ "reasons": "申请人未到场核验" });
        let act = self.act("case.CaseReturned", body)?;
        self.plant("returned_near_due", self.now.on, &[act]);
        self.close("void")
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
        let after = When { minute: held.minute + 5, ..held };
        self.write_at(after, "case.JointReviewHeld", body, None)?;
        Ok(())
    }

    /// 現場踏勘: arranged on acceptance, made within two working days, by two.
    fn visit(&mut self) -> Result<(), SimulateError> {
        if !self.item.is_visited() {
            return Ok(());
        }
        let days = self.rng.random_range(1..=2);
        let on = self.on_working_day(days)?;
        self.act("case.SiteVisitScheduled", json!({ "planned_on": on.on }))?;
        self.now = on;
        let alone = self.fault == Some(Fault::VisitedAlone);
        let staff = [self.desk.staff.clone(), self.checker.clone()];
        let staff = if alone { &staff[..1] } else { &staff[..] };
        let body = json!({ "staff": staff, "result": "与申请材料相符" });
        if !alone {
            return self.quiet("case.SiteVisitMade", body);
        }
        let act = self.act("case.SiteVisitMade", body)?;
        self.plant("site_visit_by_fewer_than_two", self.now.on, &[act]);
        Ok(())
    }

    /// 延期: asked for and granted before the due day by who may, or not granted, or granted by
    /// who may not; answers by how many working days the promise is lengthened.
    pub(super) fn extension(&mut self) -> Result<u32, SimulateError> {
        let void = self.fault == Some(Fault::ExtensionByWrongApprover);
        if !(void || self.calm_one_in(120)) {
            return Ok(0);
        }
        let days = self.rng.random_range(2..=4);
        let reason = "需向有关部门核实材料";
        let asked = json!({ "working_days": days, "reason": reason });
        self.act("case.ExtensionRequested", asked)?;
        if !void && (self.one_in(5) || self.statute() < self.item.promised + days) {
            self.act("case.ExtensionRefused", json!({ "reason": "材料可在承诺时限内核实" }))?;
            return Ok(0);
        }
        self.later(10, 40);
        let role = match (void, self.item.handling) {
            (true, _) => "window_head",
            (false, "parallel") => "head_of_government",
            (false, _) => "head_of_organ",
        };
        let told = super::super::writer::instant(self.now.on, self.now.minute + 20)?;
        let approved = json!({
            "working_days": days, "of": "promised", "approver_role": role, "reason": reason,
            "applicant_notified_at": tongjian_events::instant::utc_text(told),
        });
        let act = self.act("case.ExtensionApproved", approved)?;
        if void {
            self.plant("extension_by_wrong_approver", self.now.on, &[act]);
            return Ok(0);
        }
        Ok(days)
    }
}
