//! 看板頁: a board as a page of the console, for sites without Grafana: what is asked of the read
//! tables, by the same statements. What Prometheus alone knows is left to Grafana.

use chrono::{Datelike as _, Days, NaiveDate};
use tongjian_projections::Cell as Value;

use super::answers::{STRETCHES, Shown, Told};
use super::{Asks, Board, Bucket, Column, Panel, Question, Unit, words};
use crate::console::block::{Block, Cell, Page, Section, Table};
use crate::console::desk::Desk;
use crate::console::locale::Locale;
use crate::console::svg::Canvas;

mod spans;

/// How many days are shown where nothing is said.
pub const DAYS: u64 = 28;

/// 看板頁, of what it was told.
#[must_use]
pub fn page<'d>(desk: &Desk<'d>, board: &'static Board, shown: &Shown, told: &Told) -> Page<'d> {
    let locale = desk.frame.locale;
    let title = if locale.is_chinese() { locale.name(board.chinese) } else { board.english.into() };
    let format = desk.frame.format();
    let days = locale.tf("boards.days", &[&format.day(shown.from_on), &format.day(shown.until_on)]);
    let place = Cell::link(crate::console::address("sites", shown.site.as_str()), &shown.site);
    let lead = Cell::text(days).and(" ").then(place).and(" ").then(as_of(desk, told));
    let mut page = Page::new(desk.frame, title).lead(lead);
    page = page.with(choices(desk, board, shown));
    for (at, panel) in board.panels.iter().enumerate() {
        if let Asks::Rows(question) = &panel.asks {
            page = page.with(section(desk, (at, panel), question, (shown, told.panel(at))));
        }
    }
    page
}

/// 數據截至: the position that all figures of the page speak of.
fn as_of(desk: &Desk<'_>, told: &Told) -> Cell {
    match told.position {
        Some(position) => {
            let number = desk.frame.format().number(i64::try_from(position).unwrap_or(i64::MAX));
            let said = desk.frame.locale.tf("boards.as_of", &[&number]);
            Cell::link(crate::console::address("chronicle", &position.to_string()), said)
        }
        None => Cell::default().soft(desk.frame.t("boards.of_no_one_position")),
    }
}

/// The other boards and other times.
fn choices(desk: &Desk<'_>, board: &Board, shown: &Shown) -> Section {
    let locale = desk.frame.locale;
    let name = |board: &Board| match locale.is_chinese() {
        true => locale.name(board.chinese),
        false => board.english.to_owned(),
    };
    let asked =
        |from_on: NaiveDate| format!("from={from_on}&to={}&site={}", shown.until_on, shown.site);
    let boards = super::BOARDS.iter().filter(|other| other.asks_the_tables());
    let mut line = Cell::default();
    for other in boards.filter(|other| other.name != board.name) {
        let href = format!("/boards/{}?{}", other.name, asked(shown.from_on));
        line = line.then(Cell::link(href, name(other)));
    }
    let month = shown.until_on.with_day(1).unwrap_or(shown.until_on);
    let year = month.with_month(1).unwrap_or(month);
    let back = |days| shown.until_on.checked_sub_days(Days::new(days)).unwrap_or(shown.until_on);
    let mut times = Cell::default();
    for (key, from_on) in [
        ("boards.week", back(6)),
        ("boards.four_weeks", back(DAYS - 1)),
        ("boards.month", month),
        ("boards.year", year),
    ] {
        let href = format!("/boards/{}?{}", board.name, asked(from_on));
        times = times.then(Cell::link(href, desk.frame.t(key)));
    }
    Section::default()
        .with(Block::Text(Cell::text(board.what)))
        .with(Block::Text(times))
        .with(Block::Text(line))
}

impl Board {
    /// Whether anything on it is asked of the read tables.
    #[must_use]
    pub fn asks_the_tables(&self) -> bool {
        self.panels.iter().any(|panel| matches!(panel.asks, Asks::Rows(_)))
    }
}

