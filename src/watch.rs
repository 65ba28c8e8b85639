//! 值守: what falls due by itself is appended when it is due: acceptance by silence (art. 32),
//! renewal by silence (art. 50). An activation takes no input but the time; it is a function of
//! what the chronicle holds to acts with ids of their own, so that several replicas may run it and
//! a restart repeats nothing. After a downtime everything that fell due meanwhile is appended,
//! with the moment at which it fell due.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeZone as _, Utc};
use tongjian_events::case::{ApplicationDeemedAccepted, RenewalDeemedGranted};
use tongjian_events::values::{CalendarDays, Code, Edition, Position};
use tongjian_events::{Act, Event, Refusal, StreamId, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::clock::ClockKind;
use tongjian_projections::finding::FindingKind;

use crate::cases::{self, Answer};
use crate::engine;
use crate::store::{AppendError, Command, Expected, Store, StoreError};

/// The rule that these acts cite.
const RULE: &str = "clock-rules";

/// Why an activation ended early. What it appended stays, and the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The chronicle cannot be read.
    #[error("the chronicle cannot be read")]
    Store(#[from] StoreError),
    /// An act of the engine is wrong in itself.
    #[error("an act of the engine was refused")]
    Act(#[from] Refusal),
    /// The chronicle did not take an act.
    #[error("the chronicle did not take an act of the engine")]
    Append(#[from] AppendError),
}

/// What the watch is called among the leases.
const LEASE: &str = "watch";
/// How long a watchman keeps the watch after he looked. One who is no more is relieved after that.
const WATCH: Duration = Duration::from_secs(60);

/// Whether it is this process that watches: of several on one chronicle one looks. Were it two,
/// nothing would be appended twice.
///
/// # Errors
/// [`WatchError`].
pub async fn on_duty(store: &Store) -> Result<bool, WatchError> {
    Ok(store.take_lease(LEASE, WATCH).await?)
}

/// Gives the watch back, if this process has it: another takes it at his next look.
pub async fn off_duty(store: &Store) {
    store.give_lease_back(LEASE).await;
}

/// The cases in which the law has done something by `now` that nobody has entered yet, by the read
/// tables: a hint where to look. What is appended is judged anew from the chronicle.
///
/// # Errors
/// [`WatchError`].
pub async fn silent_cases(store: &Store, now: DateTime<Utc>) -> Result<Vec<String>, WatchError> {
    let today = now.with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    Ok(store.silent_cases(today).await?)
}

/// Appends what fell due in these cases by `now`. Returns how many acts were new.
///
/// # Errors
/// [`WatchError`].
pub async fn activate(
    store: &Store,
    streams: &[String],
    now: DateTime<Utc>,
) -> Result<u64, WatchError> {
    let known_at = store.head().await?.position;
    let context = cases::context_at(store, known_at).await?;
    let mut new = 0;
    for (name, acts) in store.streams_of(streams, known_at).await? {
        let Ok(stream) = name.parse::<StreamId>() else { continue };
        let today = now.with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
        let Some(answer) = cases::judged(stream, &acts, &context, today)? else { continue };
        for act in falls_due(&answer, &context, now)? {
            let stream = act.submission().stream.clone();
            let command =
                Command { stream, expected: Expected::Exists, acts: vec![act], received_at: now };
            new += store.append(command).await?.iter().filter(|at| !at.repeated).count() as u64;
        }
    }
    Ok(new)
}

/// The acts that the law has done in a case and that nobody has entered yet.
fn falls_due(answer: &Answer, context: &Context, now: DateTime<Utc>) -> Result<Vec<Act>, Refusal> {
    if answer.stream.kind() != StreamKind::Case {
        return Ok(Vec::new());
    }
    let entered = |is: fn(&Event) -> bool| answer.matter.acts.iter().any(|act| is(&act.event));
    let mut acts = Vec::new();
    for finding in &answer.view.findings {
        let event = match finding.kind {
            FindingKind::DeemedAcceptedBySilence
                if !entered(|e| matches!(e, Event::ApplicationDeemedAccepted(_))) =>
            {
                deemed_accepted(answer, &finding.positions)
            }
            FindingKind::RenewalDeemedGranted
                if !entered(|e| matches!(e, Event::RenewalDeemedGranted(_))) =>
            {
                renewed(answer, &finding.positions)
            }
            _ => None,
        };
        let Some(event) = event else { continue };
        let Some(at) = first_moment(answer, context, finding.arises_on) else { continue };
        if at <= now {
            acts.push(engine::act(answer.stream.clone(), &event, at)?);
        }
    }
    Ok(acts)
}

fn deemed_accepted(answer: &Answer, grounds: &[u64]) -> Option<Event> {
    let receipt = answer.view.clocks.iter().find(|view| view.clock.kind == ClockKind::Receipt)?;
    Some(Event::from(ApplicationDeemedAccepted {
        effective_on: receipt.clock.started_on,
        notice_was_due_on: receipt.clock.due_on?,
        rule: Code::new(RULE).ok()?,
        rule_edition: Edition::new(i64::from(receipt.clock.rule_edition?)).ok()?,
        grounds: grounds.iter().copied().map(Position).collect(),
    }))
}

fn renewed(answer: &Answer, grounds: &[u64]) -> Option<Event> {
    let clock =
        &answer.view.clocks.iter().find(|view| view.clock.kind == ClockKind::Renewal)?.clock;
    let (received, expired) = (clock.started_on, clock.due_on?);
    let licence = answer.matter.acts.iter().find_map(|act| match &act.event {
        Event::ApplicationReceived(body) => body.renews.as_ref(),
        _ => None,
    })?;
    Some(Event::from(RenewalDeemedGranted {
        licence_no: licence.licence_no.clone(),
        expired_on: expired,
        applied_days_before: CalendarDays::new((expired - received).num_days()).ok()?,
        rule: Code::new(RULE).ok()?,
        rule_edition: Edition::new(i64::from(clock.rule_edition?)).ok()?,
        grounds: grounds.iter().copied().map(Position).collect(),
    }))
}

/// The first moment of a civil day at the case's site.
fn first_moment(
    answer: &Answer,
    context: &Context,
    on: NaiveDate,
) -> Option<DateTime<FixedOffset>> {
    let site = answer.view.summary.site.as_ref()?;
    let zone = context.jurisdiction(site).time_zone;
    let midnight = on.and_time(NaiveTime::MIN);
    Some(zone.from_local_datetime(&midnight).earliest()?.fixed_offset())
}
