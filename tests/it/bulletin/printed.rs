//! 打印: what comes out of a real browser, measured on the paper against the standards' numbers.

use std::sync::Arc;

use tongjian::bulletin::content::{Block, Run};
use tongjian::bulletin::html;
use tongjian::bulletin::letter::{Letter, Script, Standing};

use super::browser::{Browser, ink, lines};
use super::sample;

/// What a browser and a printer may differ by, in millimetres.
const ABOUT: f64 = 0.3;

fn near(measured: f64, told: f64, within: f64) {
    assert!((measured - told).abs() <= within, "{measured} mm and not {told} mm");
}

fn page(browser: &Browser, name: &str, letter: &Letter) -> std::path::PathBuf {
    browser.write(name, &html::file(letter, Script::Simplified).unwrap())
}

#[test]
fn the_first_page_has_the_margins_and_the_head_of_its_standard() {
    let Some(browser) = Browser::new() else { return };
    for (dated_on, mark_below, name) in
        [("2008-08-07", 25.0, "1999.html"), ("2026-08-07", 35.0, "2012.html")]
    {
        let letter = Letter { dated_on: dated_on.parse().unwrap(), ..sample::letter() };
        let pdf = browser.print(&page(&browser, name, &letter));
        let paper = ink(&pdf, 1);
        let [top, _, left, right] = paper.extent(0.0, 262.0);
        // The ink of a character begins a little below the upper edge of its square.
        near(top, 37.0 + mark_below, 1.5);
        near(left, 28.0, ABOUT);
        near(right, 184.0, ABOUT);
        let [_, from, until] = paper.rule().expect("a red rule");
        near(from, 28.0, ABOUT);
        near(until, 184.0, ABOUT);
        let [top, bottom, left, right] = paper.extent(262.5, 297.0);
        assert!(top > 262.0 + 6.0 && bottom < 262.0 + 14.0, "page number at {top} to {bottom}");
        // An odd page has its number at the right, one blank of size 4 from the edge.
        near(right, 184.0 - 4.9, 1.0);
        assert!(left > 150.0);
    }
}

#[test]
fn a_full_page_has_22_lines_of_28_characters() {
    let Some(browser) = Browser::new() else { return };
    let mut letter = sample::letter();
    let words = "各級窗口應當按時辦結不得拖延".repeat(120);
    Arc::make_mut(&mut letter.content).sections[0].blocks =
        vec![Block::Paragraph { runs: vec![Run::Text(words)] }];
    let pdf = browser.print(&page(&browser, "full.html", &letter));
    let lines = lines(&pdf, 2);
    let full = lines.iter().filter(|line| line.chars().count() == 28).count();
    assert_eq!(full, 22, "{lines:#?}");
    let number = lines.last().unwrap().replace(' ', "");
    assert_eq!(number, "—2—");
    let [top, bottom, left, right] = ink(&pdf, 2).extent(0.0, 262.5);
    near(top, 37.0, 3.0);
    near(bottom, 262.0, 3.0);
    near(left, 28.0, 0.8);
    near(right, 184.0, 0.8);
    // An even page has its number at the left.
    let [_, _, left, right] = ink(&pdf, 2).extent(262.5, 297.0);
    near(left, 28.0 + 4.9, 1.0);
    assert!(right < 60.0);
}

#[test]
fn a_long_table_repeats_its_head_and_a_draft_says_so_on_every_page() {
    let Some(browser) = Browser::new() else { return };
    let letter = Letter { standing: Standing::Drafted, ..sample::letter() };
    let pdf = browser.print(&page(&browser, "draft.html", &letter));
    let plain = browser.print(&self::page(&browser, "plain.html", &sample::letter()));
    let mut page = 1;
    let mut heads = 0;
    loop {
        let lines = lines(&pdf, page);
        if lines.is_empty() {
            break;
        }
        let text = lines.concat();
        let marked = ink(&pdf, page).pale.saturating_sub(ink(&plain, page).pale);
        assert!(marked > 10_000, "page {page} has {marked} dots of a watermark");
        heads += usize::from(text.contains("便民服务室开办日") || text.contains("开办日"));
        page += 1;
    }
    assert!(heads >= 2, "the head of a table of 60 rows stood on {heads} pages");
}

#[test]
fn a_phone_shows_the_text_without_scrolling_sideways() {
    let Some(browser) = Browser::new() else { return };
    let page = page(&browser, "phone.html", &sample::letter());
    for window in [360, 390, 820, 1280] {
        assert_eq!(browser.width_in(&page, window), window);
    }
}

/// How many pages a file has.
fn pages(pdf: &std::path::Path) -> u32 {
    (1..).find(|page| lines(pdf, *page).is_empty()).unwrap() - 1
}

#[test]
fn the_imprint_stands_at_the_foot_of_the_last_page() {
    let Some(browser) = Browser::new() else { return };
    for (day, name) in [("2008-08-07", "old.html"), ("2026-08-07", "new.html")] {
        let letter = Letter { dated_on: day.parse().unwrap(), ..sample::letter() };
        let pdf = browser.print(&page(&browser, name, &letter));
        let last = pages(&pdf);
        let text = lines(&pdf, last);
        assert!(text[text.len() - 2].ends_with("印发"), "{text:?}");
        let [_, foot, left, right] = ink(&pdf, last).extent(255.0, 264.0);
        near(foot, 262.0, 1.0);
        near(left, 28.0, ABOUT);
        near(right, 184.0, ABOUT);
    }
}

#[test]
fn no_page_has_a_date_and_no_text() {
    let Some(browser) = Browser::new() else { return };
    for paragraphs in 5..9 {
        let mut letter = Letter { dated_on: "2026-08-07".parse().unwrap(), ..sample::letter() };
        let words = "各級窗口應當按時辦結不得拖延".repeat(2);
        let paragraph = Block::Paragraph { runs: vec![Run::Text(words)] };
        Arc::make_mut(&mut letter.content).sections.truncate(1);
        Arc::make_mut(&mut letter.content).sections[0].blocks = vec![paragraph; paragraphs];
        let name = format!("end-{paragraphs}.html");
        let pdf = browser.print(&page(&browser, &name, &letter));
        let dated = (1..=pages(&pdf)).map(|page| lines(&pdf, page));
        let dated = dated.filter(|lines| lines.iter().any(|line| line == "2026年8月7日"));
        let dated: Vec<_> = dated.collect();
        assert_eq!(dated.len(), 1);
        assert!(dated[0].iter().any(|line| line.contains("按时办结")), "{dated:?}");
    }
}
