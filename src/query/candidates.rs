//! 備選: names of cases that a filter may take, from the read tables. Always more than it takes,
//! never fewer: each is judged afterwards from its own acts, on the day asked for.

use chrono::{Days, NaiveDate};
use tongjian_events::SiteCode;
use tongjian_projections::clock::Standing;

use super::listing::Filter;
use crate::access::Grant;
use crate::store::read_tables::narrowing::{Bounds, Narrowing};
use crate::store::{Store, StoreError};

/// The tables are judged under every notice there is, an answer under those published by its day.
/// A notice moves a due day by less than this.
const SLACK: Days = Days::new(60);

/// By what the tables may narrow a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// By everything: the tables say what was known at the position, of the day when acts end.
    All {
        /// Whether no notice was published after the day: the tables' due days are the answer's.
        to_the_day: bool,
    },
    /// By the site alone: the tables say what became of a case later. A case that was another
    /// site's before is looked at as well, whichever site is asked for.
    Site,
}

/// The names, as `case/name`, after one of them, of the subtrees that are asked for and
/// covered.
pub(super) async fn candidates(
    (store, few): (&Store, usize),
    (filter, grant): (&Filter, &Grant),
    as_of: NaiveDate,
    reach: Reach,
    after: &str,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let clock = match reach {
        Reach::All { to_the_day } if filter.asks_for_clocks() => {
            Some(if to_the_day { exactly(filter, as_of) } else { nearly(filter, as_of) })
        }
        Reach::All { .. } | Reach::Site => None,
    };
    let item = filter.item.clone().filter(|_| reach != Reach::Site);
    let mut narrowing = Narrowing { site: None, item, clock, few };
    let mut names = Vec::new();
    let prefix = |site: Option<SiteCode>| site.map(|site| site.subtree_prefix().to_owned());
    for site in grant.within(filter.site.as_ref()) {
        narrowing.site = prefix(site);
        names.extend(store.cases(&narrowing, after, limit).await?);
    }
    if reach == Reach::Site && filter.site.is_some() {
        for site in grant.within(None) {
            narrowing.site = prefix(site);
            names.extend(store.moved_cases(&narrowing, after, limit).await?);
        }
    }
    names.sort_unstable();
    names.dedup();
    names.truncate(limit as usize);
    Ok(names)
}

/// Where the tables' due days are the answer's, and no act of the case lies after the day, a clock
/// in the tables is the clock of the answer.
fn exactly(filter: &Filter, as_of: NaiveDate) -> Bounds {
    Bounds {
        due_from: filter.due_from,
        due_to: filter.due_to,
        shows: filter.state.map(|state| (state, as_of)),
        or_acts_after: Some(as_of),
        ..Bounds::default()
    }
}

/// Where a notice that was published later may have moved due days.
fn nearly(filter: &Filter, as_of: NaiveDate) -> Bounds {
    let open = matches!(filter.state, Some(Standing::Running | Standing::Paused));
    let missed_by = (filter.state == Some(Standing::Missed)).then_some(as_of);
    let to = filter.due_to.into_iter().chain(missed_by).min();
    Bounds {
        due_from: filter.due_from.map(|day| day.checked_sub_days(SLACK).unwrap_or(NaiveDate::MIN)),
        due_to: to.map(|day| day.checked_add_days(SLACK).unwrap_or(NaiveDate::MAX)),
        open_after: open.then_some(as_of),
        ..Bounds::default()
    }
}
