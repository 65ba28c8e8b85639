//! 樣式: the style sheet of a letter. Its numbers come from `layout`; the rest stands in
//! `style.css`, where nothing is said twice.

use crate::bulletin::layout::{
    ANNEX_LABEL, CHARACTER_PITCH, Face, Font, HEADING_1, HEADING_2, IMPRINT_RULE,
    IMPRINT_RULE_BETWEEN, LINE_PITCH, Length, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP,
    NUMBER, PAGE_NUMBER, PAGE_NUMBER_BELOW, PALE, RED, RED_RULE, RED_RULE_BELOW, SIZE_INITIAL,
    SUBJECT_LABEL, SUBJECT_WORDS, TABLE, TEXT, TITLE, TYPE_WIDTH,
};
use crate::bulletin::letter::Profile;

const SHEET: &str = include_str!("style.css");

pub(super) fn of(profile: Profile) -> String {
    // A line must not be the least wider than the type area, however a browser rounds.
    let slack = Length::of_hundredth_mm(1).shared_by(10);
    let spacing = CHARACTER_PITCH.less(TEXT.size).less(slack);
    let lengths = [
        ("line", LINE_PITCH.pt(), "pt"),
        ("pitch", CHARACTER_PITCH.pt(), "pt"),
        ("spacing", spacing.pt(), "pt"),
        ("type-width", TYPE_WIDTH.mm(), "mm"),
        ("top", MARGIN_TOP.mm(), "mm"),
        ("right", MARGIN_RIGHT.mm(), "mm"),
        ("bottom", MARGIN_BOTTOM.mm(), "mm"),
        ("left", MARGIN_LEFT.mm(), "mm"),
        ("mark-below", profile.mark_below().mm(), "mm"),
        ("mark-size", SIZE_INITIAL.pt(), "pt"),
        ("rule", RED_RULE.mm(), "mm"),
        ("rule-below", RED_RULE_BELOW.mm(), "mm"),
        ("imprint-rule", IMPRINT_RULE.mm(), "mm"),
        ("imprint-between", IMPRINT_RULE_BETWEEN.mm(), "mm"),
    ];
    let fonts = [
        ("text", TEXT),
        ("number", NUMBER),
        ("title", TITLE),
        ("heading-1", HEADING_1),
        ("heading-2", HEADING_2),
        ("annex-label", ANNEX_LABEL),
        ("table", TABLE),
        ("imprint", profile.imprint()),
        ("subject-label", SUBJECT_LABEL),
        ("subject-words", SUBJECT_WORDS),
    ];
    let lengths = lengths.map(|(name, value, unit)| format!("--{name}:{value}{unit};\n"));
    let fonts = fonts.map(|(name, font)| {
        let (size, families) = (font.size.pt(), families(font.face));
        format!("--{name}-size:{size}pt;\n--{name}-font:{families};\n")
    });
    let lines = [lengths.concat(), fonts.concat()].concat();
    format!("{}:root{{\n--red:#{RED};\n--pale:#{PALE};\n{lines}}}\n{SHEET}", page())
}

fn families(face: Face) -> String {
    let quoted = face.families().iter().map(|family| format!("\"{family}\""));
    let generic = if face == Face::HeiTi { "sans-serif" } else { "serif" };
    let all: Vec<_> = quoted.chain([generic.to_owned()]).collect();
    all.join(",")
}

/// The page: its margins, and its number at the outer edge, one blank from it.
fn page() -> String {
    let (top, right) = (MARGIN_TOP.mm(), MARGIN_RIGHT.mm());
    let (bottom, left) = (MARGIN_BOTTOM.mm(), MARGIN_LEFT.mm());
    let Font { face, size } = PAGE_NUMBER;
    let (size_pt, families) = (size.pt(), families(face));
    // The digits stand in the middle of their line: half of what is left of it is above them.
    let below = PAGE_NUMBER_BELOW.less(Length::of_pt(3)).mm();
    let number = |side: &str| {
        format!(
            "@bottom-{side}{{content:\"— \" counter(page) \" —\";vertical-align:top;\
             padding:{below}mm {size_pt}pt 0;font:{size_pt}pt {families}}}"
        )
    };
    format!(
        "@page{{size:A4;margin:{top}mm {right}mm {bottom}mm {left}mm}}\n\
         @page :right{{{}}}\n@page :left{{{}}}\n",
        number("right"),
        number("left"),
    )
}
