//! 滿意度: how many of those handled were rated, and how many of those were satisfied. Whether that is
//! likely is an indicator's business (D14).

use tongjian_events::SiteCode;

use super::AT_SATISFACTION;
use super::quality::share;
use crate::Lines;
use crate::context::Context;
use crate::supervision::docket::Month;
use crate::supervision::fact::{Fact, Stated};

pub(super) fn judge(
    site: &SiteCode,
    month: Month,
    facts: &[Stated],
    context: &Context,
    out: &mut Lines,
) {
    let Some(rules) = context.policies().complaints.on(month.last()) else { return };
    let (mut handled, mut rated, mut satisfied) = (0_i64, 0_i64, 0_i64);
    for stated in facts {
        match &stated.fact {
            Fact::CaseEnded(_) => handled += 1,
            Fact::Reviewed { rating, .. } => {
                rated += 1;
                satisfied += i64::from(rules.satisfied_ratings.contains(rating));
            }
            _ => {}
        }
    }
    if handled + rated == 0 {
        return;
    }
    out.0.push((
        AT_SATISFACTION,
        vec![
            site.to_string().into(),
            month.to_string().into(),
            month.after().into(),
            handled.into(),
            rated.into(),
            satisfied.into(),
            share(satisfied, rated).into(),
            i64::from(rules.edition.get()).into(),
        ],
    ));
}
