//! The read tables of a scenario, folded in memory as the runner folds them; and the watchman.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, TimeZone as _, Utc};
use tongjian_events::Recorded;
use tongjian_projections::bulletins::Bulletins;
use tongjian_projections::call_backs::CallBacks;
use tongjian_projections::cards::Cards;
use tongjian_projections::complaints::Complaints;
use tongjian_projections::coverage::Coverage;
use tongjian_projections::deadlines::Deadlines;
use tongjian_projections::inspections::Inspections;
use tongjian_projections::irregularities::Irregularities;
use tongjian_projections::orders::Orders;
use tongjian_projections::registers::Registers;
use tongjian_projections::supervision::{self, docket::Docket, fact::Stated};
use tongjian_projections::work::Work;
use tongjian_projections::{Cell, Context, Lines, Projection, Table};

use super::log::Log;

/// Every line of every read table: the table's name, then each column with its value.
pub(crate) type Line = BTreeMap<&'static str, String>;

#[derive(Default)]
pub(crate) struct Tables(pub(crate) BTreeMap<&'static str, Vec<Line>>);

impl Tables {
    /// What follows from some acts.
    pub(crate) fn of(acts: &[&Recorded]) -> Self {
        let mut context = Context::default();
        acts.iter().for_each(|act| context.apply(act));
        let mut tables = Self::default();
        tables.project::<Deadlines>(acts, &context);
        tables.project::<Irregularities>(acts, &context);
        tables.project::<Cards>(acts, &context);
        tables.project::<Orders>(acts, &context);
        tables.project::<Registers>(acts, &context);
        tables.project::<Inspections>(acts, &context);
        tables.project::<Work>(acts, &context);
        tables.project::<Coverage>(acts, &context);
        tables.project::<Complaints>(acts, &context);
        tables.project::<CallBacks>(acts, &context);
        tables.project::<Bulletins>(acts, &context);
        tables.judge_dockets(&context);
        tables
    }

    fn project<P: Projection>(&mut self, acts: &[&Recorded], context: &Context) {
        let mut rows: BTreeMap<String, Option<P::Row>> = BTreeMap::new();
        for act in acts.iter().filter(|act| P::reads(act.row)) {
            for key in P::touches(act) {
                P::fold(rows.entry(key.clone()).or_default(), &key, act);
            }
        }
        for (key, row) in rows {
            let mut lines = Lines::default();
            if let Some(row) = row {
                P::derive(&key, &row, context, &mut lines);
            }
            self.hold(P::TABLES, &key, lines);
        }
    }

    fn judge_dockets(&mut self, context: &Context) {
        let is_facts = |name: &&str| name.ends_with("_facts");
        let facts: Vec<Stated> = self
            .0
            .iter()
            .filter(|(name, _)| is_facts(name))
            .flat_map(|(_, l)| l)
            .map(stated)
            .collect();
        let dockets: BTreeSet<&str> = facts.iter().map(|fact| fact.docket.as_str()).collect();
        for key in dockets {
            let docket = Docket::of(key).unwrap();
            let known = docket.known();
            let mut own: Vec<Stated> =
                facts.iter().filter(|fact| known.contains(&fact.docket)).cloned().collect();
            own.sort_by(|a, b| (a.position, &a.stream).cmp(&(b.position, &b.stream)));
            let mut lines = Lines::default();
            supervision::judge(&docket, &own, context, &mut lines);
            self.hold(supervision::TABLES, key, lines);
        }
    }

    fn hold(&mut self, tables: &'static [Table], key: &str, lines: Lines) {
        for (at, cells) in lines.0 {
            let mut line: Line = BTreeMap::from([("key", key.to_owned())]);
            for (column, cell) in tables[at].columns.iter().zip(cells) {
                let text = match cell.at_rest() {
                    Cell::Null => "-".into(),
                    Cell::Integer(number) => number.to_string(),
                    Cell::Text(text) => text,
                    other => panic!("{other:?} is not at rest"),
                };
                line.insert(column.name, text);
            }
            self.0.entry(tables[at].name).or_default().push(line);
        }
    }
}

fn stated(line: &Line) -> Stated {
    Stated {
        stream: line["key"].clone(),
        docket: line["docket"].clone(),
        on: line["stated_on"].parse().unwrap(),
        position: line["position"].parse().unwrap(),
        fact: serde_json::from_str(&line["fact"]).unwrap(),
    }
}

impl Log {
    /// The watchman looks: what fell due is appended, and what follows from that.
    pub(crate) fn watch(&mut self, now: DateTime<FixedOffset>) -> Result<(), String> {
        for _ in 0..100 {
            let acts: Vec<&Recorded> = self.acts.iter().collect();
            let tables = Tables::of(&acts);
            let mut duties: Vec<Line> = tables
                .0
                .into_iter()
                .filter(|(name, _)| name.ends_with("_duties"))
                .flat_map(|(name, mut lines)| {
                    let of_docket = supervision::TABLES.iter().any(|table| table.name == name);
                    for line in &mut lines {
                        line.insert("of_docket", of_docket.to_string());
                    }
                    lines
                })
                .filter(|line| micros(&line["due_at"]) <= now)
                .filter(|line| line["until_at"] == "-" || micros(&line["until_at"]) > now)
                .collect();
            duties.sort_by_key(|line| (line["due_at"].clone(), line["stream"].clone()));
            let (mut new, mut first) = (0, None);
            for duty in duties {
                let due_at = micros(&duty["due_at"]);
                if duty["of_docket"] == "true" && first.is_some_and(|first| first < due_at) {
                    break;
                }
                let stream = &duty["stream"];
                let held =
                    self.acts.iter().filter(|a| a.submission.stream.as_str() == stream).count();
                if held.to_string() != duty["after"] {
                    continue;
                }
                first = first.or(Some(due_at));
                let at = if duty["by_law"] == "1" { due_at } else { now };
                let source = ("320600000000", "engine");
                self.record(
                    stream,
                    &duty["event"],
                    None,
                    at,
                    now,
                    "tongjian",
                    source,
                    &duty["body"],
                )?;
                new += 1;
            }
            if new == 0 {
                return Ok(());
            }
        }
        Err("the watchman finds no end".into())
    }
}

fn micros(text: &str) -> DateTime<FixedOffset> {
    let at = Utc.timestamp_micros(text.parse().unwrap()).unwrap();
    at.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap())
}
