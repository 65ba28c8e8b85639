//! 樣式: the styles of the page. Headings are Word's own, by which its outline and every reader
//! of documents finds them.

use super::body::characters;
use super::font;
use super::page::{W, line_pitch};
use super::{Element, Script};
use crate::bulletin::layout::{self, Face, Font, INDENT, Length, Level, RED};

/// How a style differs from the text.
struct Style {
    id: &'static str,
    /// Word knows its own styles by these names.
    name: &'static str,
    font: Font,
    paragraph: Vec<Element>,
    red: bool,
}

/// The part.
pub(super) fn styles(script: Script) -> Element {
    let character = character(layout::TEXT, false, script);
    let defaults = Element::new("w:docDefaults")
        .child(Element::new("w:rPrDefault").child(character))
        .child(Element::new("w:pPrDefault"));
    Element::new("w:styles")
        .with("xmlns:w", W)
        .child(defaults)
        .child(normal(script))
        .child(plain_table())
        .children(all().into_iter().map(|style| style.element(script)))
}

fn character(font: Font, red: bool, script: Script) -> Element {
    let language = match script {
        Script::Simplified => "zh-CN",
        Script::Traditional => "zh-TW",
    };
    let mut properties = Element::new("w:rPr").child(font::fonts(font::name(font.face, script)));
    if red {
        properties = properties.child(Element::of("w:color", RED));
    }
    properties
        .children(size(font.size))
        .child(Element::new("w:lang").with("w:val", "en-US").with("w:eastAsia", language))
}

/// The size of a font. That of the text is set a twip closer than the grid asks for, so that a line
/// has 28 characters in every program: LibreOffice gives a character that is wider than a place of
/// the grid two of them, and where it is kept off the grid still keeps a twip for each from a line.
pub(super) fn size(size: Length) -> [Element; 3] {
    let closer = match size == layout::TEXT.size {
        true => layout::CHARACTER_PITCH.twips() - size.twips() - 1,
        false => 0,
    };
    let half_points = size.half_points().to_string();
    [
        Element::of("w:spacing", closer.to_string()),
        Element::of("w:sz", half_points.clone()),
        Element::of("w:szCs", half_points),
    ]
}

fn normal(script: Script) -> Element {
    let paragraph = Element::new("w:pPr")
        .child(Element::of("w:widowControl", "0"))
        .child(Element::of("w:autoSpaceDE", "0"))
        .child(Element::of("w:autoSpaceDN", "0"))
        .child(off_grid())
        .child(lines(line_pitch()))
        .child(Element::of("w:jc", "both"));
    Element::new("w:style")
        .with("w:type", "paragraph")
        .with("w:default", "1")
        .with("w:styleId", "Normal")
        .child(Element::of("w:name", "Normal"))
        .child(Element::new("w:qFormat"))
        .child(paragraph)
        .child(character(layout::TEXT, false, script))
}

fn plain_table() -> Element {
    Element::new("w:style")
        .with("w:type", "table")
        .with("w:default", "1")
        .with("w:styleId", "TableNormal")
        .child(Element::of("w:name", "Normal Table"))
        .child(Element::of("w:uiPriority", "99"))
}

/// Lines of this height, in twips, and no space between paragraphs.
pub(super) fn lines(height: i64) -> Element {
    spacing(0, 0, height)
}

/// Space before and after, and the height of the lines, in twips.
pub(super) fn spacing(before: i64, after: i64, height: i64) -> Element {
    Element::new("w:spacing")
        .number("w:before", before)
        .number("w:after", after)
        .number("w:line", height)
        .with("w:lineRule", "exact")
}

/// Lines as high as what stands in them.
fn free_lines() -> Element {
    Element::new("w:spacing")
        .with("w:before", "60")
        .with("w:after", "60")
        .with("w:line", "240")
        .with("w:lineRule", "auto")
}

/// 首行縮進二字.
fn indent() -> Element {
    Element::new("w:ind")
        .number("w:firstLineChars", INDENT * 100)
        .number("w:firstLine", characters(INDENT))
}

fn centred() -> Element {
    Element::of("w:jc", "center")
}

