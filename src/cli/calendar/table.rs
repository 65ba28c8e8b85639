//! A whole table of questions. The columns of the answer are fixed per shape, so that a table
//! that was answered once is answered again with the same bytes; its line ends are kept.

mod lines;
mod row;
mod shape;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use csv::{ReaderBuilder, StringRecord, Terminator};
use serde_json::{Map, Value};
use tongjian_events::Event;
use tongjian_projections::calendar::Calendar;

use self::lines::Noted;
use self::row::{Fault, Row};
pub(super) use self::shape::Shape;
use super::{How, Streams, plain};

/// In which form a table is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv,
    CsvWithProvisional,
    Json,
}

/// The answer to one row: a value per column of the shape.
struct Answer {
    values: Vec<Value>,
    provisional: bool,
}

/// By which calendars and in which form a table is answered.
pub(super) struct Table {
    calendar: Calendar,
    plain: Calendar,
    form: Form,
}

/// What became of the rows.
#[derive(Default)]
struct Tally {
    rows: u64,
    unanswered: u64,
}

impl Table {
    pub(super) fn new(how: &How, notices: &[Event]) -> Self {
        Self { calendar: how.calendar(notices), plain: plain(), form: how.form() }
    }

    /// Answers every row that can be answered; says of each other row where and why not.
    pub(super) fn answer(
        &self,
        path: &Path,
        shape_of: fn(&StringRecord) -> Result<Shape, Fault>,
        streams: Streams<'_>,
    ) -> anyhow::Result<()> {
        let Streams { input, out, notes } = streams;
        let (name, source): (String, Box<dyn Read + '_>) = if path == Path::new("-") {
            ("standard input".into(), Box::new(input))
        } else {
            let name = path.display().to_string();
            let file = File::open(path).with_context(|| format!("opening `{name}`"))?;
            (name, Box::new(file))
        };
        let tally = self.answer_rows(&name, source, shape_of, out, notes)?;
        if tally.unanswered > 0 {
            bail!("{} of {} rows of `{name}` were not answered", tally.unanswered, tally.rows);
        }
        Ok(())
    }

    fn answer_rows(
        &self,
        name: &str,
        source: Box<dyn Read + '_>,
        shape_of: fn(&StringRecord) -> Result<Shape, Fault>,
        out: &mut dyn Write,
        notes: &mut dyn Write,
    ) -> anyhow::Result<Tally> {
        let mut source = BufReader::new(source);
        let mut first = Vec::new();
        source.read_until(b'\n', &mut first).with_context(|| format!("reading `{name}`"))?;
        let ends = if first.ends_with(b"\r\n") { Terminator::CRLF } else { Terminator::Any(b'\n') };
        let (source, lines) = Noted::new(first.as_slice().chain(source));
        let line_of = |at: Option<&csv::Position>| at.map_or(0, |at| lines.of(at.byte()));
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(source);
        let header = reader.headers().with_context(|| format!("reading `{name}`"))?.clone();
        let shape = shape_of(&header).map_err(|fault| fault.at(name, 1))?;
        let mut sheet = Sheet::new(self.form, shape, ends, out)?;
        let mut tally = Tally::default();
        for record in reader.records() {
            tally.rows += 1;
            let (line, answer) = match record {
                Ok(record) => {
                    let line = line_of(record.position());
                    (line, shape.answer(&Row::new(&header, &record), &self.calendar, &self.plain))
                }
                Err(error) if error.is_io_error() => {
                    return Err(error).with_context(|| format!("reading `{name}`"));
                }
                Err(error) => {
                    let line = line_of(error.position());
                    (line, Err(Fault::of_error(&error)))
                }
            };
            match answer {
                Ok(answer) => {
                    if answer.provisional {
                        let what = shape.provisional_note(&answer.values);
                        writeln!(notes, "`{name}` line {line}: {what}")
                            .context("writing a note")?;
                    }
                    sheet.write(&answer)?;
                }
                Err(fault) => {
                    tally.unanswered += 1;
                    writeln!(notes, "{:#}", fault.at(name, line)).context("writing a note")?;
                }
            }
        }
        sheet.finish()?;
        Ok(tally)
    }
}

/// Where the answers are written.
enum Sheet<'a> {
    Csv { writer: Box<csv::Writer<&'a mut dyn Write>>, with_provisional: bool },
    Json { out: &'a mut dyn Write, columns: &'static [&'static str] },
}

impl<'a> Sheet<'a> {
    fn new(
        form: Form,
        shape: Shape,
        ends: Terminator,
        out: &'a mut dyn Write,
    ) -> anyhow::Result<Self> {
        let columns = shape.columns();
        if form == Form::Json {
            return Ok(Self::Json { out, columns });
        }
        let with_provisional = form == Form::CsvWithProvisional;
        let mut writer = Box::new(csv::WriterBuilder::new().terminator(ends).from_writer(out));
        let last = with_provisional.then_some("provisional");
        writer.write_record(columns.iter().copied().chain(last)).context("writing the header")?;
        Ok(Self::Csv { writer, with_provisional })
    }

    fn write(&mut self, answer: &Answer) -> anyhow::Result<()> {
        match self {
            Self::Csv { writer, with_provisional } => {
                let last = with_provisional.then(|| u8::from(answer.provisional).to_string());
                let fields = answer.values.iter().map(text).chain(last);
                writer.write_record(fields).context("writing a row")
            }
            Self::Json { out, columns } => {
                let named = columns.iter().map(|c| (*c).to_owned()).zip(answer.values.clone());
                let mut object: Map<String, Value> = named.collect();
                object.insert("provisional".into(), answer.provisional.into());
                serde_json::to_writer(&mut **out, &object).context("writing a row")?;
                writeln!(out).context("writing a row")
            }
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Csv { mut writer, .. } => writer.flush(),
            Self::Json { out, .. } => out.flush(),
        }
        .context("writing the answers")
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
