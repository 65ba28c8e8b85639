//! 二、時限執行: how the limits were kept, why clocks stood still, and how it went before.

use super::super::content::{Block, Chart, Section, Series, Shape, Table, TableCell, Unit};
use super::super::figures::{Book, Wanted, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::sentence::Sentence;
use super::{Counted, by_place, headings, named, paragraph, words};

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let promised = || count("promised_limits");
    let mut blocks = vec![kept(book)];
    let text =
        "期末超期未結:超承諾時限{},超法定時限{},超受理期限{}。延期{},共{};不符規定不計的延期{}。";
    let open = || count("limits_overdue_open");
    let wanted = vec![
        open().of(&["promised"]),
        open().of(&["statutory"]),
        open().of(&["receipt"]),
        count("extensions").of(&["counts"]),
        count("extensions").of(&["counts"]).sum(Unit::WorkingDayHundredths),
        count("extensions").of(&["void"]),
    ];
    blocks.push(paragraph(book.sentence(text, wanted)));
    blocks.push(pauses(book));
    let columns = [
        Counted { heading: "提前", unit: Unit::Cases, wanted: promised().of(&["early"]) },
        Counted { heading: "按時", unit: Unit::Cases, wanted: promised().of(&["on_time"]) },
        Counted { heading: "超承諾", unit: Unit::Cases, wanted: promised().of(&["overdue"]) },
        Counted {
            heading: "超法定",
            unit: Unit::Cases,
            wanted: count("statutory_limits").of(&["overdue"]),
        },
        Counted {
            heading: "兌現率",
            unit: Unit::ShareHundredths,
            wanted: promised().of(&["early", "on_time"]).share(),
        },
    ];
    let table =
        by_place(book, ("deadlines_by_place", "各地時限執行情況"), &gathered.places, &columns);
    blocks.push(Block::Table(table));
    blocks.extend(trend(book, gathered));
    named("deadlines", "時限執行", blocks)
}

/// 時限兌現: what was in time and what was not, and how long it took.
fn kept(book: &mut Book) -> Block {
    let promised = || count("promised_limits");
    let text = "本期承諾時限內辦結{}(提前{}、按時{}),";
    let in_time = ["early", "on_time"];
    let wanted =
        vec![promised().of(&in_time), promised().of(&["early"]), promised().of(&["on_time"])];
    let days = |of: Wanted| of.mean(Unit::WorkingDayHundredths);
    let (share, late) = (promised().of(&in_time).share(), promised().of(&["overdue"]));
    let text_after = "。法定時限內辦結{},超法定時限{}。受理環節按期告知{},逾期告知或視為受理{}。";
    let after = vec![
        count("statutory_limits").of(&in_time),
        count("statutory_limits").of(&["overdue"]),
        count("receipt_limits").of(&in_time),
        count("receipt_limits").of(&["overdue"]),
    ];
    Sentence::of(text, wanted)
        .measured(book, "承諾時限兌現率{}", share, "無可計兌現率的辦件")
        .and(";超承諾時限{}", vec![late.clone()])
        .measured(book, ",平均超期{}", days(late), "")
        .measured(book, ";平均用時{}", days(count("handling_days")), "")
        .and(text_after, after)
        .put(book)
}

/// 特別程序: pauses by their procedure.
fn pauses(book: &mut Book) -> Block {
    let procedures = book.parts("pauses");
    if procedures.is_empty() {
        return words("本期未啟動特別程序。");
    }
    let mut rows = Vec::new();
    let total = String::from("合計");
    let of = procedures.iter().map(|part| (said(part).to_owned(), vec![part.clone()]));
    for (name, parts) in of.chain([(total, Vec::new())]) {
        let started = book.put(count("pauses").of(&parts));
        let days = count("pauses").of(&parts);
        let mean = book.put(days.mean(Unit::WorkingDayHundredths));
        rows.push(vec![TableCell::Text(name), TableCell::Figure(started), TableCell::Figure(mean)]);
    }
    let figures = [("啟動", Unit::Times), ("平均時長", Unit::WorkingDayHundredths)];
    Block::Table(Table {
        code: "pauses".into(),
        caption: "特別程序啟動情況".into(),
        columns: headings("特別程序", 3, figures.into_iter()),
        rows,
    })
}

/// 承諾時限兌現率走勢.
fn trend(book: &mut Book, gathered: &Gathered) -> Option<Block> {
    let wanted = |back| count("promised_limits").of(&["early", "on_time"]).share().back(back);
    let is_known = |back: u32| book.value(&wanted(back)).is_some();
    let earlier = u32::try_from(gathered.trend.len()).unwrap_or(0);
    // It begins where there is something to show: before that nobody kept records.
    let first = (1..=earlier).rev().find(|back| is_known(*back))?;
    let backs = (0..=first).rev();
    let figures: Vec<String> = backs.map(|back| book.put(wanted(back))).collect();
    let before = gathered.trend.get(..first as usize).unwrap_or(&gathered.trend);
    let names = before.iter().rev().chain([&gathered.period_short]);
    Some(Block::Chart(Chart {
        code: "deadline_trend".into(),
        caption: "承諾時限兌現率走勢(%)".into(),
        shape: Shape::Line,
        categories: names.cloned().collect(),
        series: vec![Series { name: "兌現率".into(), figures }],
    }))
}
