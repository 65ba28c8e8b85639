//! 說明了什麼: what follows from the chronicle. Pure folds over keyed rows; no clock, no input or
//! output. The same fold runs live, in memory (the oracle) and in a rebuild.

pub mod calendar;
pub mod context;
pub mod deadlines;
pub mod irregularities;
pub mod timeline;

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

    /// How an act changes a row it touches; `None` is a subject not yet heard of.
    fn fold(row: &mut Option<Self::Row>, key: &str, act: &Recorded);

    /// The days between which the calendar and the rules bear on a row, both included; `None`
    /// when they do not.
    fn span(row: &Self::Row, context: &Context) -> Option<Span>;

    /// The lines of the read tables that follow from a row. Every value is in the order of the
    /// table's columns, the key first.
    fn derive(key: &str, row: &Self::Row, context: &Context, out: &mut Lines);
}

/// Days, both included, in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first day.
    pub from: chrono::NaiveDate,
    /// The last day.
    pub to: chrono::NaiveDate,
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

/// What a column holds. Days are text `YYYY-MM-DD`; instants are whole microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
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
}

/// The lines that follow from one row: for each, the index of its table in
/// [`Projection::TABLES`] and its values, without the key.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines(pub Vec<(usize, Vec<Cell>)>);
