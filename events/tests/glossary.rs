//! 詞彙表: the glossary `events/README.md` names every event there is, and no other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;

use tongjian_events::{CATALOG, StreamKind};

const GLOSSARY: &str = include_str!("../README.md");

/// The cells of every table row.
fn rows() -> Vec<Vec<&'static str>> {
    GLOSSARY
        .lines()
        .filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect()
}

#[test]
fn every_event_has_a_row_with_its_chinese_term_and_a_meaning() {
    let rows = rows();
    let missing: Vec<_> = CATALOG
        .iter()
        .filter(|event| {
            let cell = match event.version {
                1 => format!("`{}`", event.wire_name()),
                version => format!("`{}` (version {version})", event.wire_name()),
            };
            !rows.iter().any(|row| {
                row.first() == Some(&event.chinese)
                    && row.get(1) == Some(&cell.as_str())
                    && row.get(2).is_some_and(|meaning| !meaning.is_empty())
            })
        })
        .map(|event| format!("| {} | `{}` | … |", event.chinese, event.wire_name()))
        .collect();
    assert!(missing.is_empty(), "events/README.md lacks the rows:\n{}", missing.join("\n"));
}

#[test]
fn no_row_names_an_event_that_does_not_exist() {
    let known: BTreeSet<_> = CATALOG.iter().map(|event| event.wire_name()).collect();
    for cell in rows().iter().filter_map(|row| row.get(1)) {
        let Some(name) = cell.strip_prefix('`').and_then(|rest| rest.split('`').next()) else {
            continue;
        };
        let of_a_stream = name
            .split_once('.')
            .is_some_and(|(stream, _)| StreamKind::ALL.iter().any(|k| k.as_str() == stream));
        assert!(!of_a_stream || known.contains(name), "`{name}` is in no catalogue row");
    }
}

#[test]
fn the_names_we_renamed_to_exist() {
    let known: BTreeSet<_> = CATALOG.iter().map(|event| event.name).collect();
    let table = GLOSSARY.split("## Names in the brief, and ours").nth(1).unwrap();
    for line in table.lines().filter(|line| line.starts_with("| `") || line.starts_with("| (none)"))
    {
        for name in line.split('|').nth(2).unwrap().split(',') {
            let name = name.trim().trim_matches('`');
            assert!(known.contains(name), "`{name}` of the table of names is in no catalogue row");
        }
    }
}

#[test]
fn every_name_is_unique_across_all_streams() {
    let mut seen = BTreeSet::new();
    for event in CATALOG {
        assert!(seen.insert(event.name), "`{}` stands in two streams", event.name);
    }
}

#[test]
fn the_catalogue_follows_the_order_of_streams() {
    let mut streams: Vec<_> = CATALOG.iter().map(|event| event.stream).collect();
    streams.dedup();
    let mut unique = streams.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(streams.len(), unique.len(), "a stream's rows stand together");
    assert_eq!(unique.len(), StreamKind::ALL.len(), "every stream has events");
    assert_eq!(streams, StreamKind::ALL, "in the order of `StreamKind::ALL`");
}
