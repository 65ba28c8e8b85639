//! 默認規則: the policies that ship with a release, one readable file each, adopted as events when
//! a chronicle is new.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;

use super::{
    BulletinRulesAdopted, CardPolicyAdopted, ChecklistAdopted, ComplaintRulesAdopted,
    FlagRulesAdopted, IndicatorRulesAdopted, ScoreRulesAdopted,
};
use crate::catalog::Event;

/// The shipped policies of supervision, each with the name of its stream.
///
/// # Errors
/// None for the data as released; a fork's own data may break a rule.
pub fn shipped_policies() -> Result<Vec<(&'static str, Event)>, serde_json::Error> {
    Ok(vec![
        ("cards", of::<CardPolicyAdopted>(include_str!("../../data/policies/cards.json"))?),
        (
            "indicators",
            of::<IndicatorRulesAdopted>(include_str!("../../data/policies/indicators.json"))?,
        ),
        ("flags", of::<FlagRulesAdopted>(include_str!("../../data/policies/flags.json"))?),
        (
            "checklist-township",
            of::<ChecklistAdopted>(include_str!("../../data/policies/checklist_township.json"))?,
        ),
        (
            "checklist-village",
            of::<ChecklistAdopted>(include_str!("../../data/policies/checklist_village.json"))?,
        ),
        (
            "checklist-county",
            of::<ChecklistAdopted>(include_str!("../../data/policies/checklist_county.json"))?,
        ),
        (
            "checklist-disclosure",
            of::<ChecklistAdopted>(include_str!("../../data/policies/checklist_disclosure.json"))?,
        ),
        (
            "complaints",
            of::<ComplaintRulesAdopted>(include_str!("../../data/policies/complaints.json"))?,
        ),
        ("scores", of::<ScoreRulesAdopted>(include_str!("../../data/policies/scores.json"))?),
        (
            "bulletins",
            of::<BulletinRulesAdopted>(include_str!("../../data/policies/bulletins.json"))?,
        ),
    ])
}

/// The first day on which an adopted policy says that it judges; `None` for any other event.
#[must_use]
pub fn effective_on(event: &Event) -> Option<NaiveDate> {
    match event {
        Event::ClockRulesAdopted(policy) => Some(policy.effective_on),
        Event::CardPolicyAdopted(policy) => Some(policy.effective_on),
        Event::IndicatorRulesAdopted(policy) => Some(policy.effective_on),
        Event::FlagRulesAdopted(policy) => Some(policy.effective_on),
        Event::ChecklistAdopted(policy) => Some(policy.effective_on),
        Event::ComplaintRulesAdopted(policy) => Some(policy.effective_on),
        Event::ScoreRulesAdopted(policy) => Some(policy.effective_on),
        Event::BulletinRulesAdopted(policy) => Some(policy.effective_on),
        _ => None,
    }
}

fn of<T: DeserializeOwned + Into<Event>>(text: &str) -> Result<Event, serde_json::Error> {
    serde_json::from_str::<T>(text).map(Into::into)
}
