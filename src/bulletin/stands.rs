//! 所在: where a figure stands in a bulletin and what it is called there, as a reader finds it on
//! paper: by the number of the section, the table or the chart, never by the figure's own name.

use std::collections::BTreeMap;

use super::content::{Block, Chart, Content, Over, Run, Table, TableCell};
use super::layout::Level;

/// 所在.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stands {
    /// Which figure it is, counted from the head of the letter.
    pub order: usize,
    /// Every place, in the order of the pages: `一、基本情況`, `表2`, `圖1`.
    pub places: Vec<String>,
    /// What it is called where it stands first, with its unit: `受理(件)`.
    pub called: String,
}

/// A clause of a sentence ends at one of these.
const ENDS: &[char] = &[',', ';', ':', '。', '、', '(', '，', '；', '：', '（'];

/// Where each figure of a content stands.
#[must_use]
pub fn places(content: &Content) -> BTreeMap<String, Stands> {
    let mut found = Found { content, tables: 0, charts: 0, stands: BTreeMap::new() };
    for (number, section) in (1..).zip(&content.sections) {
        found.blocks(
            &format!("{}{}", Level::First.number(number), section.heading),
            &section.blocks,
        );
    }
    for annex in &content.annexes {
        found.blocks(&annex.heading, &annex.blocks);
    }
    found.stands
}

struct Found<'a> {
    content: &'a Content,
    tables: u32,
    charts: u32,
    stands: BTreeMap<String, Stands>,
}

impl Found<'_> {
    fn blocks(&mut self, heading: &str, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph { runs } | Block::Point { runs, .. } => self.runs(heading, runs),
                Block::Table(table) => {
                    self.tables += 1;
                    self.table(table);
                }
                Block::Chart(chart) if self.content.is_of_nothing(chart) => {}
                Block::Chart(chart) => {
                    self.charts += 1;
                    self.chart(chart);
                }
            }
        }
    }

    fn add(&mut self, name: &str, place: &str, called: impl FnOnce() -> String) {
        let order = self.stands.len();
        let stands = self.stands.entry(name.to_owned()).or_default();
        if stands.places.is_empty() {
            (stands.order, stands.called) = (order, called());
        }
        if stands.places.last().is_none_or(|last| last != place) {
            stands.places.push(place.to_owned());
        }
    }

    /// In a sentence a figure is called by the words before it.
    fn runs(&mut self, heading: &str, runs: &[Run]) {
        let (mut words, mut before) = (String::new(), String::new());
        for run in runs {
            match run {
                Run::Text(text) => words.push_str(text),
                Run::Issuer => words.push_str(&self.content.body),
                Run::Figure(name) => {
                    let mut called = clause(&words).to_owned();
                    if called.chars().count() < 2 {
                        called.insert_str(0, &before);
                    }
                    before.clone_from(&called);
                    words.clear();
                    let Some(figure) = self.content.figure(name) else { continue };
                    let over = match figure.over {
                        Over::Current => "",
                        Over::Previous => "(上期)",
                        Over::YearBefore => "(上年同期)",
                        Over::Earlier => "(更早)",
                    };
                    let unit = figure.unit.words();
                    self.add(name, heading, || format!("{called}{over}({unit})"));
                }
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let place = format!("表{}", self.tables);
        for row in &table.rows {
            let named = row.iter().find_map(|cell| match cell {
                TableCell::Text(text) if text.parse::<u32>().is_err() => Some(text.as_str()),
                _ => None,
            });
            for (column, cell) in table.columns.iter().zip(row) {
                if let TableCell::Figure(name) = cell {
                    let named = named.unwrap_or_default();
                    self.add(name, &place, || format!("{named}:{}", column.heading));
                }
            }
        }
    }

    fn chart(&mut self, chart: &Chart) {
        let place = format!("圖{}", self.charts);
        for series in &chart.series {
            for (category, name) in chart.categories.iter().zip(&series.figures) {
                let unit = self.content.figure(name).map_or("", |figure| figure.unit.words());
                self.add(name, &place, || format!("{category}{}({unit})", series.name));
            }
        }
    }
}

/// The words by which a figure is called: those of its own clause, without what only joins them.
fn clause(words: &str) -> &str {
    let words = words.trim_end_matches(['由', '為']);
    let words = match words.strip_suffix(')') {
        Some(inside) => inside.rsplit_once('(').map_or(words, |(before, _)| before),
        None => words,
    };
    let last = words.rsplit(ENDS).next().unwrap_or(words);
    last.trim_start_matches(')').trim_start_matches("其中")
}

#[cfg(test)]
mod tests {
    use super::clause;

    #[test]
    fn a_figure_is_called_by_its_own_clause() {
        for (words, called) in [
            ("2008年7月份,南通市共收件", "南通市共收件"),
            ("(其中逾期未告知視為受理", "逾期未告知視為受理"),
            ("),辦結", "辦結"),
            (",滿意率(非常滿意、滿意和基本滿意)", "滿意率"),
            ("與上期相比:收件由", "收件"),
            (",計", "計"),
            ("", ""),
        ] {
            assert_eq!(clause(words), called, "{words}");
        }
    }
}
