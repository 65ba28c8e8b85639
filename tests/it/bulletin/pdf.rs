//! 版式文件: what a reader of PDF finds in the file, measured with poppler's tools.

mod paper;
mod verified;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::OnceLock;

use serde_json::json;
use tongjian::bulletin::content::{Block, Content, Run, TableCell};
use tongjian::bulletin::letter::{Letter, Script, Standing};
use tongjian::bulletin::pdf::{Difference, Fonts, PdfError, basis_of, compare, print};

use super::sample;
use paper::Paper;

fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::open(None).unwrap())
}

fn printed(letter: &Letter) -> Vec<u8> {
    print(letter, Script::Simplified, fonts()).unwrap()
}

/// The sample, printed once for all the tests that only look at it.
fn issued() -> &'static Paper {
    static PAPER: OnceLock<Paper> = OnceLock::new();
    PAPER.get_or_init(|| Paper::of(&printed(&sample::letter())))
}

fn dated(day: &str) -> Letter {
    Letter { dated_on: day.parse().unwrap(), ..sample::letter() }
}

/// The sample with one paragraph in place of all its sections and annexes.
fn saying(text: &str) -> Letter {
    let mut letter = sample::letter();
    let content = Arc::make_mut(&mut letter.content);
    content.sections.truncate(1);
    content.annexes.clear();
    content.sections[0].blocks = vec![Block::Paragraph { runs: vec![Run::Text(text.to_owned())] }];
    letter
}

/// The sample with another name in the first row of its annex.
fn naming(name: &str) -> Letter {
    let mut letter = sample::letter();
    let content = Arc::make_mut(&mut letter.content);
    let Block::Table(table) = &mut content.annexes[0].blocks[0] else { panic!("a table") };
    table.rows[0][0] = TableCell::Text(name.to_owned());
    letter
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let letter = sample::letter();
    let once = printed(&letter);
    assert_eq!(once, printed(&letter));
    let traditional = print(&letter, Script::Traditional, fonts()).unwrap();
    assert_ne!(once, traditional);
    let text = Paper::of(&traditional).text();
    assert!(text.contains("南通市監察局") && text.contains("二〇〇八年八月七日"), "{text}");
}

#[test]
fn the_file_says_what_it_was_made_of_and_is_compared_by_it() {
    let letter = sample::letter();
    let bytes = printed(&letter);
    let marks = basis_of(&bytes).unwrap();
    assert_eq!(marks.stream, letter.stream);
    assert_eq!((marks.until_position, marks.script), (48_211, Script::Simplified));
    assert!(marks.content_digest.starts_with("sha-256:"), "{marks:?}");
    assert!(marks.fonts.keys().any(|name| name == "Noto Serif CJK SC 700"), "{marks:?}");
    assert_eq!(basis_of(b"%PDF-1.7 of somebody else"), None);

    let differs = |bytes: &[u8], letter: &Letter| compare(bytes, letter, fonts()).unwrap();
    assert_eq!(differs(&bytes, &letter), None);
    let mut changed = bytes.clone();
    changed[5_000] ^= 1;
    assert_eq!(differs(&changed, &letter), Some(Difference::OtherBytes(5_000)));
    let cut = &bytes[..bytes.len() - 1];
    assert_eq!(differs(cut, &letter), Some(Difference::OtherBytes(cut.len())));
    assert_eq!(differs(&bytes[..100], &letter), Some(Difference::NoMarks));
    let mut other = sample::letter();
    let content = Arc::make_mut(&mut other.content);
    content.figures.get_mut("cases_received").unwrap().value = Some(1_178);
    let found = differs(&bytes, &other).unwrap();
    assert!(matches!(found, Difference::OtherContent { .. }), "{found}");
    let other = Letter { stream: "bulletin/another".into(), ..sample::letter() };
    assert!(matches!(differs(&bytes, &other), Some(Difference::OtherBulletin(_))));
}

