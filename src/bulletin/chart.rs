//! 圖形: a chart as SVG, drawn of whole numbers alone, so that it is the same to the byte wherever
//! it is drawn. Series differ by pattern, dash and marker, and not by colour: paper is black and
//! white. No script, no font of its own, nothing from outside.

use std::fmt::Write as _;

use super::content::Shape;
use super::sheet::{Point, SheetChart};

mod axis;
mod marks;
mod words;

pub(super) use axis::Scale;
use words::{attribute, label_lines};

/// The width, in units of 0.75 pt: that of the type area.
pub const WIDTH: i64 = 590;
/// The height.
pub const HEIGHT: i64 = 300;
const LEFT: i64 = 56;
const RIGHT: i64 = 8;
const TOP: i64 = 46;
const BOTTOM: i64 = 48;
const FONT: i64 = 12;
const FAMILIES: &str = "SimSun, 'Noto Serif CJK SC', 'Songti SC', serif";

/// The chart as an `svg` element, without an XML declaration: it stands in HTML as it is. Of no
/// categories or no series, a frame without anything in it.
#[must_use]
pub fn svg(chart: &SheetChart) -> String {
    let mut drawing = Drawing::new(chart);
    drawing.open();
    drawing.grid();
    match chart.shape {
        Shape::Line => drawing.lines(),
        Shape::Bars => drawing.bars(),
        Shape::Stacked => drawing.stacks(),
    }
    drawing.categories();
    drawing.legend();
    drawing.out.push_str("</svg>");
    drawing.out
}

struct Drawing<'a> {
    chart: &'a SheetChart,
    scale: Scale,
    out: String,
}

/// Where a bar stands.
struct Bar {
    x: i64,
    width: i64,
    from: i64,
    until: i64,
}

impl<'a> Drawing<'a> {
    fn new(chart: &'a SheetChart) -> Self {
        Self { chart, scale: Scale::of(chart), out: String::new() }
    }

    /// Writing to a string cannot fail.
    fn put(&mut self, what: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(what);
        self.out.push('\n');
    }

