//! 版式文件: a letter as PDF/A-2b, typeset by Typst as a library. What stands on the page comes from
//! the sheet, how it lies there from `pdf/letter.typ`; values go into it as data and never as
//! markup, so that a name may hold any character. No clock, no network, and no file but the fonts.
//!
//! The same letter, characters and font files give the same bytes. PDF/A-2 lets a file carry no
//! other file but PDF/A, so that the letter itself cannot be within, as it is in the other formats;
//! what it carries are [`Marks`]: of which bulletin it is, what its content's digest is, up to
//! which position it was counted, and by which fonts it was set. With them it is made again from a
//! chronicle, and compared byte by byte.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::letter::{Letter, Script};
use super::script::ScriptError;
use super::sheet::Sheet;

mod fonts;
mod ink;
mod marks;
mod names;
mod page;
mod press;
mod rows;

pub use fonts::{Fonts, FontsError};
pub use ink::Missing;
pub use marks::Marks;

/// Why a letter was not printed.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The fonts could not be read.
    #[error(transparent)]
    Fonts(#[from] FontsError),
    /// The characters could not be converted.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// Characters that no font holds. Nothing was printed.
    #[error("no font at hand holds {}", listed(.0))]
    NoGlyph(Vec<Missing>),
    /// The typesetter refused.
    #[error("the letter could not be typeset: {0}")]
    Typesetting(String),
}

/// How many missing characters an error names.
const NAMED: usize = 10;

fn listed(missing: &[Missing]) -> String {
    let named: Vec<_> = missing.iter().take(NAMED).map(ToString::to_string).collect();
    let more = missing.len().saturating_sub(NAMED);
    let rest = if more == 0 { String::new() } else { format!("; and {more} more") };
    format!("{}{rest}", named.join("; "))
}

/// 印製: the letter as PDF/A-2b.
///
/// # Errors
/// [`PdfError`].
pub fn print(letter: &Letter, script: Script, fonts: &Fonts) -> Result<Vec<u8>, PdfError> {
    let (page, loaded, ident) = {
        let (sheet, fonts) = (Sheet::of(letter, script)?, fonts.for_letter());
        let mut ink = ink::Ink::new(&fonts, script);
        let page = page::of(letter, &sheet, &mut ink);
        if let Some(error) = ink.unreadable() {
            return Err(error.into());
        }
        if !ink.missing().is_empty() {
            return Err(PdfError::NoGlyph(ink.missing().to_vec()));
        }
        let used = ink.used();
        let marks = Marks::of(letter, script, fonts.digests(&used)?);
        (page::marked(page, &marks, &ink.chains()), fonts.loaded(&used)?, marks.ident())
    };
    // What follows needs the most memory: the sheet, and fonts that nothing is set in, are gone.
    press::press(page, loaded, ident)
}

/// The letter as PDF/A-2b, by the fonts of a folder, or those of this machine's places for them.
///
/// # Errors
/// [`PdfError`].
pub fn print_by(
    letter: &Letter,
    script: Script,
    folder: Option<&Path>,
) -> Result<Vec<u8>, PdfError> {
    print(letter, script, &Fonts::open(folder)?)
}

/// 依據: what a file says that it was made of; none where it is no file of ours.
#[must_use]
pub fn basis_of(bytes: &[u8]) -> Option<Marks> {
    Marks::read(bytes)
}

/// Where a file differs from what it is to be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// It says nothing of what it was made of.
    #[error("the file does not say of which bulletin it was made")]
    NoMarks,
    /// It is of another bulletin.
    #[error("the file is of `{0}`")]
    OtherBulletin(String),
    /// It was made of another content.
    #[error("the file was made of the content {file}, and the chronicle gives {ours}")]
    OtherContent {
        /// What the file says.
        file: String,
        /// What the chronicle gives.
        ours: String,
    },
    /// It was made with other fonts, so that its bytes cannot be compared.
    #[error("the file was made with other fonts: {}", .0.join(", "))]
    OtherFonts(Vec<String>),
    /// All that it says of itself agrees, and its bytes do not.
    #[error("the file was changed: its bytes differ from the byte {0} on")]
    OtherBytes(usize),
}

/// 核驗: compares a file with the letter that it should be, made again by these fonts.
///
/// # Errors
/// [`PdfError`] when the letter cannot be printed here.
pub fn compare(
    bytes: &[u8],
    letter: &Letter,
    fonts: &Fonts,
) -> Result<Option<Difference>, PdfError> {
    let Some(file) = Marks::read(bytes) else { return Ok(Some(Difference::NoMarks)) };
    let again = print(letter, file.script, fonts)?;
    let Some(ours) = Marks::read(&again) else { return Ok(Some(Difference::NoMarks)) };
    if (&file.stream, file.erratum_no) != (&ours.stream, ours.erratum_no) {
        return Ok(Some(Difference::OtherBulletin(file.stream)));
    }
    if file.content_digest != ours.content_digest {
        let (file, ours) = (file.content_digest, ours.content_digest);
        return Ok(Some(Difference::OtherContent { file, ours }));
    }
    let other = file.other_fonts(&ours);
    if !other.is_empty() {
        return Ok(Some(Difference::OtherFonts(other)));
    }
    let differs = bytes.iter().zip(&again).position(|(file, ours)| file != ours);
    let shorter = bytes.len().min(again.len());
    let whole = (bytes.len() != again.len()).then_some(shorter);
    Ok(differs.or(whole).map(Difference::OtherBytes))
}

/// SHA-256, as the chronicle writes a digest.
fn digest(bytes: &[u8]) -> String {
    format!("sha-256:{}", crate::access::hex(&<[u8; 32]>::from(Sha256::digest(bytes))))
}
