//! 生僻字: the characters of a letter that the fonts of an office may not hold, found before it is
//! printed. 仿宋_GB2312 holds what GB 2312 has and nothing more; 栟 of 栟茶 is not in it.

use std::collections::BTreeMap;
use std::fmt;

use encoding_rs::GBK;

use super::letter::{Letter, Script};
use super::script::ScriptError;
use super::sheet::{Element, Sheet, SheetChart, SheetTable, Span};

/// A character that is not in GB 2312, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rare {
    /// Which.
    pub ch: char,
    /// What has it.
    pub held_by: HeldBy,
    /// Every place, in the order of the sheet.
    pub places: Vec<Place>,
}

/// 字符集: the least of the national character sets that has a character outside GB 2312.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldBy {
    /// GBK: SimSun, FangSong, KaiTi, SimHei have it.
    Gbk,
    /// Only GB 18030, in four bytes: fonts of the extensions, such as Noto Serif CJK, SimSun-ExtB.
    Gb18030,
}

/// Where a character stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The part of the letter: a heading with its number, or the name of the element.
    pub part: String,
    /// Inside that: the caption of a table or a chart, and row and column or category.
    pub inside: Option<String>,
    /// The text that it stands in, as printed.
    pub text: String,
}

impl fmt::Display for Rare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held_by = match self.held_by {
            HeldBy::Gbk => "in GBK and not in GB 2312",
            HeldBy::Gb18030 => "only in GB 18030",
        };
        let code = u32::from(self.ch);
        write!(f, "{} (U+{code:04X}) is {held_by}; {} places", self.ch, self.places.len())?;
        self.places.first().map_or(Ok(()), |first| write!(f, ", the first: {first}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part)?;
        if let Some(inside) = &self.inside {
            write!(f, ", {inside}")?;
        }
        write!(f, ": {}", self.text)
    }
}

/// The characters of a letter, as printed, that its fonts may lack, in the order of their code
/// points: in simplified characters all that is not in GB 2312, in traditional ones, which need a
/// font of GBK from the first word on, what is not in GBK.
///
/// # Errors
/// [`ScriptError`].
pub fn rare(letter: &Letter, script: Script) -> Result<Vec<Rare>, ScriptError> {
    Ok(rare_in(&Sheet::of(letter, script)?))
}

/// The same of a sheet.
#[must_use]
pub fn rare_in(sheet: &Sheet) -> Vec<Rare> {
    let least = match sheet.script {
        Script::Simplified => HeldBy::Gbk,
        Script::Traditional => HeldBy::Gb18030,
    };
    let mut found = Found { least, part: String::new(), rare: BTreeMap::new() };
    for element in &sheet.elements {
        found.element(element);
    }
    let rare = |(ch, (held_by, places))| Rare { ch, held_by, places };
    found.rare.into_iter().map(rare).collect()
}

/// What a character needs beyond GB 2312; none for what that has. 〇 counts as had: GB/T 9704-1999
/// writes dates with it, and office programs set it from another font by themselves.
#[must_use]
pub fn beyond_gb2312(ch: char) -> Option<HeldBy> {
    if ch.is_ascii() || ch == '〇' {
        return None;
    }
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GBK.encode(ch.encode_utf8(&mut buffer));
    match (&*bytes, unmappable) {
        (_, true) => Some(HeldBy::Gb18030),
        (&[lead, trail], false) if is_in_gb2312(lead, trail) => None,
        _ => Some(HeldBy::Gbk),
    }
}

/// GB 2312 is the part of GBK from A1A1 on, without what GBK put into its empty places: small
/// Roman numerals, marks for vertical text, and a few letters of pinyin.
const fn is_in_gb2312(lead: u8, trail: u8) -> bool {
    let added = match lead {
        0xa2 => trail <= 0xaa,
        0xa6 => trail >= 0xe0,
        0xa8 => trail >= 0xbb && trail <= 0xc0,
        _ => false,
    };
    let row = matches!(lead, 0xa1..=0xa9 | 0xb0..=0xf7);
    row && trail >= 0xa1 && !added
}

struct Found {
    least: HeldBy,
    part: String,
    rare: BTreeMap<char, (HeldBy, Vec<Place>)>,
}