#[test]
fn other_fonts_are_named_and_not_taken_for_a_forgery() {
    let folder = tempfile::tempdir().unwrap();
    let noto = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc";
    std::os::unix::fs::symlink(noto, folder.path().join("song.ttc")).unwrap();
    let few = Fonts::open(Some(folder.path())).unwrap();
    let bytes = print(&sample::letter(), Script::Simplified, &few).unwrap();
    let Some(Difference::OtherFonts(names)) = compare(&bytes, &sample::letter(), fonts()).unwrap()
    else {
        panic!("it was made with other fonts")
    };
    assert!(names.contains(&"Noto Serif CJK SC 700".to_owned()), "{names:?}");

    std::fs::write(folder.path().join("no.ttf"), "no font").unwrap();
    let error = Fonts::open(Some(folder.path())).unwrap_err().to_string();
    assert!(error.contains("no.ttf"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = Fonts::open(Some(empty.path())).unwrap_err().to_string();
    assert!(error.contains("fonts-noto-cjk"), "{error}");
}

#[test]
fn it_is_an_archival_file_with_all_its_fonts() {
    let paper = issued();
    let xmp = String::from_utf8_lossy(paper.bytes());
    assert!(xmp.contains("<pdfaid:part>2</pdfaid:part>"));
    assert!(xmp.contains("<pdfaid:conformance>B</pdfaid:conformance>"));
    assert!(xmp.contains("<rdf:li>zh-CN</rdf:li>"));
    assert!(xmp.contains("关于2008年7月份全市便民服务窗口电子监察情况的通报</rdf:li>"));
    assert!(xmp.contains("<xmp:CreateDate>2008-08-07T00:00:00Z"));
    let fonts = paper.fonts();
    assert!(fonts.len() >= 3, "{fonts:?}");
    for (name, embedded) in fonts {
        assert!(embedded, "{name} is not embedded");
    }
}

/// Whether a word stands between the margins; the blank half of a mark that closes may stand out.
fn is_within(word: &paper::Box) -> bool {
    let blank = if word.text.ends_with(['。', '，', '；', '：', '）']) { 2.9 } else { 0.0 };
    word.left >= 27.9 && word.right - blank <= 184.1
}

#[test]
fn the_page_is_the_standards() {
    for (day, mark_below) in [("2008-08-07", 25.0), ("2012-07-01", 35.0)] {
        let paper = Paper::of(&printed(&dated(day)));
        assert_eq!(paper.size_mm(), (210.0, 297.0));
        for word in paper.words() {
            assert!(is_within(&word), "{day}: {word:?}");
            assert!(word.top >= 36.0 && word.foot <= 280.0, "{day}: {word:?}");
        }
        let red = paper.red_rows_mm(1);
        let near = |found: f64, wanted: f64| (found - wanted).abs() < 0.5;
        assert!(near(red[0].0, 37.0 + mark_below), "{day}: the mark begins at {red:?}");
        let rule = red.last().unwrap();
        assert!(rule.1 - rule.0 < 1.0 && near(paper.red_width_mm(1, rule.0), 156.0), "{red:?}");
    }
}

#[test]
fn a_full_page_holds_22_lines_of_28_characters() {
    let paper = Paper::of(&printed(&saying(&"栟茶镇便民服务中心窗口办件".repeat(150))));
    let lines = paper.lines(2);
    assert_eq!(lines.len(), 22 + 1, "the page number is a line too");
    let (text, number) = lines.split_at(22);
    assert_eq!(number[0].text.replace(' ', ""), "—2—");
    for line in text {
        assert_eq!(line.text.chars().count(), 28, "{line:?}");
        assert!((line.left - 28.0).abs() < 0.6 && (line.right - 184.0).abs() < 0.6, "{line:?}");
    }
    let pitches = text.windows(2).map(|two| two[1].top - two[0].top);
    for pitch in pitches {
        assert!((pitch - 225.0 / 22.0).abs() < 0.1, "{pitch}");
    }
}

#[test]
fn page_numbers_stand_outside_and_below_the_text() {
    let paper = issued();
    for page in 1..=paper.pages() {
        let lines = paper.lines(page);
        let number = lines.iter().find(|line| line.text.replace(' ', "") == format!("—{page}—"));
        let number = number.unwrap_or_else(|| panic!("page {page}: {lines:?}"));
        let middle = f64::midpoint(number.top, number.foot);
        assert!((middle - 269.0).abs() < 1.5, "{number:?}");
        if page % 2 == 1 {
            assert!((number.right - (184.0 - 4.9)).abs() < 1.0, "{number:?}");
        } else {
            assert!((number.left - (28.0 + 4.9)).abs() < 1.0, "{number:?}");
        }
    }
}

#[test]
fn each_standard_prints_what_it_asks_for() {
    let text = issued().text();
    for wanted in [
        "南通市监察局文件",
        "通监发〔2008〕12号",
        "二〇〇八年八月七日",
        "主题词：",
        "2008年8月7日印发",
        "抄送：市委办公室，市政府办公室。",
        "附件：各便民服务室办件情况",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    let newer = Paper::of(&printed(&dated("2012-08-07")));
    let text = newer.text();
    assert!(text.contains("2012年8月7日") && !text.contains("主题词"), "{text}");
    let last = newer.page_text(newer.pages());
    assert!(last.contains("2012年8月7日印发"), "{last}");
    let foot = newer.words().into_iter().filter(|word| word.text.ends_with("印发"));
    let foot = foot.map(|word| word.foot).fold(0.0, f64::max);
    assert!(foot > 250.0 && foot < 262.5, "the imprint ends at {foot}");
}

#[test]
fn a_long_table_breaks_between_rows_and_repeats_its_head() {
    let paper = issued();
    let pages: Vec<_> = (1..=paper.pages()).map(|page| paper.page_text(page)).collect();
    let rows = |page: &String| page.matches("便民服务室").count();
    let with_rows: Vec<_> = pages.iter().filter(|page| page.contains("栟茶镇第")).collect();
    assert!(with_rows.len() >= 3, "{} pages", with_rows.len());
    for page in &with_rows {
        assert!(page.contains("开办日") && page.contains("收件（件）"), "no head: {page}");
        assert!(rows(page) > 1);
    }
    let text = pages.concat();
    for row in 1..=60 {
        let name = format!("如东县栟茶镇第{row}便民服务室");
        assert_eq!(text.matches(&name).count(), 1, "{name}");
    }
}

#[test]
fn however_long_a_table_is_no_page_holds_less_than_three_of_its_rows() {
    let rows = |most: usize| -> Vec<usize> {
        let mut letter = sample::letter();
        let content = Arc::make_mut(&mut letter.content);
        let Block::Table(table) = &mut content.annexes[0].blocks[0] else { panic!() };
        table.rows.truncate(most);
        let paper = Paper::of(&printed(&letter));
        let pages = (1..=paper.pages()).map(|page| paper.page_text(page));
        let rows = pages.map(|page| page.matches("栟茶镇第").count()).filter(|rows| *rows > 0);
        rows.collect()
    };
    let full = rows(60);
    assert!(full.len() > 2, "{full:?}");
    // Tables that would leave one row, or two, on their last page.
    for most in [full[0] + 1, full[0] + 2, full[0] + full[1] + 1] {
        let rows = rows(most);
        assert_eq!(rows.iter().sum::<usize>(), most);
        assert!(rows.iter().all(|rows| *rows >= 3), "{most} rows stand as {rows:?}");
    }
}

#[test]
fn a_name_may_hold_any_character() {
    let name = r##"#panic[x] *粗* $x$ \ `r` <b> @a [c] // /* */ ~ -- = 1. + "q" 100%"##;
    let flat = |text: &str| text.replace([' ', '\n', '\u{200b}'], "");
    for letter in [saying(name), naming("#panic[x]*粗*$x$")] {
        let text = flat(&Paper::of(&printed(&letter)).text());
        let wanted = if letter == saying(name) { flat(name) } else { "#panic[x]*粗*$x$".into() };
        assert!(text.contains(&wanted), "{wanted} is not in\n{text}");
    }
    // One without an end, and one without a place to break.
    // The others of its letters stand in the head that each page repeats.
    let counts = |name: &str| {
        let text = Paper::of(&printed(&naming(name))).text();
        ['某', '中', '心'].map(|letter| text.matches(letter).count())
    };
    let (without, with) = (counts("甲"), counts(&"某便民服务中心".repeat(900)));
    assert_eq!(with, without.map(|count| count + 900));
    let paper = Paper::of(&printed(&naming(&"W".repeat(400))));
    assert!(paper.words().iter().all(is_within), "{:?}", paper.words());
}

#[test]
fn rare_characters_are_printed_or_refused_before_printing() {
    let paper = Paper::of(&printed(&naming("栟茶镇𠮷𫚉便民服务室")));
    assert!(paper.text().contains("栟茶镇𠮷𫚉便民服务室"), "{}", paper.text());

    let error = print(&naming("某\u{e123}室"), Script::Simplified, fonts()).unwrap_err();
    let PdfError::NoGlyph(missing) = &error else { panic!("{error}") };
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].character, '\u{e123}');
    assert!(missing[0].place.starts_with("row 1 of `表2　"), "{error}");
    assert!(error.to_string().contains("U+E123"), "{error}");
}

#[test]
fn a_draft_is_called_one_on_every_page() {
    let mut letter = sample::letter();
    letter.standing = Standing::Drafted;
    letter.number = None;
    let paper = Paper::of(&printed(&letter));
    for page in 1..=paper.pages() {
        let text = paper.page_text(page).replace(['\n', ' '], "");
        let letters: BTreeSet<char> = text.chars().collect();
        assert!(letters.contains(&'稿'), "page {page} is not called a draft: {text}");
    }
    assert!(!issued().text().contains('稿'));
}

#[test]
fn an_empty_content_is_a_letter_too() {
    let mut value = serde_json::to_value(sample::content()).unwrap();
    for list in ["sections", "annexes"] {
        value[list] = json!([]);
    }
    let content: Arc<Content> = serde_json::from_value(value).unwrap();
    let letter = Letter { content, recipients: vec![], copies_to: vec![], ..sample::letter() };
    assert_eq!(Paper::of(&printed(&letter)).pages(), 2);
}

#[test]
fn no_page_has_a_date_and_no_text_or_an_imprint_alone() {
    for paragraphs in 2..8 {
        let mut letter = saying("");
        let words = "各級窗口應當按照承諾時限辦理並接受群眾監督".repeat(3);
        let paragraph = Block::Paragraph { runs: vec![Run::Text(words)] };
        Arc::make_mut(&mut letter.content).sections[0].blocks = vec![paragraph; paragraphs];
        let paper = Paper::of(&printed(&letter));
        for page in 1..=paper.pages() {
            let text = paper.page_text(page).replace(char::is_whitespace, "");
            let dated = text.contains("二〇〇八年八月七日");
            assert!(!dated || text.contains("承诺时限"), "{paragraphs}: {text}");
            assert!(!text.contains("印发") || text.contains("核验方法"), "{paragraphs}: {text}");
        }
    }
}
