//! 圖: a chart of Office's own, with the table of its numbers in it, so that an office can change
//! its form; vectors in print, and no font of this machine in it, as there would be in a picture.

use super::paragraph::Paragraph;
use super::{Element, OFFICE, OfficeError, Package, Part, Relation, Writer, font};
use crate::bulletin::chart::Scale;
use crate::bulletin::content::{Shape, Unit};
use crate::bulletin::layout::{self, Length, TYPE_WIDTH};
use crate::bulletin::sheet::SheetChart;
use crate::bulletin::xlsx;

const C: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const WP: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";

/// Series differ by pattern and dash and not by colour: paper is black and white.
const PATTERNS: [&str; 6] = ["", "wdUpDiag", "pct20", "ltHorz", "smGrid", "dkDnDiag"];
const DASHES: [&str; 6] = ["solid", "dash", "sysDot", "dashDot", "lgDash", "lgDashDotDot"];
const MARKERS: [&str; 6] = ["circle", "square", "triangle", "diamond", "x", "star"];
const DARK: &str = "404040";
/// The lines behind what is drawn.
const LIGHT: &str = "BFBFBF";

/// With more points than this, numbers beside them would cover each other.
const MOST_NUMBERED: usize = 16;

/// Nine lines of the page.
const HEIGHT: Length = layout::LINE_PITCH.times(9);

/// 圖 and the caption below it, on one page.
pub(super) fn captioned(writer: &Writer<'_>, chart: &SheetChart, number: usize) -> [Element; 2] {
    let caption = Paragraph::of("Caption").with(Element::of("w:keepNext", "0"));
    [
        Paragraph::of("Chart").put(drawing(chart, number)).done(),
        caption.say(writer, &chart.caption).done(),
    ]
}

/// Where a chart stands in the text.
fn drawing(chart: &SheetChart, number: usize) -> Element {
    let reference =
        Element::new("c:chart").with("xmlns:c", C).with("r:id", format!("rIdChart{number}"));
    let graphic = Element::new("a:graphic")
        .with("xmlns:a", A)
        .child(Element::new("a:graphicData").with("uri", C).child(reference));
    let extent =
        Element::new("wp:extent").number("cx", TYPE_WIDTH.emu()).number("cy", HEIGHT.emu());
    let described = Element::new("wp:docPr")
        .with("id", number.to_string())
        .with("name", chart.code.clone())
        .with("descr", chart.caption.clone());
    let inline = ["distT", "distB", "distL", "distR"]
        .into_iter()
        .fold(Element::new("wp:inline").with("xmlns:wp", WP), |inline, side| inline.with(side, "0"))
        .children([extent, described, Element::new("wp:cNvGraphicFramePr"), graphic]);
    Element::new("w:drawing").child(inline)
}

