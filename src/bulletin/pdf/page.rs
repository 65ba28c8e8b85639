//! 版心: the sheet as the data of `letter.typ`: its elements in their order, and the numbers of the
//! layout. Every text goes through the ink, so that nothing is printed that no font holds.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use serde_json::{Value, json};

use super::ink::{Chain, Ink};
use super::marks::Marks;
use super::rows;
use crate::bulletin::chart;
use crate::bulletin::layout::{self, Face, Font, Length, Level};
use crate::bulletin::letter::{Letter, Profile, Script};
use crate::bulletin::sheet::{
    AnnexNote, Basis, Element, Heading, Imprint, Kept, Sheet, SheetChart, SheetTable, Signature,
    Span,
};

/// What the page prints of itself: its number, and a blank.
const OWN: &str = "— 0123456789";
/// How much of a paragraph names it.
const NAMED: usize = 12;

/// The page, without its marks and fonts.
pub(super) fn of(letter: &Letter, sheet: &Sheet, ink: &mut Ink<'_>) -> Value {
    ink.say(Face::Song, OWN, || "the page number".into());
    let set = |element| self::set(element, &sheet.kept, ink);
    let elements: Vec<_> = sheet.elements.iter().map(set).collect();
    let watermark = sheet.watermark.as_deref();
    let watermark = watermark.map(|word| ink.say(Face::HeiTi, word, || "the watermark".into()));
    json!({
        "title": sheet.title,
        "author": sheet.author,
        "date": [letter.dated_on.year(), letter.dated_on.month(), letter.dated_on.day()],
        // Which forms of the characters a font of all China chooses.
        "region": match sheet.script { Script::Simplified => "CN", Script::Traditional => "TW" },
        "watermark": watermark,
        "red": layout::RED,
        "lengths": lengths(sheet),
        "counts": {
            "blank_lines": layout::BLANK_LINES,
            "indent": layout::INDENT,
            "date_right": layout::DATE_RIGHT,
        },
        "elements": elements,
    })
}

/// The page with what it was made of, and what it is set in.
pub(super) fn marked(
    mut page: Value,
    marks: &Marks,
    chains: &BTreeMap<&'static str, Chain>,
) -> Value {
    if let Some(members) = page.as_object_mut() {
        members.insert("keywords".into(), json!(marks.keywords()));
        members.insert("faces".into(), json!(chains));
    }
    page
}

/// In EMU: whole numbers, which nothing rounds on the way.
fn lengths(sheet: &Sheet) -> Value {
    let mark = sheet.elements.iter().find_map(|element| match element {
        Element::Mark(words) => Some(words.chars().count()),
        _ => None,
    });
    let lengths: [(&str, Length); 26] = [
        ("page_width", layout::PAGE_WIDTH),
        ("page_height", layout::PAGE_HEIGHT),
        ("margin_top", layout::MARGIN_TOP),
        ("margin_bottom", layout::MARGIN_BOTTOM),
        ("margin_left", layout::MARGIN_LEFT),
        ("margin_right", layout::MARGIN_RIGHT),
        ("type_width", layout::TYPE_WIDTH),
        ("line_pitch", layout::LINE_PITCH),
        ("character_pitch", layout::CHARACTER_PITCH),
        ("page_number_below", layout::PAGE_NUMBER_BELOW),
        ("mark_below", sheet.profile.mark_below()),
        ("red_rule_below", layout::RED_RULE_BELOW),
        ("red_rule", layout::RED_RULE),
        ("imprint_rule", layout::IMPRINT_RULE),
        ("imprint_rule_between", layout::IMPRINT_RULE_BETWEEN),
        ("mark", sheet.profile.mark(mark.unwrap_or_default()).size),
        ("title", layout::TITLE.size),
        ("text", layout::TEXT.size),
        ("caption", layout::CAPTION.size),
        ("table", layout::TABLE.size),
        ("cell_beside", rows::BESIDE),
        ("cell_above", rows::ABOVE),
        ("cell_leading", rows::LEADING),
        ("page_number", layout::PAGE_NUMBER.size),
        ("subject_words", layout::SUBJECT_WORDS.size),
        ("imprint", sheet.profile.imprint().size),
    ];
    lengths.into_iter().map(|(name, length)| (name.to_owned(), json!(length.emu()))).collect()
}

fn set(element: &Element, kept: &Kept, ink: &mut Ink<'_>) -> Value {
    let mut say = |font: Font, text: &str, place: &str| ink.say(font.face, text, || place.into());
    match element {
        Element::Mark(text) => {
            let font = Profile::Of2012.mark(text.chars().count());
            json!({"kind": "mark", "text": say(font, text, "the mark of the body")})
        }
        Element::Number(text) => {
            json!({"kind": "number", "text": say(layout::NUMBER, text, "the number")})
        }
        Element::RedRule => json!({"kind": "red-rule"}),
        Element::Title(text) => {
            json!({"kind": "title", "pieces": title(text, kept, ink, "the title")})
        }
        Element::Recipients(text) => {
            json!({"kind": "recipients", "text": say(layout::TEXT, text, "the recipients")})
        }
        Element::Annex { label, title: text } => json!({
            "kind": "annex",
            "label": say(layout::ANNEX_LABEL, label, "the label of an annex"),
            "pieces": title(text, kept, ink, "the title of an annex"),
        }),
        Element::Heading(heading) => self::heading(heading, ink),
        Element::Paragraph(spans) => paragraph(spans, ink),
        Element::Table(table) => self::table(table, ink),
        Element::Chart(chart) => self::chart(chart, ink),
        Element::AnnexNote(note) => annex_note(note, ink),
        Element::Signature(signature) => self::signature(signature, ink),
        Element::Basis(basis) => self::basis(basis, ink),
        Element::Imprint(imprint) => self::imprint(imprint, ink),
    }
}

