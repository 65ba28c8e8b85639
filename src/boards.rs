//! 看板: seven boards, described once. Grafana's JSON is made of them, and so are the pages of the
//! console for sites without Grafana: the same statements, and so the same figures. What a bulletin
//! says is asked by the bulletins' own queries.

pub mod answers;
mod catalog;
pub mod grafana;
pub mod page;
mod sql;
mod words;

pub use catalog::BOARDS;
pub use sql::{Dialect, Marks, Text};

/// 看板.
#[derive(Debug)]
pub struct Board {
    /// Its name in addresses, after `tongjian-`.
    pub name: &'static str,
    /// Its title in Chinese.
    pub chinese: &'static str,
    /// Its title in English.
    pub english: &'static str,
    /// The question that it answers.
    pub what: &'static str,
    /// How often a browser asks again.
    pub refresh: &'static str,
    /// From when on it shows.
    pub from: &'static str,
    /// Whether one chooses counties, or a process.
    pub chooses: Choice,
    /// What stands on it, in the order of reading.
    pub panels: &'static [Panel],
}

/// 選擇: what is chosen on a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Counties.
    Counties,
    /// One county, and townships of it.
    Townships,
    /// The processes that are watched.
    Processes,
}

/// 面板.
#[derive(Debug)]
pub struct Panel {
    /// Its title in Chinese.
    pub chinese: &'static str,
    /// Its title in English.
    pub english: &'static str,
    /// What its figures are, and by which law or rule.
    pub what: &'static str,
    /// How it is drawn.
    pub draw: Draw,
    /// Its width of 24, and its height.
    pub size: (u32, u32),
    /// In what its figures are.
    pub unit: Unit,
    /// From which value on it is of which colour, upwards.
    pub steps: &'static [(f64, Colour)],
    /// Where the figures come from.
    pub asks: Asks,
}

/// 畫法.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// One figure.
    Stat,
    /// A share on a dial.
    Dial,
    /// A bar for each row or series.
    Bars,
    /// Lines over time.
    Lines,
    /// Upright bars, one for each row, named by its first column.
    Columns,
    /// Rows and columns.
    Table,
    /// Rows and columns of figures, the darker the more.
    Heat,
    /// A line for each site, of a colour for each state.
    States,
    /// Alerts that fire.
    Alerts,
}

/// 單位.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Whole things.
    Number,
    /// 0 to 1.
    Share,
    /// Seconds.
    Seconds,
    /// Days.
    Days,
    /// Bytes.
    Bytes,
    /// For each second.
    PerSecond,
    /// Working days.
    WorkingDays,
    /// 元.
    Yuan,
}

/// 顏色: never the only sign; a figure or a word stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// As it should be.
    Green,
    /// To be looked at.
    Yellow,
    /// To be acted on.
    Red,
    /// Says nothing of good or bad.
    Plain,
}

/// 問法.
#[derive(Debug)]
pub enum Asks {
    /// Prometheus: expressions with the names of their series.
    Series(&'static [(&'static str, &'static str)]),
    /// The read tables.
    Rows(Question),
    /// Nothing: Grafana itself knows its alerts.
    Alerts,
}

/// 一問: a question to the read tables.
#[derive(Debug)]
pub enum Question {
    /// How many things of some parts a query answers; of all where none is named.
    Count(&'static str, &'static [&'static str]),
    /// The share of some parts of a query.
    Share(&'static str, &'static [&'static str]),
    /// A query by its parts.
    Parts(&'static str),
    /// The amounts of a query by its parts, in hundredths.
    Sums(&'static str),
    /// Parts of a query over time, by day or month.
    Trend(&'static str, &'static [&'static str], Bucket),
    /// Several figures for each place below: a heading, a query, and its parts.
    Places(&'static [(&'static str, &'static str, &'static [&'static str])]),
    /// A list of its own, from `dashboards/panels`: its statement, where SQLite says it otherwise
    /// that one too, and its columns.
    List(&'static str, Option<&'static str>, &'static [Column]),
    /// Stretches of days, from `dashboards/panels`: site, name, state as a number, first and last
    /// day; the names of the states from 0 on, which is that of days in no stretch.
    Spans(&'static str, &'static [(&'static str, Colour)]),
}

/// 時段: what a trend is cut into, by the city's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// Each day.
    Day,
    /// Each month.
    Month,
}

/// 列: a column of a list: its name in the statement, its headings, and what it leads to.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// As the statement names it.
    pub name: &'static str,
    /// Its heading in Chinese.
    pub chinese: &'static str,
    /// Its heading in English.
    pub english: &'static str,
    /// The folder of the console's pages that its values are names in.
    pub leads: Option<&'static str>,
    /// Whether its values are words that are said in each language.
    pub words: bool,
}

/// The board of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Board> {
    BOARDS.iter().find(|board| board.name == name)
}

impl Panel {
    /// What it says of itself: where its list ends too, for what is cut must not look whole.
    #[must_use]
    pub fn says(&self) -> String {
        let most = match &self.asks {
            Asks::Rows(Question::List(sql, ..) | Question::Spans(sql, _)) => {
                sql.trim_end().rsplit_once("limit ")
            }
            _ => None,
        };
        match most {
            Some((_, most)) => format!("{} 至多 {most} 行。At most {most} rows.", self.what),
            None => self.what.to_owned(),
        }
    }

    /// The same, so high: the panels of a row end together.
    #[must_use]
    const fn high(self, high: u32) -> Self {
        Self { size: (self.size.0, high), ..self }
    }

    /// Its title as Grafana shows it.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} · {}", self.chinese, self.english)
    }
}
