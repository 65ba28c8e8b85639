//! `tongjian cases`: one row per case, as it stood on a day, by what the chronicle held.

use std::io::Write;

use anyhow::Context as _;
use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use tongjian_events::{StreamKind, instant};
use tongjian_projections::Context;
use tongjian_projections::clock::{ClockKind, Limit};
use tongjian_projections::view::ClockView;

use super::data::{Data, remember};
use crate::cases::{self, Answer, Question};
use crate::clock::Clock;
use crate::query::{KnownAt, Queries};
use crate::store::Store;

/// 逐案查閱: which cases, when, and in which form.
#[derive(Debug, Args)]
pub struct CasesQuestion {
    #[command(flatten)]
    data: Data,
    /// CSV, or JSON with one object per line
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
    /// The day whose end is asked for; today where nothing is said
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    as_of: Option<NaiveDate>,
    /// What the chronicle held: a position, or an instant such as 2008-09-01T12:00:00+08:00
    #[arg(long, value_name = "POSITION|INSTANT")]
    known_at: Option<String>,
    /// A measure: as if so many working days ran from the first act to the last; may be repeated
    #[arg(long = "limit", value_name = "WORKING_DAYS")]
    measures: Vec<u16>,
}

/// In which form the rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Json,
}

/// The clocks that have columns of their own; the others share one.
const COLUMNS: [ClockKind; 7] = [
    ClockKind::Receipt,
    ClockKind::Promised,
    ClockKind::Statutory,
    ClockKind::LowerReview,
    ClockKind::UpperLeg,
    ClockKind::Delivery,
    ClockKind::Renewal,
];

/// What is said of each of them.
const OF_CLOCK: [&str; 7] =
    ["limit", "started_on", "due_on", "provisional", "ended_on", "standing", "overdue"];

/// What is said of a case before its clocks.
const OF_CASE: [&str; 22] = [
    "case_id",
    "site",
    "item",
    "handling",
    "acts",
    "first_act_at",
    "last_act_at",
    "first_on",
    "last_on",
    "duration_seconds",
    "working_days",
    "received_on",
    "accepted_on",
    "deemed_accepted",
    "decided_on",
    "outcome",
    "closed_on",
    "closure",
    "stated_started_at",
    "stated_due_at",
    "stated_ended_at",
    "stated_outcome",
];

/// Answers on `out`.
///
/// # Errors
/// When the chronicle cannot be read, or `out` not written.
pub async fn run(asked: &CasesQuestion, clock: &Clock, out: &mut dyn Write) -> anyhow::Result<()> {
    let store = asked.data.open_existing().await?;
    let question = question(&store, asked.as_of, asked.known_at.as_deref(), clock).await?;
    let Question { as_of, known_at } = question;
    remember(&store, *clock, "cases", format!("as_of={as_of}&known_at={known_at}")).await;
    let mut rows: Box<dyn Rows + '_> = match asked.format {
        Form::Csv => Box::new(CsvRows::new(&asked.measures, out)?),
        Form::Json => Box::new(JsonRows { measures: &asked.measures, out }),
    };
    cases::every(&store, StreamKind::Case, question, |answer, context| {
        rows.write(&answer, context)
    })
    .await?;
    rows.flush()
}

/// The day and the position asked for.
async fn question(
    store: &Store,
    as_of: Option<NaiveDate>,
    known_at: Option<&str>,
    clock: &Clock,
) -> anyhow::Result<Question> {
    let known_at = known_at.map(str::parse::<KnownAt>).transpose();
    let known_at = known_at
        .map_err(|rule| anyhow::anyhow!("--known-at: neither a position nor an instant: {rule}"))?;
    let known_at = Queries::new(store.clone(), *clock, None).position_of(known_at).await?;
    let today = clock.now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    Ok(Question { as_of: as_of.unwrap_or(today), known_at })
}

trait Rows {
    fn write(&mut self, answer: &Answer, context: &Context) -> anyhow::Result<()>;
    fn flush(&mut self) -> anyhow::Result<()>;
}

struct JsonRows<'o> {
    measures: &'o [u16],
    out: &'o mut dyn Write,
}

impl Rows for JsonRows<'_> {
    fn write(&mut self, answer: &Answer, context: &Context) -> anyhow::Result<()> {
        let mut row = serde_json::to_value(&answer.view)?;
        if let Some(row) = row.as_object_mut() {
            row.insert("case_id".into(), answer.stream.name().into());
            let measured = self.measures.iter().map(|days| {
                let (within, due, on_time) = measured(answer, context, *days);
                json!({"working_days": days, "within": within, "due_on": due, "on_time": on_time})
            });
            row.insert("measures".into(), Value::Array(measured.collect()));
        }
        serde_json::to_writer(&mut *self.out, &row)?;
        self.out.write_all(b"\n").context("cannot write the answer")
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        self.out.flush().context("cannot write the answer")
    }
}

struct CsvRows<'o> {
    measures: &'o [u16],
    out: csv::Writer<&'o mut dyn Write>,
}

