//! 通報: every bulletin as it stands, whom it reached, and what is irregular in its making. The
//! numbers of one organ and year are kept under a key of their own, since two bulletins may claim
//! one of them.

mod course;
mod numbers;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use serde::{Deserialize, Serialize};
use tongjian_events::{Event, Recorded, Row as CatalogRow, SiteCode, StreamKind};

use crate::context::{Context, Jurisdiction};
use crate::deadlines::positions;
use crate::matter::{Effective, Matter};
use crate::{Cell, Lines, Projection, Span, Table, day, integer, text};
use course::Course;
use numbers::Given;

/// 通報投影: one row per bulletin, and one per series of numbers.
#[derive(Debug)]
pub struct Bulletins;

/// What is known under one key; a bulletin fills its parts, a series of numbers its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heard {
    /// Who entered the first act, and its position.
    site: Option<(u64, SiteCode)>,
    /// A bulletin: its acts, without deliveries and readings.
    life: Matter,
    /// Whom it reached.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    units: BTreeMap<String, Reached>,
    /// A series: the numbers given, in order of position.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    given: Vec<Given>,
}

/// An instant in microseconds, and the act that shows it: the order of what happened.
type Moment = (i64, u64);

/// 送達與閱讀: when a unit first got a bulletin, and first opened it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Reached {
    delivered: Option<Moment>,
    read: Option<Moment>,
}

/// 通報異常: one thing irregular, with the acts that show it.
struct Irregular {
    kind: &'static str,
    arises_on: NaiveDate,
    positions: Vec<u64>,
    detail: String,
}

const BULLETINS: Table = Table {
    name: "bulletins",
    columns: &[
        text("kind"),
        text("scope"),
        text("title"),
        day("from_on"),
        day("until_on"),
        integer("until_position"),
        integer("calendar_position"),
        text("content_digest"),
        integer("drafts"),
        day("drafted_on"),
        text("drafted_by"),
        integer("draft_position"),
        day("reviewed_on"),
        text("reviewed_by"),
        text("verdict"),
        day("signed_on"),
        text("signer"),
        text("organ_code"),
        integer("year"),
        integer("serial_no"),
        day("numbered_on"),
        day("issued_on"),
        integer("issue_position"),
        integer("delivered"),
        integer("read"),
        integer("errata"),
        integer("last_erratum_position"),
        integer("last_erratum_until_position"),
        day("closed_on"),
        text("standing"),
    ],
    indexes: &[
        &["drafted_on", "key"],
        &["scope", "from_on"],
        &["organ_code", "year", "serial_no"],
        &["standing", "until_on"],
    ],
};

const DELIVERIES: Table = Table {
    name: "bulletin_deliveries",
    columns: &[text("unit"), text("addressed"), day("delivered_on"), day("read_on")],
    indexes: &[&["unit", "delivered_on"]],
};

const IRREGULARITIES: Table = Table {
    name: "bulletin_irregularities",
    columns: &[
        text("kind"),
        text("site"),
        day("arises_on"),
        integer("first_position"),
        text("positions"),
        text("detail"),
    ],
    indexes: &[&["kind", "arises_on"], &["arises_on", "key"]],
};

impl Projection for Bulletins {
    type Row = Heard;

    const NAME: &'static str = "bulletins";
    const EDITION: u32 = 1;
    const TABLES: &'static [Table] = &[BULLETINS, DELIVERIES, IRREGULARITIES];

    fn reads(row: &CatalogRow) -> bool {
        row.stream == StreamKind::Bulletin
    }

    fn touches(act: &Recorded) -> Vec<String> {
        let series = match &act.event {
            Event::BulletinNumbered(body) => Some(numbers::key(body)),
            _ => None,
        };
        [act.submission.stream.to_string()].into_iter().chain(series).collect()
    }

    fn fold(row: &mut Option<Heard>, key: &str, act: &Recorded) {
        let row = row.get_or_insert_default();
        let position = act.place.position;
        if row.site.as_ref().is_none_or(|(first, _)| position < *first) {
            row.site = Some((position, act.submission.source.site.clone()));
        }
        let moment = (act.submission.occurred_at.timestamp_micros(), position);
        let stream = act.submission.stream.as_str();
        match &act.event {
            Event::BulletinNumbered(body) if stream != key => {
                numbers::take(&mut row.given, Given::of(body, moment, stream));
            }
            Event::BulletinDelivered(body) => {
                first(&mut row.units.entry(body.unit.to_string()).or_default().delivered, moment);
            }
            Event::BulletinRead(body) => {
                first(&mut row.units.entry(body.unit.to_string()).or_default().read, moment);
            }
            _ => row.life.take(act),
        }
    }

