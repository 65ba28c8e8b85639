//! 成文: the one place where a letter becomes bytes, and where the letter in a file is found again.

use std::fmt;
use std::str::FromStr;

use super::letter::{Letter, Script};
use super::office::OfficeError;
#[cfg(feature = "pdf")]
use super::pdf;
use super::script::ScriptError;
use super::{docx, html, json, markdown, office, xlsx};

/// 格式: the forms of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// A page for the screen and for print.
    Html,
    /// A document for Word, WPS and LibreOffice.
    Docx,
    /// A workbook with typed cells.
    Xlsx,
    /// The value itself.
    Json,
    /// Plain text with marks.
    Md,
    /// PDF/A-2b; in builds with the feature `pdf`.
    Pdf,
}

/// Why a letter did not become bytes, or bytes no letter.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// This build does not write the format.
    #[error("this build does not write {0}")]
    NotBuilt(Format),
    /// The value cannot be written.
    #[error("the letter cannot be written or read as JSON")]
    Json(#[from] serde_json::Error),
    /// A text cannot be converted.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// An office file cannot be written or read.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// It cannot be printed.
    #[cfg(feature = "pdf")]
    #[error(transparent)]
    Pdf(#[from] pdf::PdfError),
    /// The file holds no letter.
    #[error("the file holds no letter: {0}")]
    NoLetter(String),
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 6] =
        [Self::Json, Self::Html, Self::Docx, Self::Xlsx, Self::Md, Self::Pdf];

    /// Its name, which is also how its files end.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Md => "md",
            Self::Pdf => "pdf",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
            Self::Md => "text/markdown; charset=utf-8",
            Self::Pdf => "application/pdf",
        }
    }

    /// Whether this build writes it.
    #[must_use]
    pub const fn is_built(self) -> bool {
        cfg!(feature = "pdf") || !matches!(self, Self::Pdf)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.as_str() == text);
        found.ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|format| format.as_str()).collect();
            format!("`{text}` is no format; there are {}", known.join(", "))
        })
    }
}

/// The bytes of a letter: the same for the same letter, format and characters, always. JSON is the
/// value as it is, whatever the characters.
///
/// # Errors
/// [`RenderError`].
pub fn render(letter: &Letter, format: Format, script: Script) -> Result<Vec<u8>, RenderError> {
    match format {
        Format::Json => Ok(json::file(letter).into_bytes()),
        Format::Html => Ok(html::file(letter, script)?.into_bytes()),
        Format::Md => Ok(markdown::file(letter, script)?.into_bytes()),
        Format::Docx => Ok(docx::write(letter, script)?),
        Format::Xlsx => Ok(xlsx::write(letter, script)?),
        #[cfg(feature = "pdf")]
        Format::Pdf => Ok(pdf::print(letter, script, fonts()?)?),
        #[cfg(not(feature = "pdf"))]
        Format::Pdf => Err(RenderError::NotBuilt(format)),
    }
}

/// 字庫: the fonts to print with: of the folder that `TONGJIAN_FONTS` names, or of this machine.
///
/// # Errors
/// [`RenderError`].
#[cfg(feature = "pdf")]
pub(super) fn fonts() -> Result<&'static pdf::Fonts, RenderError> {
    // What they are called is found once; their bytes are read for each letter.
    static FONTS: std::sync::OnceLock<pdf::Fonts> = std::sync::OnceLock::new();
    if let Some(fonts) = FONTS.get() {
        return Ok(fonts);
    }
    let folder = std::env::var_os("TONGJIAN_FONTS").map(std::path::PathBuf::from);
    let fonts = pdf::Fonts::open(folder.as_deref()).map_err(pdf::PdfError::from)?;
    Ok(FONTS.get_or_init(|| fonts))
}

/// The letter that a file was made of. A PDF/A-2b carries none: it may hold no other file.
///
/// # Errors
/// [`RenderError`].
pub fn embedded(bytes: &[u8], format: Format) -> Result<Letter, RenderError> {
    let text =
        || std::str::from_utf8(bytes).map_err(|_| RenderError::NoLetter("it is not UTF-8".into()));
    let none = || RenderError::NoLetter(format!("nothing is embedded in this {format}"));
    match format {
        Format::Json => Ok(serde_json::from_slice(bytes)?),
        Format::Html => html::embedded(text()?).ok_or_else(none),
        Format::Md => markdown::embedded(text()?).ok_or_else(none),
        Format::Docx | Format::Xlsx => Ok(office::embedded(bytes)?),
        Format::Pdf => Err(RenderError::NoLetter("a PDF carries marks, and no letter".into())),
    }
}
