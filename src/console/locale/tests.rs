//! That every message is there in both languages, and none for nothing.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

fn keys(text: &str) -> BTreeSet<String> {
    flat(text).into_keys().collect()
}

/// What the sources of the console say between quotes that looks like a key: two words of letters
/// with a stop between them.
fn said(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            said(&path, found);
            continue;
        }
        let is_source = path.extension().is_some_and(|end| end == "rs" || end == "html");
        if is_source && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.extend(text.split('"').filter(|text| is_key(text)).map(ToOwned::to_owned));
        }
    }
}

fn is_key(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let known = |(section, key): (&str, &str)| {
        let table: toml::Table = CHINESE.parse().unwrap();
        word(section) && word(key) && key != "html" && table.contains_key(section)
    };
    text.split_once('.').is_some_and(known)
}

#[test]
fn no_message_is_missing_and_none_is_left_over() {
    let (chinese, english) = (keys(CHINESE), keys(ENGLISH));
    let apart: Vec<_> = chinese.symmetric_difference(&english).collect();
    assert!(apart.is_empty(), "in one language only: {apart:?}");
    let mut used = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    said(&root.join("console"), &mut used);
    said(&root.join("http/pages"), &mut used);
    said(&root.join("boards"), &mut used);
    // Words of the read tables are looked up by what the tables say.
    let own = |key: &&String| !key.starts_with("word.");
    let lacking: Vec<_> = used.iter().filter(own).filter(|key| !chinese.contains(*key)).collect();
    assert!(lacking.is_empty(), "no message: {lacking:?}");
    let left: Vec<_> = chinese.iter().filter(own).filter(|key| !used.contains(*key)).collect();
    assert!(left.is_empty(), "a message that nobody says: {left:?}");
}

#[test]
fn a_message_has_the_same_places_in_each_language() {
    let places = |text: &str| -> BTreeSet<String> {
        (0..5).map(|at| format!("{{{at}}}")).filter(|place| text.contains(place)).collect()
    };
    for (key, text) in flat(CHINESE) {
        assert_eq!(places(&text), places(Locale::English.t(&key)), "{key}");
    }
}

#[test]
fn traditional_is_converted_and_simplified_holds_no_traditional_character() {
    assert_eq!(Locale::Traditional.t("frame.product"), "通鑑");
    for (key, text) in flat(CHINESE) {
        // Names of documents are quoted as they are printed, brackets and all.
        assert_eq!(written(Script::Simplified, text.clone()), text, "{key}");
    }
}

#[test]
fn words_and_events_are_said_in_each_language() {
    for (word, chinese, english) in [
        ("yellow", "黄牌", "yellow"),
        ("missed", "超期", "missed"),
        ("statutory", "法定时限", "statutory limit"),
        ("no_such_word", "no_such_word", "no such word"),
    ] {
        assert_eq!(Locale::Simplified.word(word), chinese);
        assert_eq!(Locale::English.word(word), english);
    }
    let event = "case.ApplicationAccepted";
    assert_eq!(Locale::English.event(event), "Application accepted");
    assert_eq!(Locale::Simplified.event("case.OneOffNoticeGiven"), "一次性告知");
    assert_eq!(Locale::Traditional.event("case.ApplicationNotAccepted"), "不予受理");
}