fn section(
    desk: &Desk<'_>,
    (at, panel): (usize, &Panel),
    question: &Question,
    (shown, rows): (&Shown, &[Vec<Value>]),
) -> Section {
    // A page has no more panels than there are names here; a further one needs none to be linked.
    const IDS: [&str; 40] = [
        "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14",
        "p15", "p16", "p17", "p18", "p19", "p20", "p21", "p22", "p23", "p24", "p25", "p26", "p27",
        "p28", "p29", "p30", "p31", "p32", "p33", "p34", "p35", "p36", "p37", "p38", "p39", "p40",
    ];
    let locale = desk.frame.locale;
    let chinese = locale.is_chinese();
    let title = if chinese { locale.name(panel.chinese) } else { panel.english.into() };
    let mut section = Section::new(IDS.get(at).copied().unwrap_or_default(), title);
    section = match question {
        Question::Trend(_, _, bucket) => {
            let cut = shown.stretches(*bucket).len() > STRETCHES;
            let cut = cut.then(|| Cell::text(locale.tf("boards.latest", &[&STRETCHES])));
            section.maybe(trend(desk, panel, *bucket, (shown, rows))).maybe(cut.map(Block::Text))
        }
        Question::Count(..) | Question::Share(..) => {
            let figure =
                rows.first().and_then(|row| row.first()).map(|cell| said(desk, cell, panel.unit));
            let figure = figure.unwrap_or_else(|| "—".into());
            section.with(Block::Facts(vec![(unit_word(desk, panel.unit), Cell::text(figure))]))
        }
        Question::Spans(_, states) => {
            let title = if chinese { locale.name(panel.chinese) } else { panel.english.into() };
            let drawing = spans::drawn(desk, &title, rows, states, shown);
            let none = || Block::Text(Cell::text(desk.frame.t("common.none")));
            section.with(drawing.unwrap_or_else(none))
        }
        Question::Parts(_) | Question::Sums(_) | Question::Places(_) | Question::List(..) => {
            section.with(Block::Table(table(desk, panel, question, rows)))
        }
    };
    section.with(Block::Text(Cell::default().soft(panel.says())))
}

fn unit_word(desk: &Desk<'_>, unit: Unit) -> String {
    desk.frame.t(if unit == Unit::Share { "boards.share" } else { "boards.number" }).to_owned()
}

fn table(desk: &Desk<'_>, panel: &Panel, question: &Question, rows: &[Vec<Value>]) -> Table {
    let chinese = desk.frame.locale.is_chinese();
    let either = |chinese_text: &str, english: &str| match chinese {
        true => desk.frame.locale.name(chinese_text),
        false => english.to_owned(),
    };
    let part =
        || Column { name: "part", chinese: "类", english: "part", leads: None, words: true };
    let plain =
        |name, chinese, english| Column { name, chinese, english, leads: None, words: false };
    let mut columns: Vec<Column> = match question {
        Question::Parts(_) => vec![part(), plain("number", "数", "number")],
        Question::Sums(_) => {
            let (chinese, english) = match panel.unit {
                Unit::WorkingDays => ("工作日", "working days"),
                _ => ("合计", "sum"),
            };
            vec![part(), plain("amount", chinese, english), plain("number", "数", "number")]
        }
        Question::List(_, _, columns) => columns.to_vec(),
        _ => vec![
            Column { leads: Some("places"), ..plain("place", "代码", "code") },
            plain("name", "名称", "name"),
        ],
    };
    if let Question::Places(figures) = question {
        for (heading, ..) in *figures {
            let (chinese, english) = heading.split_once(' ').unwrap_or((heading, heading));
            columns.push(plain("n", chinese, english));
        }
    }
    let query = match question {
        Question::Parts(name) | Question::Sums(name) => name,
        _ => "",
    };
    let row = |row: &Vec<Value>| {
        let cells = columns.iter().zip(row);
        cells.map(|(column, value)| cell(desk, (column, query), value, panel.unit)).collect()
    };
    Table {
        caption: String::new(),
        head: columns.iter().map(|column| either(column.chinese, column.english)).collect(),
        rows: rows.iter().map(row).collect(),
        none: desk.frame.t("common.none").to_owned(),
    }
}

