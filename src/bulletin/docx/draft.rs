//! 水印: what is not issued says so across every page. It is the shape that Word itself makes of a
//! watermark, which WPS and LibreOffice know too: words as a drawing, behind the text.

use super::{Element, Writer, font};
use crate::bulletin::layout::{Face, Length, PALE};

/// The namespace of the drawings that Word makes watermarks of.
pub(super) const V: &str = "urn:schemas-microsoft-com:vml";
/// What Office adds to them.
pub(super) const O: &str = "urn:schemas-microsoft-com:office:office";

/// How long a diagonal of the type area may be: what stands in it leaves no page.
const LONGEST: Length = Length::of_mm(200);
/// No character is higher.
const HIGHEST: Length = Length::of_mm(42);

/// The outline of a text, as Word defines it once in each story.
const OUTLINE: &str = "m@7,l@8,m@5,21600l@6,21600e";
const FORMULAS: [&str; 12] = [
    "sum #0 0 10800",
    "prod #0 2 1",
    "sum 21600 0 @1",
    "sum 0 0 @2",
    "sum 21600 0 @3",
    "if @0 @3 0",
    "if @0 21600 @1",
    "if @0 0 @2",
    "if @0 @4 21600",
    "mid @5 @6",
    "mid @8 @5",
    "mid @7 @8",
];

/// What is put into a paragraph of the head of a page, and takes no room there. Each story of a
/// document has its own number.
pub(super) fn mark(writer: &Writer<'_>, words: &str, number: usize) -> Element {
    Element::new("w:pict").child(outline()).child(shape(writer, words, number))
}

fn shape(writer: &Writer<'_>, words: &str, number: usize) -> Element {
    let count = i64::try_from(words.chars().count()).unwrap_or(i64::MAX).max(1);
    let height = HIGHEST.min(LONGEST.shared_by(count));
    let (width, height) = (height.times(count).pt(), height.pt());
    let place = format!(
        "position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;\
         rotation:315;z-index:-251658752;mso-position-horizontal:center;\
         mso-position-horizontal-relative:margin;mso-position-vertical:center;\
         mso-position-vertical-relative:margin"
    );
    let letters =
        format!("font-family:\"{}\";font-size:1pt", font::name(Face::HeiTi, writer.sheet.script));
    let text = Element::new("v:textpath").with("style", letters).with("string", words.to_owned());
    Element::new("v:shape")
        .with("id", format!("PowerPlusWaterMarkObject{number}"))
        .with("o:spid", format!("_x0000_s{}", 2048 + number))
        .with("type", "#_x0000_t136")
        .with("alt", words.to_owned())
        .with("style", place)
        .with("o:allowincell", "f")
        .with("fillcolor", format!("#{PALE}"))
        .with("stroked", "f")
        .child(text)
}

/// 藝術字: that a shape is words, fitted into its box.
fn outline() -> Element {
    let formulas = FORMULAS.map(|formula| Element::new("v:f").with("eqn", formula));
    Element::new("v:shapetype")
        .with("id", "_x0000_t136")
        .with("coordsize", "21600,21600")
        .with("o:spt", "136")
        .with("adj", "10800")
        .with("path", OUTLINE)
        .child(Element::new("v:formulas").children(formulas))
        .child(
            Element::new("v:path")
                .with("textpathok", "t")
                .with("o:connecttype", "custom")
                .with("o:connectlocs", "@9,0;@10,10800;@11,21600;@12,10800")
                .with("o:connectangles", "270,180,90,0"),
        )
        .child(Element::new("v:textpath").with("on", "t").with("fitshape", "t"))
        .child(
            Element::new("o:lock").with("v:ext", "edit").with("text", "t").with("shapetype", "t"),
        )
}
