//! 案頭: what a page is made at: the chronicle's read tables, narrowed to what the reader's grant
//! covers. Each statement takes the first and the last code of a subtree as `$1` and `$2`, and is
//! asked once for each subtree that the grant names; so no page can forget whose it is.

use std::collections::HashMap;

use chrono::NaiveDate;
use tongjian_events::{Event, SiteCode, StreamId, StreamKind};
use tongjian_projections::{Cell, Context};

use super::block;
use super::frame::Frame;
use crate::access::Grant;
use crate::store::read_tables::lists::Bound;
use crate::store::{Store, StoreError};

/// 案頭.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'d> {
    /// The chronicle.
    pub store: &'d Store,
    /// What the page is given.
    pub frame: &'d Frame,
    /// What the reader may see.
    pub grant: &'d Grant,
    /// The calendar and the rules.
    pub context: &'d Context,
}

/// A statement, where the backends say it alike or each in its own way.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// As PostgreSQL runs it.
    pub postgres: &'static str,
    /// As SQLite runs it.
    pub sqlite: &'static str,
}

impl Sql {
    /// A statement that both run.
    #[must_use]
    pub const fn of(text: &'static str) -> Self {
        Self { postgres: text, sqlite: text }
    }
}

/// 行: one row of an answer.
#[derive(Debug, Clone)]
pub struct Row(Vec<Cell>);

impl Row {
    /// The text in a column; none where there is none.
    #[must_use]
    pub fn text(&self, at: usize) -> Option<&str> {
        match self.0.get(at)? {
            Cell::Text(text) => Some(text),
            Cell::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The text in a column; empty where there is none.
    #[must_use]
    pub fn said(&self, at: usize) -> &str {
        self.text(at).unwrap_or_default()
    }

    /// The number in a column.
    #[must_use]
    pub fn number(&self, at: usize) -> Option<i64> {
        match self.0.get(at)? {
            Cell::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The number in a column; 0 where there is none.
    #[must_use]
    pub fn count(&self, at: usize) -> i64 {
        self.number(at).unwrap_or(0)
    }

    /// The number in the last column; 0 where there is none.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.0.len().checked_sub(1).map_or(0, |at| self.count(at))
    }

    /// The day in a column.
    #[must_use]
    pub fn day(&self, at: usize) -> Option<NaiveDate> {
        match self.0.get(at)? {
            Cell::Day(day) => Some(*day),
            Cell::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// The first and the last code of a site's subtree.
fn subtree(site: &SiteCode) -> (String, String) {
    let prefix = site.subtree_prefix().to_owned();
    let whole = prefix.len() == site.as_str().len();
    let past = if whole { prefix.clone() } else { format!("{prefix}{}", char::MAX) };
    (prefix, past)
}

impl<'d> Desk<'d> {
    /// The subtrees that are asked: the one that was named, where the grant covers it; what the
    /// grant covers of it else.
    fn subtrees(&self, site: Option<&SiteCode>) -> Vec<(String, String)> {
        let everything = || (String::new(), char::MAX.to_string());
        let within = self.grant.within(site).into_iter();
        within.map(|site| site.as_ref().map_or_else(everything, subtree)).collect()
    }

    /// The rows of a statement, of a site and all below it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn rows(
        &self,
        sql: Sql,
        site: Option<&SiteCode>,
        values: &[Bound],
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for range in self.subtrees(site) {
            rows.extend(self.rows_between(sql, range, values).await?);
        }
        Ok(rows)
    }

    /// The rows of a statement about what belongs to no site and is everybody's.
    pub(crate) async fn rows_of_all(
        &self,
        sql: Sql,
        values: &[Bound],
    ) -> Result<Vec<Row>, StoreError> {
        self.rows_between(sql, (String::new(), char::MAX.to_string()), values).await
    }

    async fn rows_between(
        &self,
        sql: Sql,
        (from, past): (String, String),
        values: &[Bound],
    ) -> Result<Vec<Row>, StoreError> {
        let mut bound = vec![Bound::Text(from), Bound::Text(past)];
        bound.extend_from_slice(values);
        let text = match self.store {
            Store::Sqlite(_) => sql.sqlite,
            Store::Postgres(_) => sql.postgres,
        };
        Ok(self.store.answer(text, bound).await?.into_iter().map(Row).collect())
    }

    /// The rows of a short list whose last column says how many there are in all; and how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn listed(
        &self,
        sql: Sql,
        values: &[Bound],
    ) -> Result<(Vec<Row>, i64), StoreError> {
        let (mut rows, mut total) = (Vec::new(), 0);
        for range in self.subtrees(None) {
            let some = self.rows_between(sql, range, values).await?;
            total += some.first().map_or(0, Row::last);
            rows.extend(some);
        }
        Ok((rows, total))
    }

    /// Whether the register of the network names a site.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn knows(&self, site: &SiteCode) -> Result<bool, StoreError> {
        const NAME: &str = include_str!("sql/site_name.sql");
        Ok(!self.store.answer(NAME, vec![Bound::Text(site.to_string())]).await?.is_empty())
    }

    /// The names of sites, as they were recorded; a site without one is not there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn site_names(
        &self,
        sites: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, String>, StoreError> {
        const NAME: &str = include_str!("sql/site_name.sql");
        let mut names = HashMap::new();
        for site in sites {
            if !names.contains_key(site) {
                let rows = self.store.answer(NAME, vec![Bound::Text(site.into())]).await?;
                let name = rows.into_iter().map(Row).next();
                let name = name.and_then(|row| row.text(0).map(ToOwned::to_owned));
                names.insert(site.to_owned(), name.unwrap_or_else(|| site.to_owned()));
            }
        }
        Ok(names)
    }

    /// The names of items, from the first act of each one's register.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn item_names(
        &self,
        items: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, String>, StoreError> {
        let mut names = HashMap::new();
        for item in items {
            if names.contains_key(item) {
                continue;
            }
            let mut name = None;
            if let Ok(stream) = StreamId::new(StreamKind::Item, item) {
                for stored in self.store.stream(&stream, 0, 1).await? {
                    if let Event::ItemRegistered(body) = stored.read()?.event {
                        name = Some(body.name.to_string());
                    }
                }
            }
            names.insert(item.to_owned(), name.unwrap_or_else(|| item.to_owned()));
        }
        Ok(names)
    }

    /// A site by its name, with its code.
    pub(super) fn site_cell(&self, site: &str, name: Option<&str>) -> block::Cell {
        match name.filter(|name| *name != site) {
            Some(name) => {
                block::Cell::link(super::address("sites", site), self.frame.locale.name(name))
            }
            None => block::Cell::link(super::address("sites", site), site),
        }
    }

    /// A case by its stream.
    pub(super) fn case_cell(&self, stream: &str) -> block::Cell {
        named("cases", stream.strip_prefix("case/").unwrap_or(stream))
    }

    /// A card by its stream.
    pub(super) fn card_cell(&self, stream: &str) -> block::Cell {
        named("cards", stream.strip_prefix("card/").unwrap_or(stream))
    }

    /// An inspection by its stream, under the name of a paper of it.
    pub(super) fn inspection_cell(&self, stream: &str, paper: &str) -> block::Cell {
        let name = stream.strip_prefix("inspection/").unwrap_or(stream);
        let said = if paper.is_empty() { name } else { paper };
        block::Cell::link(super::address("inspections", name), said)
    }
}

fn named(of: &str, name: &str) -> block::Cell {
    block::Cell::link(super::address(of, name), name)
}
