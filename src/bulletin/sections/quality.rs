//! 七、數據質量: how far the figures can be trusted, and what is irregular in the records.

use super::super::content::{Block, Section, Table, TableCell, TableColumn, Unit};
use super::super::figures::{Book, count};
use super::super::gathered::Gathered;
use super::super::terms::finding;
use super::sentence::Sentence;
use super::{named, text_column, words};

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let kind = |part: &str| count("irregularities_found").of(&[part]);
    let rule = |part: &str| count("indicators_found").of(&[part]);
    let text = "本期補錄{}(其中超期補錄{}、到期後補錄{}),一次錄入全程{},批量補錄{},秒批{},\
                兩套系統記載不一{}。";
    let wanted = vec![
        kind("late_entry").of(&["late_entry", "late_entry_beyond_limit", "entered_after_due"]),
        kind("late_entry_beyond_limit"),
        kind("entered_after_due"),
        kind("entered_at_once"),
        rule("D02"),
        kind("decided_instantly"),
        kind("source_tells_other_days"),
    ];
    let quality = count("data_quality").mean(Unit::PointHundredths);
    let none = "期內沒有已計分的完整月份,不計月度數據質量。";
    let sentence = Sentence::of(text, wanted);
    let sentence = sentence.measured(book, "各單位月度數據質量平均{}。", quality, none);
    let mut blocks = vec![sentence.put(book)];
    let mut rows = Vec::new();
    for query in ["irregularities_found", "indicators_found"] {
        for part in book.parts(query) {
            let figure = book.put(count(query).of(&[&part]));
            rows.push(vec![TableCell::Text(finding(&part).to_owned()), TableCell::Figure(figure)]);
        }
    }
    if rows.is_empty() {
        blocks.push(words("本期未發現異常記錄。"));
    } else {
        let number =
            TableColumn { heading: "數量(項)".into(), unit: Some(Unit::Matters), width: 2 };
        blocks.push(Block::Table(Table {
            code: "irregularities".into(),
            caption: "異常情形(供核查,不作處分依據)".into(),
            columns: vec![text_column("情形", 6), number],
            rows,
        }));
    }
    blocks.push(words(format!(
        "本章所列為自動比對所得指標,須經人工核查認定;截至編年第{}號記錄。",
        gathered.position
    )));
    named("quality", "數據質量", blocks)
}
