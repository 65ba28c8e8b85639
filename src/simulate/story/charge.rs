//! 收費: assessed by the published tariff, paid once, a receipt given; and otherwise.

use rand::Rng;
use serde_json::json;

use super::super::place::{after, month};
use super::super::writer::set;
use super::{Fault, SimulateError, SiteFault, Story, Written};

impl<R: Rng> Story<'_, R> {
    /// What a case costs: assessed and paid, before the decision.
    pub(super) fn charge(&mut self) -> Result<(), SimulateError> {
        let fee = self.item.fee_fen;
        if fee == 0 {
            return Ok(());
        }
        let (tariff, amount) = match self.fault {
            Some(Fault::ChargedTooMuch) => (fee, fee + 500),
            Some(Fault::ChargedTooLittle) => (fee, fee - 500),
            Some(Fault::ChargedByOtherTariff) => (fee + 300, fee + 300),
            _ => (fee, fee),
        };
        let mut assessed = Vec::new();
        if self.fault != Some(Fault::ChargedWithoutBasis) {
            let body = json!({
                "legal_basis": "江苏省物价局收费目录", "tariff_fen": tariff, "amount_fen": amount,
            });
            assessed.push(self.act("case.FeeAssessed", body)?);
        }
        let first = self.pay(amount)?;
        assessed.push(first);
        let rule = match self.fault {
            Some(Fault::ChargedTooMuch) => "fee_off_tariff",
            Some(Fault::ChargedTooLittle) => "fee_below_tariff",
            Some(Fault::ChargedByOtherTariff) => "fee_not_by_published_tariff",
            Some(Fault::ChargedWithoutBasis) => "fee_without_basis",
            Some(Fault::NoReceipt) => "fee_paid_without_receipt",
            Some(Fault::PaidBeforeAcceptance) => "fee_paid_before_acceptance",
            Some(Fault::PaidTwice) => {
                let again = self.pay(amount)?;
                self.plant("fee_paid_more_than_once", self.now.on, &[first, again]);
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.plant(rule, self.now.on, &assessed);
        Ok(())
    }

    /// 票據: each day has its own numbers, without a gap, unless that is what is wrong.
    fn pay(&mut self, amount: u32) -> Result<Written, SimulateError> {
        let on = self.now.on;
        let place = self.writer.place(self.number);
        let jumps = place.has(SiteFault::Receipts, on);
        let last = place.receipts.entry(on).or_default();
        let jumps = jumps && *last == 1;
        *last += if jumps { 30 } else { 1 };
        let receipt = format!("票{}-{:03}", on.format("%Y%m%d"), last);
        let mut body = json!({ "amount_fen": amount, "payee_account": "treasury" });
        if self.fault != Some(Fault::NoReceipt) {
            set(&mut body, "receipt_no", receipt);
        }
        let act = self.act("case.FeePaid", body)?;
        if jumps {
            let object = format!("site/{}", self.desk.site);
            let arises_on = after(month(on));
            self.writer.plant("fewer_cases_than_receipts", object, arises_on, &[act]);
        }
        Ok(act)
    }
}
