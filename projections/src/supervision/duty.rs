//! 值守事項: what falls due by itself. A duty follows from what the chronicle holds; the watchman
//! appends it when its moment has come. It names how many acts its stream must hold, so that of
//! several watchmen one appends it and a restart repeats nothing; once it stands in its stream it
//! no longer follows.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone as _};
use tongjian_events::{Event, StreamId};

use super::fact::said;
use crate::context::Jurisdiction;
use crate::{Cell, Column, instant, integer, text};

/// One duty.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// The stream it is appended to.
    pub stream: StreamId,
    /// How many acts the stream holds before it.
    pub after: u64,
    /// When it falls due.
    pub due_at: DateTime<FixedOffset>,
    /// When it is pointless, if nobody appended it before.
    pub until_at: Option<DateTime<FixedOffset>>,
    /// Whether it happens by law at the moment it falls due, whoever appends it when. What the
    /// supervising body does happens when it is appended.
    pub by_law: bool,
    /// What happens.
    pub event: Event,
}

/// The columns of a table of duties, after the key.
pub const COLUMNS: &[Column] = &[
    text("stream"),
    integer("after"),
    instant("due_at"),
    instant("until_at"),
    integer("by_law"),
    text("event"),
    text("body"),
];
/// Its indexes.
pub const INDEXES: &[&[&str]] = &[&["due_at"]];

impl Duty {
    /// Its line.
    #[must_use]
    pub fn line(&self) -> Vec<Cell> {
        vec![
            self.stream.to_string().into(),
            self.after.into(),
            self.due_at.timestamp_micros().into(),
            self.until_at.map(|at| at.timestamp_micros()).into(),
            self.by_law.into(),
            Cell::Word(self.event.wire_name()),
            said(self.event.to_json()).into(),
        ]
    }
}

/// The first moment of a civil day at a place; `None` outside the time that clocks can show.
#[must_use]
pub fn first_moment(place: &Jurisdiction<'_>, on: NaiveDate) -> Option<DateTime<FixedOffset>> {
    let midnight = on.and_time(NaiveTime::MIN);
    Some(place.time_zone.from_local_datetime(&midnight).earliest()?.fixed_offset())
}

/// The moment at which a civil day is over.
#[must_use]
pub fn end_of(place: &Jurisdiction<'_>, on: NaiveDate) -> Option<DateTime<FixedOffset>> {
    first_moment(place, on.checked_add_days(Days::new(1))?)
}
