//! Who an imported act is: ids that the same log gives again and again, so that an import that is
//! repeated, or made from another form of the same log, records nothing twice.

use chrono::{DateTime, FixedOffset, TimeZone as _, Utc};
use chrono_tz::Tz;
use tongjian_events::calendar::JurisdictionSet;
use tongjian_events::values::ApplicantRef;
use tongjian_events::{
    Act, Actor, ActorKind, CATALOG, Entry, Event, SiteCode, Source, StreamId, StreamKind,
    Submission,
};
use uuid::Uuid;

use super::mapping::Log;
use crate::engine;

/// Named in every hash, so that a later way of making ids can never meet this one.
const SCHEME: &str = "tongjian import 1";

/// An id of version 7: the milliseconds of `at`, then 74 bits of a hash of `parts`. `Err` for an
/// instant before 1970, which such an id cannot hold.
pub(super) fn id(at: &DateTime<FixedOffset>, parts: &[&[u8]]) -> Result<Uuid, String> {
    engine::id(at, &schemed(parts)).ok_or_else(|| {
        format!("{} lies before 1970, and an act's id cannot say so", at.to_rfc3339())
    })
}

/// The id of a record: its log, its case, its place in the case, its activity, its instant.
pub(super) fn of_record(
    log: &Log,
    case_id: &str,
    ordinal: u64,
    activity: &str,
    at: &DateTime<FixedOffset>,
) -> Result<Uuid, String> {
    let micros = at.timestamp_micros().to_be_bytes();
    let log = log.name.as_str().as_bytes();
    id(at, &[log, case_id.as_bytes(), &ordinal.to_be_bytes(), activity.as_bytes(), &micros])
}

/// An applicant of whom nothing was imported: another one for each case.
pub(super) fn applicant(log: &Log, case_id: &str) -> Result<ApplicantRef, String> {
    let parts = [log.name.as_str().as_bytes(), b"applicant", case_id.as_bytes()];
    let hash = engine::digest(&schemed(&parts));
    let digits: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    ApplicantRef::new(&format!("import-{digits}"))
}

/// The parts behind the name of the scheme.
fn schemed<'p>(parts: &[&'p [u8]]) -> Vec<&'p [u8]> {
    [SCHEME.as_bytes()].into_iter().chain(parts.iter().copied()).collect()
}

/// A submission of a log, checked. `role` is the post, `window` comes from the source.
pub(super) fn act(
    log: &Log,
    id: Uuid,
    stream: StreamId,
    occurred_at: DateTime<FixedOffset>,
    (role, source): (Option<tongjian_events::values::Name>, Source),
    event: &Event,
) -> Result<Act, (Option<String>, String)> {
    let row = CATALOG.iter().find(|row| row.wire_name() == event.wire_name());
    let version = row.map_or(0, |row| row.version);
    let body = event
        .to_json()
        .and_then(serde_json::value::RawValue::from_string)
        .map_err(|error| (None, error.to_string()))?;
    let actor = Actor { kind: ActorKind::Machine, id: log.actor.clone(), role, on_behalf_of: None };
    let submission = Submission {
        id,
        stream,
        event: event.wire_name().into(),
        version,
        occurred_at,
        actor,
        source,
        evidence: Vec::new(),
        causation: None,
        correlation: None,
        body,
    };
    Act::check(submission).map_err(|refusal| match refusal {
        tongjian_events::Refusal::BodyDoesNotMatchSchema { field, rule } => (Some(field), rule),
        other => (None, other.to_string()),
    })
}

/// Where a log's act was entered.
pub(super) fn entered(log: &Log, site: SiteCode) -> Source {
    let system = Some(log.name.clone());
    Source { site, window: None, device: None, system, entry: Entry::Import }
}

/// 轄區歷法 of one site of a log, in force from 1990 on: before any of its acts.
pub(super) fn jurisdiction(log: &Log, zone: Tz, body: JurisdictionSet) -> Result<Act, String> {
    let at = zone
        .with_ymd_and_hms(1990, 1, 1, 0, 0, 0)
        .earliest()
        .map_or_else(|| DateTime::<Utc>::UNIX_EPOCH.fixed_offset(), |at| at.fixed_offset());
    let stream = StreamId::new(StreamKind::Calendar, "jurisdictions")?;
    let source = entered(log, body.site.clone());
    let event = Event::from(body);
    let text = event.to_json().map_err(|error| error.to_string())?;
    let id = id(&at, &[log.name.as_str().as_bytes(), b"jurisdiction", text.as_bytes()])?;
    act(log, id, stream, at, (None, source), &event).map_err(|(_, rule)| rule)
}