    fn derive(key: &str, row: &Heard, context: &Context, out: &mut Lines) -> Option<Span> {
        let (_, entered_at) = row.site.as_ref()?;
        let place = context.jurisdiction(entered_at);
        let view = row.life.effective(&place);
        let mut course = Course::of(&view.acts);
        let reached = course.reached(&row.units, &place);
        let scope = course.draft().map_or(entered_at, |(_, draft)| &draft.basis.scope).clone();
        if let Some(line) = line(&course, row) {
            out.0.push((0, line));
            out.0.extend(reached.into_iter().map(|line| (1, line)));
        }
        let mut irregular = course.irregular;
        irregular.extend(numbers::irregular(&row.given, key, &place));
        out.0.extend(irregular.into_iter().map(|found| (2, found.line(&scope))));
        span(row, &view.acts, &place)
    }
}

/// The earlier of two moments stays.
fn first(held: &mut Option<Moment>, moment: Moment) {
    *held = Some(held.map_or(moment, |held| held.min(moment)));
}

/// The civil day of a moment.
fn day_of((micros, _): Moment, place: &Jurisdiction<'_>) -> NaiveDate {
    let at = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    place.day_of(at)
}

/// The time zone bears on every day that is shown.
fn span(row: &Heard, acts: &[Effective<'_>], place: &Jurisdiction<'_>) -> Option<Span> {
    let reached = row.units.values().flat_map(|unit| [unit.delivered, unit.read]).flatten();
    let moments = reached.chain(row.given.iter().map(Given::moment));
    let days: BTreeSet<NaiveDate> =
        moments.map(|moment| day_of(moment, place)).chain(acts.iter().map(Effective::on)).collect();
    Some(Span { from: *days.first()?, to: *days.last()? })
}

/// The line of a bulletin, once it was drafted.
fn line(course: &Course<'_>, row: &Heard) -> Option<Vec<Cell>> {
    let (drafted, draft) = course.draft()?;
    let review = course.review;
    let signature = course.signature;
    let number = course.number;
    let reached = |of: fn(&Reached) -> Option<Moment>| {
        row.units.values().filter(|unit| of(unit).is_some()).count() as u64
    };
    let erratum = course.errata.last();
    Some(vec![
        draft.kind.to_string().into(),
        draft.basis.scope.to_string().into(),
        draft.title.to_string().into(),
        draft.basis.period.from_on.into(),
        draft.basis.period.until_on.into(),
        draft.basis.until_position.0.into(),
        draft.basis.calendar_position.map(|position| position.0).into(),
        draft.content_digest.to_string().into(),
        course.drafted.into(),
        drafted.on().into(),
        drafted.act.actor.to_string().into(),
        drafted.position().into(),
        review.map(|(act, _)| act.on()).into(),
        review.map(|(act, _)| act.act.actor.to_string()).into(),
        review.map(|(_, verdict)| verdict.to_string()).into(),
        signature.map(|(act, _)| act.on()).into(),
        signature.map(|(_, signer)| signer.to_string()).into(),
        number.map(|(_, body)| body.organ_code.to_string()).into(),
        number.map(|(_, body)| i64::from(body.year.get())).into(),
        number.map(|(_, body)| i64::from(body.serial_no.get())).into(),
        number.map(|(act, _)| act.on()).into(),
        course.issue.map(|(_, body)| body.issued_on).into(),
        course.issue.map(|(act, _)| act.position()).into(),
        reached(|unit| unit.delivered).into(),
        reached(|unit| unit.read).into(),
        (course.errata.len() as u64).into(),
        erratum.map(|(act, _)| act.position()).into(),
        erratum.map(|(_, body)| body.basis.until_position.0).into(),
        course.closed.map(Effective::on).into(),
        Cell::Word(course.standing.as_str()),
    ])
}

impl Irregular {
    fn new(
        kind: &'static str,
        arises_on: NaiveDate,
        mut positions: Vec<u64>,
        detail: String,
    ) -> Self {
        positions.sort_unstable();
        Self { kind, arises_on, positions, detail }
    }

    fn line(self, site: &SiteCode) -> Vec<Cell> {
        vec![
            Cell::Word(self.kind),
            site.to_string().into(),
            self.arises_on.into(),
            self.positions.first().copied().into(),
            positions(&self.positions).into(),
            self.detail.into(),
        ]
    }
}
