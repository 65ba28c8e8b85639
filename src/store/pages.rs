//! What was read, put together: the same for every backend.

use super::{StoreError, Stored};

/// Streams, each with its acts.
pub(super) type Streams = Vec<(String, Vec<Stored>)>;

/// Takes the next act of a page; one that does not follow the last is damage, never a wait.
pub(super) fn follow(acts: &mut Vec<Stored>, after: u64, act: Stored) -> Result<(), StoreError> {
    let expected = acts.last().map_or(after, |last| last.position).saturating_add(1);
    if act.position != expected {
        let finding = format!("it is missing; the next act stands at {}", act.position);
        return Err(StoreError::Damaged { position: expected, finding });
    }
    acts.push(act);
    Ok(())
}

/// Acts in order of their streams' names, by stream.
pub(super) fn grouped(
    rows: impl Iterator<Item = Result<(String, Stored), StoreError>>,
) -> Result<Streams, StoreError> {
    let mut streams = Streams::new();
    for row in rows {
        let (name, act) = row?;
        match streams.last_mut() {
            Some((last, acts)) if *last == name => acts.push(act),
            _ => streams.push((name, vec![act])),
        }
    }
    Ok(streams)
}

/// What a page of so many acts holds whole.
pub(super) enum Page {
    /// These streams. One that the limit cut comes first in the next page.
    Whole(Streams),
    /// One stream alone, which the limit cut: it must be read by itself.
    Cut(String),
}

/// The streams that a page holds whole. The last one may go on past the limit.
pub(super) fn page(mut streams: Streams, limit: u32) -> Page {
    let acts: usize = streams.iter().map(|(_, acts)| acts.len()).sum();
    if acts < usize::try_from(limit).unwrap_or(usize::MAX) {
        return Page::Whole(streams);
    }
    match streams.pop() {
        Some((name, _)) if streams.is_empty() => Page::Cut(name),
        _ => Page::Whole(streams),
    }
}
