//! 語句: a question as one statement, for Grafana or for the console.

use std::fmt::Write as _;

use super::{Bucket, Question};
use crate::bulletin::queries;

/// 方言.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL's.
    Postgres,
    /// SQLite's.
    Sqlite,
}

/// 標記: how days and places are written into a statement.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// The first day.
    pub from: &'static str,
    /// The last day.
    pub until: &'static str,
    /// The day after.
    pub after: &'static str,
    /// The site that bulletins cover.
    pub scope: &'static str,
    /// What holds where a row belongs to a place that was chosen; its site is `q.site`, joined
    /// with the register as `s`.
    pub chosen: &'static str,
    /// The code of the place that a row is told under.
    pub place: &'static str,
}

/// 語句.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

/// The county of a row, as boards name it.
pub(super) const COUNTY: &str =
    "coalesce(s.county, case when s.level = 'municipal' then s.site end, 'none')";
const JOINED: &str = "left join read_tables.coverage_sites as s on s.site = q.site";

impl Question {
    /// The statement; `None` where a query is not known, which a test forbids.
    #[must_use]
    pub fn text(&self, dialect: Dialect, marks: &Marks) -> Option<Text> {
        let chosen = marks.chosen;
        let asked = |name: &str| query(name, dialect, marks);
        Some(Text(match self {
            Self::Count(name, parts) => {
                let (query, parts) = (asked(name)?, and(parts));
                format!("select count(*) as number\n{}{parts}", from(&query, chosen))
            }
            Self::Share(name, parts) => format!(
                "select cast(sum(case when {} then 1 else 0 end) as double precision)\n  \
                 / nullif(count(*), 0) as share\n{}",
                of(parts),
                from(&asked(name)?, chosen)
            ),
            Self::Parts(name) => format!(
                "select q.part as part, count(*) as number\n{}\n\
                 group by q.part\norder by number desc, coalesce(q.part, '')",
                from(&asked(name)?, chosen)
            ),
            Self::Sums(name) => format!(
                "select q.part as part, cast(sum(q.amount) as double precision) / 100 as amount, \
                 count(*) as number\n{}\n\
                 group by q.part\norder by amount desc, coalesce(q.part, '')",
                from(&asked(name)?, chosen)
            ),
            Self::Trend(name, parts, bucket) => trend(name, parts, *bucket, marks)?,
            Self::Places(columns) => places(columns, dialect, marks)?,
            Self::List(postgres, sqlite, _) => {
                let text = match (dialect, sqlite) {
                    (Dialect::Sqlite, Some(text)) => text,
                    _ => postgres,
                };
                marked(without_comment(text), marks)
            }
            Self::Spans(text, _) => marked(without_comment(text), marks),
        }))
    }
}

/// From a query, joined with the register of sites, within what was chosen.
fn from(query: &str, chosen: &str) -> String {
    format!("from (\n{query}\n) as q\n{JOINED}\nwhere {chosen}")
}

/// A query of the bulletins, with the days and the place as they are marked.
fn query(name: &str, dialect: Dialect, marks: &Marks) -> Option<String> {
    let query = queries::named(name)?;
    let text = match dialect {
        Dialect::Postgres => query.sql,
        Dialect::Sqlite => query.text_for_sqlite(),
    };
    Some(marked(without_comment(text), marks))
}

fn without_comment(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("--") => rest.trim_end(),
        _ => text.trim_end(),
    }
}

fn marked(text: &str, marks: &Marks) -> String {
    text.replace("$1", marks.from)
        .replace("$2", marks.until)
        .replace("$3", marks.after)
        .replace("$4", marks.scope)
        .replace("{chosen}", marks.chosen)
        .replace("{place}", marks.place)
        .replace("{joined}", JOINED)
}

/// That a row is of one of these parts; parts are words of ours.
fn of(parts: &[&str]) -> String {
    let quoted: Vec<String> = parts.iter().map(|part| format!("'{part}'")).collect();
    format!("q.part in ({})", quoted.join(", "))
}

fn and(parts: &[&str]) -> String {
    if parts.is_empty() { String::new() } else { format!(" and {}", of(parts)) }
}

/// The worst state of each day for each site that has a stretch in the time, as PostgreSQL says it.
pub(super) fn day_by_day(spans: &str, marks: &Marks) -> String {
    let (from, until) = (marks.from, marks.until);
    format!(
        "select cast(d.day as timestamp) at time zone 'Asia/Shanghai' as time, \
         coalesce(found.name, found.site) as metric,\n  \
         max(case when found.from_on <= cast(d.day as date) \
         and coalesce(found.to_on >= cast(d.day as date), true) then found.state else 0 end) \
         as value\n\
         from generate_series(cast({from} as timestamp), cast({until} as timestamp), \
         interval '1 day') as d(day)\n\
         cross join (\n{}\n) as found\n\
         group by d.day, coalesce(found.name, found.site)\norder by d.day, metric",
        marked(without_comment(spans), marks)
    )
}

/// One row for each bucket and a figure for each part, as PostgreSQL says it; the console asks for
/// each bucket alone.
fn trend(name: &str, parts: &[&str], bucket: Bucket, marks: &Marks) -> Option<String> {
    let within = Marks { from: "b.from_on", until: "b.until_on", ..*marks };
    let query = query(name, Dialect::Postgres, &within)?;
    let step = match bucket {
        Bucket::Day => "day",
        Bucket::Month => "month",
    };
    let (from, until) = (marks.from, marks.until);
    let at = match bucket {
        Bucket::Day => "cast(b.from_on as timestamp) at time zone 'Asia/Shanghai' as time",
        Bucket::Month => "to_char(b.from_on, 'YYYY-MM') as month",
    };
    let figures: Vec<String> = (0..)
        .zip(parts)
        .map(|(at, part)| format!("count(*) filter (where found.part = '{part}') as n{at}"))
        .collect();
    Some(format!(
        "select {at},\n  {}\n\
         from (\n  select cast(d as date) as from_on, \
         least(cast(d + interval '1 {step}' as date) - 1, {until}) as until_on\n  \
         from generate_series(date_trunc('{step}', cast({from} as timestamp)), \
         cast({until} as timestamp), interval '1 {step}') as d\n) as b\n\
         left join lateral (\n  select q.part\n  {}{}\n) as found on true\n\
         group by b.from_on\norder by b.from_on",
        figures.join(",\n  "),
        self::from(&query, marks.chosen),
        and(parts)
    ))
}

/// One row for each place, with a column for each figure.
fn places(columns: &[(&str, &str, &[&str])], dialect: Dialect, marks: &Marks) -> Option<String> {
    let place = marks.place;
    let (mut named, mut all) = (String::new(), Vec::new());
    for (at, (_, name, parts)) in columns.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(
            named,
            ",\n  cast(sum(case when found.slot = {at} then found.n else 0 end) as bigint) as n{at}"
        );
        all.push(format!(
            "select {place} as place, {at} as slot, count(*) as n\n{}{}\ngroup by 1",
            from(&query(name, dialect, marks)?, marks.chosen),
            and(parts)
        ));
    }
    Some(format!(
        "select found.place as place, coalesce(max(u.name), found.place) as name{named}\n\
         from (\n{}\n) as found\n\
         left join read_tables.coverage_sites as u on u.site = found.place\n\
         group by found.place\norder by found.place",
        all.join("\nunion all\n")
    ))
}
