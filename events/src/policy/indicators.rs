//! 異常指標: the thresholds of the indicators that look at many matters at once. An indicator is
//! for a person to weigh; none of them sanctions anybody.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shape::bodies;
use crate::values::{Count, Edition, Percent, Text};

/// D13 臨期扎堆: ends that crowd on the due day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeClustering {
    /// More than this share of a site's ends in a month fall on the due day.
    pub share_over_percent: Percent,
    /// Only from so many ends on.
    pub least_ends: Count,
}

bodies! {
    /// 異常指標生效: the thresholds of the indicators judge from a day on.
    IndicatorRulesAdopted {
        /// The edition that judgements cite.
        edition: Edition,
        /// The first day on which it judges.
        effective_on: NaiveDate,
        /// D13 臨期扎堆.
        edge_clustering: EdgeClustering,
        /// Where each number comes from.
        sources: Vec<Text>,
    }
}
