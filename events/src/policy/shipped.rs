//! 默認規則: the policies that ship with a release, one readable file each, adopted as events when
//! a chronicle is new.

use serde::de::DeserializeOwned;

use super::{CardPolicyAdopted, ComplaintRulesAdopted, IndicatorRulesAdopted, ScoreRulesAdopted};
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
        (
            "complaints",
            of::<ComplaintRulesAdopted>(include_str!("../../data/policies/complaints.json"))?,
        ),
        ("scores", of::<ScoreRulesAdopted>(include_str!("../../data/policies/scores.json"))?),
    ])
}

fn of<T: DeserializeOwned + Into<Event>>(text: &str) -> Result<Event, serde_json::Error> {
    serde_json::from_str::<T>(text).map(Into::into)
}
