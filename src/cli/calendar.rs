//! `tongjian calendar`: the working days of a year, due days and elapsed days, one or a whole
//! table. It reads the shipped notices, or with `--data` those that a chronicle holds.

mod held;
mod single;
mod table;
#[cfg(test)]
mod tests;
mod year;

use std::io::{Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use tongjian_events::Event;
use tongjian_events::calendar::WorkingDayRule;
use tongjian_projections::calendar::{Calendar, NoticeView, Pause};

use self::held::Held;
use self::table::{Form, Shape, Table};
use super::parse_day;

/// 工作日歷: what the holiday notices make of the days.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// The days off and make-up days of a year, month by month, with their notices
    Year(YearQuestion),
    /// The day on which a number of working days after a start has passed
    Due(DueQuestion),
    /// The working days after a start up to and including an end
    Elapsed(ElapsedQuestion),
}

/// 哪一年: the question of `calendar year`.
#[derive(Debug, Args)]
pub struct YearQuestion {
    /// The year, such as 2008
    #[arg(value_name = "YEAR")]
    year: i32,
    /// Only the notices published by this day
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    known_on: Option<NaiveDate>,
    #[command(flatten)]
    held: Held,
    /// Answer as JSON
    #[arg(long)]
    json: bool,
}

/// 何日到期: the question of `calendar due`.
#[derive(Debug, Args)]
pub struct DueQuestion {
    /// The start day, which does not count, such as 2008-09-22
    #[arg(value_name = "START", value_parser = parse_day)]
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    start: Option<NaiveDate>,
    /// The number of working days; 0 is the start day or the next working day
    #[arg(value_name = "WORKING_DAYS", value_parser = parse_working_days)]
    #[arg(required_unless_present = "csv", conflicts_with = "csv", allow_negative_numbers = true)]
    working_days: Option<u32>,
    /// A pause BEGIN/END: the days after BEGIN up to and including END do not count
    #[arg(long = "pause", value_name = "BEGIN/END", value_parser = parse_pause)]
    #[arg(conflicts_with = "csv")]
    pauses: Vec<Pause>,
    #[command(flatten)]
    how: How,
}

/// 幾個工作日: the question of `calendar elapsed`.
#[derive(Debug, Args)]
pub struct ElapsedQuestion {
    /// The start day, which does not count
    #[arg(value_name = "START", value_parser = parse_day)]
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    start: Option<NaiveDate>,
    /// The end day, which counts; before the start the answer is below 0
    #[arg(value_name = "END", value_parser = parse_day)]
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    end: Option<NaiveDate>,
    /// A pause BEGIN/END: the days after BEGIN up to and including END do not count
    #[arg(long = "pause", value_name = "BEGIN/END", value_parser = parse_pause)]
    #[arg(conflicts_with = "csv")]
    pauses: Vec<Pause>,
    #[command(flatten)]
    how: How,
}

/// By which calendar, from where and in which form a question is answered.
#[derive(Debug, Args)]
struct How {
    /// Answer every row of a table with a header; `-` is standard input
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Only the notices published by this day
    #[arg(long, value_name = "DAY", value_parser = parse_day)]
    known_on: Option<NaiveDate>,
    #[command(flatten)]
    held: Held,
    /// Which rule makes a day a working day
    #[arg(long, value_enum, default_value_t = Rule::StateCouncil)]
    rule: Rule,
    /// Answer as JSON, a table as one object per line
    #[arg(long)]
    json: bool,
    /// Add a last column `provisional`: 1 where some day has no notice yet
    #[arg(long, requires = "csv")]
    with_provisional: bool,
}

/// 規則: as [`WorkingDayRule`], in the words of the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rule {
    /// Monday to Friday, changed by the notices of the State Council
    StateCouncil,
    /// Monday to Friday, without any holiday
    MondayToFriday,
}

/// Where a command reads and writes.
pub struct Streams<'a> {
    /// What `--csv -` reads.
    pub input: &'a mut dyn Read,
    /// The answers.
    pub out: &'a mut dyn Write,
    /// What is said beside them: provisional days, rows that cannot be answered.
    pub notes: &'a mut dyn Write,
}

/// Answers a command.
///
/// # Errors
/// When the question or a row of the table cannot be answered; the other rows are answered all
/// the same. When a file cannot be read or an answer not written.
pub async fn run(command: &CalendarCommand, streams: Streams<'_>) -> anyhow::Result<()> {
    let held = match command {
        CalendarCommand::Year(question) => &question.held,
        CalendarCommand::Due(question) => &question.how.held,
        CalendarCommand::Elapsed(question) => &question.how.held,
    };
    let notices = held.notices().await?;
    match command {
        CalendarCommand::Year(question) => {
            year::answer(question, &known(&notices, question.known_on), streams.out)
        }
        CalendarCommand::Due(question) => match &question.how.csv {
            Some(path) => Table::new(&question.how, &notices).answer(path, Shape::of_due, streams),
            None => single::due(question, &notices, streams.out),
        },
        CalendarCommand::Elapsed(question) => match &question.how.csv {
            Some(path) => {
                Table::new(&question.how, &notices).answer(path, Shape::of_elapsed, streams)
            }
            None => single::elapsed(question, &notices, streams.out),
        },
    }
}

impl How {
    fn calendar(&self, notices: &[Event]) -> Calendar {
        let rule = match self.rule {
            Rule::StateCouncil => WorkingDayRule::StateCouncil,
            Rule::MondayToFriday => WorkingDayRule::MondayToFriday,
        };
        Calendar::build(rule, known(notices, self.known_on).into_iter().filter_map(NoticeView::of))
    }

    fn form(&self) -> Form {
        match (self.json, self.with_provisional) {
            (true, _) => Form::Json,
            (false, true) => Form::CsvWithProvisional,
            (false, false) => Form::Csv,
        }
    }
}

/// Monday to Friday: what the answers are compared with.
fn plain() -> Calendar {
    Calendar::build(WorkingDayRule::MondayToFriday, [])
}

/// The notices published by a day.
fn known(notices: &[Event], known_on: Option<NaiveDate>) -> Vec<&Event> {
    let last = known_on.unwrap_or(NaiveDate::MAX);
    let published = |event: &&Event| NoticeView::of(event).is_some_and(|n| n.published_on <= last);
    notices.iter().filter(published).collect()
}

fn parse_working_days(text: &str) -> Result<u32, String> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        format!("`{text}` is no number of working days: it is a whole number from 0")
    })
}

fn parse_pause(text: &str) -> Result<Pause, String> {
    let (begin, end) = text
        .split_once('/')
        .ok_or_else(|| format!("`{text}` is no pause: it is written BEGIN/END, two days"))?;
    forward(Pause { begin: parse_day(begin)?, end: parse_day(end)? })
}

/// A pause that ends before it begins leaves nothing out; it is written wrongly.
fn forward(pause: Pause) -> Result<Pause, String> {
    let Pause { begin, end } = pause;
    if end < begin {
        Err(format!("the pause {begin}/{end} ends before it begins"))
    } else {
        Ok(pause)
    }
}

/// Writes a value as JSON over several lines.
fn write_json(value: &impl serde::Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).context("writing the answer")?;
    writeln!(out).context("writing the answer")
}
