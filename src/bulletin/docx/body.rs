//! 正文: headings, sentences, the notes of annexes and of what the figures follow from.

use super::paragraph::{self, Paragraph};
use super::{Element, Writer};
use crate::bulletin::layout::{CHARACTER_PITCH, INDENT, Level};
use crate::bulletin::sheet::{AnnexNote, Basis, Heading, SheetTable, Span};

/// A paragraph of so many characters, five lines, goes whole to the page of what it stays with.
const SHORT: usize = 140;

/// A font of one width, for what is no words.
const CODE: &str = "Courier New";

impl Writer<'_> {
    pub(super) fn heading(&self, heading: &Heading) -> Element {
        let style = match heading.level {
            Level::First => "Heading1",
            Level::Second => "Heading2",
            Level::Third => "Heading3",
        };
        let words = format!("{}{}", heading.number, heading.text);
        Paragraph::of(style).say(self, &words).done()
    }

    /// A paragraph; nothing where a point has no text. The last one stays with the end
    /// where it is short: LibreOffice moves the whole of it.
    pub(super) fn sentences(&self, spans: &[Span], is_last: bool) -> Vec<Element> {
        let words = |span: &Span| match span {
            Span::Text(text) | Span::Figure { text, .. } => text.clone(),
        };
        let text: String = spans.iter().map(words).collect();
        let kept = is_last && text.chars().count() <= SHORT;
        let paragraph = || Paragraph::of("BodyText").kept(kept).say(self, &text).done();
        (!text.is_empty()).then(paragraph).into_iter().collect()
    }

    pub(super) fn captioned_table(&self, table: &SheetTable) -> Vec<Element> {
        let caption = Paragraph::of("Caption").say(self, &table.caption).done();
        vec![caption, self.table(table), blank_line()]
    }

    /// 附件說明: one line below the text; what is annexed stands below each other.
    pub(super) fn annex_note(&self, note: &AnnexNote) -> Vec<Element> {
        let mut lines = vec![kept_blank_line()];
        let label = i64::try_from(note.label.chars().count()).unwrap_or(0);
        for (place, item) in note.items.iter().enumerate() {
            let (words, left) = match place {
                0 => (format!("{}{item}", note.label), INDENT),
                _ => (item.clone(), INDENT + label),
            };
            let hanging = if place == 0 { label } else { 0 };
            let indent = paragraph::indent(left + hanging, hanging);
            lines
                .push(Paragraph::of("Recipients").kept(true).with(indent).say(self, &words).done());
        }
        lines
    }

    pub(super) fn annex(&self, label: &str, title: &str) -> Vec<Element> {
        vec![
            Paragraph::of("AnnexMark").say(self, label).done(),
            Paragraph::of("AnnexTitle").say(self, title).done(),
        ]
    }

    /// 數據依據.
    pub(super) fn basis(&self, basis: &Basis) -> Vec<Element> {
        let heading = Paragraph::of("Caption").say(self, &basis.heading).done();
        let mut lines = vec![blank_line(), heading];
        for line in &basis.lines {
            let label = format!("{}：", line.label);
            let said = Paragraph::of("Basis").say(self, &label);
            let said = match line.is_code {
                true => said.say_plain(CODE, &line.value),
                false => said.say(self, &line.value),
            };
            lines.push(said.done());
        }
        lines
    }
}

/// A line with nothing in it.
pub(super) fn blank_line() -> Element {
    Paragraph::of("Normal").done()
}

/// The same, on one page with what follows.
pub(super) fn kept_blank_line() -> Element {
    Paragraph::of("Normal").kept(true).done()
}

/// So many characters, in twips.
pub(super) const fn characters(count: i64) -> i64 {
    CHARACTER_PITCH.times(count).twips()
}
