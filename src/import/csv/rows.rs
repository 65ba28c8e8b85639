//! CSV split into rows (RFC 4180): quotes, doubled quotes, line ends inside quotes. Written here
//! because an import must name the line on which each row begins, must not hold a row without
//! bounds, and must not take a file that ends inside a quote for a whole one.

use std::io::{self, BufRead as _};

use super::super::error::ImportError;
use super::super::source::Source;

/// The greatest size of a row, in bytes.
pub(super) const MAX_ROW_BYTES: usize = 1 << 20;
/// How much of a row past that size is shown.
const SHOWN_BYTES: usize = 4096;

/// The rows of a file, one at a time.
pub(super) struct Rows {
    source: Source,
    delimiter: u8,
    row: Row,
}

/// One row. Its fields are text only after [`Row::text`] said so.
#[derive(Default)]
pub(super) struct Row {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The bytes of text before it.
    pub(super) offset: u64,
    /// Its size in bytes, also where it was too large to be kept.
    pub(super) bytes: u64,
    /// Whether text follows a closing quote.
    pub(super) garbled: bool,
    raw: Vec<u8>,
    fields: Vec<u8>,
    ends: Vec<usize>,
    quoted: bool,
    state: State,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    FieldStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Rows {
    pub(super) fn new(source: Source, delimiter: u8) -> Self {
        Self { source, delimiter, row: Row::default() }
    }

    /// The source, for its path and place.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<&Row>, ImportError> {
        loop {
            self.row.begin(self.source.line(), self.source.offset());
            let found = self.read().map_err(|error| self.source.failed(error))?;
            if self.row.state == State::Quoted {
                return Err(ImportError::QuoteNeverClosed {
                    path: self.source.path().into(),
                    line: self.row.line,
                    last_line: self.source.line(),
                });
            }
            if !found {
                return Ok(None);
            }
            self.row.end_field(true);
            if !self.row.blank() {
                return Ok(Some(&self.row));
            }
        }
    }

    /// Reads up to and with the row's end; `false` when nothing is left.
    fn read(&mut self) -> io::Result<bool> {
        loop {
            let bytes = match self.source.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                return Ok(self.row.bytes > 0);
            }
            let end = bytes.iter().position(|byte| self.row.take(*byte, self.delimiter));
            let count = end.map_or(bytes.len(), |at| at + 1);
            self.row.keep(bytes.get(..count).unwrap_or_default());
            self.source.consume(count);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

impl Row {
    fn begin(&mut self, line: u64, offset: u64) {
        self.raw.clear();
        self.fields.clear();
        self.ends.clear();
        (self.line, self.offset, self.bytes) = (line, offset, 0);
        (self.garbled, self.quoted, self.state) = (false, false, State::FieldStart);
    }

    /// Takes one byte; `true` when it ends the row.
    fn take(&mut self, byte: u8, delimiter: u8) -> bool {
        let quoted = matches!(self.state, State::Quoted);
        if !quoted && byte == b'\n' {
            return true;
        }
        match (self.state, byte) {
            (State::FieldStart, b'"') => (self.state, self.quoted) = (State::Quoted, true),
            (State::Quoted, b'"') => self.state = State::QuoteInQuoted,
            (State::QuoteInQuoted, b'"') => {
                self.state = State::Quoted;
                self.push(byte);
            }
            (State::Quoted, _) => self.push(byte),
            (_, byte) if byte == delimiter => {
                self.end_field(false);
                (self.state, self.quoted) = (State::FieldStart, false);
            }
            (State::QuoteInQuoted, b'\r') => {}
            (State::QuoteInQuoted, _) => self.garbled = true,
            (State::FieldStart | State::Plain, _) => {
                self.state = State::Plain;
                self.push(byte);
            }
        }
        false
    }

    fn push(&mut self, byte: u8) {
        if self.fields.len() < MAX_ROW_BYTES {
            self.fields.push(byte);
        }
    }

    fn end_field(&mut self, last: bool) {
        let from = self.ends.last().copied().unwrap_or(0);
        if last && !self.quoted && self.fields.len() > from && self.fields.ends_with(b"\r") {
            self.fields.pop();
        }
        if self.ends.len() < MAX_ROW_BYTES {
            self.ends.push(self.fields.len());
        }
    }

    /// Keeps the bytes as they are, as far as the limit goes.
    fn keep(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let room = MAX_ROW_BYTES.saturating_sub(self.raw.len());
        self.raw.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
    }

    fn blank(&self) -> bool {
        self.fields.is_empty() && self.ends.len() == 1 && !self.quoted
    }

    /// Whether the row passes the size limit.
    pub(super) fn too_large(&self) -> bool {
        self.bytes > MAX_ROW_BYTES as u64
    }

    /// How many fields it has.
    pub(super) fn width(&self) -> usize {
        self.ends.len()
    }

    /// Its fields as one text to be cut by [`Row::field`]; `Err` gives the bytes before the first
    /// that is no UTF-8.
    pub(super) fn text(&self) -> Result<&str, u64> {
        // The row as written is tested: between fields there a delimiter stands, so that two
        // broken halves cannot make one good character.
        let place = |error: std::str::Utf8Error| self.offset + error.valid_up_to() as u64;
        std::str::from_utf8(&self.raw).map_err(place)?;
        std::str::from_utf8(&self.fields).map_err(place)
    }

    /// One field of the text.
    pub(super) fn field<'a>(&self, text: &'a str, index: usize) -> Option<&'a str> {
        let from = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        text.get(from..*self.ends.get(index)?)
    }

