//! A mapping file as it is written. Names and shapes only; the rules between them are checked
//! where a [`Mapping`](super::Mapping) is made of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use tongjian_events::calendar::WorkingDayRule;
use tongjian_events::case::{Channel, Handling};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) log: Log,
    #[serde(default)]
    pub(super) sites: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) columns: Columns,
    #[serde(default)]
    pub(super) lifecycle: Lifecycle,
    #[serde(default)]
    pub(super) acts: Acts,
    #[serde(default)]
    pub(super) attributes: Attributes,
    #[serde(default)]
    pub(super) channels: BTreeMap<String, Channel>,
    #[serde(default)]
    pub(super) limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Log {
    pub(super) name: String,
    pub(super) time_zone: String,
    #[serde(default = "state_council")]
    pub(super) working_days: WorkingDayRule,
    pub(super) site: Option<String>,
    pub(super) site_attribute: Option<String>,
    #[serde(default)]
    pub(super) derive_sites: bool,
    #[serde(default)]
    pub(super) assume_offset_of_time_zone: bool,
}

fn state_council() -> WorkingDayRule {
    WorkingDayRule::StateCouncil
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub(super) case_id: Option<String>,
    pub(super) activity: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) lifecycle: Option<String>,
    pub(super) delimiter: Option<char>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lifecycle {
    pub(super) started: Option<Vec<String>>,
    pub(super) completed: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Acts {
    pub(super) receipt: Vec<String>,
    pub(super) notice: Vec<String>,
    pub(super) supplement: Vec<String>,
    pub(super) partial_supplement: Vec<String>,
    pub(super) acceptance: Vec<String>,
    pub(super) non_acceptance: Vec<String>,
    pub(super) decision: Vec<String>,
    pub(super) negative_decision: Vec<String>,
    pub(super) collection_notice: Vec<String>,
    pub(super) delivery: Vec<String>,
    pub(super) return_of_case: Vec<String>,
    pub(super) withdrawal: Vec<String>,
    pub(super) closing: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attributes {
    pub(super) post: Option<String>,
    pub(super) window: Option<String>,
    pub(super) channel: Option<String>,
    pub(super) started_at: Option<String>,
    pub(super) due_at: Option<String>,
    pub(super) ended_at: Option<String>,
    #[serde(default)]
    pub(super) absent: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) item: Option<String>,
    pub(super) handling: Option<Handling>,
    pub(super) channel: Option<Channel>,
    pub(super) promised_working_days: Option<i64>,
    pub(super) statutory_working_days: Option<i64>,
}
