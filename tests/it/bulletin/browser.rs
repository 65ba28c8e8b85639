//! A real browser and a reader of PDF, for what only they can tell: what is on the paper.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Chromium, and the folder it may use; `None`, and a word about it, where it or `pdftoppm` is
/// absent. Continuous integration has both and fails.
pub(super) struct Browser {
    program: &'static str,
    folder: TempDir,
}

/// A page as ink: whether each dot is dark, 10 dots to the millimetre.
pub(super) struct Ink {
    width: usize,
    dark: Vec<bool>,
    /// How many dots are as pale as a watermark, and neither ink nor paper.
    pub(super) pale: usize,
}

const DOTS_PER_MM: f64 = 10.0;

fn runs(program: &str, version: &str) -> bool {
    Command::new(program).arg(version).output().is_ok()
}

impl Browser {
    pub(super) fn new() -> Option<Self> {
        let programs = ["chromium", "chromium-browser", "google-chrome"];
        let program = programs.into_iter().find(|program| runs(program, "--version"));
        if let (Some(program), true) = (program, runs("pdftoppm", "-v")) {
            return Some(Self { program, folder: tempfile::tempdir().unwrap() });
        }
        assert!(std::env::var_os("CI").is_none(), "Chromium and pdftoppm must be there in CI");
        eprintln!("skipped: Chromium or pdftoppm is absent");
        None
    }

    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn run(&self, arguments: &[String]) -> String {
        let profile = self.folder.path().join("profile");
        let output = Command::new(self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--hide-scrollbars", "--allow-file-access-from-files"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Prints a page as its style says.
    pub(super) fn print(&self, page: &Path) -> PathBuf {
        let pdf = page.with_extension("pdf");
        let to = format!("--print-to-pdf={}", pdf.display());
        self.run(&["--no-pdf-header-footer".into(), to, format!("file://{}", page.display())]);
        kept(&pdf);
        pdf
    }

    /// How wide a page comes out in a window of so many dots.
    pub(super) fn width_in(&self, page: &Path, window: u32) -> u32 {
        let name = page.file_name().unwrap().to_string_lossy();
        let frame = format!(
            "<iframe id=f src=\"{name}\" style=\"width:{window}px;height:3000px;border:0\"></iframe>\
             <script>onload=()=>{{document.title='width '+f.contentDocument\
             .documentElement.scrollWidth}}</script>"
        );
        let outer = self.write("outer.html", &frame);
        let address = format!("file://{}", outer.display());
        let shot = outer.with_file_name(format!("{window}.png"));
        let size = format!("--window-size={},3000", window + 20);
        self.run(&[format!("--screenshot={}", shot.display()), size, address.clone()]);
        kept(&shot);
        let dom = self.run(&["--dump-dom".into(), address]);
        let (_, after) = dom.split_once("<title>width ").expect("the page was loaded");
        after.split('<').next().unwrap().parse().unwrap()
    }
}

/// Leaves a copy for a person to look at, where `TONGJIAN_KEEP_PRINTS` names a folder.
fn kept(file: &Path) {
    if let Some(folder) = std::env::var_os("TONGJIAN_KEEP_PRINTS") {
        std::fs::copy(file, Path::new(&folder).join(file.file_name().unwrap())).unwrap();
    }
}

/// The lines of a page of a PDF, each without white space around it.
pub(super) fn lines(pdf: &Path, page: u32) -> Vec<String> {
    let page = page.to_string();
    let output = Command::new("pdftotext")
        .args(["-layout", "-f", &page, "-l", &page])
        .arg(pdf)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// A page of a PDF as it is on paper.
pub(super) fn ink(pdf: &Path, page: u32) -> Ink {
    let number = page.to_string();
    let output = Command::new("pdftoppm")
        .args(["-gray", "-r", "254", "-f", &number, "-l", &number])
        .arg(pdf)
        .output()
        .unwrap();
    // `P5`, width, height, the greatest value, one white space, and a byte for each dot.
    let head: Vec<_> = output.stdout.splitn(4, |byte| byte.is_ascii_whitespace()).collect();
    let number = |at: usize| std::str::from_utf8(head[at]).unwrap().parse::<usize>().unwrap();
    let (width, height) = (number(1), number(2));
    let dots = &output.stdout[output.stdout.len() - width * height..];
    let pale = dots.iter().filter(|grey| (200..230).contains(*grey)).count();
    Ink { width, dark: dots.iter().map(|grey| *grey < 170).collect(), pale }
}

impl Ink {
    /// The rows and columns that have ink, from and until, in millimetres from the upper left
    /// corner; of what stands between two heights.
    pub(super) fn extent(&self, from_mm: f64, until_mm: f64) -> [f64; 4] {
        let rows = self.dark.chunks(self.width).enumerate();
        let inked: Vec<(usize, usize)> = rows
            .filter(|(row, _)| (from_mm..until_mm).contains(&(*row as f64 / DOTS_PER_MM)))
            .flat_map(|(row, dots)| {
                let dark = dots.iter().enumerate().filter(|(_, dark)| **dark);
                dark.map(move |(column, _)| (row, column))
            })
            .collect();
        let mm = |dot: Option<usize>| dot.unwrap_or(0) as f64 / DOTS_PER_MM;
        let (rows, columns) = (|| inked.iter().map(|dot| dot.0), || inked.iter().map(|dot| dot.1));
        [mm(rows().min()), mm(rows().max()), mm(columns().min()), mm(columns().max())]
    }

    /// The first rule that runs through from one side to the other: its height, and where it
    /// begins and ends, in millimetres.
    pub(super) fn rule(&self) -> Option<[f64; 3]> {
        self.dark.chunks(self.width).enumerate().find_map(|(row, dots)| {
            let first = dots.iter().position(|dark| *dark)?;
            let last = dots.iter().rposition(|dark| *dark)?;
            let through = last - first > 1_000 && dots[first..=last].iter().all(|dark| *dark);
            let mm = |dot: usize| dot as f64 / DOTS_PER_MM;
            through.then(|| [mm(row), mm(first), mm(last + 1)])
        })
    }
}