    /// The row as written, without its line end; of one too large only the beginning.
    pub(super) fn raw(&self) -> String {
        let limit = if self.too_large() { SHOWN_BYTES } else { self.raw.len() };
        let shown = self.raw.get(..limit).unwrap_or(&self.raw);
        String::from_utf8_lossy(shown).trim_end_matches(['\r', '\n']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::Path;

    use super::*;

    fn rows(text: &[u8]) -> Rows {
        let source = Source::new(Path::new("a.csv"), Cursor::new(text.to_vec()), 0).unwrap();
        Rows::new(source, b',')
    }

    fn all(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut rows = rows(text.as_bytes());
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let text = row.text().unwrap();
            let fields = (0..row.width()).map(|i| row.field(text, i).unwrap().to_owned());
            found.push((row.line, fields.collect()));
        }
        found
    }

    fn check(text: &str, expect: &[(u64, &[&str])]) {
        let expect: Vec<_> = expect
            .iter()
            .map(|(line, fields)| (*line, fields.iter().map(|f| (*f).to_owned()).collect()))
            .collect();
        assert_eq!(all(text), expect, "{text:?}");
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_field() {
        check("a,\"b,c\",d\n", &[(1, &["a", "b,c", "d"])]);
        check("\"say \"\"yes\"\"\",2\r\n3,4", &[(1, &["say \"yes\"", "2"]), (2, &["3", "4"])]);
        check("\"one\ntwo\",x\ny,z\n", &[(1, &["one\ntwo", "x"]), (3, &["y", "z"])]);
        check("\"one\r\ntwo\"\r\nz", &[(1, &["one\r\ntwo"]), (3, &["z"])]);
        check("5\" pipe,,Zoë\n", &[(1, &["5\" pipe", "", "Zoë"])]);
        check(",\n,", &[(1, &["", ""]), (2, &["", ""])]);
    }

    #[test]
    fn blank_lines_are_no_rows_but_count_as_lines() {
        check("a\n\n\r\nb\n\"\"\n", &[(1, &["a"]), (4, &["b"]), (5, &[""])]);
        check("", &[]);
    }

    #[test]
    fn a_file_that_ends_inside_a_quote_is_not_taken_for_whole() {
        let mut rows = rows(b"a,b\n1,2\n3,\"four\n5,6\n");
        rows.next().unwrap();
        rows.next().unwrap();
        let said = rows.next().err().unwrap().to_string();
        assert!(
            said.contains("`a.csv` line 3: a quote opened") && said.contains("line 5"),
            "{said}"
        );
    }

    #[test]
    fn a_row_past_the_limit_is_not_held_and_the_next_is_read() {
        let huge = "x".repeat(10 << 20);
        let mut rows = rows(format!("a,{huge}\nb,c\n").as_bytes());
        let row = rows.next().unwrap().unwrap();
        assert!(row.too_large() && row.raw.len() == MAX_ROW_BYTES);
        assert_eq!((row.bytes, row.raw().len()), ((10 << 20) + 3, SHOWN_BYTES));
        let row = rows.next().unwrap().unwrap();
        assert_eq!((row.line, row.field(row.text().unwrap(), 1)), (2, Some("c")));
    }

    #[test]
    fn text_after_a_closing_quote_is_seen() {
        assert!(rows(b"\"a\"b,c\n").next().unwrap().unwrap().garbled);
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_named_by_their_place() {
        let mut rows = rows(b"ok\nM\xfcller\n");
        rows.next().unwrap();
        assert_eq!(rows.next().unwrap().unwrap().text(), Err(4));
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_field_holds_is_read_back_to_the_letter(
            fields in proptest::collection::vec("[ -~\n\r\"é王,;]{0,12}", 1..6),
        ) {
            let quoted: Vec<_> =
                fields.iter().map(|f| format!("\"{}\"", f.replace('"', "\"\""))).collect();
            check(&format!("{}\r\n", quoted.join(",")), &[(
                1,
                &fields.iter().map(String::as_str).collect::<Vec<_>>(),
            )]);
        }
    }
}