/// A title in pieces, of which no line ends within a whole one.
fn title(text: &str, kept: &Kept, ink: &mut Ink<'_>, place: &str) -> Vec<Value> {
    let pieces = kept.pieces(text);
    let said = pieces.iter().map(|piece| {
        let text = ink.say(layout::TITLE.face, piece.text, || place.into());
        json!({"text": text, "whole": piece.is_whole})
    });
    said.collect()
}

fn heading(heading: &Heading, ink: &mut Ink<'_>) -> Value {
    let text = format!("{}{}", heading.number, heading.text);
    let place = || format!("the heading `{text}`");
    let (level, face) = match heading.level {
        Level::First => (1, "hei"),
        Level::Second => (2, "kai"),
        Level::Third => (3, "fang"),
    };
    let said = ink.say(heading.level.font().face, &text, place);
    json!({"kind": "heading", "level": level, "face": face, "text": said})
}

fn paragraph(spans: &[Span], ink: &mut Ink<'_>) -> Value {
    let text = spans.iter().map(|span| match span {
        Span::Text(text) | Span::Figure { text, .. } => text.as_str(),
    });
    let text: String = text.collect();
    let place = || {
        let named: String = text.chars().take(NAMED).collect();
        format!("the paragraph `{named}…`")
    };
    json!({"kind": "paragraph", "text": ink.say(layout::TEXT.face, &text, place)})
}

fn table(table: &SheetTable, ink: &mut Ink<'_>) -> Value {
    let caption = &table.caption;
    let heading = |ink: &mut Ink<'_>, text: &str| {
        ink.say(Face::HeiTi, text, || format!("the head of `{caption}`"))
    };
    let cell = |ink: &mut Ink<'_>, row: usize, text: &str| {
        ink.say(layout::TABLE.face, text, || format!("row {} of `{caption}`", row + 1))
    };
    let face = layout::TABLE.face;
    let rooms: Vec<_> =
        table.columns.iter().map(|column| rows::room(column, &table.columns)).collect();
    let (mut said, mut lines) = (Vec::new(), Vec::new());
    for (row, cells) in table.rows.iter().enumerate() {
        let words: Vec<String> = cells.iter().map(|said| cell(ink, row, &said.text)).collect();
        let high = words
            .iter()
            .zip(&rooms)
            .map(|(words, room)| rows::lines(words, *room, |character| ink.width(face, character)));
        // Of no lines is the row whose height is not known.
        lines.push(high.reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b))).flatten().unwrap_or(0));
        said.push(words);
    }
    json!({
        "kind": "table",
        "caption": heading(ink, caption),
        "widths": table.columns.iter().map(|column| column.width.max(1)).collect::<Vec<_>>(),
        "numeric": table.columns.iter().map(|column| column.is_numeric()).collect::<Vec<_>>(),
        "headings":
            table.columns.iter().map(|column| heading(ink, &column.heading)).collect::<Vec<_>>(),
        "whole": table.is_small() && !lines.contains(&0) && lines.iter().sum::<u32>() <= 16,
        "rows": said,
        "lines": lines,
    })
}

fn chart(chart: &SheetChart, ink: &mut Ink<'_>) -> Value {
    let svg = chart::svg(chart);
    let place = || format!("the chart `{}`", chart.caption);
    // Its markup is of characters that every font holds.
    ink.say(Face::Song, &svg.replace('\n', " "), place);
    json!({
        "kind": "chart",
        "caption": ink.say(layout::CAPTION.face, &chart.caption, place),
        "svg": svg,
    })
}

fn annex_note(note: &AnnexNote, ink: &mut Ink<'_>) -> Value {
    let mut say =
        |text: &str| ink.say(layout::TEXT.face, text, || "the note of the annexes".into());
    json!({
        "kind": "annex-note",
        "label": say(&note.label),
        "items": note.items.iter().map(|item| say(item)).collect::<Vec<_>>(),
    })
}

fn signature(signature: &Signature, ink: &mut Ink<'_>) -> Value {
    let mut say = |text: &str| ink.say(layout::TEXT.face, text, || "the signature".into());
    json!({
        "kind": "signature",
        "body": signature.body.as_deref().map(&mut say),
        "date": say(&signature.date),
    })
}

fn basis(basis: &Basis, ink: &mut Ink<'_>) -> Value {
    let place = || "the statement of what it follows from".into();
    let heading = ink.say(Face::HeiTi, &basis.heading, place);
    let mut say = |text: &str| ink.say(layout::TABLE.face, text, place);
    let lines = basis.lines.iter().map(|line| json!([say(&line.label), say(&line.value)]));
    let lines: Vec<_> = lines.collect();
    json!({"kind": "basis", "heading": heading, "lines": lines})
}

fn imprint(imprint: &Imprint, ink: &mut Ink<'_>) -> Value {
    let place = || "the imprint".into();
    let subject_words = imprint.subject_words.as_ref().map(|subject| {
        let label = ink.say(layout::SUBJECT_LABEL.face, &subject.label, place);
        let words = subject.words.join("　");
        json!({"label": label, "words": ink.say(layout::SUBJECT_WORDS.face, &words, place)})
    });
    let mut say = |text: &str| ink.say(Face::FangSong, text, place);
    json!({
        "kind": "imprint",
        "subject_words": subject_words,
        "copies": imprint.copies_to.as_deref().map(&mut say),
        "by": say(&imprint.printed_by),
        "on": say(&imprint.printed_on),
    })
}
