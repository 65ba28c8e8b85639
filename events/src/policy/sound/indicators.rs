//! 異常指標的自洽: thresholds by which a rule could never fire, or would fire always.

use super::super::IndicatorRulesAdopted;
use super::{Sound, at_least, broken};

pub(super) fn of(own: &IndicatorRulesAdopted) -> Sound {
    least(own)?;
    if let Some(day) = own.instant_decision {
        let minutes = day.working_day_minutes.get();
        if minutes > 24 * 60 {
            let field = "instant_decision.working_day_minutes";
            return broken("D03", field, &format!("it is {minutes}, a day has 1440"));
        }
    }
    if let Some(rule) = own.out_of_hours
        && rule.closes == rule.opens
    {
        let at = String::from(rule.opens);
        let why = format!("it opens and closes at {at}");
        return broken("D11", "out_of_hours.closes", &why);
    }
    if let Some(rule) = own.pause_abuse {
        // Of n numbers none is further from the mean than the root of n - 1 times the deviation.
        let (deviations, units) = (u64::from(rule.deviations.get()), rule.least_units.get());
        if deviations * deviations >= u64::from(units.saturating_sub(1)) {
            let why = format!("of {units} units none is ever {deviations} deviations off the mean");
            return broken("D07", "pause_abuse.least_units", &why);
        }
    }
    Ok(())
}

/// Numbers of which 0, or too few, would say nothing.
fn least(own: &IndicatorRulesAdopted) -> Sound {
    if let Some(rule) = own.batch_entry {
        at_least("D02", 2, &[("batch_entry.courses", rule.courses.get())])?;
        let apart = rule.accepted_to_ended_under_minutes.get();
        let apart = ("batch_entry.accepted_to_ended_under_minutes", apart);
        at_least("D02", 1, &[("batch_entry.within_minutes", rule.within_minutes.get()), apart])?;
    }
    if let Some(rule) = own.instant_decision {
        let day = ("instant_decision.working_day_minutes", rule.working_day_minutes.get());
        let share = ("instant_decision.under_percent", rule.under_percent.get().into());
        at_least("D03", 1, &[day, share])?;
    }
    if let Some(rule) = own.zero_cases {
        let elsewhere = ("zero_cases.least_cases_elsewhere", rule.least_cases_elsewhere.get());
        at_least("D04", 1, &[("zero_cases.quarters", rule.quarters.get()), elsewhere])?;
    }
    if let Some(rule) = own.volume_gap {
        at_least("D05", 1, &[("volume_gap.under_percent", rule.under_percent.get().into())])?;
    }
    if let Some(rule) = own.pause_abuse {
        at_least("D07", 1, &[("pause_abuse.deviations", rule.deviations.get())])?;
    }
    if let Some(rule) = own.satisfaction {
        let satisfied = rule.satisfied_of_ten_thousand.get();
        let window = ("satisfaction.device_within_minutes", rule.device_within_minutes.get());
        at_least("D14", 1, &[("satisfaction.satisfied_of_ten_thousand", satisfied), window])?;
    }
    if let Some(rule) = own.fee_anomaly {
        at_least("D16", 1, &[("fee_anomaly.over_payments", rule.over_payments.get())])?;
    }
    if let Some(rule) = own.identity {
        at_least("D17", 1, &[("identity.apart_under_minutes", rule.apart_under_minutes.get())])?;
    }
    if let Some(rule) = own.sampling {
        let truth = ("sampling.true_under_percent", rule.true_under_percent.get().into());
        at_least("D21", 1, &[truth, ("sampling.least_checks", rule.least_checks.get())])?;
        let drawn = u32::from(rule.share_percent.get()) + rule.least_cases.get();
        at_least("D21", 1, &[("sampling.share_percent", drawn)])?;
    }
    Ok(())
}