fn cell(desk: &Desk<'_>, (column, query): (&Column, &str), value: &Value, unit: Unit) -> Cell {
    let locale = desk.frame.locale;
    let unit = match column.name {
        "amount" => unit,
        "share" => Unit::Share,
        _ => Unit::Number,
    };
    let text = said(desk, value, unit);
    match (column.leads, value) {
        (Some(folder), Value::Text(name)) if name != "none" => {
            // A key is the stream: its name leads to the page.
            let name = name.split_once('/').map_or(name.as_str(), |(_, name)| name);
            Cell::link(crate::console::address(folder, name), name)
        }
        // Shares and sums come as texts.
        (None, Value::Text(_)) if matches!(unit, Unit::Share | Unit::Yuan) => Cell::text(text),
        (None, Value::Text(word)) if column.words => Cell::text(worded(locale, query, word)),
        (None, Value::Text(text)) => match (text.parse::<NaiveDate>(), text.parse::<f64>()) {
            (Ok(day), _) => Cell::text(desk.frame.format().day(day)),
            // What was divided comes as a text too.
            (_, Ok(quotient)) if text.contains('.') => Cell::text(format!("{quotient:.2}")),
            _ => Cell::text(locale.name(text)),
        },
        _ => Cell::text(text),
    }
}

/// A word, or two with a stroke between them.
fn worded(locale: Locale, query: &str, word: &str) -> String {
    let said = |word| locale.word(words::meant(query, word));
    word.split('/').map(said).collect::<Vec<_>>().join("／")
}

fn said(desk: &Desk<'_>, value: &Value, unit: Unit) -> String {
    let format = desk.frame.format();
    match value {
        Value::Integer(number) => format.number(*number),
        Value::Text(text) => match (unit, text.parse::<f64>()) {
            (Unit::Share, Ok(share)) => format!("{:.2}%", share * 100.0),
            (_, Ok(number)) => format!("{number:.2}"),
            _ => text.clone(),
        },
        Value::Day(day) => format.day(*day),
        _ => "—".into(),
    }
}

/// A trend as columns, one for each day or month.
fn trend(
    desk: &Desk<'_>,
    panel: &Panel,
    bucket: Bucket,
    (shown, rows): (&Shown, &[Vec<Value>]),
) -> Option<Block> {
    let number = |row: &Vec<Value>| match row.first() {
        Some(Value::Integer(number)) => *number,
        _ => 0,
    };
    let stretches = shown.latest(bucket).into_iter().map(|(from_on, _)| from_on);
    let found: Vec<(NaiveDate, i64)> = stretches.zip(rows.iter().map(number)).collect();
    let most = found.iter().map(|(_, number)| *number).max()?;
    const STEP: i64 = 26;
    const HIGH: i64 = 110;
    let locale = desk.frame.locale;
    let title = if locale.is_chinese() { locale.name(panel.chinese) } else { panel.english.into() };
    let width = STEP * i64::try_from(found.len()).unwrap_or(0) + 20;
    let mut canvas = Canvas::new(title, width.max(200), HIGH + 40);
    for (at, (on, number)) in (0..).zip(found) {
        let x = at * STEP + 10;
        let tall = if most == 0 { 0 } else { number * HIGH / most };
        let format = desk.frame.format();
        let said = format!("{}: {}", format.day(on), number);
        canvas.bar((x, 18 + HIGH - tall), (STEP - 6, tall.max(1)), "var(--blue)", &said);
        canvas.small((x + STEP / 2 - 3, 14 + HIGH - tall), "var(--ink)", &number.to_string());
        let below = match bucket {
            Bucket::Day => on.day().to_string(),
            Bucket::Month => on.month().to_string(),
        };
        canvas.small((x + STEP / 2 - 3, HIGH + 32), "var(--soft)", &below);
    }
    Some(Block::Drawing(canvas.finish()))
}
