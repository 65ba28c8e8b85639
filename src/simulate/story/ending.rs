//! 辦結: how a case ends, and what is put right in it.

use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_events::instant;

use super::{Fault, SimulateError, Story, Written};

impl<R: Rng> Story<'_, R> {
    /// Decision, charge, delivery, filing.
    pub(super) fn conclude(mut self) -> Result<(), SimulateError> {
        let silent = self.fault == Some(Fault::RefusedWithoutReasons);
        let often = if self.item.handling == "negative_filing" { 3 } else { 60 };
        if silent || self.calm_one_in(often) {
            let mut body = json!({ "outcome": "refused", "remedies_told": true });
            if !silent && let Some(body) = body.as_object_mut() {
                body.insert("reasons".into(), "不符合设置规划".into());
            }
            let refused = self.write_at(self.now, "case.DecisionMade", body, None)?;
            self.file_with_the_superior(refused)?;
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
        let decided = self.decided()?;
        if self.fault == Some(Fault::CorrectionSelfApproved) || self.one_in(400) {
            self.correct(decided)?;
        }
        let days = self.rng.random_range(0..=6);
        self.wait(days)?;
        if self.one_in(3) {
            self.call()?;
        }
        self.act("case.ResultDelivered", json!({ "means": "窗口领取" }))?;
        self.close("normal")
    }

    fn decided(&mut self) -> Result<Written, SimulateError> {
        let number = format!("通许-{:06}", self.writer.cases);
        let body = json!({ "outcome": "granted", "document_no": number });
        let decided = self.write_at(self.now, "case.DecisionMade", body, None)?;
        self.later(0, 5);
        Ok(decided)
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
        self.put_right(decided, change, "文号录入有误")
    }

    /// 更正: approved by another, unless the fault is that it is not.
    fn put_right(
        &mut self,
        act: Written,
        change: Value,
        reason: &str,
    ) -> Result<(), SimulateError> {
        let own = self.fault == Some(Fault::CorrectionSelfApproved);
        let approver = if own { &self.desk.staff } else { &self.checker };
        let body = json!({
            "corrects": act.id, "change": change, "reason": reason, "approver": approver,
        });
        self.act("case.ActCorrected", body)
    }

    /// 不予受理: another organ is competent, or the law asks for no permission here.
    pub(super) fn not_accepted(mut self) -> Result<(), SimulateError> {
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
        self.file_with_the_superior(refused)?;
        self.close("refused")
    }

    /// 否定報備: where the item's handling asks for it.
    fn file_with_the_superior(&mut self, negative: Written) -> Result<(), SimulateError> {
        if self.item.handling != "negative_filing" {
            return Ok(());
        }
        self.later(10, 60);
        let body =
            json!({ "refers_to": negative.id, "reviewer": self.checker, "opinion": "agreed" });
        self.act("case.NegativeDecisionFiled", body)
    }

    /// 申請人撤回: the applicant thinks better of it.
    pub(super) fn withdraw(mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(0..=2);
        self.wait(days)?;
        self.act("case.ApplicationWithdrawn", json!({ "reason": "申请人另有安排" }))?;
        self.close("withdrawn")
    }

    /// 作廢: entered by mistake for a case that there was already.
    pub(super) fn void(mut self) -> Result<(), SimulateError> {
        self.later(5, 30);
        let body = json!({ "reason": "重复登记", "approver": self.checker });
        self.act("case.CaseVoided", body)?;
        self.close("void")
    }

    /// 退件: what was missing never came.
    pub(super) fn give_back(mut self) -> Result<(), SimulateError> {
        let days = self.rng.random_range(15..=25);
        self.wait(days)?;
        self.act("case.CaseReturned", json!({ "reasons": "申请人逾期未补正材料" }))?;
        self.close("void")
    }

    pub(super) fn close(&mut self, closure: &str) -> Result<(), SimulateError> {
        self.later(0, 5);
        self.act("case.CaseClosed", json!({ "closure": closure }))
    }
}
