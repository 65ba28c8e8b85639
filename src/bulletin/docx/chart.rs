//! 圖: a chart of Office's own, with the table of its numbers in it, so that an office can change
//! its form; vectors in print, and no font of this machine in it, as there would be in a picture.

use super::{Element, OFFICE, OfficeError, Package, Part, Relation, Writer, font};
use crate::bulletin::content::Shape;
use crate::bulletin::layout::{self, Length, TYPE_WIDTH};
use crate::bulletin::sheet::SheetChart;
use crate::bulletin::xlsx;

const C: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const WP: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";

/// Series differ by pattern and dash and not by colour: paper is black and white.
const PATTERNS: [&str; 6] = ["", "wdUpDiag", "pct20", "ltHorz", "smGrid", "dkDnDiag"];
const DASHES: [&str; 6] = ["solid", "dash", "sysDot", "dashDot", "lgDash", "lgDashDotDot"];
const DARK: &str = "404040";

/// Nine lines of the page.
const HEIGHT: Length = layout::LINE_PITCH.times(9);

/// Where a chart stands in the text.
pub(super) fn drawing(chart: &SheetChart, number: usize) -> Element {
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
            .child(self.chart_title(chart))
            .child(val("c:autoTitleDeleted", "0"))
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
            .child(self.text_properties())
            .child(
                Element::new("c:externalData").with("r:id", "rId1").child(val("c:autoUpdate", "0")),
            )
    }

    fn chart_title(&self, chart: &SheetChart) -> Element {
        let run = Element::new("a:r")
            .child(self.letters("a:rPr", layout::CAPTION))
            .child(Element::texting("a:t", chart.caption.clone()));
        let paragraph = Element::new("a:p")
            .child(Element::new("a:pPr").child(self.letters("a:defRPr", layout::CAPTION)))
            .child(run);
        let rich = Element::new("c:rich").child(Element::new("a:bodyPr")).child(paragraph);
        Element::new("c:title").child(Element::new("c:tx").child(rich)).child(val("c:overlay", "0"))
    }

    /// The letters of axes and legend: those of a table.
    fn text_properties(&self) -> Element {
        let paragraph = Element::new("a:p")
            .child(Element::new("a:pPr").child(self.letters("a:defRPr", layout::TABLE)))
            .child(Element::new("a:endParaRPr").with("lang", "zh-CN"));
        Element::new("c:txPr").child(Element::new("a:bodyPr")).child(paragraph)
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
            .child(axis("c:catAx", "1", "2", "b"))
            .child(axis("c:valAx", "2", "1", "l"))
    }
}

/// A series with its numbers, which stand in the sheet as well.
fn series(chart: &SheetChart, place: usize) -> Element {
    let Some(series) = chart.series.get(place) else { return Element::new("c:ser") };
    let shown = match chart.shape {
        Shape::Line => vec![line_of(place)],
        Shape::Bars | Shape::Stacked => vec![bar_of(place), edge()],
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
        .child(Element::new("c:cat").child(categories))
        .child(Element::new("c:val").child(numbers))
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

fn axis(
    name: &'static str,
    id: &'static str,
    crossing: &'static str,
    side: &'static str,
) -> Element {
    let scaling = Element::new("c:scaling").child(val("c:orientation", "minMax"));
    let mut axis = Element::new(name)
        .child(val("c:axId", id))
        .child(scaling)
        .child(val("c:delete", "0"))
        .child(val("c:axPos", side));
    if name == "c:valAx" {
        axis = axis.child(Element::new("c:majorGridlines"));
        axis = axis.child(
            Element::new("c:numFmt").with("formatCode", "General").with("sourceLinked", "0"),
        );
    }
    axis.child(val("c:majorTickMark", "out"))
        .child(val("c:minorTickMark", "none"))
        .child(val("c:tickLblPos", "nextTo"))
        .child(val("c:crossAx", crossing))
        .child(val("c:crosses", "autoZero"))
}
