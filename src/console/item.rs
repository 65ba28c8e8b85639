//! 事項: one item: what its register says, its published flow, and how its cases really went:
//! variants with their counts, and where they leave the published order.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tongjian_events::{Event, SiteCode, StreamId};

use super::block::{Block, Cell, Chart, Page, Section, Table};
use super::desk::{Desk, Row, Sql};
use crate::store::StoreError;
use crate::store::read_tables::lists::Bound;

const CASES: Sql = Sql::of(include_str!("sql/item_cases.sql"));
/// How many variants are shown.
const MOST: usize = 12;
/// How many acts of a variant are told apart.
const LONGEST: usize = 12;

/// The act by which another is put right.
const CORRECTED: &str = "case.ActCorrected";

/// The main acts of a case, in the order of the law and of every published flow.
const ORDER: [&str; 7] = [
    "case.ApplicationReceived",
    "case.ApplicationAccepted",
    "case.StepStarted",
    "case.StepCompleted",
    "case.DecisionMade",
    "case.ResultDelivered",
    "case.CaseClosed",
];

/// 實際流程: how the cases of an item went.
#[derive(Debug, Default)]
struct Variants {
    cases: i64,
    /// Each order of acts, with how many cases went so.
    counts: BTreeMap<Vec<String>, i64>,
    /// How many cases had more acts than are told apart.
    cut: i64,
}

/// 事項頁; none where no such item is registered and no case of it is known.
///
/// # Errors
/// [`StoreError`].
pub async fn page<'d>(desk: &Desk<'d>, stream: &StreamId) -> Result<Option<Page<'d>>, StoreError> {
    let frame = desk.frame;
    let acts = desk.store.stream(stream, 0, 200).await?;
    let rows = desk.rows(CASES, None, &[Bound::Text(stream.name().to_owned())]).await?;
    if acts.is_empty() && rows.is_empty() {
        return Ok(None);
    }
    let (mut name, mut facts, mut steps) = (stream.name().to_owned(), Vec::new(), Vec::new());
    for stored in &acts {
        let act = stored.read()?;
        let at =
            Cell::link(format!("/chronicle/{}", stored.position), format!("@{}", stored.position));
        let body: Value = act
            .event
            .to_json()
            .ok()
            .and_then(|body| serde_json::from_str(&body).ok())
            .unwrap_or_default();
        // What the register says of a site is for who covers it; of the item itself, everybody's.
        let entered = desk.grant.sees(&act.submission);
        let of = body.get("site").and_then(Value::as_str).and_then(|code| SiteCode::new(code).ok());
        if of.is_some_and(|site| !desk.grant.covers(&site)) {
            continue;
        }
        let at = if entered { at } else { Cell::default() };
        if let Event::ItemRegistered(body) = &act.event {
            name = body.name.to_string();
        }
        if let Some(flow) = body.pointer("/flow/steps").and_then(Value::as_array) {
            steps = flow.clone();
        }
        let said = frame.locale.event(act.submission.event.as_str());
        facts.push((said, brief(desk, &body).then(at)));
    }
    let variants = Variants::of(&rows);
    let lead = Cell::default()
        .soft(stream.name())
        .then(Cell::link(format!("/cases?item={}", encoded(stream.name())), frame.t("nav.cases")));
    let page = Page::new(frame, frame.locale.name(&name))
        .lead(lead)
        .with(flow(desk, &steps))
        .with(variants.section(desk, !steps.is_empty()))
        .with(Section::new("register", frame.t("item.register")).with(Block::Facts(facts)));
    Ok(Some(page))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The short values of a body.
fn brief(desk: &Desk<'_>, body: &Value) -> Cell {
    let mut told = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            Value::String(text) if name != "digest" => told.push(desk.frame.locale.word(text)),
            Value::Number(number) => {
                told.push(format!("{} {number}", desk.frame.locale.word(name)));
            }
            _ => {}
        }
    }
    Cell::text(told.join(" · "))
}

