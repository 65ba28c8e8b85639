//! 字型: the font files of this machine. The standards' faces are not free; what stands for them
//! are fonts that may be embedded, found at run time, because no part of them would hold every
//! name of a place. Which files those were is written into what is printed.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::Font;

use super::names;
use crate::bulletin::layout::Face;
use crate::bulletin::letter::Script;

/// Where Debian's packages put them: `fonts-noto-cjk`, `texlive-lang-chinese`, `fonts-cwtex-fs`,
/// `fonts-cwtex-kai`, `fonts-hanazono`; and where an administrator puts the fonts of the second
/// alone. Those that are not there are done without.
const PLACES: [&str; 11] = [
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf",
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolKai-Regular.otf",
    "/usr/local/share/fonts/fandol/FandolFang-Regular.otf",
    "/usr/local/share/fonts/fandol/FandolKai-Regular.otf",
    "/usr/share/fonts/truetype/cwtex/cwfs.ttf",
    "/usr/share/fonts/truetype/cwtex/cwkai.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
];

/// How the files of a folder end that are fonts.
const ENDINGS: [&str; 3] = ["otf", "ttc", "ttf"];

/// For characters that the face's own families do not hold: extension B and what follows it.
const RARE: [&str; 3] = ["Noto Serif CJK SC", "HanaMinA", "HanaMinB"];

/// Why there are no fonts.
#[derive(Debug, thiserror::Error)]
pub enum FontsError {
    /// A file or the folder could not be read.
    #[error("the fonts in `{}` cannot be read", .0.display())]
    Unreadable(PathBuf, #[source] io::Error),
    /// It is no font.
    #[error("`{}` is no font that can be read", .0.display())]
    NoFont(PathBuf),
    /// There is none.
    #[error(
        "there is no font to print with {}; install fonts-noto-cjk, or name a folder of fonts",
        .0.as_ref().map_or_else(|| "on this machine".into(), |folder| format!("in `{}`",
            folder.display()))
    )]
    None(Option<PathBuf>),
}

/// The fonts at hand: what they are called and where they lie. Their bytes are read for each letter
/// anew, and only of those that it asks for a character.
pub struct Fonts {
    files: Vec<PathBuf>,
    faces: Vec<Held>,
}

/// One face of a file.
struct Held {
    family: String,
    weight: u16,
    index: u32,
    /// Which of the files.
    file: usize,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.faces.iter().map(Held::label)).finish()
    }
}

impl Held {
    /// What it is called on the page and in the marks.
    fn label(&self) -> String {
        format!("{} {}", self.family, self.weight)
    }
}

impl Fonts {
    /// Finds the fonts of a folder and of those within it, or those in Debian's places.
    ///
    /// # Errors
    /// [`FontsError`].
    pub fn open(folder: Option<&Path>) -> Result<Self, FontsError> {
        let mut paths = BTreeSet::new();
        match folder {
            Some(folder) => walk(folder, &mut paths)?,
            None => {
                paths.extend(PLACES.map(PathBuf::from).into_iter().filter(|path| path.exists()));
            }
        }
        let files: Vec<PathBuf> = paths.into_iter().collect();
        let mut faces = Vec::new();
        for (file, path) in files.iter().enumerate() {
            let named = names::of(path)
                .map_err(|error| FontsError::Unreadable(path.clone(), error))?
                .ok_or_else(|| FontsError::NoFont(path.clone()))?;
            faces.extend(named.into_iter().map(|face| Held {
                family: face.family,
                weight: face.weight,
                index: face.index,
                file,
            }));
        }
        if faces.is_empty() {
            return Err(FontsError::None(folder.map(Path::to_owned)));
        }
        Ok(Self { files, faces })
    }

    /// For one letter.
    pub(super) fn for_letter(&self) -> Open<'_> {
        Open { fonts: self, bytes: self.files.iter().map(|_| OnceCell::new()).collect() }
    }
}

/// The fonts while a letter is printed: what was asked for is read once, and let go with this.
pub(super) struct Open<'f> {
    fonts: &'f Fonts,
    /// Of each file.
    bytes: Vec<OnceCell<Bytes>>,
}

