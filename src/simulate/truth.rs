//! 真相: what a simulated city did wrong on purpose, so that what supervision finds can be compared
//! with it: per rule the object, the first day on which it shows, and the acts by which it was
//! done.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::writer::Written;
use super::{Plan, Summary};

/// 布設: one fault, planted on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Planted {
    /// The rule by which it is found, by its name on the wire.
    pub rule: &'static str,
    /// What it is found at: a stream, or a site with what of it is meant after a colon.
    pub object: String,
    /// The first day on which it shows.
    #[serde(serialize_with = "day")]
    pub arises_on: NaiveDate,
    /// The positions of the acts by which it was done; none where nothing was done.
    pub positions: Vec<u64>,
    #[serde(skip)]
    acts: Vec<Uuid>,
    /// When the last of them comes in.
    #[serde(skip)]
    received_at: Option<DateTime<Utc>>,
}

impl Planted {
    pub(super) fn of(
        rule: &'static str,
        object: String,
        arises_on: NaiveDate,
        acts: &[Written],
    ) -> Self {
        let received_at = acts.iter().map(|act| act.received_at).max();
        let acts = acts.iter().map(|act| act.id).collect();
        Self { rule, object, arises_on, positions: Vec::new(), acts, received_at }
    }

    /// The same, with the positions at which its acts stand.
    pub(super) fn placed(mut self, positions: &BTreeMap<Uuid, u64>) -> Self {
        self.positions = self.acts.iter().filter_map(|id| positions.get(id)).copied().collect();
        self.positions.sort_unstable();
        self
    }

    /// Whether it shows at the first moment of a day.
    pub(super) fn shows(&self, day: NaiveDate, moment: DateTime<Utc>) -> bool {
        self.arises_on <= day && self.received_at.is_none_or(|at| at < moment)
    }
}

/// 真相: what was planted in a chronicle, as it is written out.
#[derive(Debug, Serialize)]
pub struct Truth<'t> {
    seed: u64,
    sites: u32,
    #[serde(serialize_with = "day")]
    from: NaiveDate,
    #[serde(serialize_with = "day")]
    to: NaiveDate,
    planted: &'t [Planted],
}

fn day<S: Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(day)
}

/// The first moment after the plan: what shows on that day is in the truth, nothing later.
#[must_use]
pub fn as_of(plan: &Plan) -> NaiveDate {
    plan.to.checked_add_days(Days::new(1)).unwrap_or(plan.to)
}

impl<'t> Truth<'t> {
    /// What shows when the plan is over; in the order of rule, object and day.
    #[must_use]
    pub fn of(plan: &Plan, summary: &'t Summary) -> Self {
        let Plan { seed, sites, from, to, .. } = *plan;
        Self { seed, sites, from, to, planted: &summary.planted }
    }

    /// Its text, the same for the same truth.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which no truth is.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
