//! 版記: subject words, to whom copies go, who printed it and when, between rules, at the foot of
//! the last page.

use super::paragraph::Paragraph;
use super::{Element, Writer, style};
use crate::bulletin::layout::{
    self, Font, IMPRINT_RULE, IMPRINT_RULE_BETWEEN, LINE_PITCH, Length, MARGIN_LEFT, MARGIN_TOP,
    TYPE_HEIGHT, TYPE_WIDTH, lines_of,
};
use crate::bulletin::sheet::Imprint;

/// A line of the imprint: what it says, and the rule above it.
struct Row {
    stop: Option<Element>,
    above: Option<Length>,
    lines: i64,
    said: Vec<Said>,
}

/// Text in a font; none for the way to the next stop.
type Said = Option<(Font, String)>;

impl Writer<'_> {
    /// The last elements of the text: a frame that stands at the foot of its page, and the
    /// paragraph that holds it there.
    pub(super) fn imprint(&self, imprint: &Imprint) -> Vec<Element> {
        let rows = self.rows(imprint);
        let height: i64 = rows.iter().map(|row| row.lines).sum();
        let frame = frame(height);
        let mut lines = Vec::new();
        for row in rows {
            lines.extend(row.above.map(|thick| rule(&frame, thick)));
            // Paragraphs with the same frame share it.
            let mut line = Paragraph::of("Imprint").with(frame.clone());
            if let Some(stop) = row.stop {
                line = line.with(Element::new("w:tabs").child(stop));
            }
            for said in row.said {
                line = match said {
                    Some((font, text)) => line.say_in(self, font, &text),
                    None => line.tab(),
                };
            }
            lines.push(line.done());
        }
        lines.push(rule(&frame, IMPRINT_RULE));
        lines.push(holder());
        lines
    }

    fn rows(&self, imprint: &Imprint) -> Vec<Row> {
        let font = self.sheet.profile.imprint();
        let mut rows = Vec::new();
        if let Some(subject) = &imprint.subject_words {
            let words = subject.words.join("　");
            let lines = lines_of(&format!("{}{words}", subject.label), layout::SUBJECT_WORDS, 0);
            let label = Some((layout::SUBJECT_LABEL, subject.label.clone()));
            let said = vec![label, Some((layout::SUBJECT_WORDS, words))];
            rows.push(Row { stop: None, above: None, lines, said });
        }
        if let Some(copies) = &imprint.copies_to {
            let copies = format!("　{copies}");
            let lines = lines_of(&copies, font, 0);
            let said = vec![Some((font, copies))];
            rows.push(Row { stop: None, above: Some(IMPRINT_RULE), lines, said });
        }
        let above = if imprint.copies_to.is_some() { IMPRINT_RULE_BETWEEN } else { IMPRINT_RULE };
        let stop = Element::of("w:tab", "right").number("w:pos", TYPE_WIDTH.twips());
        let by = Some((font, format!("　{}", imprint.printed_by)));
        let said = vec![by, None, Some((font, format!("{}　", imprint.printed_on)))];
        rows.push(Row { stop: Some(stop), above: Some(above), lines: 1, said });
        rows
    }
}

/// So many lines above the foot of the type area. It is placed against the edges of the page:
/// LibreOffice sets a frame that is said to stand at the foot behind the text before it.
fn frame(lines: i64) -> Element {
    let top = MARGIN_TOP.twips() + TYPE_HEIGHT.twips() - LINE_PITCH.twips() * lines;
    Element::new("w:framePr")
        .number("w:w", TYPE_WIDTH.twips())
        .with("w:wrap", "notBeside")
        .with("w:vAnchor", "page")
        .with("w:hAnchor", "page")
        .number("w:x", MARGIN_LEFT.twips())
        .number("w:y", top)
}

/// A rule: a line of its thickness, all black. LibreOffice makes no frame of paragraphs whose
/// borders differ.
fn rule(frame: &Element, thick: Length) -> Element {
    let black = Element::of("w:shd", "clear").with("w:color", "auto").with("w:fill", "000000");
    Paragraph::of("Imprint")
        .with(frame.clone())
        .with(black)
        .with(style::lines(thick.twips()))
        .done()
}

/// A paragraph of almost no height.
fn holder() -> Element {
    Paragraph::of("Normal").with(style::lines(20)).done()
}
