//! 投訴與評價辦法: to whom a kind of complaint belongs, how long a petition may be extended and
//! reviewed, within how many days a bad review is put right.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::complaint::{CompetentOrgan, ComplaintCategory, Rating};
use crate::shape::bodies;
use crate::values::{CalendarDays, Edition, Text, UnitCode, WorkingDays};

/// 投訴分工: one row: which organ a kind of complaint belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingRow {
    /// What the complaint is about.
    pub category: ComplaintCategory,
    /// Whose business that is.
    pub organ: CompetentOrgan,
    /// Where the row comes from.
    pub source: Text,
}

/// 機關名稱: one name or code by which an organ is called in a routing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganName {
    /// The name or the code.
    pub unit: UnitCode,
    /// The organ.
    pub organ: CompetentOrgan,
}

/// 分工: the routing and the names of the organs. A kind of complaint that belongs to two organs,
/// or a name that means two, is refused with both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "RoutingAsSent", deny_unknown_fields)]
pub struct Routing {
    /// Whose business each kind of complaint is; one that is named in no row may be anybody's.
    pub rows: Vec<RoutingRow>,
    /// By which names the organs are known. Any other unit is not judged.
    pub names: Vec<OrganName>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoutingAsSent {
    /// Whose business each kind of complaint is.
    rows: Vec<RoutingRow>,
    /// By which names the organs are known.
    names: Vec<OrganName>,
}

impl TryFrom<RoutingAsSent> for Routing {
    type Error = String;
    fn try_from(sent: RoutingAsSent) -> Result<Self, String> {
        let mut organs = BTreeMap::new();
        for row in &sent.rows {
            if let Some(other) = organs.insert(row.category, row.organ)
                && other != row.organ
            {
                let (category, organ) = (row.category, row.organ);
                return Err(format!("complaints of `{category}` go to `{other}` and to `{organ}`"));
            }
        }
        let mut names = BTreeMap::new();
        for name in &sent.names {
            if let Some(other) = names.insert(&name.unit, name.organ)
                && other != name.organ
            {
                let (unit, organ) = (&name.unit, name.organ);
                return Err(format!("`{unit}` is the name of `{other}` and of `{organ}`"));
            }
        }
        Ok(Self { rows: sent.rows, names: sent.names })
    }
}

impl Routing {
    /// Whose business a kind of complaint is.
    #[must_use]
    pub fn competent(&self, category: ComplaintCategory) -> Option<CompetentOrgan> {
        self.rows.iter().find(|row| row.category == category).map(|row| row.organ)
    }

    /// Which organ a unit is.
    #[must_use]
    pub fn organ(&self, unit: &UnitCode) -> Option<CompetentOrgan> {
        self.names.iter().find(|name| name.unit == *unit).map(|name| name.organ)
    }
}

bodies! {
    /// 投訴與評價辦法生效: the routing of complaints and the limits of reviews judge from a day on.
    ComplaintRulesAdopted {
        /// The edition that judgements cite.
        edition: Edition,
        /// The first day on which it judges: complaints and reviews of that day and after.
        effective_on: NaiveDate,
        /// Whose business each kind of complaint is.
        routing: Routing,
        /// 信訪延期上限 (信訪條例第三十三條).
        #[schemars(extend("minimum" = 1))]
        petition_extension_calendar_days: CalendarDays,
        /// 信訪復查期限 (第三十四條).
        #[schemars(extend("minimum" = 1))]
        petition_review_calendar_days: CalendarDays,
        /// 信訪復核期限 (第三十五條).
        #[schemars(extend("minimum" = 1))]
        petition_re_review_calendar_days: CalendarDays,
        /// 差評: which ratings must be verified, put right and answered.
        #[schemars(extend("minItems" = 1, "uniqueItems" = true, "examples" = [["dissatisfied"]]))]
        bad_ratings: Vec<Rating>,
        /// 滿意: which ratings count as satisfied.
        #[schemars(extend("minItems" = 1, "uniqueItems" = true, "examples" = [["satisfied"]]))]
        satisfied_ratings: Vec<Rating>,
        /// 差評整改期限.
        #[schemars(extend("minimum" = 1))]
        bad_review_working_days: WorkingDays,
        /// Where each number comes from.
        sources: Vec<Text>,
    }
}
