//! 三、預警糾錯: cards by level, rule and place; answers, appeals, withdrawals.

use super::super::content::{
    Block, Chart, Over, Section, Series, Shape, Table, TableCell, TableColumn, Unit,
};
use super::super::figures::{Book, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::{Counted, by_place, named, paragraph, text_column};

const LEVELS: [&str; 5] = ["reminder", "warning", "yellow", "red", "serious"];

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let level = |level: &str| count("cards_issued").of(&[level]);
    let text = "本期系統和督查人員共發牌{},其中提示{}、預警{}、黃牌{}、紅牌{}、嚴重違規{}。\
                應答覆{},按期答覆{},逾期答覆{},未答覆{}。提出申訴{},撤銷{}。";
    let mut wanted = vec![count("cards_issued")];
    wanted.extend(LEVELS.iter().map(|of| level(of)));
    wanted.extend([
        count("card_answers"),
        count("card_answers").of(&["in_time"]),
        count("card_answers").of(&["late"]),
        count("card_answers").of(&["unanswered"]),
        count("cards_appealed"),
        count("cards_withdrawn"),
    ]);
    let mut blocks = vec![paragraph(book.sentence(text, wanted))];
    let grounds = book.parts("cards_withdrawn");
    if !grounds.is_empty() {
        let told: Vec<String> = grounds.iter().map(|of| format!("{}{{}}", said(of))).collect();
        let text = format!("撤銷理由:{}。", told.join("、"));
        let wanted = grounds.iter().map(|of| count("cards_withdrawn").of(&[of])).collect();
        blocks.push(paragraph(book.sentence(&text, wanted)));
    }
    blocks.extend(rules(book, gathered));
    let columns: Vec<Counted<'_>> = LEVELS
        .iter()
        .map(|of| Counted { heading: said(of), unit: Unit::Cards, wanted: level(of) })
        .collect();
    let table = by_place(book, ("cards_by_place", "各地發牌情況"), &gathered.places, &columns);
    blocks.push(Block::Table(table));
    blocks.push(chart(book));
    named("cards", "預警糾錯", blocks)
}

/// By rule, with what the rule is about.
fn rules(book: &mut Book, gathered: &Gathered) -> Option<Block> {
    let rules = book.parts("cards_by_rule");
    if rules.is_empty() {
        return None;
    }
    let mut rows = Vec::new();
    for rule in &rules {
        let figure = book.put(count("cards_by_rule").of(&[rule]));
        let about = gathered.rules.get(rule).map_or("", |trigger| said(trigger));
        rows.push(vec![
            TableCell::Text(rule.clone()),
            TableCell::Text(about.into()),
            TableCell::Figure(figure),
        ]);
    }
    let number = TableColumn { heading: "發牌(張)".into(), unit: Some(Unit::Cards), width: 2 };
    Some(Block::Table(Table {
        code: "cards_by_rule".into(),
        caption: "發牌所依規則".into(),
        columns: vec![text_column("規則", 2), text_column("情形", 5), number],
        rows,
    }))
}

fn chart(book: &mut Book) -> Block {
    let mut series = Vec::new();
    for (over, name) in [(Over::Previous, "上期"), (Over::Current, "本期")] {
        if book.knows(over) {
            let of = |level: &&str| count("cards_issued").of(&[*level]).over(over);
            let figures = LEVELS.iter().map(|level| book.put(of(level))).collect();
            series.push(Series { name: name.into(), figures });
        }
    }
    Block::Chart(Chart {
        code: "cards_by_level".into(),
        caption: "各級別發牌數(張)".into(),
        shape: Shape::Bars,
        categories: LEVELS.iter().map(|level| said(level).to_owned()).collect(),
        series,
    })
}
