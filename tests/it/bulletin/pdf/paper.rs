//! A printed letter, as poppler's tools see it. Lengths are in millimetres from the upper left
//! corner of the page.

use std::path::PathBuf;
use std::process::Command;

/// A file, and the folder in which it lies while it is looked at.
pub(super) struct Paper {
    bytes: Vec<u8>,
    folder: tempfile::TempDir,
}

/// A word or a line on the page.
#[derive(Debug, Clone)]
pub(super) struct Box {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) foot: f64,
    pub(super) text: String,
}

fn mm(points: &str) -> f64 {
    points.parse::<f64>().unwrap() * 25.4 / 72.0
}

impl Box {
    /// Of an element such as `<word xMin="…" yMin="…" xMax="…" yMax="…">`.
    fn of(element: &str, text: String) -> Self {
        let side = |name: &str| {
            let after = element.split(&format!("{name}=\"")).nth(1).unwrap();
            mm(after.split('"').next().unwrap())
        };
        let (left, top, right, foot) = (side("xMin"), side("yMin"), side("xMax"), side("yMax"));
        Self { left, top, right, foot, text }
    }
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&#39;", "'").replace("&amp;", "&")
}

/// The words of a part of `pdftotext -bbox-layout`.
fn words(part: &str) -> Vec<Box> {
    let found = part.split("<word ").skip(1).map(|word| {
        let (element, rest) = word.split_once('>').unwrap();
        Box::of(element, unescaped(rest.split("</word>").next().unwrap()))
    });
    found.collect()
}

impl Paper {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("letter.pdf"), bytes).unwrap();
        Self { bytes: bytes.to_vec(), folder }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("letter.pdf")
    }

    fn ask(&self, tool: &str, options: &[&str], output: &[&str]) -> Vec<u8> {
        let said = Command::new(tool).args(options).arg(self.file()).args(output).output();
        let said = said.unwrap_or_else(|error| panic!("{tool} (poppler-utils): {error}"));
        assert!(said.status.success(), "{tool}: {}", String::from_utf8_lossy(&said.stderr));
        // Of marks that are no suspects some editions of poppler complain: they await no boolean.
        let complaints = String::from_utf8_lossy(&said.stderr);
        let mut complaints = complaints.lines().filter(|line| !line.contains("Suspects"));
        assert!(complaints.all(str::is_empty), "{tool}: {}", String::from_utf8_lossy(&said.stderr));
        said.stdout
    }

    fn info(&self, name: &str) -> String {
        let info = String::from_utf8(self.ask("pdfinfo", &[], &[])).unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().to_owned()
    }

    pub(super) fn pages(&self) -> usize {
        self.info("Pages:").parse().unwrap()
    }

    pub(super) fn size_mm(&self) -> (f64, f64) {
        let size = self.info("Page size:");
        let mut numbers = size.split(' ').filter(|word| word.parse::<f64>().is_ok()).map(mm);
        let mut next = || (numbers.next().unwrap() * 10.0).round() / 10.0;
        (next(), next())
    }

    /// Each font by its name, and whether it is embedded.
    pub(super) fn fonts(&self) -> Vec<(String, bool)> {
        let list = String::from_utf8(self.ask("pdffonts", &[], &[])).unwrap();
        let font = |line: &str| {
            // From the right: object (two numbers), unicode, subset, embedded.
            let words: Vec<_> = line.split_whitespace().collect();
            (words[0].to_owned(), words[words.len() - 5] == "yes")
        };
        list.lines().skip(2).map(font).collect()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.ask("pdftotext", &[], &["-"])).unwrap()
    }

    pub(super) fn page_text(&self, page: usize) -> String {
        let page = page.to_string();
        String::from_utf8(self.ask("pdftotext", &["-f", &page, "-l", &page], &["-"])).unwrap()
    }

    /// Every word of every page.
    pub(super) fn words(&self) -> Vec<Box> {
        words(&String::from_utf8(self.ask("pdftotext", &["-bbox-layout"], &["-"])).unwrap())
    }

    /// The lines of a page, from above.
    pub(super) fn lines(&self, page: usize) -> Vec<Box> {
        let page = page.to_string();
        let options = ["-bbox-layout", "-f", &page, "-l", &page];
        let layout = String::from_utf8(self.ask("pdftotext", &options, &["-"])).unwrap();
        let line = |line: &str| {
            let (element, rest) = line.split_once('>').unwrap();
            let inside = words(rest.split("</line>").next().unwrap());
            let text: Vec<_> = inside.into_iter().map(|word| word.text).collect();
            Box::of(element, text.join(" "))
        };
        let mut lines: Vec<_> = layout.split("<line ").skip(1).map(line).collect();
        lines.sort_by(|one, other| one.top.total_cmp(&other.top));
        lines
    }

    /// A page as a picture: its width, and for each pixel whether it is red.
    fn red(&self, page: usize) -> (usize, Vec<bool>) {
        let page = page.to_string();
        let options = ["-r", &DPI.to_string(), "-f", &page, "-l", &page];
        let picture = self.ask("pdftoppm", &options, &[]);
        // `P6 width height 255`, one white space, three bytes to the pixel.
        let mut parts = picture.splitn(4, u8::is_ascii_whitespace);
        assert_eq!(parts.next(), Some(&b"P6"[..]));
        let width: usize = std::str::from_utf8(parts.next().unwrap()).unwrap().parse().unwrap();
        let _height = parts.next();
        let pixels = parts.next().unwrap().splitn(2, u8::is_ascii_whitespace).nth(1).unwrap();
        let red = |pixel: &[u8]| pixel[0] > 200 && pixel[1] < 150 && pixel[2] < 150;
        (width, pixels.chunks_exact(3).map(red).collect())
    }

    /// From where to where there is red on a page.
    pub(super) fn red_rows_mm(&self, page: usize) -> Vec<(f64, f64)> {
        let (width, red) = self.red(page);
        let rows: Vec<_> = red.chunks(width).map(|row| row.contains(&true)).collect();
        let mut found = Vec::new();
        for (at, row) in rows.chunk_by(|one, other| one == other).scan(0, |at, rows| {
            let from = *at;
            *at += rows.len();
            Some((from, rows))
        }) {
            if row[0] {
                found.push((pixels_mm(at), pixels_mm(at + row.len())));
            }
        }
        found
    }

    /// How wide the red is in the row that begins there.
    pub(super) fn red_width_mm(&self, page: usize, top: f64) -> f64 {
        let (width, red) = self.red(page);
        let row = (top / pixels_mm(1)).round() as usize;
        let row = red.chunks(width).nth(row).unwrap();
        let first = row.iter().position(|red| *red).unwrap();
        let last = row.iter().rposition(|red| *red).unwrap();
        pixels_mm(last + 1 - first)
    }
}

const DPI: u32 = 150;

fn pixels_mm(pixels: usize) -> f64 {
    pixels as f64 * 25.4 / f64::from(DPI)
}
