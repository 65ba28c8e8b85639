//! Everything that a history shows: folded in memory through every projection and every docket, as
//! the runner folds it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate};
use tongjian_events::{Recorded, StreamKind};
use tongjian_projections::cards::Cards;
use tongjian_projections::complaints::Complaints;
use tongjian_projections::deadlines::Deadlines;
use tongjian_projections::inspections::Inspections;
use tongjian_projections::irregularities::Irregularities;
use tongjian_projections::registers::Registers;
use tongjian_projections::supervision::{self, docket::Docket, fact::Stated};
use tongjian_projections::work::Work;
use tongjian_projections::{Cell, Context, Lines, Projection, Table};

/// One line that says that something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) rule: String,
    pub(super) object: String,
    pub(super) arises_on: NaiveDate,
    pub(super) positions: Vec<u64>,
    pub(super) detail: String,
}

#[derive(Default)]
struct Folding {
    found: Vec<Found>,
    facts: HashMap<String, Vec<Stated>>,
}

/// What acts show until a day.
pub(super) fn found(acts: &[Recorded], until: NaiveDate) -> Vec<Found> {
    let mut context = Context::default();
    acts.iter().for_each(|act| context.apply(act));
    let mut folding = Folding::default();
    folding.project::<Irregularities>(acts, &context);
    folding.project::<Cards>(acts, &context);
    folding.project::<Registers>(acts, &context);
    folding.project::<Inspections>(acts, &context);
    folding.project::<Work>(acts, &context);
    folding.project::<Complaints>(acts, &context);
    folding.project_of::<Deadlines>(acts, &context, |kind| kind == StreamKind::Complaint);
    folding.judge(&context);
    folding.found.retain(|found| found.arises_on <= until);
    folding.found.sort();
    folding.found
}

impl Folding {
    fn project<P: Projection>(&mut self, acts: &[Recorded], context: &Context) {
        self.project_of::<P>(acts, context, |_| true);
    }

    /// The same, of the acts in streams of some kinds alone.
    fn project_of<P: Projection>(
        &mut self,
        acts: &[Recorded],
        context: &Context,
        of: fn(StreamKind) -> bool,
    ) {
        let mut rows: BTreeMap<String, Option<P::Row>> = BTreeMap::new();
        for act in acts.iter().filter(|act| P::reads(act.row) && of(act.row.stream)) {
            for key in P::touches(act) {
                P::fold(rows.entry(key.clone()).or_default(), &key, act);
            }
        }
        for (key, row) in rows {
            let mut lines = Lines::default();
            if let Some(row) = row {
                P::derive(&key, &row, context, &mut lines);
            }
            self.take(P::TABLES, &key, lines);
        }
    }

    fn judge(&mut self, context: &Context) {
        let facts = std::mem::take(&mut self.facts);
        let keys: std::collections::BTreeSet<&String> = facts.keys().collect();
        for key in keys {
            let docket = Docket::of(key).unwrap();
            let mut known: Vec<Stated> =
                docket.known().iter().filter_map(|key| facts.get(key)).flatten().cloned().collect();
            known.sort_by(|a, b| (a.position, &a.stream).cmp(&(b.position, &b.stream)));
            let mut lines = Lines::default();
            supervision::judge(&docket, &known, context, &mut lines);
            self.take(supervision::TABLES, key, lines);
        }
    }

    fn take(&mut self, tables: &'static [Table], key: &str, lines: Lines) {
        for (at, cells) in lines.0 {
            let table = &tables[at];
            let texts: HashMap<&str, String> =
                table.columns.iter().map(|c| c.name).zip(cells.into_iter().map(text)).collect();
            let of = |name: &str| texts.get(name).cloned().unwrap_or_default();
            let name = table.name;
            if name.ends_with("_facts") {
                let stated = Stated {
                    stream: key.to_owned(),
                    docket: of("docket"),
                    on: of("stated_on").parse().unwrap(),
                    position: of("position").parse().unwrap(),
                    fact: serde_json::from_str(&of("fact")).unwrap(),
                };
                self.facts.entry(stated.docket.clone()).or_default().push(stated);
                continue;
            }
            let positions =
                || of("positions").split(',').filter_map(|at| at.parse().ok()).collect();
            let found = match name {
                "irregularities" | "indicators" => (of("kind"), of("object")),
                "inspection_findings" => (of("kind"), key.to_owned()),
                "flag_evidence" => {
                    // A fault is told from another one by its position; here the facility is enough.
                    let subject = of("subject");
                    let subject = subject.split('#').next().unwrap_or_default();
                    let site = format!("site/{}", of("site"));
                    (
                        of("rule"),
                        if subject.is_empty() { site } else { format!("{site}:{subject}") },
                    )
                }
                "matter_duties" => {
                    let Some(card) = card(&of("event"), &of("stream"), &of("due_at")) else {
                        continue;
                    };
                    self.found.push(card);
                    continue;
                }
                "deadline_clocks" => {
                    self.found.extend(late(&of("kind"), key, &of("due_on"), &of("ended_on")));
                    continue;
                }
                _ => continue,
            };
            self.found.push(Found {
                rule: found.0,
                object: found.1,
                arises_on: of("arises_on").parse().unwrap(),
                positions: positions(),
                detail: of("detail"),
            });
        }
    }
}

/// A complaint or a review whose clock ran out, from the day after.
fn late(kind: &str, key: &str, due_on: &str, ended_on: &str) -> Option<Found> {
    let due: NaiveDate = due_on.parse().ok()?;
    let ended: Option<NaiveDate> = ended_on.parse().ok();
    ended.is_none_or(|ended| ended > due).then(|| Found {
        rule: kind.to_owned(),
        object: key.to_owned(),
        arises_on: due.succ_opt().unwrap(),
        positions: Vec::new(),
        detail: format!("due on {due_on}"),
    })
}

/// A card that falls due, by the rule and the object that its stream names.
fn card(event: &str, stream: &str, due_at: &str) -> Option<Found> {
    // Not what follows from a card: that somebody is told, that points are posted.
    let issues = ["Raised", "Issued", "Marked"].iter().any(|end| event.ends_with(end));
    let (rule, rest) = stream.strip_prefix("card/").filter(|_| issues)?.split_once('.')?;
    let (_, object) = rest.split_once('.')?;
    let at = DateTime::from_timestamp_micros(due_at.parse().unwrap()).unwrap();
    Some(Found {
        rule: rule.to_owned(),
        object: format!("case/{object}"),
        arises_on: at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive(),
        positions: Vec::new(),
        detail: event.to_owned(),
    })
}

fn text(cell: Cell) -> String {
    match cell.at_rest() {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text,
        other => panic!("{other:?} is not at rest"),
    }
}
