//! 計數: the answers to queries, and the figures that are made of them. Each query is asked once
//! for each period, by site and part; what is counted over a subtree is the sum of its sites.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use tongjian_events::SiteCode;
use tongjian_events::values::Period;
use tongjian_projections::Cell;

use super::content::{Figure, Measure, Over, Run, Unit};
use super::queries;
use super::tally::Tally;
use crate::store::read_tables::lists::Bound;
use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

/// 答案: what a query answers, in the order of sites, so that a subtree is one stretch of it.
#[derive(Debug, Default)]
struct Answer {
    lines: Vec<Line>,
}

/// What a query answers for one site and part.
#[derive(Debug)]
struct Line {
    /// Its code; empty where it belongs to no site.
    site: String,
    part: String,
    lines: i64,
    /// How many of them have an amount.
    measured: i64,
    total: i64,
}

/// 數簿: what was asked and answered, and the figures made of it.
#[derive(Debug)]
pub(super) struct Book {
    scope: SiteCode,
    /// The sites of the network whose lines belong to no site: they count for its top.
    is_top: bool,
    periods: BTreeMap<(Over, u32), Period>,
    answers: HashMap<(&'static str, Over, u32), Answer>,
    figures: BTreeMap<String, Figure>,
    /// Figures that were wanted of a query or a period that was not asked.
    unasked: Vec<String>,
}

/// 所需之數: one figure that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    query: &'static str,
    over: Over,
    back: u32,
    site: Option<SiteCode>,
    itself: bool,
    parts: Vec<String>,
    measure: Measure,
    unit: Option<Unit>,
}

/// How many lines a query answers.
pub(super) fn count(query: &'static str) -> Wanted {
    Wanted {
        query,
        over: Over::Current,
        back: 0,
        site: None,
        itself: false,
        parts: Vec::new(),
        measure: Measure::Count,
        unit: None,
    }
}

impl Wanted {
    /// Only these parts.
    pub(super) fn of<T: AsRef<str>>(mut self, parts: &[T]) -> Self {
        self.parts = parts.iter().map(|part| part.as_ref().to_owned()).collect();
        self.parts.sort_unstable();
        self
    }

    /// Over another period.
    pub(super) const fn over(mut self, over: Over) -> Self {
        self.over = over;
        self
    }

    /// Over a period so many before this one, for a trend.
    pub(super) const fn back(mut self, back: u32) -> Self {
        if back > 0 {
            self.over = Over::Earlier;
        }
        self.back = back;
        self
    }

    /// Of a site and all below it, or of itself only.
    pub(super) fn at(mut self, place: &Place) -> Self {
        self.site = Some(place.site.clone());
        self.itself = place.itself;
        self
    }

    /// The sum of the amounts.
    pub(super) const fn sum(mut self, unit: Unit) -> Self {
        self.measure = Measure::Sum;
        self.unit = Some(unit);
        self
    }

    /// The mean of the amounts.
    pub(super) const fn mean(mut self, unit: Unit) -> Self {
        self.measure = Measure::Mean;
        self.unit = Some(unit);
        self
    }

    /// In another unit than the query's.
    pub(super) const fn in_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The parts among all.
    pub(super) const fn share(mut self) -> Self {
        self.measure = Measure::Share;
        self.unit = Some(Unit::ShareHundredths);
        self
    }
}

/// 統計單元: a site and all below it, or only itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) site: SiteCode,
    pub(super) itself: bool,
    pub(super) name: String,
}

impl Book {
    pub(super) fn new(scope: SiteCode, is_top: bool) -> Self {
        let (periods, answers) = (BTreeMap::new(), HashMap::new());
        let (figures, unasked) = (BTreeMap::new(), Vec::new());
        Self { scope, is_top, periods, answers, figures, unasked }
    }

