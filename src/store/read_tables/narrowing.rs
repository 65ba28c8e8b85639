//! 縮小: which cases the tables would have looked at. By the clocks, where few of them are taken:
//! an index leads to those. By the names in their order, where many are: the first are soon found.

use std::fmt::Write as _;

use chrono::NaiveDate;
use tongjian_projections::{Cell, clock::Standing};

use super::lists::{Bound, Statement};
use crate::store::{Store, StoreError};

/// How the columns of the name, the site and the item are written. SQLite knows nothing of how
/// often a value occurs, and would take any index that a condition has: where the empty text is
/// appended to a column, its index is none for this question.
struct Columns {
    key: &'static str,
    site: &'static str,
    item: &'static str,
}

const CLOCKS_BY_SITE: Columns =
    Columns { key: "(c.\"key\" || '')", site: "c.site", item: "c.item" };
const CLOCKS_BY_STATE: Columns = Columns { site: "(c.site || '')", ..CLOCKS_BY_SITE };
const MATTERS_BY_NAME: Columns = Columns { key: "m.\"key\"", site: "m.site", item: "m.item" };
const MATTERS_BY_DAY: Columns =
    Columns { key: "(m.\"key\" || '')", site: "(m.site || '')", item: "m.item" };

/// Which cases may be taken; an absent bound takes all.
#[derive(Debug, Default, Clone)]
pub(crate) struct Narrowing {
    /// The beginning of its site's code.
    pub(crate) site: Option<String>,
    pub(crate) item: Option<String>,
    /// Only those with a clock within these bounds.
    pub(crate) clock: Option<Bounds>,
    /// Where more clocks than this are within them, the names are gone through in their order.
    pub(crate) few: usize,
}

/// What a clock must be like, all of it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Bounds {
    pub(crate) due_from: Option<NaiveDate>,
    pub(crate) due_to: Option<NaiveDate>,
    /// Still running after that day.
    pub(crate) open_after: Option<NaiveDate>,
    /// What it shows on a day.
    pub(crate) shows: Option<(Standing, NaiveDate)>,
    /// Cases with acts after that day are taken whatever their clocks are like: on that day they
    /// stood otherwise than in the tables.
    pub(crate) or_acts_after: Option<NaiveDate>,
}

impl Bounds {
    /// The conditions on a clock `c`, each part to be looked up by itself.
    fn parts(&self, sql: &mut Statement) -> Vec<String> {
        let mut common = String::new();
        for (day, than) in [(self.due_from, ">="), (self.due_to, "<=")] {
            if let Some(day) = day {
                let at = sql.bind(Bound::Day(day));
                let _ = write!(common, " and c.due_on {than} ${at}");
            }
        }
        let open = match self.shows {
            Some((Standing::Running | Standing::Paused, on)) => Some(on),
            _ => self.open_after,
        };
        if let Some(day) = open {
            let at = sql.bind(Bound::Day(day));
            // Two parts, since no index serves both.
            return vec![
                format!("{common} and c.ended_on is null"),
                format!("{common} and c.ended_on > ${at}"),
            ];
        }
        match self.shows {
            Some((Standing::Missed, on)) => {
                let at = sql.bind(Bound::Day(on));
                let _ = write!(common, " and c.late_from <= ${at}");
            }
            Some((Standing::Stopped, _)) => common.push_str(" and c.ending = 'stopped'"),
            Some((Standing::Contradictory, _)) => common.push_str(" and c.ended_on < c.started_on"),
            _ => {}
        }
        vec![common]
    }
}

impl Narrowing {
    /// Conditions on the name, the site and the item of a table's lines.
    fn common(&self, sql: &mut Statement, of: &Columns, after: &str) -> String {
        let Columns { key, site, item } = of;
        let at = sql.bind(Bound::Text(after.to_owned()));
        let mut text = format!("{key} > ${at} and {key} >= 'case/' and {key} < 'case0'");
        if let Some(prefix) = &self.site {
            let from = sql.bind(Bound::Text(prefix.clone()));
            let past = sql.bind(Bound::Text(format!("{prefix}{}", char::MAX)));
            let _ = write!(text, " and {site} >= ${from} and {site} < ${past}");
        }
        if let Some(wanted) = &self.item {
            let at = sql.bind(Bound::Text(wanted.clone()));
            let _ = write!(text, " and {item} = ${at}");
        }
        text
    }

