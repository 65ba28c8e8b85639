//! The files of the tests of formats: letters made into files, converted by LibreOffice once, and
//! what is measured on the pages with poppler's tools.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::json;
use tongjian::bulletin::content::{Block, Content, Run, Section};
use tongjian::bulletin::letter::{Letter, Number, Script, Standing};
use tongjian::bulletin::{docx, xlsx};

use super::sample;

/// The letter of 2008, the same as a draft in traditional characters dated in 2026, and one whose
/// text fills three pages.
pub(super) fn letters() -> [(&'static str, Letter, Script); 3] {
    let mut draft = sample::letter();
    draft.standing = Standing::Drafted;
    draft.number = None;
    draft.dated_on = "2026-08-07".parse().unwrap();
    let mut filled = sample::letter();
    filled.dated_on = "2026-08-07".parse().unwrap();
    filled.number = Some(Number { organ_code: "通監發".into(), year: 2026, serial_no: 3 });
    let content = Arc::make_mut(&mut filled.content);
    content.annexes = Vec::new();
    content.sections = vec![full_section()];
    [
        ("letter-2008", sample::letter(), Script::Simplified),
        ("draft-2026", draft, Script::Traditional),
        ("filled-2026", filled, Script::Simplified),
    ]
}

/// A section of one paragraph, of 1,500 characters, none of which may not begin or end a line.
fn full_section() -> Section {
    let text = "各级窗口应当按照承诺时限办理并接受群众监督".chars().cycle().take(1_500).collect();
    let blocks = vec![Block::Paragraph { runs: vec![Run::Text(text)] }];
    Section { code: "basics".into(), heading: "基本情況".into(), blocks }
}

/// A letter with texts in it that a program could take for a formula, or for the end of a text.
pub(super) fn hostile() -> Letter {
    let mut letter = sample::letter();
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1",
        "\t=1",
        "<b>&amp;\"'</b>",
        "_x0041_",
        "]]>",
        "a\u{1}\u{ffff}\u{0}b",
        " 兩邊 ",
    ];
    let rows: Vec<_> = texts.iter().map(|text| json!([{"text": text}])).collect();
    let table = json!({"block": "table", "code": "t", "caption": "=[a]:*?/\\", "columns":
        [{"heading": "=cmd|'/c calc'!A0", "width": 1}], "rows": rows});
    let section = json!({"code": "x", "heading": "=1", "blocks": [table]});
    Arc::make_mut(&mut letter.content).sections.push(serde_json::from_value(section).unwrap());
    letter
}

/// A content with nothing in it.
pub(super) fn bare(content: Content) -> Content {
    Content { sections: Vec::new(), annexes: Vec::new(), figures: [].into(), ..content }
}

/// The folder in which all files are, converted.
pub(super) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bulletin");
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let mut texts = Vec::new();
        for (name, letter, script) in letters() {
            let path = folder.join(format!("{name}.docx"));
            std::fs::write(&path, docx::write(&letter, script).unwrap()).unwrap();
            texts.push(path);
        }
        let hostile = hostile();
        let path = folder.join("hostile.docx");
        std::fs::write(&path, docx::write(&hostile, Script::Traditional).unwrap()).unwrap();
        texts.push(path);
        let book = folder.join("hostile.xlsx");
        std::fs::write(&book, xlsx::write(&hostile, Script::Traditional).unwrap()).unwrap();
        convert(&folder, "pdf", &texts);
        convert(&folder, CSV, &[book]);
        folder
    })
}

/// Every sheet as a file of its own, in UTF-8, as the cells are shown.
const CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

fn convert(folder: &Path, to: &str, files: &[PathBuf]) {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut soffice = Command::new("soffice");
    soffice.args([&profile, "--headless", "--convert-to", to, "--outdir"]).arg(folder);
    let done = soffice.args(files).output().expect("`soffice`: tests/run installs LibreOffice");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A word on a page, in points from its upper left corner.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

/// The words of each page of a PDF.
pub(super) fn pages(name: &str) -> Vec<Vec<Word>> {
    let path = folder().join(format!("{name}.pdf"));
    let done = Command::new("pdftotext").arg("-bbox").arg(path).arg("-").output();
    let done = done.expect("`pdftotext`: tests/run installs poppler-utils");
    let html = String::from_utf8(done.stdout).unwrap();
    html.split("<page ").skip(1).map(|page| page.lines().filter_map(word).collect()).collect()
}

fn word(line: &str) -> Option<Word> {
    let (attributes, text) = line.trim().strip_prefix("<word ")?.split_once('>')?;
    let number = |name: &str| {
        let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
        rest.split('"').next()?.parse().ok()
    };
    Some(Word {
        text: text.strip_suffix("</word>")?.to_owned(),
        left: number("xMin")?,
        top: number("yMin")?,
        right: number("xMax")?,
        bottom: number("yMax")?,
    })
}

/// The lines of a page, from top to bottom, each as one word.
pub(super) fn lines(page: &[Word]) -> Vec<Word> {
    let mut words = page.to_vec();
    let middle = |word: &Word| f64::midpoint(word.top, word.bottom);
    words.sort_by(|a, b| middle(a).total_cmp(&middle(b)).then(a.left.total_cmp(&b.left)));
    let mut lines: Vec<Word> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if (middle(line) - middle(&word)).abs() < 3.0 => {
                line.text.push_str(&word.text);
                line.left = line.left.min(word.left);
                line.right = line.right.max(word.right);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// All that stands on the pages, without spaces.
pub(super) fn text(name: &str) -> String {
    let words = pages(name).into_iter().flatten().map(|word| word.text);
    words.collect::<String>().replace(char::is_whitespace, "")
}
