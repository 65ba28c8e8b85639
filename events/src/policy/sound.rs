//! 規則的自洽: numbers of a policy that are lawful each for itself and contradict each other, or
//! make a rule that can never or must always fire. Such a policy is refused when it is sent, by the
//! rule's name and with the numbers; one that an earlier release took is still read.

use std::collections::BTreeSet;

use super::{
    CardPolicyAdopted, CardTrigger, ChecklistAdopted, ClockRulesAdopted, ComplaintRulesAdopted,
    FlagThresholds,
};
use crate::catalog::Event;

mod indicators;
mod scores;

/// 不自洽: where a policy contradicts itself, and the rule that it breaks, with its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The place in the body, such as `body.thresholds.blue_slip_working_days`.
    pub field: String,
    /// The rule's name, and what breaks it.
    pub rule: String,
}

/// `Err` is the first contradiction.
type Sound = Result<(), Contradiction>;

/// Whether an event is no policy, or one that agrees with itself.
///
/// # Errors
/// The first [`Contradiction`].
pub fn sound(event: &Event) -> Sound {
    match event {
        Event::ClockRulesAdopted(policy) => clock_rules(policy),
        Event::CardPolicyAdopted(policy) => cards(policy),
        Event::FlagRulesAdopted(policy) => flags(&policy.thresholds),
        Event::ChecklistAdopted(policy) => checklist(policy),
        Event::ComplaintRulesAdopted(policy) => complaints(policy),
        Event::IndicatorRulesAdopted(policy) => indicators::of(policy),
        Event::ScoreRulesAdopted(policy) => scores::of(policy),
        _ => Ok(()),
    }
}

/// A number with its place in the body.
type Named<'n> = (&'n str, u32);

fn broken(rule: &str, field: &str, why: &str) -> Sound {
    let (field, rule) = (format!("body.{field}"), format!("{rule}: {why}"));
    Err(Contradiction { field, rule })
}