impl Writer<'_> {
    /// Puts in the chart and its numbers, and says how the text points to it.
    pub(super) fn put_chart(
        &self,
        package: &mut Package,
        number: usize,
        chart: &SheetChart,
    ) -> Result<Relation, OfficeError> {
        let numbers = format!("word/embeddings/numbers{number}.xlsx");
        let relation =
            Relation::new("rId1", "package", format!("../embeddings/numbers{number}.xlsx"));
        package.put(
            Part::new(
                format!("word/charts/chart{number}.xml"),
                "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
                &self.chart_space(chart),
            )
            .related([relation]),
        );
        package.put(Part::raw(numbers, xlsx::of_chart(chart)?));
        let id = format!("rIdChart{number}");
        Ok(Relation::new(id, "chart", format!("charts/chart{number}.xml")))
    }

    fn chart_space(&self, chart: &SheetChart) -> Element {
        let legend =
            Element::new("c:legend").child(val("c:legendPos", "b")).child(val("c:overlay", "0"));
        let inside = Element::new("c:chart")
            .child(val("c:autoTitleDeleted", "1"))
            .child(self.plot(chart))
            .child(legend)
            .child(val("c:plotVisOnly", "1"))
            .child(val("c:dispBlanksAs", "gap"));
        Element::new("c:chartSpace")
            .with("xmlns:c", C)
            .with("xmlns:a", A)
            .with("xmlns:r", OFFICE)
            .child(val("c:roundedCorners", "0"))
            .child(inside)
            .child(without_frame())
            .child(self.text_properties(Element::new("a:bodyPr")))
            .child(
                Element::new("c:externalData").with("r:id", "rId1").child(val("c:autoUpdate", "0")),
            )
    }

    /// The letters of axes and legend: those of a table.
    fn text_properties(&self, body: Element) -> Element {
        let paragraph = Element::new("a:p")
            .child(Element::new("a:pPr").child(self.letters("a:defRPr", layout::TABLE)))
            .child(Element::new("a:endParaRPr").with("lang", "zh-CN"));
        Element::new("c:txPr").child(body).child(paragraph)
    }

    fn letters(&self, name: &'static str, font: layout::Font) -> Element {
        let face = font::name(font.face, self.sheet.script);
        Element::new(name)
            .number("sz", font.size.emu() * 100 / 12_700)
            .with("b", "0")
            .child(Element::new("a:latin").with("typeface", face))
            .child(Element::new("a:ea").with("typeface", face))
    }

    fn plot(&self, chart: &SheetChart) -> Element {
        let series = (0..).zip(&chart.series).map(|(place, _)| series(chart, place));
        let axes = [val("c:axId", "1"), val("c:axId", "2")];
        let grouping = match chart.shape {
            Shape::Line => "standard",
            Shape::Bars => "clustered",
            Shape::Stacked => "stacked",
        };
        let drawn = match chart.shape {
            Shape::Line => Element::new("c:lineChart")
                .child(val("c:grouping", grouping))
                .child(val("c:varyColors", "0"))
                .children(series)
                .child(val("c:marker", "1")),
            Shape::Bars | Shape::Stacked => {
                let overlap = if chart.shape == Shape::Stacked { "100" } else { "0" };
                Element::new("c:barChart")
                    .child(val("c:barDir", "col"))
                    .child(val("c:grouping", grouping))
                    .child(val("c:varyColors", "0"))
                    .children(series)
                    .child(val("c:gapWidth", "80"))
                    .child(val("c:overlap", overlap))
            }
        };
        Element::new("c:plotArea")
            .child(Element::new("c:layout"))
            .child(drawn.children(axes))
            .child(self.category_axis())
            .child(value_axis(chart))
    }

    /// Names stand level, in as many lines as they need.
    fn category_axis(&self) -> Element {
        let level = Element::new("a:bodyPr").with("rot", "0").with("vert", "horz");
        axis("c:catAx", "1", "b", [])
            .children(ticks())
            .child(drawn_in(DARK))
            .child(self.text_properties(level))
            .child(val("c:crossAx", "2"))
            .child(val("c:crosses", "autoZero"))
    }
}

/// A series with its numbers, which stand in the sheet as well.
fn series(chart: &SheetChart, place: usize) -> Element {
    let Some(series) = chart.series.get(place) else { return Element::new("c:ser") };
    let (shown, form) = match chart.shape {
        Shape::Line => (vec![line_of(place)], marker_of(place)),
        Shape::Bars | Shape::Stacked => {
            (vec![bar_of(place), edge()], val("c:invertIfNegative", "0"))
        }
    };
    let last = chart.categories.len() + 1;
    let column = xlsx::column(place + 1);
    let name = cached(
        "c:strRef",
        "c:strCache",
        format!("figures!${column}$1"),
        [Some(series.name.clone())],
    );
    let categories = cached(
        "c:strRef",
        "c:strCache",
        format!("figures!$A$2:$A${last}"),
        chart.categories.iter().map(|category| Some(category.clone())),
    );
    let numbers = series.points.iter().map(|point| point.value.map(|_| point.text.clone()));
    let numbers =
        cached("c:numRef", "c:numCache", format!("figures!${column}$2:${column}${last}"), numbers);
    let number = place.to_string();
    Element::new("c:ser")
        .child(val("c:idx", number.clone()))
        .child(val("c:order", number))
        .child(Element::new("c:tx").child(name))
        .child(Element::new("c:spPr").children(shown))
        .child(form)
        .children(numbers_beside(chart))
        .child(Element::new("c:cat").child(categories))
        .child(Element::new("c:val").child(numbers))
        // What is between two points was not measured: the line is straight.
        .children((chart.shape == Shape::Line).then(|| val("c:smooth", "0")))
}

/// Each number beside its point, where there is room.
fn numbers_beside(chart: &SheetChart) -> Option<Element> {
    let points: usize = chart.series.iter().map(|series| series.points.len()).sum();
    let named = ["c:showLegendKey", "c:showVal", "c:showCatName", "c:showSerName"];
    let shown = |name: &'static str| val(name, if name == "c:showVal" { "1" } else { "0" });
    let room = points <= MOST_NUMBERED && chart.shape != Shape::Stacked;
    room.then(|| {
        let decimals = chart.unit.map_or(0, Unit::decimals);
        let format = if decimals == 0 { "0" } else { "0.00" };
        // Above what it measures: beside a point the line would go through it.
        let place = if chart.shape == Shape::Line { "t" } else { "outEnd" };
        Element::new("c:dLbls")
            .child(Element::new("c:numFmt").with("formatCode", format).with("sourceLinked", "0"))
            .child(val("c:dLblPos", place))
            .children(named.map(shown))
            .child(val("c:showPercent", "0"))
            .child(val("c:showBubbleSize", "0"))
    })
}