impl Found {
    fn text(&mut self, text: &str, inside: impl Fn() -> Option<String>) {
        let mut seen = Vec::new();
        for ch in text.chars() {
            let held_by = beyond_gb2312(ch).filter(|held_by| *held_by >= self.least);
            let Some(held_by) = held_by else { continue };
            if seen.contains(&ch) {
                continue;
            }
            seen.push(ch);
            let place = Place { part: self.part.clone(), inside: inside(), text: text.into() };
            self.rare.entry(ch).or_insert((held_by, Vec::new())).1.push(place);
        }
    }

    fn within(&mut self, part: &str, texts: &[&str]) {
        part.clone_into(&mut self.part);
        for text in texts {
            self.text(text, || None);
        }
    }

    fn element(&mut self, element: &Element) {
        match element {
            Element::Mark(text) => self.within("mark", &[text]),
            Element::Number(text) => self.within("number", &[text]),
            Element::RedRule => (),
            Element::Title(text) => self.within("title", &[text]),
            Element::Recipients(text) => self.within("recipients", &[text]),
            Element::Heading(heading) => {
                let whole = format!("{}{}", heading.number, heading.text);
                self.within(&whole, &[&heading.text]);
            }
            Element::Annex { label, title } => {
                self.within(&format!("{label} {title}"), &[title]);
            }
            Element::Paragraph(spans) => {
                let text = |span: &Span| match span {
                    Span::Text(text) | Span::Figure { text, .. } => text.clone(),
                };
                let whole: String = spans.iter().map(text).collect();
                self.text(&whole, || None);
            }
            Element::Table(table) => self.table(table),
            Element::Chart(chart) => self.chart(chart),
            Element::AnnexNote(note) => {
                let items: Vec<_> = note.items.iter().map(String::as_str).collect();
                self.within("note of annexes", &items);
            }
            Element::Signature(signature) => {
                self.within("signature", &[signature.body.as_deref().unwrap_or_default()]);
            }
            Element::Basis(basis) => {
                let values: Vec<_> = basis.lines.iter().map(|line| line.value.as_str()).collect();
                self.within("basis", &values);
            }
            Element::Imprint(imprint) => {
                let words = imprint.subject_words.iter().flat_map(|subject| &subject.words);
                let mut texts: Vec<_> = words.map(String::as_str).collect();
                texts.push(imprint.copies_to.as_deref().unwrap_or_default());
                texts.push(&imprint.printed_by);
                self.within("imprint", &texts);
            }
        }
    }

    fn table(&mut self, table: &SheetTable) {
        let caption = &table.caption;
        self.text(caption, || Some(caption.clone()));
        for column in &table.columns {
            self.text(&column.heading, || Some(format!("{caption}, heading")));
        }
        for (row, cells) in (1..).zip(&table.rows) {
            for (column, cell) in table.columns.iter().zip(cells) {
                let heading = &column.heading;
                self.text(&cell.text, || Some(format!("{caption}, row {row}, column {heading}")));
            }
        }
    }

    fn chart(&mut self, chart: &SheetChart) {
        let caption = &chart.caption;
        self.text(caption, || Some(caption.clone()));
        let names = chart.series.iter().map(|series| &series.name);
        for name in chart.categories.iter().chain(names) {
            self.text(name, || Some(caption.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gb_2312_has_what_it_has() {
        for held in
            ['A', 'é', '通', '〔', '〕', '〇', '—', '（', '％', '①', 'Ⅻ', 'ā', '，', '齄', '一']
        {
            assert_eq!(beyond_gb2312(held), None, "{held}");
        }
        for gbk in ['栟', '監', '發', '鎮', '镕', 'ⅰ', '€', '㈱', '︵', 'ǹ', '〡'] {
            assert_eq!(beyond_gb2312(gbk), Some(HeldBy::Gbk), "{gbk}");
        }
        for beyond in ['𠮷', '㐂', '鿏', '😀'] {
            assert_eq!(beyond_gb2312(beyond), Some(HeldBy::Gb18030), "{beyond}");
        }
    }

    #[test]
    fn gb_2312_has_6763_characters() {
        let han = ('\u{4e00}'..='\u{9fff}').filter(|c| beyond_gb2312(*c).is_none()).count();
        assert_eq!(han, 6_763);
    }
}