fn keep_next() -> Element {
    Element::new("w:keepNext")
}

/// Lines are as high as they say, and characters as wide, whatever the grid.
fn off_grid() -> Element {
    Element::of("w:snapToGrid", "0")
}

fn outline(level: u32) -> Element {
    Element::of("w:outlineLvl", level.to_string())
}

const fn style(id: &'static str, font: Font, paragraph: Vec<Element>) -> Style {
    Style { id, name: id, font, paragraph, red: false }
}

fn heading(id: &'static str, name: &'static str, level: Level, depth: u32) -> Style {
    let paragraph = vec![keep_next(), Element::new("w:keepLines"), indent(), outline(depth)];
    Style { name, ..style(id, level.font(), paragraph) }
}

fn all() -> Vec<Style> {
    let mut all = of_text();
    all.extend(of_head_and_end());
    all.extend(of_tables());
    all
}

fn of_text() -> Vec<Style> {
    vec![
        heading("Heading1", "heading 1", Level::First, 0),
        heading("Heading2", "heading 2", Level::Second, 1),
        heading("Heading3", "heading 3", Level::Third, 2),
        Style { name: "Body Text", ..style("BodyText", layout::TEXT, vec![indent()]) },
        Style {
            name: "caption",
            ..style("Caption", layout::CAPTION, vec![keep_next(), centred()])
        },
        style("Chart", layout::TEXT, vec![free_lines(), centred()]),
    ]
}

fn of_head_and_end() -> Vec<Style> {
    let number_line = lines(layout::PAGE_NUMBER.size.twips());
    let draft = Font { face: Face::HeiTi, size: layout::SIZE_4 };
    let annex_title = vec![
        keep_next(),
        spacing(line_pitch(), line_pitch() / 2, line_pitch()),
        centred(),
        outline(0),
    ];
    vec![
        Style {
            red: true,
            ..style(
                "OrganMark",
                Font { size: layout::SIZE_INITIAL, ..layout::TITLE },
                vec![centred()],
            )
        },
        style("DocumentNumber", layout::NUMBER, vec![centred()]),
        style("Title", layout::TITLE, vec![Element::new("w:keepLines"), centred()]),
        style("Recipients", layout::TEXT, Vec::new()),
        style("Signature", layout::TEXT, vec![Element::of("w:jc", "right")]),
        style(
            "AnnexMark",
            layout::ANNEX_LABEL,
            vec![keep_next(), Element::new("w:pageBreakBefore")],
        ),
        style("AnnexTitle", layout::TITLE, annex_title),
        style("Imprint", layout::TEXT, vec![Element::of("w:jc", "left")]),
        Style { name: "header", red: true, ..style("Header", draft, vec![lines(400), centred()]) },
        Style { name: "footer", ..style("Footer", layout::PAGE_NUMBER, vec![number_line]) },
    ]
}

/// A line of a table is half as high again as its font, in twips.
const fn table_line() -> i64 {
    layout::TABLE.size.times(3).shared_by(2).twips()
}

fn of_tables() -> Vec<Style> {
    let table = |id, face, aligned| {
        let paragraph = vec![lines(table_line()), Element::of("w:jc", aligned)];
        style(id, Font { face, ..layout::TABLE }, paragraph)
    };
    vec![
        table("TableHead", Face::HeiTi, "center"),
        table("TableText", layout::TABLE.face, "left"),
        table("TableNumber", layout::TABLE.face, "right"),
        style(
            "Basis",
            layout::TABLE,
            vec![keep_next(), lines(table_line()), Element::of("w:jc", "left")],
        ),
    ]
}

impl Style {
    fn element(self, script: Script) -> Element {
        let mut style = Element::new("w:style")
            .with("w:type", "paragraph")
            .with("w:styleId", self.id)
            .child(Element::of("w:name", self.name))
            .child(Element::of("w:basedOn", "Normal"));
        if self.id.starts_with("Heading") {
            style = style.child(Element::of("w:next", "BodyText"));
        }
        style
            .child(Element::new("w:qFormat"))
            .child(Element::new("w:pPr").children(self.paragraph))
            .child(character(self.font, self.red, script))
    }
}
