//! The pages of a DOCX as LibreOffice prints them, measured against the standards' numbers.

use super::browser;
use super::files::{self, Word};

const MM: f64 = 72.0 / 25.4;

fn near(measured: f64, wanted_mm: f64, within_mm: f64) {
    let mm = measured / MM;
    assert!((mm - wanted_mm).abs() <= within_mm, "{mm:.2} mm instead of {wanted_mm} mm");
}

/// The lines of the text, without the page number and the mark of a draft.
fn body(page: &[Word]) -> Vec<Word> {
    let inside = |line: &Word| line.top > 30.0 * MM && line.bottom < 264.0 * MM;
    files::lines(page).into_iter().filter(inside).collect()
}

#[test]
fn a_full_page_has_22_lines_of_28_characters_within_the_margins() {
    let pages = files::pages("filled-2026");
    let lines = body(&pages[1]);
    assert_eq!(lines.len(), 22, "{lines:?}");
    for line in &lines {
        assert_eq!(line.text.chars().count(), 28, "{}", line.text);
        near(line.left, 28.0, 1.0);
        near(line.right, 210.0 - 26.0, 1.0);
    }
    // A line is higher than its characters: the first begins a little below the margin.
    let pitch = (lines[21].top - lines[0].top) / 21.0;
    near(pitch, 225.0 / 22.0, 0.05);
    assert!(lines[0].top > 36.0 * MM && lines[0].top < 41.0 * MM, "{}", lines[0].top / MM);
    assert!(lines[21].bottom < (297.0 - 34.0) * MM, "{}", lines[21].bottom / MM);
}

#[test]
fn the_page_number_is_at_the_right_of_odd_pages_and_at_the_left_of_even_ones() {
    let pages = files::pages("filled-2026");
    let number = |page: &[Word]| files::lines(page).into_iter().next_back().unwrap();
    let (odd, even) = (number(&pages[0]), number(&pages[1]));
    assert_eq!((odd.text.as_str(), even.text.as_str()), ("—1—", "—2—"));
    near(odd.right, 184.0 - 4.94, 1.5);
    near(even.left, 28.0 + 4.94, 1.5);
    near(f64::midpoint(odd.top, odd.bottom), 297.0 - 35.0 + 7.0 + 2.47, 1.5);
}

#[test]
fn the_head_stands_where_the_standard_of_its_date_says() {
    for (name, below) in [("letter-2008", 25.0), ("filled-2026", 35.0)] {
        let lines = files::lines(&files::pages(name)[0]);
        let mark = lines.iter().find(|line| line.text.ends_with("文件")).unwrap();
        near(f64::midpoint(mark.top, mark.bottom), 37.0 + below + 42.0 / MM / 2.0, 2.0);
        near(f64::midpoint(mark.left, mark.right), 28.0 + 78.0, 1.0);
        let number = lines.iter().find(|line| line.text.starts_with("通监发〔")).unwrap();
        near(f64::midpoint(number.left, number.right), 28.0 + 78.0, 1.0);
    }
}

#[test]
fn each_standard_has_its_date_and_its_imprint() {
    let old = files::text("letter-2008");
    assert!(old.contains("二〇〇八年八月七日"), "{old}");
    assert!(old.contains("主题词：行政审批电子监察通报抄送：市委办公室，市政府办公室。"), "{old}");
    let of_last = files::lines(files::pages("letter-2008").last().unwrap());
    let printed = |line: &Word| line.text == "南通市监察局2008年8月7日印发";
    assert!(of_last.iter().any(printed), "{of_last:?}");
    let new = files::text("filled-2026");
    assert!(new.contains("南通市监察局2026年8月7日") && !new.contains("主题词"), "{new}");
    // The imprint stands at the foot of the last page.
    let last = body(files::pages("filled-2026").last().unwrap());
    let printed = last.last().unwrap();
    assert!(printed.text.ends_with("印发"), "{printed:?}");
    near(printed.bottom, 262.0, 4.0);
}

#[test]
fn only_a_draft_says_so_and_on_every_page() {
    let pages = files::pages("draft-2026");
    assert!(pages.len() > 2);
    for page in &pages {
        assert_eq!(files::lines(page)[0].text, "草稿");
    }
    assert!(!files::text("letter-2008").contains("草稿"));
    // And across each page, so that no copy of it is taken for the letter.
    let pale = |name: &str, page: u32| {
        browser::ink(&files::folder().join(format!("{name}.pdf")), page).pale
    };
    for page in (1..).take(pages.len()) {
        let marked = pale("draft-2026", page);
        assert!(marked > 50_000, "page {page} has {marked} dots of a watermark");
    }
    assert!(pale("letter-2008", 1) < 20_000);
}

#[test]
fn a_unit_in_a_narrow_column_is_not_broken() {
    let pages = files::pages("letter-2008");
    let alone = |word: &&Word| word.text == "）" || word.text == "室";
    let broken: Vec<_> = pages.iter().flatten().filter(alone).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn the_text_is_whole_and_a_rare_name_prints() {
    let text = files::text("letter-2008");
    for said in [
        "关于2008年7月份全市便民服务窗口电子监察情况的通报",
        "一、基本情况",
        "三、典型问题",
        "（一）如东县栟茶镇便民服务中心3号窗口工作日无人在岗",
        "全市各级窗口共收件1177件，上月为1020件",
        "按时办结率99.87%，收费12345.05元。",
        "如东县栟茶镇第60便民服务室",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(files::text("draft-2026").contains("如東縣栟茶鎮第60便民服務室"));
}

#[test]
fn a_table_of_60_rows_has_its_head_on_each_page_and_whole_rows() {
    let pages = files::pages("letter-2008");
    let of_table: Vec<_> = pages
        .iter()
        .map(|page| files::lines(page))
        .filter(|lines| lines.iter().any(|line| line.text.contains("便民服务室2008-07-15")))
        .collect();
    assert!(of_table.len() > 1, "{of_table:?}");
    let mut rows = 0;
    for lines in &of_table {
        let head = lines.iter().position(|line| line.text.contains("便民服务室开办日收件"));
        let first = lines.iter().position(|line| line.text.contains("2008-07-15"));
        assert!(head.unwrap() + 1 == first.unwrap(), "{lines:?}");
        rows += lines.iter().filter(|line| line.text.ends_with("2008-07-151177")).count();
    }
    assert_eq!(rows, 60);
}

#[test]
fn a_workbook_is_read_as_it_was_meant() {
    let sheet = |name: &str| {
        let path = files::folder().join(format!("hostile-{name}.csv"));
        std::fs::read_to_string(path).unwrap()
    };
    let annex = sheet("表3 各便民服務室辦件情況");
    assert!(annex.contains("第60便民服務室,2008-07-15,1177"), "{annex}");
    let figures = sheet("figures");
    assert!(figures.contains("fees_charged") && figures.contains(",fen,12345.05,1234505,"));
    assert!(figures.contains(",share_hundredths,99.87%,9987,"), "{figures}");
    let hostile = sheet("表2 = a");
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "_x0041_", "=cmd|'/c calc'!A0"] {
        assert!(hostile.contains(text), "{text} in {hostile}");
    }
}
