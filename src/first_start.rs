//! 初次啟動: the notices of the calendar, the clock rules, the policies and the names of the
//! supervising body that ship with the release, appended as events when a chronicle is new. Their
//! ids follow from their content: a second start changes nothing, and a later release adds only
//! what it ships anew.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone as _, Utc};
use tongjian_events::{Act, Event, Refusal, StreamId, calendar, policy};

use crate::engine;
use crate::store::{AppendError, Command, Expected, Store};

/// Why the first acts could not be appended.
#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    /// The shipped data break a rule.
    #[error("the shipped data are wrong")]
    Data(#[from] Refusal),
    /// The shipped clock rules break a rule.
    #[error("the shipped clock rules are wrong")]
    Rules(#[from] serde_json::Error),
    /// The chronicle did not take them.
    #[error("the chronicle did not take the shipped data")]
    Append(#[from] AppendError),
}

/// The acts of a first start that were known at `now`: notices published later are left out, so
/// that a simulated past knows no future.
///
/// # Errors
/// [`FirstStartError`] when the shipped data break a rule.
pub fn acts(now: DateTime<Utc>) -> Result<Vec<Act>, FirstStartError> {
    let mut acts = Vec::new();
    let notices: StreamId = stream("calendar/state-council")?;
    for notice in calendar::shipped_notices()? {
        let published_on = match &notice {
            Event::HolidayNoticePublished(body) => body.published_on,
            Event::HolidayNoticeAmended(body) => body.published_on,
            _ => continue,
        };
        let at = morning(published_on)?;
        if at <= now {
            acts.push(engine::act(notices.clone(), &notice, at)?);
        }
    }
    let rules = policy::shipped_clock_rules()?;
    let morning_or_now = |on| morning(on).map(|at| if at <= now { at } else { now.fixed_offset() });
    let at = morning_or_now(rules.effective_on)?;
    acts.push(engine::act(stream("policy/clock-rules")?, &rules.into(), at)?);
    for (name, policy) in policy::shipped_policies()? {
        let at = morning_or_now(policy::effective_on(&policy).unwrap_or_default())?;
        acts.push(engine::act(stream(&format!("policy/{name}"))?, &policy, at)?);
    }
    for body in policy::shipped_supervising_bodies()? {
        let at = morning(body.from_on)?;
        if at <= now {
            acts.push(engine::act(stream("policy/supervising-body")?, &body.into(), at)?);
        }
    }
    Ok(acts)
}

/// Appends them. Returns how many were new.
///
/// # Errors
/// [`FirstStartError`].
pub async fn run(store: &Store, now: DateTime<Utc>) -> Result<usize, FirstStartError> {
    let mut new = 0;
    for act in acts(now)? {
        let stream = act.submission().stream.clone();
        let command =
            Command { stream, expected: Expected::Any, acts: vec![act], received_at: now };
        new += store.append(command).await?.iter().filter(|at| !at.repeated).count();
    }
    Ok(new)
}

fn stream(name: &str) -> Result<StreamId, Refusal> {
    name.parse().map_err(|rule| Refusal::Malformed { rule })
}

/// Nine o'clock in Shanghai.
fn morning(day: NaiveDate) -> Result<DateTime<FixedOffset>, Refusal> {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
    chrono_tz::Asia::Shanghai
        .from_local_datetime(&day.and_time(nine))
        .earliest()
        .map(|at| at.fixed_offset())
        .ok_or_else(|| Refusal::Malformed { rule: format!("{day} has no morning") })
}