    /// The names of cases by their clocks, a name as often as clocks are taken, in no order.
    fn by_clocks(&self, bounds: &Bounds, after: &str, limit: usize) -> Statement {
        let mut sql = Statement::default();
        let days_alone = bounds.shows.is_none() && bounds.open_after.is_none();
        let columns = if days_alone { &CLOCKS_BY_SITE } else { &CLOCKS_BY_STATE };
        let of_clocks = self.common(&mut sql, columns, after);
        let mut branches: Vec<String> = bounds
            .parts(&mut sql)
            .into_iter()
            .map(|part| {
                format!(
                    "select c.\"key\" from read_tables.deadline_clocks as c where {of_clocks}{part}"
                )
            })
            .collect();
        if let Some(day) = bounds.or_acts_after {
            let of_matters =
                Self { item: None, ..self.clone() }.common(&mut sql, &MATTERS_BY_DAY, after);
            let at = sql.bind(Bound::Day(day));
            branches.push(format!(
                "select m.\"key\" from read_tables.deadline_matters as m \
                 where {of_matters} and m.last_on > ${at}"
            ));
        }
        sql.text = format!("{} limit {limit}", branches.join(" union all "));
        sql
    }

    /// The names of cases in their order.
    fn by_names(&self, after: &str, limit: u32) -> Statement {
        let mut sql = Statement::default();
        let of_matters = self.common(&mut sql, &MATTERS_BY_NAME, after);
        let mut text = format!(
            "select distinct m.\"key\" from read_tables.deadline_matters as m where {of_matters}"
        );
        if let Some(bounds) = &self.clock {
            let branch = |part| {
                format!(
                    "exists (select 1 from read_tables.deadline_clocks as c \
                     where c.\"key\" = m.\"key\"{part})"
                )
            };
            let mut ways: Vec<_> = bounds.parts(&mut sql).into_iter().map(branch).collect();
            if let Some(day) = bounds.or_acts_after {
                let at = sql.bind(Bound::Day(day));
                ways.push(format!("m.last_on > ${at}"));
            }
            let _ = write!(text, " and ({})", ways.join(" or "));
        }
        sql.text = format!("{text} order by m.\"key\" limit {limit}");
        sql
    }
}

impl Store {
    /// The names of cases, as `case/name`, after one of them and in their order, that may be
    /// taken.
    pub(crate) async fn cases(
        &self,
        of: &Narrowing,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        if let Some(bounds) = &of.clock {
            let mut names =
                self.names(of.by_clocks(bounds, after, of.few.saturating_add(1))).await?;
            if names.len() <= of.few {
                names.sort_unstable();
                names.dedup();
                names.truncate(limit as usize);
                return Ok(names);
            }
        }
        self.names(of.by_names(after, limit)).await
    }

    /// The same of cases that may have been another site's before.
    pub(crate) async fn moved_cases(
        &self,
        of: &Narrowing,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let mut sql = Statement::default();
        let of = Narrowing { item: None, ..of.clone() };
        let common = of.common(&mut sql, &MATTERS_BY_NAME, after);
        sql.text = format!(
            "select distinct m.\"key\" from read_tables.deadline_moves as m where {common} \
             order by m.\"key\" limit {limit}"
        );
        self.names(sql).await
    }

    async fn names(&self, sql: Statement) -> Result<Vec<String>, StoreError> {
        let rows = self.answer_made(sql).await?;
        let name = |row: Vec<Cell>| match row.into_iter().next() {
            Some(Cell::Text(name)) => Some(name),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(name).collect())
    }
}
