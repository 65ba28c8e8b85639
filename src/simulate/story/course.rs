//! 辦理: what happens between acceptance and decision.

use rand::{Rng, RngExt as _};
use serde_json::json;

use super::{Fault, SimulateError, Story, When};

impl<R: Rng> Story<'_, R> {
    /// Reviewed here, decided above.
    pub(super) fn report_up(mut self) -> Result<(), SimulateError> {
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
        if self.one_in(3) {
            self.act("case.AgencyFollowedUp", json!({ "satisfied": true }))?;
        }
        self.close("normal")
    }

    /// Steps, joint review, excluded procedures, then the decision, in time unless planted.
    pub(super) fn decide(mut self, accepted: When) -> Result<(), SimulateError> {
        self.visit()?;
        let review = (self.item.promised / 3).max(1);
        let step = json!({ "step": "review", "limit_working_days": review, "post": "初审岗" });
        self.act("case.StepStarted", step)?;
        if self.item.handling == "parallel" {
            self.joint()?;
        }
        let days = self.rng.random_range(0..=review.min(2));
        self.wait(days)?;
        let done = json!({ "step": "review", "opinion": "agreed", "post": "初审岗" });
        match days < review && self.item.handling != "parallel" {
            true => self.quiet("case.StepCompleted", done)?,
            false => self.act("case.StepCompleted", done)?,
        }
        let left_out = self.procedure()?;
        let promised = self.item.promised + self.extension()?;
        let used = self.city.working.elapsed(accepted.on, self.now.on)?.max(0) - left_out;
        let used = u32::try_from(used).unwrap_or(0);
        let target = match self.fault {
            Some(Fault::PromiseMissed) => promised + 1,
            Some(Fault::StatuteMissed | Fault::ExtensionTooLate) => self.statute() + 2,
            _ => self.rng.random_range(used..=promised.max(used)),
        };
        self.wait(target.saturating_sub(used))?;
        if self.fault == Some(Fault::ExtensionTooLate) {
            let at = tongjian_events::instant::utc_text(super::super::writer::instant(
                self.now.on,
                700,
            )?);
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
        self.quiet("case.SiteVisitMade", json!({ "staff": staff, "result": "与申请材料相符" }))
    }

    /// An excluded procedure, in one case of thirty and where one was planted; answers the working
    /// days it leaves out.
    fn procedure(&mut self) -> Result<i64, SimulateError> {
        let unnoticed = self.fault == Some(Fault::PauseUnnoticed);
        let exceeded = self.fault == Some(Fault::PauseExceeded);
        if self.item.promised >= 10 && self.calm_one_in(300) {
            return self.hearing();
        }
        if !(unnoticed || exceeded || self.one_in(30)) {
            return Ok(0);
        }
        let begun = self.now.on;
        let kinds = ["expert_review", "testing", "inspection", "appraisal"];
        let kind = kinds.get(self.rng.random_range(0..kinds.len())).copied();
        let kind = kind.unwrap_or("expert_review");
        let body = json!({
            "procedure": kind, "declared_working_days": 3,
            "notified_in_writing": !unnoticed, "notice_no": "通特〔2008〕1号",
        });
        self.act("case.ExcludedProcedureStarted", body)?;
        let days = if exceeded { 5 } else { self.rng.random_range(1..=3) };
        // What stops no clock must not make the case late as well.
        let days = if unnoticed { 1 } else { days };
        self.wait(days)?;
        self.act("case.ExcludedProcedureEnded", json!({ "procedure": kind }))?;
        if unnoticed { Ok(0) } else { Ok(self.city.working.elapsed(begun, self.now.on)?) }
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
            "notice_no": "通听〔2008〕1号",
        });
        self.act("case.ExcludedProcedureStarted", started)?;
        let days = self.rng.random_range(7..=14);
        self.wait(days)?;
        self.act("case.HearingHeld", json!({ "record_no": "通听录〔2008〕1号" }))?;
        self.act("case.ExcludedProcedureEnded", json!({ "procedure": "hearing" }))?;
        Ok(self.city.working.elapsed(begun, self.now.on)?)
    }

    /// 延期: asked for and granted before the due day by who may, or not granted, or granted by
    /// who may not; answers by how many working days the promise is lengthened.
    fn extension(&mut self) -> Result<u32, SimulateError> {
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
        self.act("case.ExtensionApproved", approved)?;
        if void { Ok(0) } else { Ok(days) }
    }
}
