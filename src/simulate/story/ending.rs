//! 辦結: how a case ends, and what is put right in it.

use chrono::{Datelike as _, Days};
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_events::instant;

use super::super::place::{after, month};
use super::super::writer::set;
use super::{Again, Fault, SimulateError, SiteFault, Story, Written, next};

impl<R: Rng> Story<'_, R> {
    /// Decision, charge, delivery, filing; `on_due_day` where a promise of days was kept or not.
    pub(super) fn conclude(&mut self, on_due_day: Option<bool>) -> Result<(), SimulateError> {
        let silent = self.fault == Some(Fault::RefusedWithoutReasons);
        let unfiled = self.fault == Some(Fault::NotFiled);
        let often = if self.item.handling == "negative_filing" { 3 } else { 60 };
        if silent || unfiled || self.calm_one_in(often) {
            let mut body = json!({ "outcome": "refused", "remedies_told": true });
            if !silent {
                set(&mut body, "reasons", "不符合设置规划");
            }
            let refused = self.decided(body, on_due_day == Some(true))?;
            if silent {
                self.plant("refused_without_reasons", self.now.on, &[refused]);
            }
            self.file_with_the_superior(refused)?;
            return self.close("refused");
        }
        if self.fault != Some(Fault::PaidBeforeAcceptance) {
            self.charge()?;
        }
        let number = format!("通许-{:06}", self.writer.cases);
        let body = json!({ "outcome": "granted", "document_no": number });
        let decided = self.decided(body, on_due_day == Some(true))?;
        if self.fault == Some(Fault::DecidedInstantly) {
            self.plant("decided_instantly", self.now.on, &[decided]);
        }
        if self.fault == Some(Fault::CorrectionSelfApproved) || self.calm_one_in(400) {
            self.correct(decided)?;
        }
        self.put_right_needlessly(decided)?;
        let days = self.rng.random_range(0..=6);
        self.wait(days)?;
        if self.one_in(3) {
            self.call()?;
        }
        self.act("case.ResultDelivered", json!({ "means": "窗口领取" }))?;
        self.close("normal")
    }

    /// The decision, counted by the month; by somebody who may not decide, where that is wrong.
    pub(super) fn decided(
        &mut self,
        body: Value,
        on_due_day: bool,
    ) -> Result<Written, SimulateError> {
        let on = self.now.on;
        let place = self.writer.place(self.number);
        let before_close = place.has(SiteFault::BeforeClose, on);
        let expired = place.expires.get(self.item.code).is_some_and(|last| on > *last);
        if before_close {
            self.now.minute = 17 * 60 + 29;
        }
        let mut desk = self.desk.clone();
        if self.fault == Some(Fault::WithoutCredential) {
            std::mem::swap(&mut self.desk.staff, &mut self.checker);
        }
        let decided = self.write_at(self.now, "case.DecisionMade", body, None)?;
        std::mem::swap(&mut self.desk, &mut desk);
        if self.fault == Some(Fault::WithoutCredential) {
            self.checker.clone_from(&desk.staff);
            let object = format!("staff/{}", desk.staff);
            self.writer.plant("decided_without_credential", object, on, &[decided]);
        }
        let site = format!("site/{}", self.desk.site);
        if expired {
            self.writer.plant("decided_without_authority", site, on, &[decided]);
        }
        let with_days = self.item.handling != "direct";
        let place = self.writer.place(self.number);
        place.decided.push_back((on, self.stream.clone()));
        while place.decided.len() > 40 {
            place.decided.pop_front();
        }
        let count = place.count(on);
        count.decided += 1;
        count.decided_with_days += u32::from(with_days);
        if on_due_day {
            count.on_due_day.push(decided);
        }
        if before_close {
            count.before_close.push(decided);
        }
        self.later(0, 5);
        Ok(decided)
    }

    /// 更正過多: entered twice, twice over, and annulled, where that is what goes wrong.
    pub(super) fn put_right_needlessly(&mut self, _: Written) -> Result<(), SimulateError> {
        if !self.writer.place(self.number).has(SiteFault::Corrected, self.now.on) {
            return Ok(());
        }
        for _ in 0..3 {
            let body = json!({ "means": "电话" });
            // Entered at once: what is not there yet cannot be corrected.
            let again = self.write_at(self.now, "case.CollectionNoticeGiven", body, None)?;
            self.later(0, 3);
            let on = self.now.on;
            let act = self.put_right(again, json!({ "kind": "annulled" }), "重复录入")?;
            self.writer.place(self.number).count(on).corrections.push(act);
        }
        Ok(())
    }

    /// 證照號: the next one of the site and the year.
    pub(super) fn number_licence(&mut self) -> Result<(), SimulateError> {
        let (on, year) = (self.now.on, self.now.on.year());
        let place = self.writer.place(self.number);
        if place.has(SiteFault::Licences, on) && self.add_licence()? {
            return Ok(());
        }
        let place = self.writer.place(self.number);
        let last = place.licences.entry(year).or_default();
        *last += match self.fault {
            Some(Fault::NumberTwice) => 0,
            Some(Fault::NumberMissing) => 2,
            _ => 1,
        };
        let number = *last;
        *place.numbered.entry(year).or_default() += 1;
        place.gap |= self.fault == Some(Fault::NumberMissing);
        let body = json!({ "licence_no": format!("优待证〔{year}〕第{number}号") });
        let act = self.act("case.LicenceIssued", body)?;
        let site = format!("site/{}", self.desk.site);
        if self.fault == Some(Fault::NumberTwice) {
            self.writer.plant("number_twice", site, on, &[act]);
        } else if self.fault == Some(Fault::NumberMissing) {
            let arises_on = on.checked_add_days(Days::new(30)).unwrap_or(on);
            self.writer.plant("numbers_missing", site, arises_on, &[act]);
        }
        Ok(())
    }

    /// 證照號跳空: the first two licences of the month have numbers far apart, in a series that is
    /// too short to be one; answers whether this was one of them.
    fn add_licence(&mut self) -> Result<bool, SimulateError> {
        let on = self.now.on;
        let (year, of) = month(on);
        let last = self.writer.place(self.number).added.entry(month(on)).or_default();
        let number = match *last {
            0 => 1,
            1 => 41,
            _ => return Ok(false),
        };
        *last = number;
        let body = json!({ "licence_no": format!("优待证〔{year}〕增{of}第{number}号") });
        let act = self.act("case.LicenceIssued", body)?;
        if number > 1 {
            let site = format!("site/{}", self.desk.site);
            let arises_on = after(month(on));
            self.writer.plant("fewer_cases_than_licences", site, arises_on, &[act]);
        }
        Ok(true)
    }

    /// 通知領取: sometimes entered twice, or with a wrong time, and put right the same day.
    fn call(&mut self) -> Result<(), SimulateError> {
        let body = json!({ "means": "电话" });
        if self.calm_one_in(150) {
            let wrong = self.write_at(self.now, "case.CollectionNoticeGiven", body, None)?;
            self.later(5, 30);
            let earlier = wrong.at - chrono::TimeDelta::minutes(5);
            let change = json!({
                "kind": "occurred_at", "was": instant::text(&wrong.at),
                "now": instant::text(&earlier),
            });
            self.put_right(wrong, change, "时间录入有误")?;
        } else if self.calm_one_in(150) {
            self.act("case.CollectionNoticeGiven", body.clone())?;
            let again = self.write_at(self.now, "case.CollectionNoticeGiven", body, None)?;
            self.later(5, 30);
            self.put_right(again, json!({ "kind": "annulled" }), "重复录入")?;
        } else {
            self.quiet("case.CollectionNoticeGiven", body)?;
        }
        self.wait(1)
    }

    /// A correction of the decision's document number.
    fn correct(&mut self, decided: Written) -> Result<(), SimulateError> {
        let was = format!("通许-{:06}", self.writer.cases);
        let now = format!("通许-{:06}甲", self.writer.cases);
        let change = json!({ "kind": "field", "field": "document_no", "was": was, "now": now });
        self.put_right(decided, change, "文号录入有误").map(|_| ())
    }

    /// 更正: approved by another, unless the fault is that it is not.
    fn put_right(
        &mut self,
        act: Written,
        change: Value,
        reason: &str,
    ) -> Result<Written, SimulateError> {
        let own = self.fault == Some(Fault::CorrectionSelfApproved);
        let approver = if own { &self.desk.staff } else { &self.checker };
        let body = json!({
            "corrects": act.id, "change": change, "reason": reason, "approver": approver,
        });
        let corrected = self.act("case.ActCorrected", body)?;
        if own {
            self.plant("correction_self_approved", self.now.on, &[corrected]);
        }
        Ok(corrected)
    }

    /// 不予受理: another organ is competent, or the law asks for no permission here.
    pub(super) fn not_accepted(&mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(0..=2);
        self.wait(days)?;
        let mut body = json!({ "document_no": format!("通不受-{:06}", self.writer.cases) });
        if self.fault.is_none()
            && let Some(body) = body.as_object_mut()
        {
            body.insert("reasons".into(), "不属于本机关职权范围".into());
            body.insert("legal_basis".into(), "行政许可法第三十二条".into());
        }
        if self.one_in(2)
            && let Some(body) = body.as_object_mut()
        {
            body.insert("redirected_to".into(), "质量技术监督局".into());
        }
        let refused = self.write_at(self.now, "case.ApplicationNotAccepted", body, None)?;
        if self.fault == Some(Fault::NotAcceptedWithoutReasons) {
            self.plant("not_accepted_without_reasons", self.now.on, &[refused]);
        }
        self.file_with_the_superior(refused)?;
        self.close("refused")
    }

    /// 否定報備: where the item's handling asks for it.
    fn file_with_the_superior(&mut self, negative: Written) -> Result<(), SimulateError> {
        if self.item.handling != "negative_filing" {
            return Ok(());
        }
        if self.fault == Some(Fault::NotFiled) {
            self.plant("negative_decision_not_filed", next(self.now.on), &[negative]);
            return Ok(());
        }
        self.later(10, 60);
        let body =
            json!({ "refers_to": negative.id, "reviewer": self.checker, "opinion": "agreed" });
        self.act("case.NegativeDecisionFiled", body).map(|_| ())
    }

    /// 申請人撤回: the applicant thinks better of it.
    pub(super) fn withdraw(&mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(0..=2);
        self.wait(days)?;
        self.act("case.ApplicationWithdrawn", json!({ "reason": "申请人另有安排" }))?;
        self.close("withdrawn")
    }

    /// 作廢: entered by mistake for a case that there was already.
    pub(super) fn void(&mut self) -> Result<(), SimulateError> {
        self.later(5, 30);
        let body = json!({ "reason": "重复登记", "approver": self.checker });
        let void = self.act("case.CaseVoided", body)?;
        if self.fault == Some(Fault::ReceivedAgain) {
            let on = self.on_working_day(1)?.on;
            let (applicant, rule) = (self.applicant.clone(), "received_again");
            self.again = Some(Again { on, applicant, rule, after: vec![void] });
        }
        self.close("void")
    }

    /// 退件: what was missing never came.
    pub(super) fn give_back(&mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(15..=25);
        self.wait(days)?;
        let silent = self.fault == Some(Fault::ReturnedWithoutReasons);
        let reasons = json!({ "reasons": "申请人逾期未补正材料" });
        let act = self.act("case.CaseReturned", if silent { json!({}) } else { reasons })?;
        if silent {
            self.plant("returned_without_reasons", self.now.on, &[act]);
        }
        self.file_with_the_superior(act)?;
        self.close("void")
    }

    pub(super) fn close(&mut self, closure: &str) -> Result<(), SimulateError> {
        self.later(0, 5);
        let closed = self.act("case.CaseClosed", json!({ "closure": closure }))?;
        if closure == "normal" { self.review(closed.at.to_utc()) } else { Ok(()) }
    }
}
