//! 讀表: what follows from the chronicle, as the store holds it. A generation of a projection is a
//! table of rows, the tables of its lines and a checkpoint; the runner says what is to be written,
//! and each backend writes it natively.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use tongjian_projections::supervision::duty;
use tongjian_projections::{Cell, Lines, Span, Table};

use super::postgres::read_tables as postgres;
use super::sqlite::read_tables as sqlite;
use super::{Store, StoreError};
pub(crate) use writer::Writer;

pub(crate) mod lists;
pub(crate) mod marks;
pub(crate) mod narrowing;
pub(crate) mod snapshot;
mod writer;

/// What a generation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The views show it.
    Serving,
    /// It is being made beside the serving one.
    Filling,
    /// It served before, and is kept until it is told to go.
    Retired,
}

/// 毒: an act that a projection cannot take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poison {
    /// Where it stands.
    pub position: u64,
    /// What happened.
    pub error: String,
}

/// How far one generation of a projection has come. Whoever moves it says from where; if another
/// was faster nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The projection.
    pub name: String,
    /// Its edition.
    pub edition: u32,
    /// The generation, raised by each rebuild.
    pub generation: u32,
    /// What it is for.
    pub role: Role,
    /// The position up to which it has folded.
    pub position: u64,
    /// While a rebuild fills it: the name of the last stream whose acts up to `position` are in it.
    /// `None` once it follows the chronicle act by act.
    pub filled_through: Option<String>,
    /// The act it stopped at, if it stopped.
    pub stopped: Option<Poison>,
    /// Its tables.
    pub(crate) tables: Vec<String>,
}

/// How a generation begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun<'a> {
    /// Served from the start, it follows the chronicle from its first act on.
    Serving,
    /// To be filled stream by stream with the acts up to a position; no stream is in it yet.
    Filling { position: u64, through: &'a str },
}

/// What a row has become: its text, its span and the lines that follow from it.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) key: String,
    /// `None` when there is no such subject.
    pub(crate) row: Option<String>,
    pub(crate) span: Option<Span>,
    pub(crate) lines: Lines,
}

/// A row as it is stored.
#[derive(Debug)]
pub(crate) struct StoredRow {
    pub(crate) key: String,
    pub(crate) row: String,
    /// Its days, as their text.
    pub(crate) span_from: Option<String>,
    pub(crate) span_to: Option<String>,
}

/// A duty as a read table tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredDuty {
    pub(crate) stream: String,
    /// How many acts its stream holds before it.
    pub(crate) after: u64,
    pub(crate) due_at: DateTime<Utc>,
    pub(crate) by_law: bool,
    /// Whether a docket asks for it: it rests on what was appended to other streams before.
    pub(crate) of_docket: bool,
    pub(crate) event: String,
    pub(crate) body: String,
}

/// Whether the duties of a table are those of dockets.
pub(crate) fn of_dockets(view: &str) -> bool {
    tongjian_projections::supervision::TABLES.iter().any(|table| table.name == view)
}

/// Whether a table holds duties.
pub(crate) fn holds_duties(table: &Table) -> bool {
    table.columns.len() == duty::COLUMNS.len() && table.name.ends_with("_duties")
}

/// The tables of a generation. Their names come from the constants of the projections, and are the
/// only part of a statement that is ever put together; values are bound.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) projection: &'static str,
    pub(crate) edition: u32,
    pub(crate) generation: u32,
    pub(crate) rows: String,
    pub(crate) lines: Vec<LineTable>,
}

/// A read table of a generation.
#[derive(Debug, Clone)]
pub(crate) struct LineTable {
    pub(crate) name: String,
    pub(crate) table: &'static Table,
}

impl Role {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Serving => "serving",
            Self::Filling => "filling",
            Self::Retired => "retired",
        }
    }

    pub(super) fn of(word: &str) -> Self {
        match word {
            "serving" => Self::Serving,
            "filling" => Self::Filling,
            _ => Self::Retired,
        }
    }
}

impl<'a> Begun<'a> {
    pub(super) const fn role(&self) -> Role {
        match self {
            Self::Serving => Role::Serving,
            Self::Filling { .. } => Role::Filling,
        }
    }