    fn open(&mut self) {
        let caption = attribute(&self.chart.caption);
        let code = attribute(&self.chart.code);
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" class=\"chart\" \
             data-chart=\"{code}\" font-family=\"{FAMILIES}\" font-size=\"{FONT}\">"
        ));
        self.put(format_args!("<title>{caption}</title>"));
        let patterns = marks::patterns(&self.chart.code);
        self.out.push_str(&patterns);
    }

    /// The height at which a value stands.
    fn y(&self, value: i64) -> i64 {
        let height = HEIGHT - TOP - BOTTOM;
        HEIGHT - BOTTOM - self.scale.share(value, height)
    }

    /// Left edge and width of a category.
    fn slot(&self, at: usize) -> (i64, i64) {
        let count = as_i64(self.chart.categories.len()).max(1);
        let width = WIDTH - LEFT - RIGHT;
        let left = LEFT + width * as_i64(at) / count;
        (left, LEFT + width * (as_i64(at) + 1) / count - left)
    }

    fn grid(&mut self) {
        for tick in self.scale.ticks() {
            let y = self.y(tick);
            let (right, text_x, text_y) = (WIDTH - RIGHT, LEFT - 6, y + 4);
            let width = if tick == self.scale.base() { "1" } else { "0.4" };
            let label = self.scale.label(tick, self.chart.unit);
            self.put(format_args!(
                "<path d=\"M{LEFT} {y}H{right}\" stroke=\"#000\" stroke-width=\"{width}\"/>"
            ));
            self.put(format_args!(
                "<text x=\"{text_x}\" y=\"{text_y}\" text-anchor=\"end\">{label}</text>"
            ));
        }
        if !self.chart.unit_words.is_empty() {
            let unit = attribute(&self.chart.unit_words);
            let (x, y) = (LEFT - 6, TOP - 14);
            self.put(format_args!(
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">（{unit}）</text>"
            ));
        }
    }

    fn categories(&mut self) {
        let (_, width) = self.slot(0);
        // Where there is no room for a character under each, every second or third has a label.
        let step = usize::try_from((FONT + 1) / width.max(1) + 1).unwrap_or(1);
        let names: Vec<_> = self.chart.categories.iter().enumerate().step_by(step).collect();
        for (at, name) in names {
            let (left, width) = self.slot(at);
            let room = width * as_i64(step) - 2;
            let x = left + width / 2;
            for (line, text) in (0..).zip(label_lines(name, room / FONT, 3)) {
                let y = HEIGHT - BOTTOM + 15 + line * (FONT + 1);
                let text = attribute(&text);
                self.put(format_args!(
                    "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
                ));
            }
        }
    }

    fn legend(&mut self) {
        let mut x = LEFT;
        for (at, series) in self.chart.series.iter().enumerate() {
            let fill = marks::fill(&self.chart.code, at);
            let (y, text_x) = (6, x + 26);
            if self.chart.shape == Shape::Line {
                let dash = marks::dash(at);
                self.put(format_args!(
                    "<path d=\"M{x} 12h20\" stroke=\"#000\" stroke-width=\"1.5\"{dash}/>"
                ));
                let marker = marks::marker(at, x + 10, 12);
                self.put(format_args!("{marker}"));
            } else {
                self.put(format_args!(
                    "<rect x=\"{x}\" y=\"{y}\" width=\"20\" height=\"12\" {fill}/>"
                ));
            }
            let name = attribute(&series.name);
            self.put(format_args!("<text x=\"{text_x}\" y=\"16\">{name}</text>"));
            x = text_x + words::width(&series.name, FONT) + 18;
        }
    }

    /// What a reader hears or sees when pointing at a figure.
    fn said(&self, series: usize, category: usize, point: &Point) -> String {
        let series = self.chart.series.get(series).map_or("", |series| series.name.as_str());
        let category = self.chart.categories.get(category).map_or("", String::as_str);
        let unit = &self.chart.unit_words;
        attribute(&format!("{category} {series} {}{unit}", point.text))
    }

    fn lines(&mut self) {
        let chart = self.chart;
        for (at, series) in chart.series.iter().enumerate() {
            let mut path = String::new();
            let mut drawn = false;
            for (category, point) in series.points.iter().enumerate() {
                let (left, width) = self.slot(category);
                match point.value {
                    Some(value) => {
                        let (x, y) = (left + width / 2, self.y(value));
                        let _ = write!(path, "{}{x} {y}", if drawn { 'L' } else { 'M' });
                        drawn = true;
                    }
                    None => drawn = false,
                }
            }
            let dash = marks::dash(at);
            self.put(format_args!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"#000\" stroke-width=\"1.5\"{dash}/>"
            ));
            self.points(at, &series.points);
        }
    }

    fn points(&mut self, series: usize, points: &[Point]) {
        let label = points.len() * self.chart.series.len() <= 16;
        for (category, point) in points.iter().enumerate() {
            let Some(value) = point.value else { continue };
            let (left, width) = self.slot(category);
            let (x, y) = (left + width / 2, self.y(value));
            let (id, said) = (attribute(&point.id), self.said(series, category, point));
            let marker = marks::marker(series, x, y);
            self.put(format_args!("<g data-figure=\"{id}\"><title>{said}</title>{marker}</g>"));
            if label {
                let alone = self.chart.series.len() == 1;
                let below = if alone { in_valley(points, category) } else { series % 2 == 1 };
                let y = if below && y + 18 < HEIGHT - BOTTOM { y + 15 } else { y - 7 };
                self.number(x, y, &point.text);
            }
        }
    }

    /// A number beside what it measures, legible on any pattern.
    fn number(&mut self, x: i64, y: i64, text: &str) {
        let text = attribute(text);
        self.put(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"11\" stroke=\"#fff\" \
             stroke-width=\"3\" stroke-linejoin=\"round\">{text}</text>\
             <text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"11\">{text}</text>"
        ));
    }

    fn bar(&mut self, series: usize, category: usize, point: &Point, bar: &Bar) {
        let (top, bottom) = (bar.until.min(bar.from), bar.until.max(bar.from));
        let (x, width, height) = (bar.x, bar.width, bottom - top);
        let (id, said) = (attribute(&point.id), self.said(series, category, point));
        if height == 0 {
            // A rectangle without a height is none.
            self.put(format_args!(
                "<path d=\"M{x} {top}h{width}\" stroke=\"#000\" data-figure=\"{id}\">\
                 <title>{said}</title></path>"
            ));
            return;
        }
        let fill = marks::fill(&self.chart.code, series);
        self.put(format_args!(
            "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" {fill} \
             data-figure=\"{id}\"><title>{said}</title></rect>"
        ));
    }

    fn bars(&mut self) {
        let chart = self.chart;
        let count = as_i64(chart.series.len()).max(1);
        let zero = self.y(self.scale.base());
        for (at, series) in chart.series.iter().enumerate() {
            for (category, point) in series.points.iter().enumerate() {
                let Some(value) = point.value else { continue };
                let (left, room) = self.slot(category);
                let width = (room * 7 / 10 / count).clamp(1, 48);
                let x = left + (room - width * count) / 2 + width * as_i64(at);
                let until = self.y(value);
                self.bar(at, category, point, &Bar { x, width, from: zero, until });
                if words::width(&point.text, 11) <= width + 6 {
                    self.number(x + width / 2, until.min(zero) - 4, &point.text);
                }
            }
        }
    }

    fn stacks(&mut self) {
        let chart = self.chart;
        for category in 0..chart.categories.len() {
            let (left, room) = self.slot(category);
            let width = (room * 6 / 10).clamp(1, 64);
            let x = left + (room - width) / 2;
            let mut below = 0i64;
            for (at, series) in chart.series.iter().enumerate() {
                let Some(point) = series.points.get(category) else { continue };
                // A part of a whole is not negative.
                let value = point.value.unwrap_or(0).max(0);
                let (from, until) = (self.y(below), self.y(below.saturating_add(value)));
                below = below.saturating_add(value);
                if value == 0 {
                    continue;
                }
                self.bar(at, category, point, &Bar { x, width, from, until });
                if from - until >= 14 && words::width(&point.text, 11) <= width {
                    self.number(x + width / 2, (from + until) / 2 + 4, &point.text);
                }
            }
        }
    }
}

/// The line goes up from a point to both sides, so that there is no room above it.
fn in_valley(points: &[Point], at: usize) -> bool {
    let value = |at: Option<usize>| points.get(at?).and_then(|point| point.value);
    let (before, after) = (value(at.checked_sub(1)), value(at.checked_add(1)));
    let Some(own) = value(Some(at)) else { return false };
    let mut sides = before.into_iter().chain(after).peekable();
    sides.peek().is_some() && sides.all(|side| side > own)
}

fn as_i64(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