/// The published flow chart.
fn flow(desk: &Desk<'_>, steps: &[Value]) -> Section {
    let frame = desk.frame;
    let text = |step: &Value, name: &str| match step.get(name) {
        Some(Value::String(text)) => frame.locale.word(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => "—".to_owned(),
    };
    let row = |(at, step): (usize, &Value)| {
        vec![
            Cell::text(format!("{}. {}", at + 1, text(step, "step"))),
            Cell::text(text(step, "post")),
            Cell::text(text(step, "limit_working_days")),
        ]
    };
    let table = Table {
        head: ["item.step", "site.post", "case.limit"].map(|key| frame.t(key).to_owned()).to_vec(),
        rows: steps.iter().enumerate().map(row).collect(),
        none: frame.t("item.no_flow").to_owned(),
        ..Table::default()
    };
    Section::new("flow", frame.t("item.flow")).with(Block::Table(table))
}

impl Variants {
    fn of(rows: &[Row]) -> Self {
        let mut found = Self::default();
        let mut of: Option<(&str, Vec<String>)> = None;
        for row in rows {
            let (stream, event) = (row.said(0), row.said(1).to_owned());
            match &mut of {
                Some((last, acts)) if *last == stream => {
                    if acts.last() != Some(&event) {
                        acts.push(event);
                    }
                }
                _ => {
                    found.take(of.take());
                    of = Some((stream, vec![event]));
                }
            }
        }
        found.take(of);
        found
    }

    fn take(&mut self, case: Option<(&str, Vec<String>)>) {
        if let Some((_, mut acts)) = case {
            self.cases += 1;
            if acts.len() > LONGEST {
                self.cut += 1;
                // A correction that is cut off is one nevertheless.
                let corrected = acts.split_off(LONGEST).into_iter().find(|act| act == CORRECTED);
                let known = acts.iter().any(|act| act == CORRECTED);
                acts.extend(corrected.filter(|_| !known));
            }
            *self.counts.entry(acts).or_default() += 1;
        }
    }

    fn section(&self, desk: &Desk<'_>, has_steps: bool) -> Section {
        let (frame, format) = (desk.frame, desk.frame.format());
        let mut all: Vec<(&Vec<String>, i64)> =
            self.counts.iter().map(|(acts, count)| (acts, *count)).collect();
        all.sort_by_key(|(acts, count)| (-count, acts.len()));
        let row = |(acts, count): &(&Vec<String>, i64)| {
            let said: Vec<String> = acts.iter().map(|act| frame.locale.event(act)).collect();
            let leaves = deviation(acts, has_steps);
            let mark = match leaves {
                Some(key) => Cell::mark("soon", frame.t(key)),
                None => Cell::mark("good", frame.t("item.as_published")),
            };
            vec![
                Cell::text(format.number(*count)).soft(format.share(*count, self.cases)),
                mark,
                Cell::text(said.join(" → ")),
            ]
        };
        let left: i64 = all
            .iter()
            .filter(|(acts, _)| deviation(acts, has_steps).is_some())
            .map(|(_, count)| count)
            .sum();
        let caption = frame.locale.tf("item.variants_caption", &[&self.cases, &all.len(), &left]);
        let table = Table {
            caption,
            head: ["item.count", "item.order", "item.acts"]
                .map(|key| frame.t(key).to_owned())
                .to_vec(),
            rows: all.iter().take(MOST).map(row).collect(),
            none: frame.t("cases.none").to_owned(),
        };
        let chart = (self.cases > 0).then(|| Block::Chart(self.chart(desk)));
        let cut = frame.locale.tf("item.cut", &[&self.cut, &LONGEST]);
        let cut = (self.cut > 0).then(|| Block::Text(Cell::mark("soon", cut)));
        let section = Section::new("variants", frame.t("item.variants"));
        section.maybe(chart).with(Block::Table(table)).maybe(cut)
    }

    /// The same as a flow from act to act; a place in the order is a column, so that nothing runs
    /// in a circle.
    fn chart(&self, desk: &Desk<'_>) -> Chart {
        let locale = desk.frame.locale;
        let mut links: BTreeMap<(String, String), i64> = BTreeMap::new();
        let mut nodes = std::collections::BTreeSet::new();
        for (acts, count) in &self.counts {
            let named = |(at, act): (usize, &String)| format!("{} {}", at + 1, locale.event(act));
            let names: Vec<String> = acts.iter().enumerate().map(named).collect();
            for pair in names.windows(2) {
                if let [from, to] = pair {
                    *links.entry((from.clone(), to.clone())).or_default() += count;
                }
            }
            nodes.extend(names);
        }
        let nodes: Vec<Value> = nodes.into_iter().map(|name| json!({ "name": name })).collect();
        let links: Vec<Value> = links
            .into_iter()
            .map(|((source, target), value)| {
                json!({ "source": source, "target": target, "value": value })
            })
            .collect();
        Chart {
            kind: "flow",
            label: desk.frame.t("item.variants").to_owned(),
            values: json!({ "nodes": nodes, "links": links }).to_string(),
        }
    }
}

/// Where a course leaves the published order, by its message: something of it had to be corrected,
/// an earlier act after a later one, a decision without an acceptance, a flow with steps of which
/// none was entered.
fn deviation(acts: &[String], has_steps: bool) -> Option<&'static str> {
    let rank = |act: &String| ORDER.iter().position(|of| of == act);
    let is_step = |act: &String| act == "case.StepStarted" || act == "case.StepCompleted";
    // Steps follow each other: a start after an end is the next one's.
    let ranks: Vec<usize> = acts.iter().filter(|act| !is_step(act)).filter_map(rank).collect();
    let has = |name: &str| acts.iter().any(|act| act == name);
    let backwards = ranks.windows(2).any(|pair| pair.first() > pair.last());
    let decided = has("case.DecisionMade");
    let accepted = has("case.ApplicationAccepted") || has("case.ApplicationDeemedAccepted");
    if has(CORRECTED) {
        Some("item.corrected")
    } else if backwards {
        Some("item.backwards")
    } else if decided && !accepted {
        Some("item.not_accepted")
    } else if decided && has_steps && !acts.iter().any(is_step) {
        Some("item.no_steps")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_is_counted_and_a_correction_in_it_is_kept() {
        let mut variants = Variants::default();
        let turn = ["case.StepStarted", "case.StepCompleted"].map(str::to_owned);
        let mut acts: Vec<String> = turn.iter().cycle().take(LONGEST + 3).cloned().collect();
        acts.push(CORRECTED.to_owned());
        variants.take(Some(("case/1", acts)));
        variants.take(Some(("case/2", turn.to_vec())));
        assert_eq!((variants.cases, variants.cut), (2, 1));
        let longest = variants.counts.keys().max_by_key(|acts| acts.len()).unwrap();
        assert_eq!(longest.last().unwrap(), CORRECTED);
        assert_eq!(longest.len(), LONGEST + 1);
    }

    #[test]
    fn a_course_that_leaves_the_order_is_marked() {
        let acts = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| format!("case.{name}")).collect()
        };
        let whole = acts(&["ApplicationReceived", "ApplicationAccepted", "DecisionMade"]);
        assert_eq!(deviation(&whole, false), None);
        assert_eq!(deviation(&whole, true), Some("item.no_steps"));
        let early = acts(&["DecisionMade", "ApplicationAccepted"]);
        assert_eq!(deviation(&early, false), Some("item.backwards"));
        let without = acts(&["ApplicationReceived", "DecisionMade"]);
        assert_eq!(deviation(&without, false), Some("item.not_accepted"));
        let corrected = acts(&["ApplicationReceived", "ApplicationAccepted", "ActCorrected"]);
        assert_eq!(deviation(&corrected, false), Some("item.corrected"));
    }
}
