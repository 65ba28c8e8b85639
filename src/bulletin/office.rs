//! 辦公文件: what DOCX and XLSX have in common. Both are a zip of XML parts; both carry the letter
//! they were made of, so that a file can be verified by itself.

mod element;
mod embedded;
mod package;

pub use embedded::embedded;

use super::letter::Letter;
use super::script::ScriptError;
use super::sheet::Sheet;
pub(super) use element::Element;
pub(super) use embedded::attach;
pub(super) use package::{OFFICE, Package, Part, Relation};

/// Why an office file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// It is no zip, or one of its parts is damaged.
    #[error("the file is no office document, or is damaged")]
    Damaged(#[from] zip::result::ZipError),
    /// A part could not be read or written.
    #[error("a part of the file could not be read")]
    Unreadable(#[from] std::io::Error),
    /// The words of the script are not to be had.
    #[error(transparent)]
    Script(#[from] ScriptError),
    /// It carries no letter: it is not one of our files, or another program dropped the part.
    #[error("the file carries no bulletin")]
    NoLetter,
    /// The part is larger than any bulletin's.
    #[error("the bulletin within the file is larger than {0} bytes")]
    TooLarge(u64),
    /// The part that should hold the letter is no XML.
    #[error("the bulletin within the file is no XML: {0}")]
    NotXml(String),
    /// The letter is not of this form.
    #[error("the bulletin within the file cannot be read")]
    NotALetter(#[from] serde_json::Error),
}

/// What a file says of itself: its title, its author, and the day of the letter for its time.
pub(super) fn core_properties(sheet: &Sheet, letter: &Letter) -> Part {
    let time = |name| {
        let midnight = format!("{}T00:00:00Z", letter.dated_on);
        Element::texting(name, midnight).with("xsi:type", "dcterms:W3CDTF")
    };
    let root = Element::new("cp:coreProperties")
        .with("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties")
        .with("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .with("xmlns:dcterms", "http://purl.org/dc/terms/")
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .child(Element::texting("dc:title", sheet.title.clone()))
        .child(Element::texting("dc:creator", sheet.author.clone()))
        .child(Element::texting("dc:language", sheet.language))
        .child(time("dcterms:created"))
        .child(time("dcterms:modified"));
    let content_type = "application/vnd.openxmlformats-package.core-properties+xml";
    Part::new("docProps/core.xml", content_type, &root)
}
