//! 字形檢查: which font each character will be set in, found out before anything is set. What no
//! font holds is an error with its place, and never an empty box on the page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::Serialize;

use super::fonts::Fonts;
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

/// Takes note of every character that will be printed.
pub(super) struct Ink<'a> {
    fonts: &'a Fonts,
    chains: Vec<(&'static str, Vec<usize>)>,
    tables: HashMap<usize, Option<ttf_parser::Face<'a>>>,
    found: HashMap<(&'static str, char), Option<usize>>,
    used: BTreeSet<usize>,
    missing: Vec<Missing>,
}

/// A word without a place to break it is given one after so many letters.
const UNBROKEN: usize = 12;
/// It takes no room, and a line may end there.
const BREAK: char = '\u{200b}';

impl<'a> Ink<'a> {
    pub(super) fn new(fonts: &'a Fonts, script: Script) -> Self {
        let chains: Vec<_> =
            FACES.iter().map(|(face, name)| (*name, fonts.chain(*face, script))).collect();
        let all = chains.iter().flat_map(|(_, chain)| chain.iter().copied());
        let tables = all.map(|at| (at, fonts.table(at))).collect();
        let (found, used) = (HashMap::new(), BTreeSet::new());
        Self { fonts, chains, tables, found, used, missing: Vec::new() }
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

    fn note(&mut self, face: Face, character: char, place: &impl Fn() -> String) {
        let name = FACES.iter().find(|(known, _)| *known == face).map_or("song", |(_, name)| name);
        // They choose a form of the character before them, or none.
        if matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}') {
            return;
        }
        if let Some(found) = self.found.get(&(name, character)) {
            self.used.extend(found);
            return;
        }
        let found = self.holder(name, character);
        self.used.extend(found);
        if found.is_none() {
            self.missing.push(Missing { character, place: place() });
        }
        self.found.insert((name, character), found);
    }

    /// The first face of the chain that holds it; what is Latin in a face of brush or graver is
    /// the Song's, whose digits are the ones that print is used to.
    fn holder(&self, name: &str, character: char) -> Option<usize> {
        let holds = |at: &usize| {
            let table = self.tables.get(at).and_then(Option::as_ref);
            table.and_then(|table| table.glyph_index(character)).is_some_and(|glyph| glyph.0 != 0)
        };
        let latin = self.latin(name).filter(|_| is_latin(character));
        latin.filter(holds).or_else(|| self.chain(name).iter().copied().find(holds))
    }

    fn latin(&self, name: &str) -> Option<usize> {
        let borrows = matches!(name, "fang" | "kai");
        self.chain("song").first().copied().filter(|_| borrows)
    }

    fn chain(&self, name: &str) -> &[usize] {
        let chain = self.chains.iter().find(|(known, _)| *known == name);
        chain.map_or(&[], |(_, chain)| chain.as_slice())
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

/// As `letter.typ` says it too.
const fn is_latin(character: char) -> bool {
    matches!(character, ' '..='~')
}
