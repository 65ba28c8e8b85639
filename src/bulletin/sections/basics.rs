//! 一、基本情況: the network, and what came and went.

use super::super::content::{Block, Over, Section, Table, TableCell, Unit};
use super::super::figures::{Book, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::sentence::Sentence;
use super::{Counted, by_place, headings, named, paragraph, words};

const LEVELS: [&str; 4] = ["municipal", "county", "township", "village"];
const STEPS: [(&str, &str); 4] =
    [("planned", "應建"), ("established", "已建"), ("accepted", "已驗收"), ("operating", "已運行")];

const MOVES: [(&str, &str); 5] = [
    ("cases_carried_over", "上期結轉"),
    ("cases_received", "收件"),
    ("cases_accepted", "受理"),
    ("cases_finished", "辦結"),
    ("cases_open", "期末在辦"),
];

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let period = &gathered.period_words;
    let text = format!(
        "{period},{}共收件{{}},受理{{}}(其中逾期未告知視為受理{{}}),辦結{{}}。\
         上期結轉{{}},期末在辦{{}}。",
        gathered.scope_name
    );
    let wanted = vec![
        count("cases_received"),
        count("cases_accepted"),
        count("cases_accepted").of(&["deemed"]),
        count("cases_finished"),
        count("cases_carried_over"),
        count("cases_open"),
    ];
    let mut blocks = vec![paragraph(book.sentence(&text, wanted))];
    for (over, name) in [(Over::Previous, "上期"), (Over::YearBefore, "上年同期")] {
        if book.knows(over) {
            blocks.push(compared(book, over, name));
        }
    }
    if !book.knows(Over::YearBefore) {
        blocks.push(words("上年同期無記錄。"));
    }
    blocks.push(Block::Table(network(book, gathered)));
    add_places(book, gathered, &mut blocks);
    if let Some(late) = gathered.after_the_close(book) {
        blocks.push(late);
    }
    named("basics", "基本情況", blocks)
}

/// 同比、環比.
fn compared(book: &mut Book, over: Over, name: &str) -> Block {
    let kept = count("promised_limits").of(&["early", "on_time"]).share();
    let counts = ("增至", "減至");
    Sentence::of(&format!("與{name}相比:"), Vec::new())
        .compared(book, ("收件", count("cases_received"), over), counts)
        .and(";", Vec::new())
        .compared(book, ("辦結", count("cases_finished"), over), counts)
        .and(";", Vec::new())
        .compared(book, ("承諾時限兌現率", kept, over), ("上升至", "下降至"))
        .and("。", Vec::new())
        .put(book)
}

/// 四級網絡: the steps of the sites, by level; of what lies above the scope only where there is any.
fn network(book: &mut Book, gathered: &Gathered) -> Table {
    let mut rows = Vec::new();
    let own = LEVELS.iter().position(|level| *level == gathered.level).unwrap_or(0);
    for (at, level) in LEVELS.into_iter().enumerate() {
        let wanted = |step: &str| count("sites_network").of(&[format!("{level}/{step}")]);
        if at < own && STEPS.iter().all(|(step, _)| book.value(&wanted(step)).unwrap_or(0) == 0) {
            continue;
        }
        let mut row = vec![TableCell::Text(said(level).into())];
        for (step, _) in STEPS {
            row.push(TableCell::Figure(book.put(wanted(step))));
        }
        rows.push(row);
    }
    let mut total = vec![TableCell::Text("合計".into())];
    for (step, _) in STEPS {
        let parts: Vec<String> = LEVELS.iter().map(|level| format!("{level}/{step}")).collect();
        total.push(TableCell::Figure(book.put(count("sites_network").of(&parts))));
    }
    rows.push(total);
    Table {
        code: "network".into(),
        caption: "四級便民服務網絡建設情況".into(),
        columns: headings("層級", 3, STEPS.iter().map(|(_, heading)| (*heading, Unit::Sites))),
        rows,
    }
}

fn add_places(book: &mut Book, gathered: &Gathered, blocks: &mut Vec<Block>) {
    let columns: Vec<Counted<'_>> = MOVES
        .into_iter()
        .map(|(query, heading)| Counted { heading, unit: Unit::Cases, wanted: count(query) })
        .collect();
    let table = by_place(book, ("cases_by_place", "各地辦件情況"), &gathered.places, &columns);
    blocks.push(Block::Table(table));
}

/// 附件: what came and went at each site that had any.
pub(super) fn annex(book: &mut Book, gathered: &Gathered) -> Section {
    let busy: Vec<_> = gathered
        .each_site
        .iter()
        .filter(|place| {
            let moved = |query| book.value(&count(query).at(place)).unwrap_or(0) > 0;
            moved("cases_received") || moved("cases_finished") || moved("cases_open")
        })
        .cloned()
        .collect();
    if busy.is_empty() {
        return named("cases_by_site", "各中心(室)辦件情況", Vec::new());
    }
    let columns: Vec<Counted<'_>> = MOVES
        .into_iter()
        .map(|(query, heading)| Counted { heading, unit: Unit::Cases, wanted: count(query) })
        .collect();
    let table = by_place(book, ("cases_by_site", "各中心(室)辦件情況"), &busy, &columns);
    named("cases_by_site", "各中心(室)辦件情況", vec![Block::Table(table)])
}
