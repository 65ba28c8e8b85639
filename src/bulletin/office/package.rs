//! 打包: the parts of an office file, in a zip that knows no time and no order but its own.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Element, OfficeError};

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
/// The kinds of relations of office files are below this address.
pub(crate) const OFFICE: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// 關係: from one part to another.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub(crate) id: String,
    /// The last word of its kind's address, such as `styles`.
    pub(crate) kind: &'static str,
    /// The target, seen from the folder of the part.
    pub(crate) target: String,
}

impl Relation {
    pub(crate) fn new(
        id: impl Into<String>,
        kind: &'static str,
        target: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), kind, target: target.into() }
    }
}

/// 部件: one file within the package.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Its path, without a slash before it.
    pub(crate) path: String,
    /// Its content type; none where that of its extension is right.
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Vec<u8>,
    pub(crate) relations: Vec<Relation>,
}

impl Part {
    pub(crate) fn new(
        path: impl Into<String>,
        content_type: impl Into<String>,
        root: &Element,
    ) -> Self {
        Self {
            path: path.into(),
            content_type: Some(content_type.into()),
            bytes: root.document(),
            relations: Vec::new(),
        }
    }

    /// A part whose content type is that of its extension.
    pub(crate) fn raw(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { path: path.into(), content_type: None, bytes, relations: Vec::new() }
    }

    pub(crate) fn related(mut self, relations: impl IntoIterator<Item = Relation>) -> Self {
        self.relations.extend(relations);
        self
    }
}

/// The whole.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// What the package as a whole points to.
    pub(crate) relations: Vec<Relation>,
    pub(crate) parts: Vec<Part>,
}

impl Package {
    pub(crate) fn put(&mut self, part: Part) {
        self.parts.push(part);
    }

    /// Adds a relation to a part that is in it.
    pub(crate) fn relate(&mut self, path: &str, relation: Relation) {
        if let Some(part) = self.parts.iter_mut().find(|part| part.path == path) {
            part.relations.push(relation);
        }
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// When it grows past what a zip holds.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, OfficeError> {
        let options = SimpleFileOptions::DEFAULT
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(DateTime::DEFAULT);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |path: &str, bytes: &[u8]| -> Result<(), OfficeError> {
            zip.start_file(path, options)?;
            zip.write_all(bytes)?;
            Ok(())
        };
        put("[Content_Types].xml", &self.content_types().document())?;
        put("_rels/.rels", &relations(&self.relations).document())?;
        for part in &self.parts {
            put(&part.path, &part.bytes)?;
            if !part.relations.is_empty() {
                put(&relations_path(&part.path), &relations(&part.relations).document())?;
            }
        }
        Ok(zip.finish()?.into_inner())
    }

    fn content_types(&self) -> Element {
        let by_extension = BTreeMap::from([
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ]);
        let defaults = by_extension.into_iter().map(|(extension, content_type)| {
            Element::new("Default").with("Extension", extension).with("ContentType", content_type)
        });
        let overrides = self.parts.iter().filter_map(|part| {
            let content_type = part.content_type.clone()?;
            let name = format!("/{}", part.path);
            Some(Element::new("Override").with("PartName", name).with("ContentType", content_type))
        });
        Element::new("Types").with("xmlns", TYPES).children(defaults).children(overrides)
    }
}

fn relations(all: &[Relation]) -> Element {
    let each = all.iter().map(|relation| {
        let kind = match relation.kind {
            "core-properties" => {
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/\
                 core-properties"
                    .to_owned()
            }
            kind => format!("{OFFICE}/{kind}"),
        };
        Element::new("Relationship")
            .with("Id", relation.id.clone())
            .with("Type", kind)
            .with("Target", relation.target.clone())
    });
    Element::new("Relationships").with("xmlns", RELATIONS).children(each)
}

fn relations_path(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{path}.rels"),
    }
}
