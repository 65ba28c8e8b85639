//! 四、五個不到位: what is not in place, what is new, what was put right.

use super::super::content::{Block, Chart, Section, Series, Shape, Unit};
use super::super::figures::{Book, Place, count};
use super::super::gathered::Gathered;
use super::super::terms::said;
use super::{Counted, by_place, named, paragraph};

const FLAGS: [&str; 5] = ["premises", "facilities", "personnel", "items", "operation"];

fn states(flags: &[&str], state: &str) -> Vec<String> {
    flags.iter().map(|flag| format!("{flag}/{state}")).collect()
}

pub(super) fn section(book: &mut Book, gathered: &Gathered) -> Section {
    let standing = |state| count("flags_standing").of(&states(&FLAGS, state));
    let changed = |state| count("flags_changed").of(&states(&FLAGS, state));
    let text = "期末認定不到位{},疑似不到位{}。本期新認定{},新疑似{},消除{}。\
                開展督查{},發出督查單{}(藍單{}、橙單{}、紅單{}),責令整改{},\
                整改到位{},期末逾期未整改{}。";
    let wanted = vec![
        standing("confirmed"),
        standing("suspected"),
        changed("confirmed"),
        changed("suspected"),
        changed("cleared"),
        count("inspections_held"),
        count("slips_issued"),
        count("slips_issued").of(&["blue"]),
        count("slips_issued").of(&["orange"]),
        count("slips_issued").of(&["red"]),
        count("orders_issued"),
        count("orders_rectified"),
        count("orders_standing").of(&["overdue"]),
    ];
    let mut blocks = vec![paragraph(book.sentence(text, wanted))];
    let columns: Vec<Counted<'_>> = FLAGS
        .iter()
        .flat_map(|flag| ["confirmed", "suspected"].map(|state| (*flag, state)).into_iter())
        .map(|(flag, state)| Counted {
            heading: heading(flag, state),
            unit: Unit::Matters,
            wanted: count("flags_standing").of(&[format!("{flag}/{state}")]),
        })
        .collect();
    let table =
        by_place(book, ("flags_by_place", "各地五個不到位情況"), &gathered.places, &columns);
    blocks.push(Block::Table(table));
    blocks.push(chart(book, &gathered.places));
    named("flags", "五個不到位", blocks)
}

fn heading(flag: &str, state: &str) -> &'static str {
    match (flag, state) {
        ("premises", "confirmed") => "場所認定",
        ("premises", _) => "場所疑似",
        ("facilities", "confirmed") => "設施認定",
        ("facilities", _) => "設施疑似",
        ("personnel", "confirmed") => "人員認定",
        ("personnel", _) => "人員疑似",
        ("items", "confirmed") => "事項認定",
        ("items", _) => "事項疑似",
        (_, "confirmed") => "運轉認定",
        _ => "運轉疑似",
    }
}

fn chart(book: &mut Book, places: &[Place]) -> Block {
    let series = FLAGS
        .iter()
        .map(|flag| {
            let parts = [format!("{flag}/confirmed"), format!("{flag}/suspected")];
            let of = |place: &Place| count("flags_standing").of(&parts).at(place);
            let figures = places.iter().map(|place| book.put(of(place))).collect();
            Series { name: said(flag).to_owned(), figures }
        })
        .collect();
    Block::Chart(Chart {
        code: "flags_by_place".into(),
        caption: "各地五個不到位(認定和疑似,項)".into(),
        shape: Shape::Stacked,
        categories: places.iter().map(|place| place.name.clone()).collect(),
        series,
    })
}

/// 附件: each site where something is not in place.
pub(super) fn annex(book: &mut Book, gathered: &Gathered) -> Section {
    let heading = "五個不到位的中心(室)";
    let any = |place: &Place| {
        book.value(&count("flags_standing").at(place)).is_some_and(|found| found > 0)
    };
    let found: Vec<Place> = gathered.each_site.iter().filter(|at| any(at)).cloned().collect();
    if found.is_empty() {
        return named("flags_by_site", heading, Vec::new());
    }
    let columns: Vec<Counted<'_>> = FLAGS
        .iter()
        .map(|flag| Counted {
            heading: said(flag),
            unit: Unit::Matters,
            wanted: count("flags_standing")
                .of(&[format!("{flag}/confirmed"), format!("{flag}/suspected")]),
        })
        .collect();
    let table = by_place(book, ("flags_by_site", heading), &found, &columns);
    named("flags_by_site", heading, vec![Block::Table(table)])
}
