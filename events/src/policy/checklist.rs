//! 檢查表: what inspectors look for on site, per level, with the flag that each check bears on.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inspection::Flag;
use crate::shape::bodies;
use crate::site::SiteLevel;
use crate::values::{Code, Edition, Name, ScoreHundredths, Text};

/// 檢查項: one line of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its code, as `inspection.ChecklistItemScored` names it.
    pub check: Code,
    /// What is looked for.
    pub name: Name,
    /// Which of the five it bears on.
    pub flag: Flag,
    /// 否決項: whether this check alone decides the flag.
    pub blocking: bool,
    /// The most that is given for it.
    #[schemars(extend("minimum" = 0))]
    pub points_hundredths: ScoreHundredths,
    /// Where it comes from.
    pub source: Text,
}

/// 檢查項目: the lines of a list. Two of one code are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Check>")]
#[schemars(extend("minItems" = 1))]
pub struct Checks(pub Vec<Check>);

impl TryFrom<Vec<Check>> for Checks {
    type Error = String;
    fn try_from(checks: Vec<Check>) -> Result<Self, String> {
        let mut seen = BTreeSet::new();
        match checks.iter().find(|check| !seen.insert(&check.check)) {
            Some(twice) => Err(format!("one_line_per_check: `{}` stands twice", twice.check)),
            None => Ok(Self(checks)),
        }
    }
}

bodies! {
    /// 檢查表生效: a checklist is in force from a day on; several stand side by side.
    ChecklistAdopted {
        /// Its code, as inspections name it.
        checklist: Code,
        /// Its edition.
        edition: Edition,
        /// The first day on which it is used.
        effective_on: NaiveDate,
        /// Its title.
        name: Name,
        /// The levels of site it is for.
        #[schemars(extend("minItems" = 1, "uniqueItems" = true))]
        levels: Vec<SiteLevel>,
        /// Its lines.
        checks: Checks,
    }
}