fn colour(name: &'static str, rgb: &'static str) -> Element {
    Element::new(name).child(Element::new("a:srgbClr").with("val", rgb))
}

fn line_of(place: usize) -> Element {
    let dash = DASHES.get(place % DASHES.len()).copied().unwrap_or("solid");
    Element::new("a:ln")
        .with("w", "22225")
        .child(colour("a:solidFill", DARK))
        .child(Element::new("a:prstDash").with("val", dash))
}

fn bar_of(place: usize) -> Element {
    match PATTERNS.get(place % PATTERNS.len()).copied() {
        None | Some("") => colour("a:solidFill", DARK),
        Some(pattern) => Element::new("a:pattFill")
            .with("prst", pattern)
            .child(colour("a:fgClr", DARK))
            .child(colour("a:bgClr", "FFFFFF")),
    }
}

/// The edge of what is drawn.
fn edge() -> Element {
    Element::new("a:ln").with("w", "6350").child(colour("a:solidFill", DARK))
}

fn val(name: &'static str, value: impl Into<std::borrow::Cow<'static, str>>) -> Element {
    Element::new(name).with("val", value)
}

/// Cells of the sheet, and what stands in them; nothing where there is nothing to measure.
fn cached(
    reference: &'static str,
    cache: &'static str,
    cells: String,
    values: impl IntoIterator<Item = Option<String>>,
) -> Element {
    let values: Vec<_> = values.into_iter().collect();
    let mut held = Element::new(cache);
    if cache == "c:numCache" {
        held = held.child(Element::texting("c:formatCode", "General"));
    }
    held = held.child(val("c:ptCount", values.len().to_string()));
    for (place, value) in values.into_iter().enumerate() {
        if let Some(value) = value {
            let point = Element::new("c:pt").with("idx", place.to_string());
            held = held.child(point.child(Element::texting("c:v", value)));
        }
    }
    Element::new(reference).child(Element::texting("c:f", cells)).child(held)
}

/// The beginning of an axis, up to how its numbers are written.
fn axis(
    name: &'static str,
    id: &'static str,
    side: &'static str,
    ends: impl IntoIterator<Item = Element>,
) -> Element {
    let scaling = Element::new("c:scaling").child(val("c:orientation", "minMax")).children(ends);
    Element::new(name)
        .child(val("c:axId", id))
        .child(scaling)
        .child(val("c:delete", "0"))
        .child(val("c:axPos", side))
}

fn ticks() -> [Element; 3] {
    [val("c:majorTickMark", "out"), val("c:minorTickMark", "none"), val("c:tickLblPos", "nextTo")]
}

/// The axis of numbers, with the ends and steps of the chart in the other formats: a share ends at
/// 100%, and whole things are not counted in halves.
fn value_axis(chart: &SheetChart) -> Element {
    let scale = Scale::of(chart);
    let written = |least: i64| chart.unit.map_or_else(|| least.to_string(), |u| u.number(least));
    let (low, high) = scale.ends();
    let ends = [val("c:max", written(high)), val("c:min", written(low))];
    let whole = chart.unit.map_or(0, Unit::decimals) == 0 || scale.step() % 100 == 0;
    let format = if whole { "0" } else { "0.00" };
    let format = Element::new("c:numFmt").with("formatCode", format).with("sourceLinked", "0");
    axis("c:valAx", "2", "l", ends)
        .child(Element::new("c:majorGridlines").child(drawn_in(LIGHT)))
        .child(format)
        .children(ticks())
        .child(drawn_in(DARK))
        .child(val("c:crossAx", "1"))
        .child(val("c:crosses", "autoZero"))
        .child(val("c:crossBetween", "between"))
        .child(val("c:majorUnit", written(scale.step())))
}

/// A thin line.
fn drawn_in(rgb: &'static str) -> Element {
    let line = Element::new("a:ln").with("w", "6350").child(colour("a:solidFill", rgb));
    Element::new("c:spPr").child(line)
}

/// Paper has no frame around a chart.
fn without_frame() -> Element {
    let line = Element::new("a:ln").child(Element::new("a:noFill"));
    Element::new("c:spPr").child(colour("a:solidFill", "FFFFFF")).child(line)
}

fn marker_of(place: usize) -> Element {
    let symbol = MARKERS.get(place % MARKERS.len()).copied().unwrap_or("circle");
    Element::new("c:marker")
        .child(val("c:symbol", symbol))
        .child(val("c:size", "6"))
        .child(Element::new("c:spPr").child(colour("a:solidFill", DARK)).child(edge()))
}