impl Open<'_> {
    /// In which order faces are asked for a character: those of the script, the standard's and
    /// what stands for it, and those for rare characters.
    pub(super) fn chain(&self, face: Face, script: Script) -> Vec<usize> {
        let script: &[&str] = match (script, face) {
            (Script::Traditional, Face::FangSong) => &["cwTeXFangSong"],
            (Script::Traditional, Face::KaiTi) => &["cwTeXKai"],
            _ => &[],
        };
        let families = script.iter().chain(face.families()).chain(&RARE);
        let mut chain = Vec::new();
        for found in families.filter_map(|family| self.nearest(family, weight(face))) {
            if !chain.contains(&found) {
                chain.push(found);
            }
        }
        chain
    }

    fn nearest(&self, family: &str, weight: u16) -> Option<usize> {
        let of_family =
            self.fonts.faces.iter().enumerate().filter(|(_, held)| held.family == family);
        of_family.min_by_key(|(_, held)| held.weight.abs_diff(weight)).map(|(at, _)| at)
    }

    /// The bytes of a face's file, with the face.
    fn held(&self, at: usize) -> Result<Option<(&Held, &Bytes)>, FontsError> {
        let fonts = self.fonts;
        let Some(held) = fonts.faces.get(at) else { return Ok(None) };
        let Some((path, cell)) = fonts.files.get(held.file).zip(self.bytes.get(held.file)) else {
            return Ok(None);
        };
        if let Some(bytes) = cell.get() {
            return Ok(Some((held, bytes)));
        }
        let unreadable = |error| FontsError::Unreadable(path.clone(), error);
        let bytes = Bytes::new(std::fs::read(path).map_err(unreadable)?);
        Ok(Some((held, cell.get_or_init(|| bytes))))
    }

    /// A face, to look characters up in.
    pub(super) fn table(&self, at: usize) -> Result<Option<ttf_parser::Face<'_>>, FontsError> {
        let Some((held, bytes)) = self.held(at)? else { return Ok(None) };
        let face = ttf_parser::Face::parse(bytes.as_slice(), held.index);
        face.map(Some).map_err(|_| self.no_font(held))
    }

    fn no_font(&self, held: &Held) -> FontsError {
        FontsError::NoFont(self.fonts.files.get(held.file).cloned().unwrap_or_default())
    }

    /// What a face is called.
    pub(super) fn label(&self, at: usize) -> String {
        self.fonts.faces.get(at).map(Held::label).unwrap_or_default()
    }

    /// The digests of the files of some faces, by what the faces are called.
    pub(super) fn digests(
        &self,
        used: &BTreeSet<usize>,
    ) -> Result<BTreeMap<String, String>, FontsError> {
        let (mut digests, mut known) = (BTreeMap::new(), BTreeMap::<usize, String>::new());
        for at in used {
            let Some((held, bytes)) = self.held(*at)? else { continue };
            let digest = known.entry(held.file).or_insert_with(|| super::digest(bytes));
            digests.insert(held.label(), digest.clone());
        }
        Ok(digests)
    }

    /// Some faces for the typesetter, each under what it is called.
    pub(super) fn loaded(&self, used: &BTreeSet<usize>) -> Result<Vec<(String, Font)>, FontsError> {
        let mut fonts = Vec::new();
        for at in used {
            let Some((held, bytes)) = self.held(*at)? else { continue };
            let font = Font::new(bytes.clone(), held.index).ok_or_else(|| self.no_font(held))?;
            fonts.push((held.label(), font));
        }
        Ok(fonts)
    }
}

/// 小標宋 and 黑體 are bold where a family has more than one weight.
const fn weight(face: Face) -> u16 {
    match face {
        Face::XiaoBiaoSong | Face::HeiTi => 700,
        Face::FangSong | Face::KaiTi | Face::Song => 400,
    }
}

fn walk(folder: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<(), FontsError> {
    let unreadable = |error| FontsError::Unreadable(folder.to_owned(), error);
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        if entry.file_type().map_err(unreadable)?.is_dir() {
            walk(&path, paths)?;
        } else if path
            .extension()
            .and_then(|end| end.to_str())
            .is_some_and(|end| ENDINGS.iter().any(|ending| end.eq_ignore_ascii_case(ending)))
        {
            paths.insert(path);
        }
    }
    Ok(())
}
