//! 二、時限執行: how the limits were kept, why clocks stood still, and how it went before.

use super::super::content::{Block, Chart, Section, Series, Shape, Table, TableCell, Unit};
use super::super::figures::{Book, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::{Counted, by_place, headings, named, paragraph, words};

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let promised = || count("promised_limits");
    let text = "本期承諾時限內辦結{}(提前{}、按時{}),承諾時限兌現率{};超承諾時限{},\
                平均超期{};平均用時{}。法定時限內辦結{},超法定時限{}。\
                受理環節按期告知{},逾期告知或視為受理{}。";
    let wanted = vec![
        promised().of(&["early", "on_time"]),
        promised().of(&["early"]),
        promised().of(&["on_time"]),
        promised().of(&["early", "on_time"]).share(),
        promised().of(&["overdue"]),
        promised().of(&["overdue"]).mean(Unit::WorkingDayHundredths),
        count("handling_days").mean(Unit::WorkingDayHundredths),
        count("statutory_limits").of(&["early", "on_time"]),
        count("statutory_limits").of(&["overdue"]),
        count("receipt_limits").of(&["early", "on_time"]),
        count("receipt_limits").of(&["overdue"]),
    ];
    let mut blocks = vec![paragraph(book.sentence(text, wanted))];
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
    let earlier = u32::try_from(gathered.trend.len()).unwrap_or(0);
    let backs: Vec<u32> = (0..=earlier).rev().collect();
    let wanted = |back| count("promised_limits").of(&["early", "on_time"]).share().back(back);
    let known = backs.iter().any(|back| *back > 0 && book.value(&wanted(*back)).is_some());
    let figures: Vec<String> =
        known.then(|| backs.iter().map(|back| book.put(wanted(*back))).collect())?;
    let names = gathered.trend.iter().rev().chain([&gathered.period_short]);
    Some(Block::Chart(Chart {
        code: "deadline_trend".into(),
        caption: "承諾時限兌現率走勢(%)".into(),
        shape: Shape::Line,
        categories: names.cloned().collect(),
        series: vec![Series { name: "兌現率".into(), figures }],
    }))
}
