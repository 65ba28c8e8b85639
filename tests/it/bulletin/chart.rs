//! 圖形: every shape is a whole drawing of its figures, legible without colour.

use quick_xml::Reader;
use quick_xml::events::Event;
use tongjian::bulletin::chart;
use tongjian::bulletin::content::{Shape, Unit};
use tongjian::bulletin::sheet::{Point, SheetChart, SheetSeries};

use super::browser::Browser;

fn drawn(shape: Shape, unit: Unit, categories: &[&str], series: &[(&str, &[i64])]) -> SheetChart {
    let point = |name: &str, at: usize, value: i64| Point {
        id: format!("{name}@{at}"),
        // What is less than zero stands for what cannot be measured.
        value: (value >= 0).then_some(value),
        text: if value >= 0 { unit.number(value) } else { "—".into() },
    };
    let series = series.iter().map(|(name, values)| SheetSeries {
        name: (*name).to_owned(),
        points: values.iter().enumerate().map(|(at, value)| point(name, at, *value)).collect(),
    });
    SheetChart {
        code: "trend".into(),
        caption: "图1　按时办结率".into(),
        shape,
        unit: Some(unit),
        unit_words: unit.words().into(),
        categories: categories.iter().map(|name| (*name).to_owned()).collect(),
        series: series.collect(),
    }
}

fn samples() -> Vec<SheetChart> {
    let months = ["2月", "3月", "4月", "5月", "6月", "7月"];
    let counties =
        ["崇川区", "港闸区", "通州区", "启东市", "如皋市", "海门市", "海安县", "如东县", "开发区"];
    let days: Vec<_> = (1..=31).map(|day| format!("{day}日")).collect();
    let days: Vec<_> = days.iter().map(String::as_str).collect();
    let daily: Vec<_> = (0..31).map(|day| 900 + day * day).collect();
    vec![
        drawn(
            Shape::Line,
            Unit::ShareHundredths,
            &months,
            &[
                ("按时办结率", &[9_912, 9_934, 9_950, -1, 9_985, 9_987]),
                ("提前办结率", &[9_312, 9_434, 9_450, 9_400, 9_485, 9_587]),
            ],
        ),
        drawn(
            Shape::Bars,
            Unit::Cards,
            &counties,
            &[("黄牌", &[12, 3, 0, 25, 8, 17, 9, 31, 2]), ("红牌", &[1, 0, 0, 4, 2, 1, 0, 6, 0])],
        ),
        drawn(
            Shape::Stacked,
            Unit::Matters,
            &counties,
            &[
                ("场所", &[2, 0, 5, 11, 3, 9, 1, 11, 0]),
                ("设施", &[5, 6, 2, 7, 1, 9, 8, 3, 2]),
                ("人员", &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
                ("事项", &[9, 8, 7, 6, 5, 4, 3, 2, 1]),
                ("制度", &[4, 4, 4, 4, 4, 4, 4, 4, 4]),
            ],
        ),
        drawn(Shape::Line, Unit::Cases, &days, &[("收件", &daily)]),
        drawn(Shape::Bars, Unit::Cases, &[], &[]),
    ]
}

/// The figures that a drawing names; fails where it is no XML.
fn named(svg: &str) -> Vec<String> {
    let mut reader = Reader::from_str(svg);
    let mut named = Vec::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => return named,
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    let attribute = attribute.expect("an attribute");
                    if attribute.key.as_ref() == "data-figure" {
                        named.push(attribute.value.into_owned());
                    }
                }
            }
            _ => (),
        }
    }
}

#[test]
fn every_figure_that_is_drawn_can_be_traced() {
    for chart in samples() {
        let svg = chart::svg(&chart);
        assert_eq!(svg, chart::svg(&chart));
        let points = || chart.series.iter().flat_map(|series| &series.points);
        let shown = |point: &&Point| match chart.shape {
            Shape::Stacked => point.value.is_some_and(|value| value > 0),
            Shape::Line | Shape::Bars => point.value.is_some(),
        };
        let told: Vec<_> = points().filter(shown).map(|point| point.id.clone()).collect();
        let mut named = named(&svg);
        let mut expected = told;
        named.sort();
        expected.sort();
        assert_eq!(named, expected);
        for away in ["<script", "href", "NaN", "style="] {
            assert!(!svg.contains(away), "{away}");
        }
    }
}

#[test]
fn what_cannot_be_measured_leaves_a_gap_and_series_differ_without_colour() {
    let svg = chart::svg(&samples()[0]);
    let lines: Vec<_> = svg.lines().filter(|line| line.contains("fill=\"none\"")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].matches('M').count(), 2, "a gap begins a new stretch: {}", lines[0]);
    assert_eq!(lines[1].matches('M').count(), 1);
    assert!(!lines[0].contains("stroke-dasharray") && lines[1].contains("stroke-dasharray"));
    let stacked = chart::svg(&samples()[2]);
    for fill in ["#444", "url(#trend-hatch)", "#bbb", "url(#trend-dots)", "#fff"] {
        assert!(stacked.contains(&format!("fill=\"{fill}\" stroke=\"#000\"")), "{fill}");
    }
}

