//! 說明了什麼: what follows from the chronicle. Pure folds over keyed rows; no clock, no input or
//! output. The same fold runs live, in memory (the oracle) and in a rebuild.

pub mod bulletins;
pub mod calendar;
pub mod call_backs;
pub mod cards;
pub mod clock;
pub mod complaints;
pub mod context;
pub mod coverage;
pub mod days;
pub mod deadlines;
pub mod finding;
pub mod inspections;
pub mod irregularities;
pub mod judge;
pub mod matter;
pub mod orders;
pub mod policies;
pub mod registers;
pub mod shown;
pub mod supervision;
pub mod timeline;
pub mod view;
pub mod windows;
pub mod work;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tongjian_events::{Recorded, Row as CatalogRow};

pub use context::Context;

/// 投影: a fold from the chronicle to keyed rows, and from each row to the read tables.
///
/// A row is ground: it holds what happened to its subject, and only an act changes it. The read
/// tables are derived: a pure function of the row and the [`Context`] (calendar, rules,
/// jurisdictions). When the context changes, rows whose span it touches are derived anew; no row
/// changes.
pub trait Projection {
    /// What is known of one subject.
    type Row: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync;

    /// The projection's name, a prefix of its tables' names.
    const NAME: &'static str;
    /// Raised whenever the fold or the tables change; a new edition is rebuilt beside the old one.
    const EDITION: u32;
    /// The read tables it fills.
    const TABLES: &'static [Table];

    /// Whether acts of this kind matter to it.
    fn reads(row: &CatalogRow) -> bool;

    /// The keys of the rows that an act touches.
    fn touches(act: &Recorded) -> Vec<String>;

    /// How an act changes a row it touches; `None` is a subject not yet heard of. Acts of one
    /// stream come in their order. Acts of different streams may come in any order, and the row
    /// must be the same in the end: a rebuild reads stream by stream.
    fn fold(row: &mut Option<Self::Row>, key: &str, act: &Recorded);

    /// The lines of the read tables that follow from a row, each with its values in the order of
    /// the table's columns after `key`. Returns the days between which the calendar and the rules
    /// bear on the row, both included; `None` when they do not.
    fn derive(key: &str, row: &Self::Row, context: &Context, out: &mut Lines) -> Option<Span>;
}

/// Days, both included, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first day.
    pub from: chrono::NaiveDate,
    /// The last day.
    pub to: chrono::NaiveDate,
}

impl Span {
    /// The least span that holds this one and a day.
    #[must_use]
    pub fn with(self, day: chrono::NaiveDate) -> Self {
        Self { from: self.from.min(day), to: self.to.max(day) }
    }

    /// The least span that holds both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.with(other.from).with(other.to)
    }
}

/// 讀表: a table that boards, the console and the API query. The first column is always the row's
/// key, `key`; a key has no, one or many lines.
#[derive(Debug)]
pub struct Table {
    /// Its name, such as `deadline_clocks`.
    pub name: &'static str,
    /// Its columns after `key`.
    pub columns: &'static [Column],
    /// Its indexes, each a list of columns.
    pub indexes: &'static [&'static [&'static str]],
}

/// A typed column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A day: `YYYY-MM-DD` where a database has no type for days.
    Day,
    /// An instant, in whole microseconds since 1970 where a database has no type for instants. Its
    /// cells are [`Cell::Integer`].
    Instant,
}

/// One value of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// A word of a closed list.
    Word(&'static str),
    /// A day, written `YYYY-MM-DD`.
    Day(chrono::NaiveDate),
}

/// The lines that follow from one row: for each, the index of its table in
/// [`Projection::TABLES`] and its values, without the key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines(pub Vec<(usize, Vec<Cell>)>);

impl Cell {
    /// The value as a table holds it: words and days are text there.
    #[must_use]
    pub fn at_rest(self) -> Self {
        match self {
            Self::Word(word) => Self::Text(word.into()),
            Self::Day(day) => Self::Text(day.to_string()),
            other => other,
        }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u64> for Cell {
    /// Positions and counts stay far below 2^63.
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::Integer(i64::from(yes))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<chrono::NaiveDate> for Cell {
    fn from(day: chrono::NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A column of text.
const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

/// A column of whole numbers.
const fn integer(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Integer }
}

/// A column of days.
const fn day(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Day }
}

/// A column of instants.
const fn instant(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Instant }
}
