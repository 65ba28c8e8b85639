//! The projections there are, one line each, and what the runner needs of any of them whatever
//! the type of its rows.

use std::collections::HashMap;

use serde::Serialize;
use tongjian_events::{Recorded, Row as CatalogRow};
use tongjian_projections::bulletins::Bulletins;
use tongjian_projections::call_backs::CallBacks;
use tongjian_projections::cards::Cards;
use tongjian_projections::complaints::Complaints;
use tongjian_projections::coverage::Coverage;
use tongjian_projections::days::Days;
use tongjian_projections::deadlines::Deadlines;
use tongjian_projections::inspections::Inspections;
use tongjian_projections::irregularities::Irregularities;
use tongjian_projections::orders::Orders;
use tongjian_projections::registers::Registers;
use tongjian_projections::timeline::Timeline;
use tongjian_projections::windows::Windows;
use tongjian_projections::work::Work;
use tongjian_projections::{Context, Lines, Projection, Table};

use crate::store::read_tables::{Change, Tables};

/// Every projection.
pub static REGISTRY: &[Registered] = &[
    Registered::of::<Timeline>(),
    Registered::of::<Deadlines>(),
    Registered::of::<Irregularities>(),
    Registered::of::<Cards>(),
    Registered::of::<Registers>(),
    Registered::of::<Inspections>(),
    Registered::of::<Orders>(),
    Registered::of::<Work>(),
    Registered::of::<Coverage>(),
    Registered::of::<Complaints>(),
    Registered::of::<CallBacks>(),
    Registered::of::<Bulletins>(),
    Registered::of::<Days>(),
    Registered::of::<Windows>(),
];

/// A projection, without the type of its rows.
#[derive(Debug, Clone, Copy)]
pub struct Registered {
    /// Its name.
    pub name: &'static str,
    /// Its edition.
    pub edition: u32,
    /// The read tables it fills.
    pub tables: &'static [Table],
    pub(super) reads: fn(&CatalogRow) -> bool,
    pub(super) touches: fn(&Recorded) -> Vec<String>,
    pub(super) rows: fn() -> Box<dyn Rows>,
}

impl Registered {
    /// The registry line of a projection.
    #[must_use]
    pub const fn of<P: Projection + 'static>() -> Self {
        Self {
            name: P::NAME,
            edition: P::EDITION,
            tables: P::TABLES,
            reads: P::reads,
            touches: P::touches,
            rows: || Box::new(Typed::<P> { rows: HashMap::new() }),
        }
    }

    /// The tables of one of its generations.
    pub(super) fn generation(&self, edition: u32, generation: u32) -> Tables {
        Tables::of(self.name, self.tables, edition, generation)
    }
}

/// Rows of one projection held in memory, whatever their type. There is one kind of it.
pub(super) trait Rows: Send {
    /// Takes a stored row in; `None` is a subject not yet heard of.
    fn load(&mut self, key: String, row: Option<&str>) -> Result<(), String>;
    /// Whether this row is in memory.
    fn holds(&self, key: &str) -> bool;
    /// Lets an act change a row.
    fn fold(&mut self, key: &str, act: &Recorded);
    /// The row with everything that follows from it.
    fn change(&self, key: &str, context: &Context) -> Result<Change, String>;
    /// Whether a stored row says the same as the one in memory.
    fn same(&self, key: &str, stored: &str) -> bool;
    /// The keys in memory, in order.
    fn keys(&self) -> Vec<String>;
}

struct Typed<P: Projection> {
    rows: HashMap<String, Option<P::Row>>,
}

impl<P: Projection> Typed<P> {
    fn known(&self, key: &str) -> Option<&P::Row> {
        self.rows.get(key).and_then(Option::as_ref)
    }
}

fn text<T: Serialize>(row: &T) -> Result<String, String> {
    serde_json::to_string(row).map_err(|error| format!("the row cannot be written: {error}"))
}

impl<P: Projection> Rows for Typed<P> {
    fn load(&mut self, key: String, row: Option<&str>) -> Result<(), String> {
        let row = row.map(serde_json::from_str).transpose();
        let row = row.map_err(|error| format!("the row `{key}` cannot be read: {error}"))?;
        self.rows.insert(key, row);
        Ok(())
    }

    fn holds(&self, key: &str) -> bool {
        self.rows.contains_key(key)
    }

    fn fold(&mut self, key: &str, act: &Recorded) {
        match self.rows.get_mut(key) {
            Some(row) => P::fold(row, key, act),
            None => {
                let mut row = None;
                P::fold(&mut row, key, act);
                self.rows.insert(key.to_owned(), row);
            }
        }
    }

    fn change(&self, key: &str, context: &Context) -> Result<Change, String> {
        let mut lines = Lines::default();
        let row = self.known(key);
        let span = row.and_then(|row| P::derive(key, row, context, &mut lines));
        Ok(Change { key: key.to_owned(), row: row.map(text).transpose()?, span, lines })
    }

    fn same(&self, key: &str, stored: &str) -> bool {
        let stored: Option<P::Row> = serde_json::from_str(stored).ok();
        stored.as_ref() == self.known(key)
    }

    fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.rows.keys().cloned().collect();
        keys.sort_unstable();
        keys
    }
}