    pub(super) const fn position(&self) -> u64 {
        match self {
            Self::Serving => 0,
            Self::Filling { position, .. } => *position,
        }
    }

    pub(super) const fn filled_through(&self) -> Option<&'a str> {
        match self {
            Self::Serving => None,
            Self::Filling { through, .. } => Some(through),
        }
    }
}

impl Tables {
    pub(crate) fn of(
        projection: &'static str,
        tables: &'static [Table],
        edition: u32,
        generation: u32,
    ) -> Self {
        let name = |stem: &str| format!("{stem}__{edition}_{generation}");
        let line = |table: &'static Table| LineTable { name: name(table.name), table };
        Self {
            projection,
            edition,
            generation,
            rows: format!("{}_rows", name(projection)),
            lines: tables.iter().map(line).collect(),
        }
    }

    /// The names of all of them, the rows last.
    pub(super) fn names(&self) -> Vec<&str> {
        let lines = self.lines.iter().map(|line| line.name.as_str());
        lines.chain([self.rows.as_str()]).collect()
    }
}

impl LineTable {
    /// How many columns it has, with the key.
    pub(super) fn width(&self) -> usize {
        self.table.columns.len() + 1
    }
}

impl Checkpoint {
    /// The names of its tables.
    #[must_use]
    pub fn tables(&self) -> &[String] {
        &self.tables
    }
}

impl Change {
    /// Its lines in one table.
    pub(crate) fn lines_of(&self, table: usize) -> impl Iterator<Item = &[Cell]> {
        let Lines(lines) = &self.lines;
        lines.iter().filter(move |(of, _)| *of == table).map(|(_, cells)| cells.as_slice())
    }

    /// Its days as a table can hold them.
    pub(crate) fn held_span(&self) -> Option<Span> {
        self.span.map(|span| Span { from: held_day(span.from), to: held_day(span.to) })
    }
}

/// A day as the tables hold it: years between 0000 and 9999, so that its text sorts as days do.
pub(crate) fn held_day(day: NaiveDate) -> NaiveDate {
    let edge = match day.year() {
        ..0 => NaiveDate::from_ymd_opt(0, 1, 1),
        10_000.. => NaiveDate::from_ymd_opt(9_999, 12, 31),
        _ => None,
    };
    edge.unwrap_or(day)
}

/// The view that shows a table of a generation.
pub(super) fn view_of(table: &str) -> &str {
    table.split("__").next().unwrap_or_default()
}

impl Store {
    /// The generations of a projection, oldest first.
    pub(crate) async fn checkpoints(
        &self,
        projection: &str,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        match self {
            Self::Sqlite(store) => sqlite::checkpoints(store.read_pool(), projection).await,
            Self::Postgres(store) => {
                let name = projection.to_owned();
                store.read(|pool| async move { postgres::checkpoints(&pool, &name).await }).await
            }
        }
    }

    /// What is due by a moment and nobody has appended yet, as the tables of duties tell, the
    /// longest due first. A duty that begins a stream is done once the timeline knows the stream.
    pub(crate) async fn due(
        &self,
        views: &[&'static str],
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<StoredDuty>, StoreError> {
        match self {
            Self::Sqlite(store) => sqlite::due(store.read_pool(), views, now, limit).await,
            Self::Postgres(store) => {
                let views = views.to_vec();
                let read =
                    move |pool| async move { postgres::due(&pool, &views, now, limit).await };
                store.read(read).await
            }
        }
    }

    /// A connection that writes the read tables.
    pub(crate) async fn read_tables_writer(&self) -> Result<Writer, StoreError> {
        match self {
            Self::Sqlite(store) => Ok(Writer::Sqlite(store.read_tables_writer().await?)),
            Self::Postgres(store) => Ok(Writer::Postgres(store.read_tables_writer().await?)),
        }
    }

    /// A connection that fills the read tables of a generation that nobody reads yet.
    pub(crate) async fn read_tables_filler(&self) -> Result<Writer, StoreError> {
        match self {
            Self::Sqlite(store) => Ok(Writer::Sqlite(store.read_tables_filler().await?)),
            Self::Postgres(store) => Ok(Writer::Postgres(store.read_tables_filler().await?)),
        }
    }
}
