//! 收件端登記: from when on a receiver gets letters. It is an act, of a stream of the receiver's
//! own, so that every restart and every replica knows it; the first that looks appends it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_events::bulletin::BulletinReceiverRegistered;
use tongjian_events::values::Digest;
use tongjian_events::{Event, StreamId, StreamKind};

use super::Due;
use crate::bulletin::life::{Bulletin, LifeError};
use crate::engine;
use crate::store::{Command, Expected, Store};

/// From when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// It got letters before receivers were registered: everything.
    Ever,
    /// What was issued after this position.
    Position(u64),
    /// What is dated on this day or later.
    Day(NaiveDate),
}

impl Since {
    /// Whether a letter goes there.
    pub(super) fn wants(self, due: &Due<'_>) -> bool {
        match self {
            Self::Ever => true,
            Self::Position(position) => due.position > position,
            Self::Day(day) => due.dated_on >= day,
        }
    }
}

/// What is on record of a receiver; of one that is new, `from_on` is recorded now.
///
/// # Errors
/// [`LifeError`].
pub(super) async fn since(
    (store, now): (&Store, DateTime<Utc>),
    receiver: &Digest,
    from_on: Option<NaiveDate>,
    bulletins: &[Bulletin],
) -> Result<Since, LifeError> {
    let (_, hex) = receiver.as_str().rsplit_once(':').unwrap_or(("", receiver.as_str()));
    let name = format!("receiver-{hex}");
    let stream = StreamId::new(StreamKind::Bulletin, &name).map_err(LifeError::Unlawful)?;
    if let Some(since) = recorded(store, &stream).await? {
        return Ok(since);
    }
    let has_letters = |held: &Bulletin| held.handed_over.iter().any(|(of, _)| of == receiver);
    if bulletins.iter().any(has_letters) {
        return Ok(Since::Ever);
    }
    let event = BulletinReceiverRegistered { receiver: receiver.clone(), from_on }.into();
    let act = engine::act(stream.clone(), &event, now.with_timezone(&Shanghai).fixed_offset())?;
    let (expected, acts) = (Expected::New, vec![act]);
    let command = Command { stream: stream.clone(), expected, acts, received_at: now };
    match store.append(command).await.map_err(LifeError::from) {
        Ok(_) => {}
        // Another registered it; what he said stands.
        Err(error) if error.is_conflict() => {}
        Err(error) => return Err(error),
    }
    recorded(store, &stream).await?.ok_or(LifeError::Busy)
}

async fn recorded(store: &Store, stream: &StreamId) -> Result<Option<Since>, LifeError> {
    for stored in store.stream(stream, 0, 16).await? {
        if let Event::BulletinReceiverRegistered(body) = stored.read()?.event {
            let since = body.from_on.map_or(Since::Position(stored.position), Since::Day);
            return Ok(Some(since));
        }
    }
    Ok(None)
}
