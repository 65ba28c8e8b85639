//! 驗真: proves that the chronicle is what was written: every byte is hashed anew, and every
//! column compared with the envelope beside it. The first position that differs is named.

use chrono::{DateTime, Utc};
use tongjian_events::recorded::{chain, leaf};
use tongjian_events::{Act, Recorded};

use crate::store::{Head, Store, StoreError};

/// How many acts are read at a time.
const PAGE: u32 = 2_000;

/// One act with everything that the database says of it beside the envelope.
#[derive(Debug)]
pub(crate) struct HeldRow {
    pub(crate) position: u64,
    pub(crate) stream: String,
    pub(crate) stream_version: u64,
    pub(crate) id: Vec<u8>,
    pub(crate) event: String,
    pub(crate) occurred_at: i64,
    pub(crate) recorded_at: i64,
    pub(crate) envelope: Vec<u8>,
    pub(crate) leaf: Vec<u8>,
    pub(crate) chain: Vec<u8>,
    /// Whether the version before it stands in its stream at an earlier position, or it is the
    /// first and its stream is known by it.
    pub(crate) follows: bool,
}

/// Proves the chronicle up to its present head, and answers that head.
///
/// `progress` is told how many acts are proven and how many there are.
///
/// # Errors
/// [`StoreError::Damaged`] with the first position that differs, and what differs there.
pub async fn verify(store: &Store, mut progress: impl FnMut(u64, u64)) -> Result<Head, StoreError> {
    let head = store.head().await?;
    let mut proof = Proof { position: 0, recorded_at: i64::MIN, chain: [0; 32] };
    while proof.position < head.position {
        let rows = store.held_rows(proof.position, head.position, PAGE).await?;
        if rows.is_empty() {
            return Err(damaged(proof.position + 1, "it is missing, and all after it".into()));
        }
        for row in &rows {
            proof.take(row)?;
        }
        progress(proof.position, head.position);
    }
    if let Some((stream, position)) = store.wrong_stream().await? {
        let finding = format!("the register says `{stream}` begins here, and it does not");
        return Err(damaged(position, finding));
    }
    proof.ends_at(&head)?;
    Ok(head)
}

/// What follows from the acts proven so far.
struct Proof {
    position: u64,
    recorded_at: i64,
    chain: [u8; 32],
}

impl Proof {
    fn take(&mut self, row: &HeldRow) -> Result<(), StoreError> {
        let position = self.position + 1;
        let differs = |finding: &str| Err(damaged(position, finding.into()));
        if row.position != position {
            return differs(&format!("it is missing; the next act stands at {}", row.position));
        }
        let hash = leaf(&row.envelope);
        if row.leaf != hash {
            return differs("the leaf is not the hash of the envelope");
        }
        let recorded = Recorded::read(&row.envelope).map_err(|refusal| {
            damaged(position, format!("the envelope cannot be read: {refusal}"))
        })?;
        if let Some(column) = other_column(row, &recorded) {
            return differs(&format!("the column `{column}` is not what the envelope says"));
        }
        let place = recorded.place;
        let again = Act::recorded(recorded.submission).map(|act| act.envelope(&place));
        if again.as_ref() != Ok(&row.envelope) {
            return differs("the envelope is not in its canonical form");
        }
        if row.recorded_at < self.recorded_at {
            return differs("it was recorded before the act that precedes it");
        }
        if !row.follows {
            return differs("it does not follow the version before it in its stream");
        }
        let chain = chain(&self.chain, &hash);
        if row.chain != chain {
            return differs(
                "the chain does not follow from it: the act was replaced together with its hash, \
                 or the one before it together with its chain",
            );
        }
        *self = Self { position, recorded_at: row.recorded_at, chain };
        Ok(())
    }

    fn ends_at(&self, head: &Head) -> Result<(), StoreError> {
        let last = DateTime::from_timestamp_micros(self.recorded_at);
        let last = if self.position == 0 { Some(DateTime::<Utc>::UNIX_EPOCH) } else { last };
        if last != Some(head.recorded_at) {
            let finding = "the head's recorded time is not that of the last act";
            return Err(damaged(head.position, finding.into()));
        }
        if self.chain != head.chain {
            return Err(damaged(
                head.position,
                "the head's chain is not that of the last act".into(),
            ));
        }
        Ok(())
    }
}

/// The first column that says something else than the envelope.
fn other_column(row: &HeldRow, recorded: &Recorded) -> Option<&'static str> {
    let submission = &recorded.submission;
    let place = &recorded.place;
    let columns = [
        ("position", row.position == place.position),
        ("stream", row.stream == submission.stream.as_str()),
        ("stream_version", row.stream_version == place.stream_version),
        ("event_id", row.id == submission.id.as_bytes()),
        ("event", row.event == submission.event),
        ("occurred_at", row.occurred_at == submission.occurred_at.timestamp_micros()),
        ("recorded_at", row.recorded_at == place.recorded_at.timestamp_micros()),
    ];
    columns.into_iter().find(|(_, same)| !same).map(|(column, _)| column)
}

fn damaged(position: u64, finding: String) -> StoreError {
    StoreError::Damaged { position, finding }
}
