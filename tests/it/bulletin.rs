//! 通報: content, life, formats.

mod browser;
mod chart;
mod command;
mod content;
mod desk;
mod files;
mod html;
mod killed;
mod lawful;
mod life;
mod markdown;
mod office;
mod outbox;
mod pages;
#[cfg(feature = "pdf")]
mod pdf;
mod printed;
mod rare;
mod recount;
mod sample;
mod schedule;
mod sheet;
mod trace;
mod typical;
mod verify;

pub(crate) use content::{CITY, asked, city};
use tongjian::bulletin::letter::Letter;

#[test]
fn a_letter_is_read_back_as_it_was_written() {
    let letter = sample::letter();
    let text = serde_json::to_string(&letter).unwrap();
    assert_eq!(serde_json::from_str::<Letter>(&text).unwrap(), letter);
}

#[test]
fn every_figure_that_is_spoken_of_is_there() {
    let content = sample::content();
    let sentence: String = content
        .all_sections()
        .flat_map(|section| &section.blocks)
        .filter_map(|block| match block {
            tongjian::bulletin::content::Block::Paragraph { runs } => Some(runs),
            _ => None,
        })
        .flatten()
        .map(|run| content.words(run, &content.body))
        .collect();
    assert!(sentence.contains("收件1177件,上月為1020件"), "{sentence}");
    assert!(sentence.contains("按時辦結率99.87%,收費12345.05元"), "{sentence}");
}

/// When the city of the tests is looked at.
pub(crate) fn at_the_end() -> chrono::DateTime<chrono::Utc> {
    let at = chrono::DateTime::parse_from_rfc3339("2008-08-04T10:00:00+08:00");
    at.unwrap().to_utc()
}