    /// Asks queries over a period.
    pub(super) async fn ask(
        &mut self,
        (store, snapshot): (&Store, &mut Snapshot),
        names: &[&'static str],
        (over, back): (Over, u32),
        period: Period,
    ) -> Result<(), StoreError> {
        self.periods.insert((over, back), period);
        for query in names.iter().filter_map(|name| queries::named(name)) {
            let sql = query.statement(store);
            let rows = snapshot.rows(&grouped(sql), &bounds(sql, period, &self.scope)).await?;
            let unreadable = || StoreError::ReadTables {
                finding: format!("the query `{}` answers what is no figure", query.name),
            };
            let lines: Option<Vec<Line>> = rows.iter().map(|row| line(row)).collect();
            let mut lines = lines.ok_or_else(unreadable)?;
            lines.sort_by(|one, other| one.site.cmp(&other.site));
            self.answers.insert((query.name, over, back), Answer { lines });
        }
        Ok(())
    }

    /// Whether anything was counted in a period.
    pub(super) fn knows(&self, over: Over) -> bool {
        let mut own = self.answers.iter().filter(|((_, of, _), _)| *of == over);
        own.any(|(_, answer)| self.within(answer, &self.scope, false).next().is_some())
    }

    /// The parts that a query answered within the scope, in order.
    pub(super) fn parts(&self, query: &'static str) -> Vec<String> {
        let answer = self.answers.get(&(query, Over::Current, 0)).into_iter();
        let within = answer.flat_map(|answer| self.within(answer, &self.scope, false));
        let mut parts: Vec<String> = within.map(|line| line.part.clone()).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// The value that a figure would have.
    pub(super) fn value(&self, wanted: &Wanted) -> Option<i64> {
        self.measured(wanted).0
    }

    /// The name of a figure, which is written down.
    pub(super) fn put(&mut self, wanted: Wanted) -> String {
        let name = self.name(&wanted);
        if !self.figures.contains_key(&name) {
            let (value, lines) = self.measured(&wanted);
            let query = queries::named(wanted.query);
            let period = self.periods.get(&(wanted.over, wanted.back)).copied();
            let asked = self.answers.contains_key(&(wanted.query, wanted.over, wanted.back));
            let (Some(query), Some(period), true) = (query, period, asked) else {
                self.unasked.push(name.clone());
                return name;
            };
            let figure = Figure {
                query: query.name.to_owned(),
                period,
                over: wanted.over,
                site: wanted.site.unwrap_or_else(|| self.scope.clone()),
                itself: wanted.itself,
                parts: wanted.parts,
                measure: wanted.measure,
                unit: wanted.unit.unwrap_or(query.unit),
                value,
                lines,
            };
            self.figures.insert(name.clone(), figure);
        }
        name
    }

    /// A sentence: each `{}` is the next figure.
    pub(super) fn sentence(&mut self, text: &str, wanted: Vec<Wanted>) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut figures = wanted.into_iter();
        for (index, words) in text.split("{}").enumerate() {
            if index > 0 {
                runs.extend(figures.next().map(|wanted| Run::Figure(self.put(wanted))));
            }
            if !words.is_empty() {
                runs.push(Run::Text(words.to_owned()));
            }
        }
        runs
    }

    /// All that were written down.
    ///
    /// # Errors
    /// The name of a figure that was wanted and not asked for.
    pub(super) fn into_figures(self) -> Result<BTreeMap<String, Figure>, String> {
        match self.unasked.into_iter().next() {
            None => Ok(self.figures),
            Some(name) => Err(name),
        }
    }

    fn name(&self, wanted: &Wanted) -> String {
        let mut name = wanted.query.to_owned();
        name.push_str(match wanted.measure {
            Measure::Count => "",
            Measure::Sum => ".sum",
            Measure::Mean => ".mean",
            Measure::Share => ".share",
        });
        if !wanted.parts.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(name, "/{}", wanted.parts.join("+"));
        }
        match (wanted.over, self.periods.get(&(wanted.over, wanted.back))) {
            (Over::Previous, _) => name.push_str("@previous"),
            (Over::YearBefore, _) => name.push_str("@year_before"),
            (Over::Earlier, Some(period)) => {
                let _ = write!(name, "@{}", period.from_on);
            }
            _ => {}
        }
        if let Some(site) = &wanted.site {
            let itself = if wanted.itself { "!" } else { "" };
            let _ = write!(name, ":{site}{itself}");
        }
        name
    }

    /// The lines of a site and all below it, or of itself only; what is of no site counts for the
    /// top of the network.
    fn within<'a>(
        &self,
        answer: &'a Answer,
        site: &SiteCode,
        itself: bool,
    ) -> impl Iterator<Item = &'a Line> + use<'a> {
        let takes_all = self.is_top && *site == self.scope && !itself;
        let of_no_site = answer.lines.partition_point(|line| line.site.is_empty());
        let (nowhere, somewhere) = answer.lines.split_at(of_no_site);
        let prefix = if itself { site.as_str() } else { site.subtree_prefix() }.to_owned();
        let is_whole = prefix.len() == site.as_str().len();
        let from = somewhere.partition_point(|line| line.site < prefix);
        let below = somewhere.iter().skip(from).take_while(move |line| match is_whole {
            true => line.site == prefix,
            false => line.site.starts_with(&prefix),
        });
        nowhere.iter().filter(move |_| takes_all).chain(below)
    }

    fn measured(&self, wanted: &Wanted) -> (Option<i64>, u64) {
        let site = wanted.site.as_ref().unwrap_or(&self.scope);
        let answered = self.answers.get(&(wanted.query, wanted.over, wanted.back)).into_iter();
        let all = answered.flat_map(|answer| self.within(answer, site, wanted.itself));
        let mut tally = Tally::default();
        for line in all {
            let is_counted = wanted.parts.is_empty() || wanted.parts.contains(&line.part);
            tally.take(is_counted, (line.lines, line.measured, line.total));
        }
        (tally.value(wanted.measure), tally.lines())
    }
}

/// A query by site and part.
fn grouped(sql: &str) -> String {
    format!(
        "select coalesce(site, ''), coalesce(part, 'none'), count(*), count(amount), \
         cast(coalesce(sum(amount), 0) as bigint) from (\n{}\n) as answer \
         group by coalesce(site, ''), coalesce(part, 'none') order by 1, 2",
        sql.trim_end()
    )
}

/// The values of a query's marks.
pub(super) fn bounds(sql: &str, period: Period, scope: &SiteCode) -> Vec<Bound> {
    let mut bounds = vec![Bound::Day(period.from_on), Bound::Day(period.until_on)];
    if sql.contains("$3") {
        bounds.push(Bound::Day(period.until_on.succ_opt().unwrap_or(period.until_on)));
    }
    if sql.contains("$4") {
        bounds.push(Bound::Text(scope.to_string()));
    }
    bounds
}

fn line(row: &[Cell]) -> Option<Line> {
    let [Cell::Text(site), Cell::Text(part), lines, measured, total] = row else { return None };
    let number = |cell: &Cell| match cell {
        Cell::Integer(number) => Some(*number),
        _ => None,
    };
    Some(Line {
        site: site.clone(),
        part: part.clone(),
        lines: number(lines)?,
        measured: number(measured)?,
        total: number(total)?,
    })
}
