//! DOCX: the letter as what an office edits and seals. The parts are written here, one by one, so
//! that the same letter gives the same bytes; charts are charts, not pictures.

mod body;
mod chart;
mod draft;
mod end;
mod font;
mod head;
mod page;
mod paragraph;
mod style;
mod table;

use super::letter::{Letter, Script};
use super::office::{self, Element, OFFICE, OfficeError, Package, Part, Relation};
use super::sheet::{Element as Item, Sheet, SheetChart};

/// The content types of the parts of a text begin so.
const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// What every element of the page is made with.
struct Writer<'a> {
    sheet: &'a Sheet,
}

/// A letter as DOCX, in these characters.
///
/// # Errors
///
/// When the words of the script cannot be read, or the file grows past what a zip holds.
pub fn write(letter: &Letter, script: Script) -> Result<Vec<u8>, OfficeError> {
    let sheet = Sheet::of(letter, script)?;
    let writer = Writer { sheet: &sheet };
    let document = writer.document();
    let mut package = Package {
        relations: vec![
            Relation::new("rId1", "officeDocument", "word/document.xml"),
            Relation::new("rId2", "core-properties", "docProps/core.xml"),
        ],
        parts: Vec::new(),
    };
    let mut relations = writer.put_page_parts(&mut package);
    for (number, chart) in (1..).zip(writer.charts()) {
        relations.push(writer.put_chart(&mut package, number, chart)?);
    }
    relations.push(office::attach(&mut package, letter));
    package.put(office::core_properties(&sheet, letter));
    let content_type = format!("{TYPE}.document.main+xml");
    let document = Part::new("word/document.xml", content_type, &document).related(relations);
    package.parts.insert(0, document);
    package.bytes()
}

impl Writer<'_> {
    fn document(&self) -> Element {
        let mut charts = 1..;
        let all = &self.sheet.elements;
        let elements = (1..).zip(all).flat_map(|(next, item)| match item {
            // No date stands on a page without text.
            Item::Paragraph(spans) => self.sentences(spans, all.get(next).is_some_and(is_end)),
            item => self.item(item, &mut charts),
        });
        let body = Element::new("w:body").children(elements).child(self.section());
        Element::new("w:document").with("xmlns:w", page::W).with("xmlns:r", OFFICE).child(body)
    }

    /// An element of the sheet, as paragraphs and tables.
    fn item(&self, item: &Item, charts: &mut impl Iterator<Item = usize>) -> Vec<Element> {
        match item {
            Item::Mark(words) => vec![self.mark(words)],
            Item::Number(number) => vec![self.number(number)],
            Item::RedRule => vec![head::red_rule()],
            Item::Title(title) => vec![self.title(title)],
            Item::Recipients(recipients) => vec![self.recipients(recipients)],
            Item::Heading(heading) => vec![self.heading(heading)],
            Item::Paragraph(spans) => self.sentences(spans, false),
            Item::Table(table) => self.captioned_table(table),
            Item::Chart(chart) => {
                chart::captioned(self, chart, charts.next().unwrap_or_default()).into()
            }
            Item::AnnexNote(note) => self.annex_note(note),
            Item::Signature(signature) => self.signature(signature),
            Item::Annex { label, title } => self.annex(label, title),
            Item::Basis(basis) => self.basis(basis),
            Item::Imprint(imprint) => self.imprint(imprint),
        }
    }

    fn charts(&self) -> impl Iterator<Item = &SheetChart> {
        self.sheet.elements.iter().filter_map(|item| match item {
            Item::Chart(chart) => Some(chart),
            _ => None,
        })
    }
}

/// What stands behind the text of a letter.
const fn is_end(item: &Item) -> bool {
    matches!(item, Item::AnnexNote(_) | Item::Signature(_))
}
