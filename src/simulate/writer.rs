//! 執筆: writes invented acts down, each with an id that follows from its time and its number.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Shanghai;
use serde_json::Value;
use serde_json::value::RawValue;
use tongjian_events::values::{Name, StaffId, WindowId};
use tongjian_events::{
    Act, Actor, ActorKind, CATALOG, Entry, Refusal, SiteCode, Source, StreamId, Submission,
};

use super::faults::{Drawn, Fault};
use crate::engine;

/// What was written and not yet received, and what was planted.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) written: Vec<(DateTime<Utc>, Act)>,
    pub(super) planted: Vec<(String, Fault)>,
    pub(super) drawn: Drawn,
    pub(super) cases: u64,
    number: u64,
}

/// Who writes, and where.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) site: SiteCode,
    pub(super) window: Option<String>,
    pub(super) staff: String,
    pub(super) post: &'static str,
}

/// An act as written, to be referred to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) id: uuid::Uuid,
    pub(super) at: DateTime<FixedOffset>,
}

/// A civil time of the city: a day and the minutes since its midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct When {
    pub(super) on: NaiveDate,
    pub(super) minute: u32,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            written: Vec::new(),
            planted: Vec::new(),
            drawn: Drawn::default(),
            cases: 0,
            number: 0,
        }
    }

    /// Writes an act that is entered when it happens, or `entered` later: the same day by a device
    /// that had no line, on a later one as 補錄.
    pub(super) fn write(
        &mut self,
        desk: &Desk,
        when: When,
        entered: Option<When>,
        stream: &str,
        (event, body): (&str, Value),
    ) -> Result<Written, Refusal> {
        let malformed = |rule: String| Refusal::Malformed { rule };
        self.number += 1;
        let second = i64::try_from(self.number % 60).unwrap_or(0);
        let at = instant(when.on, when.minute)? + chrono::TimeDelta::seconds(second);
        let occurred_at: DateTime<FixedOffset> = at.with_timezone(&Shanghai).fixed_offset();
        let parts = [b"tongjian simulation 1".as_slice(), stream.as_bytes(), event.as_bytes()];
        let number = self.number.to_be_bytes();
        let parts = [parts[0], parts[1], parts[2], &number];
        let id = engine::id(&occurred_at, &parts)
            .ok_or_else(|| malformed("nothing is simulated before 1970".into()))?;
        let row = CATALOG.iter().find(|row| row.wire_name() == event);
        let entry = match entered {
            None => Entry::Window,
            Some(later) if later.on > when.on => Entry::BackEntry,
            Some(_) => Entry::Offline,
        };
        let window = desk.window.as_deref().map(WindowId::new).transpose().map_err(malformed)?;
        let submission = Submission {
            id,
            stream: stream.parse::<StreamId>().map_err(malformed)?,
            event: event.into(),
            version: row.map_or(1, |row| row.version),
            occurred_at,
            actor: Actor {
                kind: ActorKind::Staff,
                id: StaffId::new(&desk.staff).map_err(malformed)?,
                role: Some(Name::new(desk.post).map_err(malformed)?),
                on_behalf_of: None,
            },
            source: Source { site: desk.site.clone(), window, device: None, system: None, entry },
            evidence: Vec::new(),
            causation: None,
            correlation: None,
            body: RawValue::from_string(body.to_string())
                .map_err(|error| malformed(error.to_string()))?,
        };
        let received = match entered {
            Some(later) => instant(later.on, later.minute)?.max(at),
            None => at,
        };
        self.written.push((received, Act::check(submission)?));
        Ok(Written { id, at: occurred_at })
    }
}

/// An instant of the city's civil time.
pub(super) fn instant(on: NaiveDate, minute: u32) -> Result<DateTime<Utc>, Refusal> {
    let nowhere = || Refusal::Malformed { rule: format!("{on} has no such minute") };
    let on = on.checked_add_days(Days::new(u64::from(minute / 1_440))).ok_or_else(nowhere)?;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minute % 1_440 * 60, 0);
    let civil = on.and_time(time.ok_or_else(nowhere)?);
    Ok(Shanghai.from_local_datetime(&civil).earliest().ok_or_else(nowhere)?.to_utc())
}
