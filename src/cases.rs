//! 逐案查閱: every case as it stood on a day, by what the chronicle held at a position. Judged
//! from the chronicle itself, one stream at a time, so memory stays flat and no read table is
//! trusted.

use std::borrow::Cow;

use chrono::NaiveDate;
use tongjian_events::{Recorded, StreamId, StreamKind};
use tongjian_projections::Context;
use tongjian_projections::matter::Matter;
use tongjian_projections::view::{MatterView, view_under};

use crate::store::{Store, StoreError, Stored};

/// How many acts a page of streams holds, about.
const PAGE: u32 = 5_000;

/// What is asked: status on a day, by what was held at a position.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The day.
    pub as_of: NaiveDate,
    /// The position; what was recorded later does not count.
    pub known_at: u64,
}

/// One matter and what follows from it.
#[derive(Debug)]
pub struct Answer {
    /// Its stream.
    pub stream: StreamId,
    /// Its acts that stood on the day, corrections not applied.
    pub matter: Matter,
    /// What follows.
    pub view: MatterView,
}

/// The streams that can hold acts of the context.
const OF_CONTEXT: [&str; 2] = ["calendar/", "policy/"];

/// The acts that make up the calendar, the rules and the jurisdictions as held at a position, in
/// order.
///
/// # Errors
/// [`StoreError`].
pub async fn context_acts(store: &Store, position: u64) -> Result<Vec<Recorded>, StoreError> {
    let mut acts = Vec::new();
    for prefix in OF_CONTEXT {
        let mut after = String::new();
        loop {
            let page = store.streams(prefix, &after, position, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            for stored in page.into_iter().flat_map(|(_, acts)| acts) {
                acts.push(stored.read()?);
            }
        }
    }
    acts.retain(Context::reads);
    acts.sort_by_key(|act| act.place.position);
    Ok(acts)
}

/// The calendar, the rules and the jurisdictions as held at a position.
///
/// # Errors
/// [`StoreError`].
pub async fn context_at(store: &Store, position: u64) -> Result<Context, StoreError> {
    let mut context = Context::default();
    context_acts(store, position).await?.iter().for_each(|act| context.apply(act));
    Ok(context)
}

/// Every matter of a kind, in the order of its stream's name, each given to `each` as it is read.
///
/// # Errors
/// [`StoreError`], or what `each` answers.
pub async fn every<E: From<StoreError>>(
    store: &Store,
    kind: StreamKind,
    question: Question,
    mut each: impl FnMut(Answer, &Context) -> Result<(), E>,
) -> Result<u64, E> {
    let context = context_at(store, question.known_at).await?.as_of(question.as_of);
    let prefix = format!("{kind}/");
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let page = store.streams(&prefix, &after, question.known_at, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        after.clone_from(last);
        for (name, acts) in page {
            let stream: StreamId = name.parse().map_err(|rule| StoreError::Damaged {
                position: acts.first().map_or(0, |act| act.position),
                finding: rule,
            })?;
            for answer in judged(&stream, &acts, &context, question.as_of)? {
                each(answer, &context)?;
                count += 1;
            }
        }
    }
}

/// Judges the cases that one stream's acts are under a context that already stands as of the day;
/// none of which nothing had happened by then.
///
/// # Errors
/// [`StoreError::Damaged`] when an act cannot be read.
pub fn judged(
    stream: &StreamId,
    acts: &[Stored],
    then: &Context,
    as_of: NaiveDate,
) -> Result<Vec<Answer>, StoreError> {
    let mut matter = Matter::default();
    for act in acts {
        matter.take(&act.read()?);
    }
    let answer = |case: &Cow<'_, Matter>| {
        let matter = case.as_of(as_of, &then.jurisdiction(case.site()?));
        let view = view_under(stream.kind(), &matter, then, as_of);
        matter.has_acts().then(|| Answer { stream: stream.clone(), matter, view })
    };
    Ok(matter.cases().iter().filter_map(answer).collect())
}
