//! 查詢: the questions that figures answer, each a file in `dashboards/queries`: the boards, the
//! pages and the bulletins ask the same ones. A query answers one line for each thing counted:
//! its site, the key of its row, the part it belongs to, an amount where it has one, and the
//! positions of its acts where the key is not their stream.
//! `$1` and `$2` are the first and the last day of the period, `$3` the day after, `$4` the site
//! that the bulletin covers.

use super::content::Unit;
use crate::store::Store;

/// 查詢.
#[derive(Debug)]
pub struct Query {
    /// Its name, that of its file.
    pub name: &'static str,
    /// In what its lines are counted.
    pub unit: Unit,
    /// Its statement, as PostgreSQL runs it.
    pub sql: &'static str,
    /// Its statement for SQLite, where that says something in another way.
    sqlite: &'static [&'static str],
}

macro_rules! queries {
    ($( $name:literal $unit:ident $( in SQLite $sqlite:literal )? )*) => {
        /// Every query.
        pub static QUERIES: &[Query] = &[ $( Query {
            name: $name,
            unit: Unit::$unit,
            sql: include_str!(concat!("../../dashboards/queries/", $name, ".sql")),
            sqlite: &[ $( include_str!(concat!("../../dashboards/queries/", $sqlite)) )? ],
        }, )* ];
    };
}

queries! {
    "bad_reviews" Times
    "card_answers" Cards
    "cards_appealed" Cards
    "cards_by_rule" Cards
    "cards_issued" Cards
    "cards_withdrawn" Cards
    "cases_accepted" Cases
    "cases_carried_over" Cases
    "cases_finished" Cases
    "cases_open" Cases
    "cases_received" Cases
    "complaint_answers" Cases
    "complaint_findings" Cases
    "complaints_received" Cases
    "data_quality" Sites
    "extensions" Times
    "fees" Times
    "flags_changed" Matters
    "flags_standing" Matters
    "handling_days" Cases
    "indicators_found" Matters
    "inspections_held" Times
    "irregularities_found" Matters
    "late_arrivals" Times in SQLite "late_arrivals.sqlite.sql"
    "limits_overdue_open" Cases
    "orders_issued" Papers
    "orders_rectified" Papers
    "orders_standing" Papers
    "pauses" Times
    "promised_limits" Cases
    "receipt_limits" Cases
    "reviews" Times
    "sites_network" Sites
    "slips_issued" Papers
    "statutory_limits" Cases
    "unit_scores" Sites
}

/// The query of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Query> {
    QUERIES.iter().find(|query| query.name == name)
}

impl Query {
    /// Its statement for a backend.
    pub(super) fn statement(&self, store: &Store) -> &'static str {
        match store {
            Store::Sqlite(_) => self.text_for_sqlite(),
            Store::Postgres(_) => self.sql,
        }
    }

    /// Its statement as SQLite runs it.
    #[must_use]
    pub fn text_for_sqlite(&self) -> &'static str {
        self.sqlite.first().unwrap_or(&self.sql)
    }

    /// Its statements: another text is another query.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'static str> {
        [self.sql].into_iter().chain(self.sqlite.iter().copied())
    }

    /// What it is, in a sentence: the comment it begins with.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.sql.lines().next().and_then(|line| line.strip_prefix("-- ")).unwrap_or_default()
    }
}
