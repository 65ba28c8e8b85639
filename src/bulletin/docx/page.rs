//! 頁面: the size, the margins, the grid of 22 lines by 28 characters, the page number and the
//! mark of a draft; and the parts of the package that say so.

use super::paragraph::Paragraph;
use super::{Element, OFFICE, Package, Part, Relation, TYPE, Writer, draft, font, style};
use crate::bulletin::layout::{
    self, CHARACTER_PITCH, LINE_PITCH, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP,
    PAGE_HEIGHT, PAGE_NUMBER, PAGE_NUMBER_BELOW, PAGE_WIDTH,
};

/// The namespace of the parts of a text.
pub(super) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// From line to line, in twips.
pub(super) const fn line_pitch() -> i64 {
    LINE_PITCH.twips()
}

fn size() -> Element {
    Element::new("w:pgSz").number("w:w", PAGE_WIDTH.twips()).number("w:h", PAGE_HEIGHT.twips())
}

fn margins() -> Element {
    let number_from_foot = MARGIN_BOTTOM.less(PAGE_NUMBER_BELOW).less(PAGE_NUMBER.size);
    Element::new("w:pgMar")
        .number("w:top", MARGIN_TOP.twips())
        .number("w:right", MARGIN_RIGHT.twips())
        .number("w:bottom", MARGIN_BOTTOM.twips())
        .number("w:left", MARGIN_LEFT.twips())
        .number("w:header", MARGIN_TOP.twips() / 2)
        .number("w:footer", number_from_foot.twips())
        .with("w:gutter", "0")
}

/// 22 lines by 28 characters. A character's place is a little narrower than the character: the
/// difference is said in 4096ths of a point.
fn grid() -> Element {
    let narrower = CHARACTER_PITCH.less(layout::TEXT.size).emu() * 4_096 / 12_700;
    Element::new("w:docGrid")
        .with("w:type", "linesAndChars")
        .number("w:linePitch", line_pitch())
        .number("w:charSpace", narrower)
}

fn reference(name: &'static str, kind: &'static str, id: &'static str) -> Element {
    Element::new(name).with("w:type", kind).with("r:id", id)
}

impl Writer<'_> {
    /// The last element of the text: how its pages are.
    pub(super) fn section(&self) -> Element {
        let mut section = Element::new("w:sectPr");
        if self.sheet.watermark.is_some() {
            section = section
                .child(reference("w:headerReference", "default", "rIdHeader"))
                .child(reference("w:headerReference", "even", "rIdHeaderEven"));
        }
        section
            .child(reference("w:footerReference", "default", "rIdFooter"))
            .child(reference("w:footerReference", "even", "rIdFooterEven"))
            .children([size(), margins(), grid()])
    }

    /// Puts in styles, fonts, settings, page numbers, and says how the text points to them.
    pub(super) fn put_page_parts(&self, package: &mut Package) -> Vec<Relation> {
        let mut parts = vec![
            ("rIdStyles", "styles", "styles", style::styles(self.sheet.script)),
            ("rIdFonts", "fontTable", "fontTable", font::font_table(self.sheet.script)),
            ("rIdSettings", "settings", "settings", settings()),
            ("rIdFooter", "footer", "footer1", self.footer(true)),
            ("rIdFooterEven", "footer", "footer2", self.footer(false)),
        ];
        if let Some(word) = &self.sheet.watermark {
            parts.push(("rIdHeader", "header", "header1", self.header(word, 1)));
            parts.push(("rIdHeaderEven", "header", "header2", self.header(word, 2)));
        }
        let mut relations = Vec::new();
        for (id, kind, file, root) in parts {
            let content_type = format!("{TYPE}.{kind}+xml");
            package.put(Part::new(format!("word/{file}.xml"), content_type, &root));
            relations.push(Relation::new(id, kind, format!("{file}.xml")));
        }
        relations
    }

    /// 頁碼: — 1 —, at the right of odd pages and at the left of even ones, one character from
    /// the edge.
    fn footer(&self, odd: bool) -> Element {
        let (side, side_characters, aligned) = match odd {
            true => ("w:right", "w:rightChars", "right"),
            false => ("w:left", "w:leftChars", "left"),
        };
        let edge = Element::new("w:ind")
            .with(side_characters, "100")
            .number(side, PAGE_NUMBER.size.twips());
        let field = |kind| Element::new("w:fldChar").with("w:fldCharType", kind);
        let paragraph = Paragraph::of("Footer")
            .with(edge)
            .with(Element::of("w:jc", aligned))
            .say(self, "— ")
            .put(field("begin"))
            .put(Element::texting("w:instrText", "PAGE"))
            .put(field("separate"))
            .say(self, "1")
            .put(field("end"))
            .say(self, " —");
        story("w:ftr").child(paragraph.done())
    }

    /// 草稿, at the head of every page and across it: a program that draws no shapes shows the words.
    fn header(&self, word: &str, number: usize) -> Element {
        let header = story("w:hdr").with("xmlns:v", draft::V).with("xmlns:o", draft::O);
        let said = Paragraph::of("Header").say(self, word).put(draft::mark(self, word, number));
        header.child(said.done())
    }
}

fn story(name: &'static str) -> Element {
    Element::new(name).with("xmlns:w", W).with("xmlns:r", OFFICE)
}

fn settings() -> Element {
    let compatibility = Element::new("w:compatSetting")
        .with("w:name", "compatibilityMode")
        .with("w:uri", "http://schemas.microsoft.com/office/word")
        .with("w:val", "15");
    Element::new("w:settings")
        .with("xmlns:w", W)
        .child(Element::new("w:zoom").with("w:percent", "100"))
        .child(Element::new("w:evenAndOddHeaders"))
        .child(Element::of("w:characterSpacingControl", "doNotCompress"))
        .child(
            Element::new("w:compat")
                .child(Element::new("w:balanceSingleByteDoubleByteWidth"))
                .child(Element::new("w:useFELayout"))
                .child(compatibility),
        )
}
