//! 排印: the typesetter, with nothing around it: one source, one file of data, some fonts.

use serde_json::Value;
use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontVariant};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::PdfError;

const SOURCE: &str = include_str!("letter.typ");

/// The world that the typesetter sees.
struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    source: Source,
    data: (FileId, Bytes),
}

impl World for Press {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(absent(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 { Ok(self.data.1.clone()) } else { Err(absent(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

fn file(name: &str) -> Result<FileId, PdfError> {
    let path = VirtualPath::new(name).map_err(|error| said(&error))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn said(error: &impl std::fmt::Debug) -> PdfError {
    PdfError::Typesetting(format!("{error:?}"))
}

fn refused(errors: &[SourceDiagnostic]) -> PdfError {
    let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    PdfError::Typesetting(messages.join("; "))
}

/// Sets the page and writes it as PDF/A-2b.
pub(super) fn press(
    page: Value,
    fonts: Vec<(String, Font)>,
    ident: String,
) -> Result<Vec<u8>, PdfError> {
    // Each font is known by its own name and nothing else, so that none is chosen by likeness.
    let infos = fonts.iter().map(|(name, font)| {
        let mut info = font.info().clone();
        info.family.clone_from(name);
        info.variant = FontVariant::default();
        info
    });
    let data = Bytes::from_string(page.to_string());
    drop(page);
    let world = Press {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_infos(infos)),
        fonts: fonts.into_iter().map(|(_, font)| font).collect(),
        source: Source::new(file("letter.typ")?, SOURCE.to_owned()),
        data: (file("letter.json")?, data),
    };
    let set = typst::compile::<PagedDocument>(&world).output.map_err(|errors| refused(&errors));
    // What the typesetter remembers of this letter is of no use to the writing, nor to the next.
    comemo::evict(0);
    let written = set.and_then(|document| {
        let options = PdfOptions {
            ident: Smart::Custom(ident),
            creator: Smart::Custom(Some("Tongjian".to_owned())),
            standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|error| said(&error))?,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|errors| refused(&errors))
    });
    comemo::evict(0);
    written
}
