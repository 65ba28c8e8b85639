//! 執筆: writes invented acts down, each with an id that follows from its time and its number.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Shanghai;
use serde_json::Value;
use serde_json::value::RawValue;
use tongjian_events::values::{Code, Name, StaffId, WindowId};
use tongjian_events::{
    Act, Actor, ActorKind, CATALOG, Entry, Refusal, SiteCode, Source, StreamId, Submission,
};

use super::faults::Drawn;
use super::place::Place;
use super::truth::Planted;
use crate::engine;

/// What was written and not yet received, and what was planted.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) written: Vec<(DateTime<Utc>, Act)>,
    pub(super) planted: Vec<Planted>,
    pub(super) drawn: Drawn,
    pub(super) cases: u64,
    /// Cases with a fault of their own.
    pub(super) faulty: u64,
    /// What is known of each site, by its number.
    pub(super) places: BTreeMap<u32, Place>,
    number: u64,
}

/// Who writes, and where.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) site: SiteCode,
    pub(super) window: Option<String>,
    pub(super) device: Option<String>,
    pub(super) staff: String,
    pub(super) post: &'static str,
}

impl Desk {
    /// Its window's number, `W0` where it has none.
    pub(super) fn window(&self) -> &str {
        self.window.as_deref().unwrap_or("W0")
    }
}

/// How an act comes in that is not entered when it happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Later {
    pub(super) when: When,
    pub(super) entry: Entry,
}

/// An act as written, to be referred to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) id: uuid::Uuid,
    pub(super) at: DateTime<FixedOffset>,
    pub(super) received_at: DateTime<Utc>,
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
            faulty: 0,
            places: BTreeMap::new(),
            number: 0,
        }
    }

    /// What is known of a site.
    pub(super) fn place(&mut self, number: u32) -> &mut Place {
        self.places.entry(number).or_default()
    }

    /// Notes a fault that was planted; only what shows by the end of the plan is told.
    pub(super) fn plant(
        &mut self,
        rule: &'static str,
        object: impl Into<String>,
        arises_on: NaiveDate,
        acts: &[Written],
    ) {
        self.planted.push(Planted::of(rule, object.into(), arises_on, acts));
    }

    /// Writes an act that is entered when it happens, or later: at the same window as 補錄, or by
    /// a device that had no line.
    pub(super) fn write(
        &mut self,
        desk: &Desk,
        when: When,
        later: Option<Later>,
        stream: &str,
        told: (&str, Value),
    ) -> Result<Written, Refusal> {
        let second = i64::try_from((self.number + 1) % 60).unwrap_or(0);
        let at = instant(when.on, when.minute)? + chrono::TimeDelta::seconds(second);
        self.write_at(desk, at, later, stream, told)
    }

    /// The same, at an instant.
    pub(super) fn write_at(
        &mut self,
        desk: &Desk,
        at: DateTime<Utc>,
        later: Option<Later>,
        stream: &str,
        (event, body): (&str, Value),
    ) -> Result<Written, Refusal> {
        let malformed = |rule: String| Refusal::Malformed { rule };
        self.number += 1;
        let occurred_at: DateTime<FixedOffset> = at.with_timezone(&Shanghai).fixed_offset();
        let parts = [b"tongjian simulation 1".as_slice(), stream.as_bytes(), event.as_bytes()];
        let number = self.number.to_be_bytes();
        let parts = [parts[0], parts[1], parts[2], &number];
        let id = engine::id(&occurred_at, &parts)
            .ok_or_else(|| malformed("nothing is simulated before 1970".into()))?;
        let row = CATALOG.iter().find(|row| row.wire_name() == event);
        let entry = later.map_or(Entry::Window, |later| later.entry);
        let device = desk.device.as_deref().map(Code::new).transpose().map_err(malformed)?;
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
            source: Source { site: desk.site.clone(), window, device, system: None, entry },
            evidence: Vec::new(),
            causation: None,
            correlation: None,
            body: RawValue::from_string(body.to_string())
                .map_err(|error| malformed(error.to_string()))?,
        };
        let received = match later {
            Some(Later { when, .. }) => instant(when.on, when.minute)?.max(at),
            None => at,
        };
        self.written.push((received, Act::check(submission)?));
        Ok(Written { id, at: occurred_at, received_at: received })
    }
}

/// Sets a member of a body.
pub(super) fn set(body: &mut Value, member: &str, value: impl Into<Value>) {
    if let Some(members) = body.as_object_mut() {
        members.insert(member.into(), value.into());
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
