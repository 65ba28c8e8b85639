//! The chronicle of a scenario: acts written as lines of text, under the shipped notices and rules.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeZone as _};
use serde_json::{Value, json};
use tongjian_events::recorded::Place;
use tongjian_events::{Act, Event, Recorded, Submission, policy};
use uuid::Uuid;

/// A scenario's chronicle.
pub(crate) struct Log {
    pub(crate) base: usize,
    pub(crate) acts: Vec<Recorded>,
}

impl Log {
    pub(crate) fn with_shipped_context() -> Self {
        let mut log = Self { base: 0, acts: Vec::new() };
        let rules = policy::shipped_clock_rules().unwrap();
        let mut shipped = tongjian_events::calendar::shipped_notices().unwrap();
        shipped.push(Event::from(rules));
        shipped.extend(policy::shipped_policies().unwrap().into_iter().map(|(_, policy)| policy));
        for event in shipped {
            let stream = event.wire_name().split('.').next().unwrap().to_owned();
            let body = event.to_json().unwrap();
            let at = at("2004-01-01T00:00").unwrap();
            let event = event.wire_name();
            log.record(
                &format!("{stream}/shipped"),
                event,
                None,
                at,
                at,
                "S-0",
                (SITE, "window"),
                &body,
            )
            .unwrap();
        }
        log.base = log.acts.len();
        log
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn record(
        &mut self,
        stream: &str,
        event: &str,
        version: Option<u16>,
        occurred_at: DateTime<FixedOffset>,
        recorded_at: DateTime<FixedOffset>,
        actor: &str,
        (site, entry): (&str, &str),
        body: &str,
    ) -> Result<(), String> {
        let actor = json!({ "kind": "staff", "id": actor });
        let source = json!({ "site": site, "entry": entry });
        self.record_from(stream, event, version, (occurred_at, recorded_at), (actor, source), body)
    }

    fn record_from(
        &mut self,
        stream: &str,
        event: &str,
        version: Option<u16>,
        (occurred_at, recorded_at): (DateTime<FixedOffset>, DateTime<FixedOffset>),
        (actor, source): (Value, Value),
        body: &str,
    ) -> Result<(), String> {
        let position = self.acts.len() as u64 + 1;
        let id = id_at(self.acts.len() + 1);
        let row = tongjian_events::CATALOG.iter().find(|row| row.wire_name() == event);
        let version = version.or(row.map(|row| row.version)).unwrap_or(1);
        let submission = json!({
            "id": id, "stream": stream, "event": event, "version": version,
            "occurred_at": occurred_at.to_rfc3339(), "actor": actor, "source": source,
            "body": serde_json::from_str::<Value>(body).map_err(|e| e.to_string())?,
        });
        let submission: Submission =
            serde_json::from_str(&submission.to_string()).map_err(|e| e.to_string())?;
        let act = Act::check(submission).map_err(|refusal| refusal.to_string())?;
        let of_stream = self.acts.iter().filter(|a| a.submission.stream.as_str() == stream).count();
        let place = Place {
            position,
            stream_version: of_stream as u64 + 1,
            recorded_at: recorded_at.to_utc(),
        };
        let recorded =
            Recorded::read(&act.envelope(&place)).map_err(|refusal| refusal.to_string())?;
        self.acts.push(recorded);
        Ok(())
    }

    pub(crate) fn take(&mut self, line: &str) -> Result<(), String> {
        let (when, mut rest) = line.split_once(' ').ok_or("no act")?;
        let occurred = at(when)?;
        let mut entered = occurred;
        if let Some(inner) = rest.strip_prefix("(entered ") {
            let (time, after) = inner.split_once(") ").ok_or("unclosed (entered …)")?;
            entered = at(time)?;
            rest = after;
        }
        let (head, body) = rest.split_at(rest.find(" {").ok_or("no body")?);
        let words: Vec<&str> = head.split_whitespace().collect();
        let (event, version) = match words[1].split_once('@') {
            Some((event, version)) => (event, Some(version.parse().map_err(|_| "bad version")?)),
            None => (words[1], None),
        };
        let after = |word: &str| {
            words.iter().position(|w| *w == word).and_then(|at| words.get(at + 1)).copied()
        };
        let mut body = body.trim().to_owned();
        // An act may name one that comes after it.
        let so_far = self.acts.len() - self.base;
        for number in 1..=so_far + 9 {
            let position = self.base + number;
            body = body.replace(&format!("\"@{number}\""), &format!("\"{}\"", id_at(position)));
            if number <= so_far {
                body = body.replace(&format!("\"#{number}\""), &format!("\"{position}\""));
            }
        }
        let kind = after("as").unwrap_or("staff");
        let actor = json!({ "kind": kind, "id": after("by").unwrap_or("S-1") });
        let (site, entry) = (after("at").unwrap_or(SITE), after("entry").unwrap_or("window"));
        let mut source = json!({ "site": site, "entry": entry });
        for place in ["window", "device"] {
            if let Some(named) = after(place) {
                source[place] = named.into();
            }
        }
        self.record_from(words[0], event, version, (occurred, entered), (actor, source), &body)
    }
}

/// The id of the act at a position.
fn id_at(position: usize) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | position as u128)
}

const SITE: &str = "320600000000";

pub(crate) fn at(text: &str) -> Result<DateTime<FixedOffset>, String> {
    if let Ok(at) = tongjian_events::instant::parse(text) {
        return Ok(at);
    }
    let shanghai = FixedOffset::east_opt(8 * 3600).unwrap();
    let civil = match text.parse::<NaiveDate>() {
        Ok(day) => day.and_hms_opt(10, 0, 0).unwrap(),
        Err(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
            .map_err(|e| format!("{text}: {e}"))?,
    };
    Ok(shanghai.from_local_datetime(&civil).unwrap())
}