impl<'o> CsvRows<'o> {
    fn new(measures: &'o [u16], out: &'o mut dyn Write) -> anyhow::Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        let mut header: Vec<String> = OF_CASE.map(str::to_owned).to_vec();
        for kind in COLUMNS {
            header.extend(OF_CLOCK.map(|of| format!("{}_{of}", kind.as_str())));
        }
        header.push("other_clocks".into());
        header.push("findings".into());
        for days in measures {
            header.extend(["within", "due", "ontime"].map(|of| format!("{of}_{days}")));
        }
        out.write_record(&header)?;
        Ok(Self { measures, out })
    }
}

impl Rows for CsvRows<'_> {
    fn write(&mut self, answer: &Answer, context: &Context) -> anyhow::Result<()> {
        let mut row = of_case(answer, context)?;
        let clocks = &answer.view.clocks;
        for kind in COLUMNS {
            row.extend(of_clock(clocks.iter().find(|view| view.clock.kind == kind)));
        }
        let others = clocks.iter().filter(|view| !COLUMNS.contains(&view.clock.kind));
        row.push(others.map(in_words).collect::<Vec<_>>().join("; "));
        let findings = answer.view.findings.iter().map(|finding| finding.kind.as_str());
        row.push(findings.collect::<Vec<_>>().join(";"));
        for days in self.measures {
            let (within, due, on_time) = measured(answer, context, *days);
            row.extend([flag(within), text(due), flag(on_time)]);
        }
        self.out.write_record(&row).context("cannot write the answer")
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        self.out.flush().context("cannot write the answer")
    }
}

fn of_case(answer: &Answer, context: &Context) -> anyhow::Result<Vec<String>> {
    let s = &answer.view.summary;
    let zone = s.site.as_ref().map(|site| context.jurisdiction(site).time_zone);
    let civil = |at: Option<DateTime<FixedOffset>>| {
        at.map_or(String::new(), |at| match zone {
            Some(zone) => instant::text(&at.with_timezone(&zone).fixed_offset()),
            None => instant::text(&at),
        })
    };
    let stated = s.stated.as_ref();
    let duration = s.first_act_at.zip(s.last_act_at).map(|(first, last)| last - first);
    Ok(vec![
        answer.stream.name().into(),
        text(s.site.as_ref()),
        text(s.item.as_ref()),
        word(&s.handling)?,
        s.acts.to_string(),
        civil(s.first_act_at),
        civil(s.last_act_at),
        text(s.first_on),
        text(s.last_on),
        duration.map_or(String::new(), seconds),
        text(s.working_days),
        text(s.received_on),
        text(s.accepted_on),
        u8::from(s.deemed_accepted).to_string(),
        text(s.decided_on),
        word(&s.outcome)?,
        text(s.closed_on),
        word(&s.closure)?,
        civil(stated.and_then(|stated| stated.started_at)),
        civil(stated.and_then(|stated| stated.due_at)),
        civil(stated.and_then(|stated| stated.ended_at)),
        text(stated.map(|stated| stated.outcome.as_str())),
    ])
}

fn of_clock(view: Option<&ClockView>) -> Vec<String> {
    let Some(view) = view else { return vec![String::new(); OF_CLOCK.len()] };
    let clock = &view.clock;
    let limit = match clock.limit {
        Limit::WorkingDays(days) | Limit::CalendarDays(days) => {
            (days + clock.extended_by).to_string()
        }
        Limit::FixedDay | Limit::None => String::new(),
    };
    vec![
        limit,
        clock.started_on.to_string(),
        text(clock.due_on),
        u8::from(clock.provisional).to_string(),
        text(clock.ended_on),
        view.standing.as_str().into(),
        text(view.working_days_overdue),
    ]
}

/// A clock without columns of its own, in one phrase.
fn in_words(view: &ClockView) -> String {
    let clock = &view.clock;
    let subject = clock.subject.as_ref().map_or(String::new(), |subject| format!(" {subject}"));
    let due = clock.due_on.map_or(String::new(), |due| format!(" due {due}"));
    format!("{}{subject}{due} {}", clock.kind.as_str(), view.standing.as_str())
}

/// As if so many working days ran from the first act's day to the last act's: whether the working
/// days used stay within, the due day, and whether the last act's day is not after it.
fn measured(
    answer: &Answer,
    context: &Context,
    days: u16,
) -> (Option<bool>, Option<NaiveDate>, Option<bool>) {
    let s = &answer.view.summary;
    let within = s.working_days.map(|used| used <= i64::from(days));
    let due = s.site.as_ref().zip(s.first_on).and_then(|(site, first)| {
        context.jurisdiction(site).calendar.due(first, u32::from(days)).ok().map(|due| due.on)
    });
    (within, due, s.last_on.zip(due).map(|(last, due)| last <= due))
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn flag(value: Option<bool>) -> String {
    text(value.map(u8::from))
}

fn word<T: serde::Serialize>(word: &Option<T>) -> anyhow::Result<String> {
    Ok(match serde_json::to_value(word)? {
        Value::String(text) => text,
        _ => String::new(),
    })
}

/// Seconds with as many digits as there are, without a float.
fn seconds(span: chrono::TimeDelta) -> String {
    let micros = span.num_microseconds().unwrap_or(i64::MAX);
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let text = format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
