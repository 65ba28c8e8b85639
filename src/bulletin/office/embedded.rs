//! 內嵌: the letter within the file, as a custom XML part, which Word, WPS and Excel keep when the
//! file is edited. What the page shows is for people; this is what is verified.

use std::io::{Cursor, Read};

use quick_xml::events::Event;
use zip::ZipArchive;

use super::element::held_by_xml;
use super::{Element, OfficeError, Package, Part, Relation};
use crate::bulletin::json;
use crate::bulletin::letter::Letter;

/// The namespace by which the part is known; another program may rename the part.
const NAMESPACE: &str = "urn:tongjian:letter:1";
const ITEM: &str = "{7B1E5A52-6C1D-4B0B-9C5E-0C7A70E1F001}";

/// More than a year of a city with 2,500 sites needs.
const AT_MOST: u64 = 256 << 20;

/// Puts a letter into a package, and says how the main part points to it; that
/// part stands in a folder below the root.
pub(crate) fn attach(package: &mut Package, letter: &Letter) -> Relation {
    let text = held(&json::line(letter));
    let root = Element::new("letter").with("xmlns", NAMESPACE).text(text);
    let properties = Element::new("ds:datastoreItem")
        .with("xmlns:ds", "http://schemas.openxmlformats.org/officeDocument/2006/customXml")
        .with("ds:itemID", ITEM)
        .child(
            Element::new("ds:schemaRefs")
                .child(Element::new("ds:schemaRef").with("ds:uri", NAMESPACE)),
        );
    package.put(Part::raw("customXml/item1.xml", root.document()).related([Relation::new(
        "rId1",
        "customXmlProps",
        "itemProps1.xml",
    )]));
    package.put(Part::new(
        "customXml/itemProps1.xml",
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        &properties,
    ));
    Relation::new("rIdLetter", "customXml", "../customXml/item1.xml")
}

/// JSON with what XML cannot hold written as JSON can.
fn held(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if held_by_xml(letter) {
            out.push(letter);
        } else {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        }
    }
    out
}

/// 內嵌的公文: the letter that a DOCX or an XLSX was made of.
///
/// # Errors
///
/// When the bytes are no such file, are damaged, or carry no letter.
pub fn embedded(bytes: &[u8]) -> Result<Letter, OfficeError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    let named = |path: &str| path.starts_with("customXml/item") && path.ends_with(".xml");
    let mut paths: Vec<String> = zip
        .file_names()
        .filter_map(Result::ok)
        .filter(|path| named(path))
        .map(|path| path.into_owned())
        .collect();
    paths.sort();
    for path in paths {
        let mut part = Vec::new();
        let read = zip.by_name(&path)?.take(AT_MOST + 1).read_to_end(&mut part)?;
        if u64::try_from(read).unwrap_or(u64::MAX) > AT_MOST {
            return Err(OfficeError::TooLarge(AT_MOST));
        }
        if let Some(json) = letter_text(&part)? {
            return Ok(serde_json::from_str(&json)?);
        }
    }
    Err(OfficeError::NoLetter)
}

/// The text of the part, where its root is a letter.
fn letter_text(part: &[u8]) -> Result<Option<String>, OfficeError> {
    let not_xml = |problem: &dyn std::fmt::Display| OfficeError::NotXml(problem.to_string());
    let mut reader = quick_xml::Reader::from_reader(part);
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut inside = false;
    loop {
        match reader.read_event_into(&mut buffer).map_err(|error| not_xml(&error))? {
            Event::Start(start) if !inside => {
                let namespace = start
                    .try_get_attribute("xmlns")
                    .map_err(|error| not_xml(&error))?
                    .is_some_and(|attribute| attribute.value.as_ref() == NAMESPACE);
                if !namespace {
                    return Ok(None);
                }
                inside = true;
            }
            Event::Text(words) if inside => {
                text.push_str(&words);
            }
            Event::GeneralRef(reference) if inside => {
                let written = format!("&{};", &*reference);
                let read =
                    quick_xml::escape::unescape(&written).map_err(|error| not_xml(&error))?;
                text.push_str(&read);
            }
            Event::End(_) => return Ok(Some(text)),
            Event::Eof if inside => return Err(not_xml(&"it ends too early")),
            Event::Eof => return Ok(None),
            _ => {}
        }
        buffer.clear();
    }
}
