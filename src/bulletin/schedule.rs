//! 定期起草: which bulletins are to be drafted by now. Whatever fell due while nobody watched is
//! drafted too; what ended before the policy was in force, or before the chronicle began, is not.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::policy::BulletinRulesAdopted;
use tongjian_events::site::SiteLevel;
use tongjian_events::{SiteCode, StreamId};
use tongjian_projections::Context;

use super::contents::{Contents, Makes};
use super::life::{By, Clerk, LifeError, Refused};
use super::term::Term;
use crate::access::Grant;
use crate::cases;
use crate::lists::{self, Wanted};
use crate::store::{Store, StoreError};

/// How many sites are read at a time.
const PAGE: u32 = 1_000;

/// What one who looks remembers, so that he need not look at it again.
#[derive(Debug, Default)]
pub struct Seen {
    /// Bulletins that are there.
    drafted: BTreeSet<StreamId>,
    /// Bulletins of which nothing was to be told on a day; the next day they are looked at again.
    empty: (NaiveDate, BTreeSet<StreamId>),
}

/// 應起草: a bulletin that fell due.
#[derive(Debug, Clone)]
struct DueBulletin {
    term: Term,
    scope: SiteCode,
    stream: StreamId,
    due_at: DateTime<Utc>,
}

/// Drafts what fell due by `now`; answers how many drafts are new. One that cannot be made is told
/// in the log and keeps no later one back; it is tried again at the next look.
///
/// # Errors
/// [`LifeError`]: what is due cannot be read, or nothing could be drafted: why the first could not.
pub async fn draft_due(
    store: &Store,
    contents: &Contents,
    seen: &mut Seen,
    now: DateTime<Utc>,
) -> Result<u64, LifeError> {
    let today = now.with_timezone(&Shanghai).date_naive();
    if seen.empty.0 != today {
        seen.empty = (today, BTreeSet::new());
    }
    let clerk = Clerk { store, contents, makes: Makes::quietly(), by: By::engine()?, now };
    let (mut new, mut failed) = (0, None);
    for due in due_by(store, seen, today).await? {
        match clerk.draft_due(due.term, due.scope, due.due_at).await {
            Ok(place) => {
                new += u64::from(place.is_some());
                seen.drafted.insert(due.stream);
            }
            Err(LifeError::Refused(Refused::PeriodEmpty { .. })) => {
                seen.empty.1.insert(due.stream);
            }
            Err(error) => {
                let bulletin = due.stream.as_str();
                tracing::error!(bulletin, error = %error, "a bulletin could not be drafted");
                failed.get_or_insert(error);
            }
        }
    }
    match failed {
        Some(error) if new == 0 => Err(error),
        _ => Ok(new),
    }
}

/// What fell due by a day and is not there yet, the first due first.
async fn due_by(
    store: &Store,
    seen: &mut Seen,
    today: NaiveDate,
) -> Result<Vec<DueBulletin>, LifeError> {
    let head = store.head().await?.position;
    let Some(first) = store.by_positions(&[1]).await?.first().map(|act| act.read()).transpose()?
    else {
        return Ok(Vec::new());
    };
    let began = first.place.recorded_at.with_timezone(&Shanghai).date_naive();
    let context = cases::context_at(store, head).await?;
    let mut due = Vec::new();
    for (term, until, levels) in terms(&context, began, today) {
        let Some(rules) = context.policies().bulletins.on(until) else { continue };
        for level in levels {
            for scope in of_level(store, level).await? {
                due.extend(fell_due(&context, rules, term, until, scope)?);
            }
        }
    }
    due.retain(|due| {
        due.due_at.with_timezone(&Shanghai).date_naive() <= today
            && !seen.drafted.contains(&due.stream)
            && !seen.empty.1.contains(&due.stream)
    });
    let names: Vec<String> = due.iter().map(|due| due.stream.to_string()).collect();
    let there = store.streams_of(&names, head).await?;
    seen.drafted.extend(there.iter().filter_map(|(name, _)| name.parse().ok()));
    due.retain(|due| !seen.drafted.contains(&due.stream));
    due.sort_by(|one, other| (one.due_at, &one.stream).cmp(&(other.due_at, &other.stream)));
    Ok(due)
}

/// The periods that ended since a day, each with its last day and for sites of which levels.
fn terms(
    context: &Context,
    began: NaiveDate,
    today: NaiveDate,
) -> Vec<(Term, NaiveDate, BTreeSet<SiteLevel>)> {
    let rules = &context.policies().bulletins;
    let kinds: BTreeSet<_> =
        rules.adopted().flat_map(|rules| &rules.schedule).map(|of| of.kind).collect();
    let Some((effective, _)) = rules.dated().next() else { return Vec::new() };
    let mut terms = Vec::new();
    for kind in kinds {
        let mut next = Term::holding(kind, began.max(effective));
        while let Some(term) = next {
            let Some((_, until)) = term.days().filter(|(_, until)| *until < today) else { break };
            let of = |rules: &BulletinRulesAdopted| {
                let of_kind = rules.schedule.iter().filter(|of| of.kind == kind);
                of_kind.map(|of| of.level).collect()
            };
            let levels: BTreeSet<SiteLevel> = rules.on(until).map(of).unwrap_or_default();
            terms.push((term, until, levels));
            next = until.succ_opt().and_then(|day| Term::holding(kind, day));
        }
    }
    terms
}

fn fell_due(
    context: &Context,
    rules: &BulletinRulesAdopted,
    term: Term,
    until: NaiveDate,
    scope: SiteCode,
) -> Result<Option<DueBulletin>, LifeError> {
    let days = u32::from(rules.draft_after_working_days.get());
    let Ok(due) = context.jurisdiction(&scope).calendar.due(until, days) else { return Ok(None) };
    let morning = Shanghai.from_local_datetime(&due.on.and_time(NaiveTime::MIN)).earliest();
    let Some(due_at) = morning.map(|at| at.to_utc()) else { return Ok(None) };
    let stream = term.stream(&scope).map_err(LifeError::Unlawful)?;
    Ok(Some(DueBulletin { term, scope, stream, due_at }))
}

/// The sites of a level.
async fn of_level(store: &Store, level: SiteLevel) -> Result<BTreeSet<SiteCode>, LifeError> {
    let missing = || StoreError::ReadTables { finding: "there is no list `coverage_sites`".into() };
    let list = lists::named("coverage_sites").ok_or_else(missing)?;
    let values = vec![("level", level.to_string())];
    let mut wanted = Wanted { values, limit: PAGE, ..Wanted::default() };
    let mut sites = BTreeSet::new();
    loop {
        let page = lists::page(store, list, &wanted, &Grant::open()).await?;
        let codes = page.lines.iter().filter_map(|line| line.get("site")?.as_str());
        sites.extend(codes.filter_map(|code| SiteCode::new(code).ok()));
        wanted.after = match page.next {
            Some(next) => Some(next),
            None => break,
        };
    }
    Ok(sites)
}
