//! 字形檢查: which font each character will be set in, found out before anything is set. What no
//! font holds is an error with its place, and never an empty box on the page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::Serialize;

use super::fonts::{FontsError, Open};
use crate::bulletin::layout::Face;
use crate::bulletin::letter::Script;

/// 缺字: a character that no font holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The character.
    pub character: char,
    /// Where it stands.
    pub place: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = u32::from(self.character);
        if self.character.is_control() {
            write!(f, "U+{code:04X} in {}", self.place)
        } else {
            write!(f, "`{}` (U+{code:04X}) in {}", self.character, self.place)
        }
    }
}

/// Every face of the page, and what it is called in `letter.typ`.
const FACES: [(Face, &str); 5] = [
    (Face::FangSong, "fang"),
    (Face::XiaoBiaoSong, "xiaobiao"),
    (Face::HeiTi, "hei"),
    (Face::KaiTi, "kai"),
    (Face::Song, "song"),
];

/// The fonts of a face, in the order in which they are asked.
#[derive(Debug, Serialize)]
pub(super) struct Chain {
    families: Vec<String>,
    /// What its Latin letters and digits are set in, where it is not the face's own.
    latin: Option<String>,
}

/// The font of a character, and how wide it is in it, in thousandths of its size, rounded up.
#[derive(Clone, Copy)]
struct Glyph {
    font: usize,
    width: i64,
}

/// Takes note of every character that will be printed.
pub(super) struct Ink<'a> {
    fonts: &'a Open<'a>,
    chains: Vec<(&'static str, Vec<usize>)>,
    /// Of each font that was asked for a character: a rare one is read for a rare character.
    tables: HashMap<usize, Option<ttf_parser::Face<'a>>>,
    /// Why a font that was asked could not be read.
    unreadable: Option<FontsError>,
    found: HashMap<(&'static str, char), Option<Glyph>>,
    used: BTreeSet<usize>,
    missing: Vec<Missing>,
}

/// A word without a place to break it is given one after so many letters.
const UNBROKEN: usize = 12;
/// It takes no room, and a line may end there.
pub(super) const BREAK: char = '\u{200b}';

impl<'a> Ink<'a> {
    pub(super) fn new(fonts: &'a Open<'a>, script: Script) -> Self {
        let chains: Vec<_> =
            FACES.iter().map(|(face, name)| (*name, fonts.chain(*face, script))).collect();
        let (tables, found, used) = (HashMap::new(), HashMap::new(), BTreeSet::new());
        Self { fonts, chains, tables, unreadable: None, found, used, missing: Vec::new() }
    }

    /// Notes a text that is set in a face, and gives it places to break.
    pub(super) fn say(&mut self, face: Face, text: &str, place: impl Fn() -> String) -> String {
        let mut out = String::with_capacity(text.len());
        let mut unbroken = 0;
        for character in text.chars() {
            self.note(face, character, &place);
            unbroken = if character.is_ascii_graphic() { unbroken + 1 } else { 0 };
            if unbroken > UNBROKEN {
                out.push(BREAK);
                unbroken = 1;
            }
            out.push(character);
        }
        out
    }

    /// How wide a character is that was said in a face, in thousandths of its size.
    pub(super) fn width(&self, face: Face, character: char) -> i64 {
        let glyph = self.found.get(&(named(face), character)).copied().flatten();
        glyph.map_or(0, |glyph| glyph.width)
    }

    fn note(&mut self, face: Face, character: char, place: &impl Fn() -> String) {
        let name = named(face);
        // They choose a form of the character before them, or none.
        if matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}') {
            return;
        }
        let found = match self.found.get(&(name, character)) {
            Some(found) => *found,
            None => {
                let found = self.holder(name, character);
                self.found.insert((name, character), found);
                if found.is_none() {
                    self.missing.push(Missing { character, place: place() });
                }
                found
            }
        };
        self.used.extend(found.map(|glyph| glyph.font));
    }

    /// The first face of the chain that holds it; what is Latin in a face of brush or graver is
    /// the Song's, whose digits are the ones that print is used to.
    fn holder(&mut self, name: &str, character: char) -> Option<Glyph> {
        let latin = self.latin(name).filter(|_| is_latin(character));
        let chain: Vec<usize> = latin.into_iter().chain(self.chain(name).iter().copied()).collect();
        chain.into_iter().find_map(|font| {
            let width = self.held(font, character)?;
            Some(Glyph { font, width })
        })
    }

    /// How wide a character is in a font; none where it does not hold it.
    fn held(&mut self, font: usize, character: char) -> Option<i64> {
        let (fonts, unreadable) = (self.fonts, &mut self.unreadable);
        let table = self.tables.entry(font).or_insert_with(|| match fonts.table(font) {
            Ok(table) => table,
            Err(error) => {
                unreadable.get_or_insert(error);
                None
            }
        });
        let table = table.as_ref()?;
        let glyph = table.glyph_index(character).filter(|glyph| glyph.0 != 0)?;
        let advance = i64::from(table.glyph_hor_advance(glyph).unwrap_or_default());
        let em = i64::from(table.units_per_em()).max(1);
        Some((advance * 1_000 + em - 1) / em)
    }

    fn latin(&self, name: &str) -> Option<usize> {
        let borrows = matches!(name, "fang" | "kai");
        self.chain("song").first().copied().filter(|_| borrows)
    }

    fn chain(&self, name: &str) -> &[usize] {
        let chain = self.chains.iter().find(|(known, _)| *known == name);
        chain.map_or(&[], |(_, chain)| chain.as_slice())
    }

    /// Why a font could not be read: what is missing is no finding then.
    pub(super) fn unreadable(&mut self) -> Option<FontsError> {
        self.unreadable.take()
    }

    /// What no font holds.
    pub(super) fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// The faces that something is set in.
    pub(super) fn used(&self) -> BTreeSet<usize> {
        self.used.clone()
    }

    /// The faces for the typesetter: of each only the fonts that something is set in.
    pub(super) fn chains(&self) -> BTreeMap<&'static str, Chain> {
        let label = |at: usize| self.fonts.label(at);
        let used = |at: &usize| self.used.contains(at);
        let chain = |(name, chain): &(&'static str, Vec<usize>)| {
            let families = chain.iter().copied().filter(used).map(label).collect();
            (*name, Chain { families, latin: self.latin(name).filter(used).map(label) })
        };
        self.chains.iter().map(chain).collect()
    }
}

/// What a face is called in `letter.typ`.
fn named(face: Face) -> &'static str {
    FACES.iter().find(|(known, _)| *known == face).map_or("song", |(_, name)| name)
}

/// As `letter.typ` says it too.
const fn is_latin(character: char) -> bool {
    matches!(character, ' '..='~')
}