/// Each of these numbers is at least so much.
fn at_least(rule: &str, least: u32, numbers: &[Named<'_>]) -> Sound {
    match numbers.iter().find(|(_, number)| *number < least) {
        Some((field, number)) => {
            broken(rule, field, &format!("it is {number}, at least {least} is needed"))
        }
        None => Ok(()),
    }
}

/// Each of these pairs is in order: the second is no less than the first.
fn in_order(rule: &str, pairs: &[(Named<'_>, Named<'_>)]) -> Sound {
    match pairs.iter().find(|((_, low), (_, high))| high < low) {
        Some(((name, low), (field, high))) => {
            broken(rule, field, &format!("it is {high}, less than the {low} of `{name}`"))
        }
        None => Ok(()),
    }
}

/// Nothing stands twice in a list, and something stands in it.
fn each_once<T: Ord>(rule: &str, field: &str, list: &[T]) -> Sound {
    let once = list.iter().collect::<BTreeSet<_>>().len();
    if list.is_empty() {
        return broken(rule, field, "the list is empty, at least 1 is needed");
    }
    if once != list.len() {
        return broken(rule, field, &format!("{} are named, {once} are different", list.len()));
    }
    Ok(())
}

fn clock_rules(own: &ClockRulesAdopted) -> Sound {
    let receipt = ("receipt_working_days", own.receipt_working_days.get().into());
    let statutory = ("statutory_working_days", own.statutory_working_days.get().into());
    let joint = ("joint_working_days", own.joint_working_days.get().into());
    let taken = ("complaint_acceptance_working_days", own.complaint_acceptance_working_days);
    let taken = (taken.0, taken.1.get().into());
    let answered =
        ("complaint_answer_working_days", own.complaint_answer_working_days.get().into());
    let petition = ("petition_acceptance_calendar_days", own.petition_acceptance_calendar_days);
    let petition = (petition.0, petition.1.get().into());
    let done = ("petition_answer_calendar_days", own.petition_answer_calendar_days.get().into());
    let limits = [
        receipt,
        statutory,
        joint,
        ("lower_review_working_days", own.lower_review_working_days.get().into()),
        ("delivery_working_days", own.delivery_working_days.get().into()),
        ("hearing_working_days", own.hearing_working_days.get().into()),
        ("card_reply_working_days", own.card_reply_working_days.get().into()),
        taken,
        answered,
        petition,
        done,
    ];
    at_least("limit_of_a_day", 1, &limits)?;
    let pairs = [(receipt, statutory), (statutory, joint), (taken, answered), (petition, done)];
    in_order("limits_in_order", &pairs)
}

/// 一次告知的法定期限 (art. 32(4)): nobody can be reminded of it earlier than it begins.
const NOTICE_WORKING_DAYS: u16 = 5;

fn cards(own: &CardPolicyAdopted) -> Sound {
    let numbers = [
        ("appeal_working_days", own.appeal_working_days.get().into()),
        ("appeal_decision_working_days", own.appeal_decision_working_days.get().into()),
        ("admonition_cards_a_year", own.admonition_cards_a_year.map_or(1, |cards| cards.get())),
    ];
    at_least("appeal_can_be_made", 1, &numbers)?;
    for (at, row) in own.ladder.iter().enumerate() {
        let (rule, trigger) = (&row.rule, row.trigger);
        let place = |field: &str| format!("ladder[{at}].{field}");
        if row.reply_working_days.is_some_and(|days| days.get() == 0) {
            let why = format!("{rule} is to be answered within 0 working days");
            return broken("card_can_be_answered", &place("reply_working_days"), &why);
        }
        let Some(within) = row.within_working_days else { continue };
        let limit = match trigger {
            CardTrigger::ReceiptNoticeNearlyDue => Some(NOTICE_WORKING_DAYS),
            _ => row.promised_from_working_days.map(|days| days.get()),
        };
        if let Some(limit) = limit.filter(|limit| within.get() > *limit) {
            let why = format!("{rule} speaks {within} working days before a limit of {limit}");
            return broken("reminder_within_limit", &place("within_working_days"), &why);
        }
    }
    Ok(())
}

fn flags(own: &FlagThresholds) -> Sound {
    let within = |name: &str| format!("thresholds.{name}");
    let slips = [
        (within("blue_slip_working_days"), own.blue_slip_working_days),
        (within("orange_slip_working_days"), own.orange_slip_working_days),
        (within("red_slip_working_days"), own.red_slip_working_days),
    ];
    let due = [
        (within("disclosure_working_days"), own.disclosure_working_days),
        (within("fault_working_days"), own.fault_working_days),
        (within("ledger_opened_working_days"), own.ledger_opened_working_days),
        (within("authorisation_working_days"), own.authorisation_working_days),
    ];
    for (rule, days) in [("slip_can_be_answered", &slips[..]), ("limit_of_a_day", &due[..])] {
        for (field, days) in days {
            at_least(rule, 1, &[(field, days.get().into())])?;
        }
    }
    let neighbours = own.neighbours_acts_per_day.get();
    if own.silent_working_days.get() > 0 {
        let field = within("neighbours_acts_per_day");
        at_least("neighbours_at_work", 1, &[(&field, neighbours)])?;
    }
    let months = own.recurrence_months.get();
    at_least("window_not_empty", 1, &[(&within("recurrence_months"), months)])?;
    let minutes = own.two_sites_minutes.get();
    if minutes >= 24 * 60 {
        let why = format!("it is {minutes}, a day has 1440");
        return broken("gap_within_a_day", &within("two_sites_minutes"), &why);
    }
    Ok(())
}

fn checklist(own: &ChecklistAdopted) -> Sound {
    each_once("levels_each_once", "levels", &own.levels)?;
    let checks = &own.checks.0;
    if checks.is_empty() {
        return broken("one_check_at_least", "checks", "the list is empty");
    }
    for (at, check) in checks.iter().enumerate() {
        let points = check.points_hundredths.get();
        if points < 0 {
            let why = format!("`{}` gives {points} hundredths, less than none", check.check);
            return broken("points_are_given", &format!("checks[{at}].points_hundredths"), &why);
        }
    }
    Ok(())
}

fn complaints(own: &ComplaintRulesAdopted) -> Sound {
    let limits = [
        ("petition_extension_calendar_days", own.petition_extension_calendar_days.get().into()),
        ("petition_review_calendar_days", own.petition_review_calendar_days.get().into()),
        ("petition_re_review_calendar_days", own.petition_re_review_calendar_days.get().into()),
        ("bad_review_working_days", own.bad_review_working_days.get().into()),
    ];
    at_least("limit_of_a_day", 1, &limits)?;
    each_once("ratings_each_once", "bad_ratings", &own.bad_ratings)?;
    each_once("ratings_each_once", "satisfied_ratings", &own.satisfied_ratings)?;
    if let Some(both) = own.bad_ratings.iter().find(|bad| own.satisfied_ratings.contains(bad)) {
        let why = format!("`{both}` is bad and satisfied");
        return broken("bad_is_not_satisfied", "satisfied_ratings", &why);
    }
    let names: Vec<_> = own.routing.names.iter().map(|name| &name.unit).collect();
    let kinds: Vec<_> = own.routing.rows.iter().map(|row| row.category).collect();
    let once = |of: usize, list: usize| of == 0 || of == list;
    let different = (names.iter().collect::<BTreeSet<_>>(), kinds.iter().collect::<BTreeSet<_>>());
    if !once(names.len(), different.0.len()) || !once(kinds.len(), different.1.len()) {
        let why = "a name or a kind of complaint stands twice";
        return broken("one_row_per_kind", "routing", why);
    }
    Ok(())
}