#[test]
fn a_share_near_its_top_is_drawn_from_a_named_number_and_bars_from_zero() {
    let near =
        drawn(Shape::Line, Unit::ShareHundredths, &["6月", "7月"], &[("率", &[9_912, 9_987])]);
    let svg = chart::svg(&near);
    assert!(svg.contains(">99.00</text>") || svg.contains(">99</text>"), "{svg}");
    assert!(!svg.contains(">0</text>"));
    let bars = SheetChart { shape: Shape::Bars, ..near };
    assert!(chart::svg(&bars).contains(">0</text>"));
}

#[test]
fn numbers_of_any_size_are_drawn() {
    for value in [0, 1, i64::MAX / 2, i64::MAX] {
        for shape in [Shape::Line, Shape::Bars, Shape::Stacked] {
            let chart = drawn(shape, Unit::Fen, &["甲"], &[("乙", &[value]), ("丙", &[value])]);
            named(&chart::svg(&chart));
        }
    }
}

#[test]
fn a_browser_shows_every_shape() {
    let Some(browser) = Browser::new() else { return };
    let page = samples().iter().map(chart::svg).collect::<Vec<_>>().join("\n<br>\n");
    let page = browser.write("charts.html", &format!("<meta charset=utf-8>\n{page}"));
    assert!(browser.width_in(&page, 620) <= 620);
}

#[test]
fn a_bar_of_nothing_is_a_line_and_no_rectangle_without_height() {
    let bars = drawn(Shape::Bars, Unit::Cards, &["提示", "预警"], &[("本期", &[0, 2])]);
    let svg = chart::svg(&bars);
    assert!(!svg.contains("height=\"0\""), "{svg}");
    assert_eq!(named(&svg), ["本期@0", "本期@1"]);
}

#[test]
fn the_number_of_a_valley_stands_below_it() {
    let values = [10_000, 9_988, 10_000, 9_992];
    let months = ["4月", "5月", "6月", "7月"];
    let line = drawn(Shape::Line, Unit::ShareHundredths, &months, &[("兑现率", &values)]);
    let svg = chart::svg(&line);
    let height = |number: &str| {
        let (before, _) = svg.rsplit_once(&format!(">{number}</text>")).unwrap();
        let (_, after) = before.rsplit_once(" y=\"").unwrap();
        after.split('"').next().unwrap().parse::<i64>().unwrap()
    };
    let point = |at: usize| {
        let (_, after) = svg.split_once(&format!("兑现率@{at}")).unwrap();
        let (_, after) = after.split_once("cy=\"").unwrap();
        after.split('"').next().unwrap().parse::<i64>().unwrap()
    };
    assert!(height("99.88") > point(1) && height("99.92") > point(3), "{svg}");
    assert!(height("100.00") < point(2), "{svg}");
}

#[test]
fn no_axis_of_shares_goes_above_100_percent() {
    for values in [[10_000, 10_000], [9_988, 10_000]] {
        let line =
            drawn(Shape::Line, Unit::ShareHundredths, &["6月", "7月"], &[("兑现率", &values)]);
        let svg = chart::svg(&line);
        assert!(!svg.contains(">100.01<") && svg.contains(">100"), "{svg}");
    }
}

#[test]
fn the_lowest_number_of_a_line_has_room_above_the_axis() {
    // A line that rises from its lowest point on, or falls to it, or both.
    for values in [&[9_943, 10_000, 10_000][..], &[10_000, 9_951], &[10_000, 9_901, 10_000]] {
        let months = &["6月", "7月", "8月"][..values.len()];
        let line = drawn(Shape::Line, Unit::ShareHundredths, months, &[("兑现率", values)]);
        let svg = chart::svg(&line);
        let low = Unit::ShareHundredths.number(*values.iter().min().unwrap());
        let (before, _) = svg.rsplit_once(&format!(">{low}</text>")).unwrap();
        let (_, after) = before.rsplit_once(" y=\"").unwrap();
        let number: i64 = after.split('"').next().unwrap().parse().unwrap();
        let at = values.iter().position(|value| value == values.iter().min().unwrap()).unwrap();
        let (_, after) = svg.split_once(&format!("兑现率@{at}")).unwrap();
        let (_, after) = after.split_once("cy=\"").unwrap();
        let point: i64 = after.split('"').next().unwrap().parse().unwrap();
        assert!(number > point && number < chart::HEIGHT - 48, "{low} at {number}, {point}: {svg}");
    }
}
