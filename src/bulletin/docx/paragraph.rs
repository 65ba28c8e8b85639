//! 段落: a paragraph of the page, in a style, with what differs from it.

use super::body::characters;
use super::{Element, Writer, font, style};
use crate::bulletin::layout::Font;

/// A paragraph being made.
pub(super) struct Paragraph {
    style: &'static str,
    properties: Vec<Element>,
    runs: Vec<Element>,
}

impl Paragraph {
    pub(super) const fn of(style: &'static str) -> Self {
        Self { style, properties: Vec::new(), runs: Vec::new() }
    }

    /// A property beside the style; they must be given in the order of the schema.
    pub(super) fn with(mut self, property: Element) -> Self {
        self.properties.push(property);
        self
    }

    /// On one page with what follows.
    pub(super) fn kept(self, with_next: bool) -> Self {
        if with_next { self.with(Element::new("w:keepNext")) } else { self }
    }

    /// Text in the style's face.
    pub(super) fn say(self, writer: &Writer<'_>, text: &str) -> Self {
        self.say_with(writer, text, None)
    }

    /// Text in a font of its own.
    pub(super) fn say_in(self, writer: &Writer<'_>, font: Font, text: &str) -> Self {
        self.say_with(writer, text, Some(font))
    }

    fn say_with(mut self, writer: &Writer<'_>, text: &str, font: Option<Font>) -> Self {
        let script = writer.sheet.script;
        for stretch in font::stretches(text, script) {
            let of_place = font.map(|font| font::name(font.face, script));
            let mut properties: Vec<Element> =
                stretch.font.or(of_place).map(font::fonts).into_iter().collect();
            properties.extend(font.into_iter().flat_map(|font| style::size(font.size)));
            self.runs.push(run(properties, text_of(&stretch.text)));
        }
        self
    }

    /// Text in a font that no standard names.
    pub(super) fn say_plain(mut self, font: &'static str, text: &str) -> Self {
        self.runs.push(run(vec![font::fonts(font)], text_of(text)));
        self
    }

    /// A new line in the same paragraph.
    pub(super) fn line_break(mut self) -> Self {
        self.runs.push(run(Vec::new(), Element::new("w:br")));
        self
    }

    /// To the next tab stop.
    pub(super) fn tab(mut self) -> Self {
        self.runs.push(run(Vec::new(), Element::new("w:tab")));
        self
    }

    /// What is no text: a drawing, a field.
    pub(super) fn put(mut self, inside: Element) -> Self {
        self.runs.push(run(Vec::new(), inside));
        self
    }

    pub(super) fn done(self) -> Element {
        let properties = Element::new("w:pPr")
            .child(Element::of("w:pStyle", self.style))
            .children(self.properties);
        Element::new("w:p").child(properties).children(self.runs)
    }
}

/// So many characters free at the left, the first line by so many less.
pub(super) fn indent(left: i64, hanging: i64) -> Element {
    Element::new("w:ind")
        .number("w:leftChars", left * 100)
        .number("w:left", characters(left))
        .number("w:hangingChars", hanging * 100)
        .number("w:hanging", characters(hanging))
}

/// So many halves of a character free at the right.
pub(super) fn right_indent(halves: i64) -> Element {
    Element::new("w:ind")
        .number("w:rightChars", halves * 50)
        .number("w:right", characters(halves) / 2)
}

fn text_of(text: &str) -> Element {
    Element::new("w:t").with("xml:space", "preserve").text(text)
}

fn run(properties: Vec<Element>, inside: Element) -> Element {
    let mut run = Element::new("w:r");
    if !properties.is_empty() {
        run = run.child(Element::new("w:rPr").children(properties));
    }
    run.child(inside)
}
