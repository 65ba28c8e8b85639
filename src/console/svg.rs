//! 圖: drawings that the server makes: printable, without script, each with its text. Texts are
//! escaped here; figures are whole numbers.

use std::fmt::{Display, Write as _};

use crate::bulletin::html::escaped;

/// 圖: one drawing, ready to stand in a page.
#[derive(Debug)]
pub struct Drawing {
    /// What it shows, in words.
    pub label: String,
    /// The element.
    pub svg: String,
}

/// A drawing under way.
#[derive(Debug)]
pub struct Canvas {
    label: String,
    size: (i64, i64),
    body: String,
}

impl Canvas {
    /// An empty drawing of this size.
    #[must_use]
    pub fn new(label: impl Display, width: i64, height: i64) -> Self {
        Self { label: label.to_string(), size: (width, height), body: String::new() }
    }

    /// A filled rectangle; `said` is told when it is pointed at.
    pub fn bar(&mut self, at: (i64, i64), size: (i64, i64), fill: &str, said: &str) {
        let ((x, y), (width, height)) = (at, size);
        let _ = write!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\">\
             <title>{}</title></rect>",
            escaped(said)
        );
    }

    /// A text; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, at: (i64, i64), anchor: &str, fill: &str, text: &str) {
        let (x, y) = at;
        let _ = write!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{fill}\">{}</text>",
            escaped(text)
        );
    }

    /// A small figure in the middle of its place.
    pub fn small(&mut self, at: (i64, i64), fill: &str, text: &str) {
        let (x, y) = at;
        let _ = write!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\" font-size=\"9\" \
             fill=\"{fill}\">{}</text>",
            escaped(text)
        );
    }

    /// A line.
    pub fn line(&mut self, from: (i64, i64), to: (i64, i64), stroke: &str) {
        let ((x, y), (to_x, to_y)) = (from, to);
        let _ = write!(self.body, "<path d=\"M{x} {y}L{to_x} {to_y}\" stroke=\"{stroke}\"/>");
    }

    /// Begins what leads to an address.
    pub fn link(&mut self, href: &str) {
        let _ = write!(self.body, "<a href=\"{}\">", escaped(href));
    }

    /// Ends it.
    pub fn unlink(&mut self) {
        self.body.push_str("</a>");
    }

    /// The drawing.
    #[must_use]
    pub fn finish(self) -> Drawing {
        let (width, height) = self.size;
        let (label, body) = (self.label, self.body);
        let svg = format!(
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"group\" font-size=\"12\"><title>{}</title>{body}</svg>",
            escaped(&label)
        );
        Drawing { label, svg }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_place() {
        let mut canvas = Canvas::new("<x>", 10, 10);
        canvas.text((0, 0), "start", "var(--ink)", "</text><script>\"'&\u{0}");
        let svg = canvas.finish().svg;
        assert!(!svg.contains("<script") && !svg.contains("<x>"), "{svg}");
        assert!(svg.contains("&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;<"), "{svg}");
    }
}
