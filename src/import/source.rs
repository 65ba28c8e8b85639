//! The bytes of a log: plain or gz, told apart by their first bytes and not by the file's name.
//! Counts lines and bytes on the way and never holds more than one buffer.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::error::ImportError;

const BUFFER_BYTES: usize = 64 * 1024;
const GZ_MAGIC: &[u8] = &[0x1f, 0x8b];
const UTF8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF16_MARKS: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// 進度: how much of a file was read, for a progress bar. Clones count the same reading.
#[derive(Debug, Clone)]
pub struct Progress {
    read: Arc<AtomicU64>,
    total: u64,
}

impl Progress {
    /// The bytes read so far, as they lie in the file (packed, where it is packed).
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The size of the file in bytes.
    #[must_use]
    pub fn bytes_total(&self) -> u64 {
        self.total
    }
}

struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// An opened log: unpacked text, read piece by piece.
pub(crate) struct Source {
    path: PathBuf,
    text: BufReader<Box<dyn Read + Send>>,
    progress: Progress,
    line: u64,
    offset: u64,
}

impl Source {
    /// Opens a file. A leading UTF-8 mark is passed over, a UTF-16 one is refused.
    pub(crate) fn open(path: &Path) -> Result<Self, ImportError> {
        let open_error = |source| ImportError::Open { path: path.into(), source };
        let file = File::open(path).map_err(open_error)?;
        let total = file.metadata().map_err(open_error)?.len();
        Self::new(path, file, total)
    }

    /// The same for bytes from elsewhere; `path` is how errors call them.
    pub(crate) fn new(
        path: &Path,
        bytes: impl Read + Send + 'static,
        total: u64,
    ) -> Result<Self, ImportError> {
        let progress = Progress { read: Arc::default(), total };
        let read = Arc::clone(&progress.read);
        let nothing: Box<dyn Read + Send> = Box::new(io::empty());
        let text = BufReader::with_capacity(BUFFER_BYTES, nothing);
        let mut source = Self { path: path.into(), text, progress, line: 1, offset: 0 };
        let begun = unpacked(Counted { inner: bytes, read }).and_then(|text| peek(text, 3));
        let (start, text) = begun.map_err(|error| source.failed(error))?;
        if UTF16_MARKS.iter().any(|mark| start.starts_with(mark)) {
            return Err(source.not_utf8("it is UTF-16; convert the file to UTF-8"));
        }
        if start.starts_with(GZ_MAGIC) {
            return Err(source.not_utf8("it is packed as gz twice; unpack it once"));
        }
        source.text = BufReader::with_capacity(BUFFER_BYTES, text);
        if start == UTF8_MARK {
            let mut mark = [0; UTF8_MARK.len()];
            source.read_exact(&mut mark).map_err(|error| source.failed(error))?;
        }
        Ok(source)
    }

    /// A handle to follow the reading.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The line reached, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes of text before this place.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// What a failed read means, with the place.
    pub(crate) fn failed(&self, source: io::Error) -> ImportError {
        let (path, line, offset) = (self.path.clone(), self.line, self.offset);
        if source.kind() == io::ErrorKind::UnexpectedEof {
            let packed = self.progress.bytes_read();
            ImportError::Truncated { path, packed, line, offset }
        } else {
            ImportError::Read { path, line, offset, source }
        }
    }

    /// Says that the text here is not UTF-8.
    pub(crate) fn not_utf8(&self, rule: &str) -> ImportError {
        ImportError::NotUtf8 {
            path: self.path.clone(),
            line: self.line,
            offset: self.offset,
            rule: rule.into(),
        }
    }
}

impl Read for Source {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buf)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.text.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let passed = self.text.buffer().get(..count).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.offset += count as u64;
        self.text.consume(count);
    }
}

/// Unpacks gz, also of several members one after the other; anything else passes as it is.
fn unpacked(bytes: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let (start, bytes) = peek(bytes, 2)?;
    if start == GZ_MAGIC {
        Ok(Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, bytes))))
    } else {
        Ok(bytes)
    }
}

/// The first bytes, and a reader that still begins with them.
fn peek(
    mut bytes: impl Read + Send + 'static,
    count: u64,
) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut start = Vec::new();
    bytes.by_ref().take(count).read_to_end(&mut start)?;
    let again = Cursor::new(start.clone()).chain(bytes);
    Ok((start, Box::new(again)))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn source(bytes: Vec<u8>) -> Result<Source, ImportError> {
        let total = bytes.len() as u64;
        Source::new(Path::new("a-log"), Cursor::new(bytes), total)
    }

    fn text(bytes: Vec<u8>) -> String {
        let mut text = String::new();
        source(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn packed_and_plain_files_are_told_apart_by_their_bytes() {
        assert_eq!(text(b"plain\n".to_vec()), "plain\n");
        assert_eq!(text(packed(b"packed\n")), "packed\n");
        assert_eq!(text(Vec::new()), "");
        assert_eq!(text(b"\x1f".to_vec()), "\x1f");
    }

    #[test]
    fn a_gz_file_of_several_members_is_read_to_its_end() {
        assert_eq!(text([packed(b"one\n"), packed(b"two\n")].concat()), "one\ntwo\n");
    }

    #[test]
    fn a_gz_file_in_a_gz_file_is_refused_by_name() {
        let said = source(packed(&packed(b"one\n"))).err().unwrap().to_string();
        assert!(said.contains("`a-log` line 1") && said.contains("gz twice"), "{said}");
    }

    #[test]
    fn a_plain_file_named_gz_is_read_as_plain() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.csv.gz");
        std::fs::write(&path, "a,b\n").unwrap();
        let mut text = String::new();
        Source::open(&path).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "a,b\n");
    }

    #[test]
    fn lines_bytes_and_progress_are_counted() {
        let bytes = packed(b"one\ntwo\nthree");
        let total = bytes.len() as u64;
        let mut source = source(bytes).unwrap();
        let progress = source.progress();
        io::copy(&mut source, &mut io::sink()).unwrap();
        assert_eq!((source.line(), source.offset()), (3, 13));
        assert_eq!((progress.bytes_read(), progress.bytes_total()), (total, total));
    }

    #[test]
    fn a_utf_8_mark_is_passed_over_and_a_utf_16_one_refused() {
        assert_eq!(text(b"\xef\xbb\xbfid\n".to_vec()), "id\n");
        let error = source(b"\xff\xfei\0d\0".to_vec()).err().unwrap().to_string();
        assert!(error.contains("`a-log` line 1 (byte 0) is not UTF-8: it is UTF-16"), "{error}");
    }

    #[test]
    fn a_file_cut_off_names_itself_and_the_place() {
        let whole: Vec<u8> =
            (0..40_000_u32).flat_map(|n| format!("{}\n", n * 7919).into_bytes()).collect();
        let mut bytes = packed(&whole);
        bytes.truncate(bytes.len() / 2);
        let half = bytes.len();
        let mut source = source(bytes).unwrap();
        let error = io::copy(&mut source, &mut io::sink()).unwrap_err();
        let said = source.failed(error).to_string();
        assert!(said.contains(&format!("after byte {half} of the file")), "{said}");
        assert!(source.line() > 1_000, "what came before the cut is still read");
    }

    #[test]
    fn a_file_that_is_not_there_names_itself() {
        let error = Source::open(Path::new("no/such.csv")).err().unwrap();
        let said = format!("{:#}", anyhow::Error::new(error));
        assert_eq!(said.matches("No such file").count(), 1, "the cause is said once: {said}");
        assert!(said.starts_with("`no/such.csv` cannot be opened: "), "{said}");
    }
}
