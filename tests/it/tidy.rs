//! The house keeps itself in order: what the layout, the walls between the crates and the sizes
//! promise is read from the sources and enforced here. Each rule is tested in `tidy/samples.rs`
//! on a text that breaks it.

mod rules;
mod samples;
mod source;
mod tree;

use std::collections::BTreeSet;

use toml::Table;
use tongjian_events::{CATALOG, Row};
use tongjian_projections::Projection as _;
use tongjian_projections::deadlines::Deadlines;
use tongjian_projections::finding::FindingKind;
use tongjian_projections::irregularities::Irregularities;
use tongjian_projections::matter::Matter;
use tongjian_projections::shown::{READ_BY_THE_SERVICE, SHOWN_ONLY};
use tongjian_projections::timeline::Timeline;

use rules::Borne;
use tree::{File, files, read, root, top_level};

/// What each pure crate may depend on, and nothing else.
const EVENTS_NEEDS: [&str; 8] = [
    "chrono",
    "schemars",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "sha2",
    "thiserror",
    "uuid",
];
const PROJECTIONS_NEEDS: [&str; 7] =
    ["chrono", "chrono-tz", "serde", "serde_json", "thiserror", "tongjian-events", "uuid"];

/// The top level, fixed.
const MUST: [&str; 18] = [
    ".ci",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "DECISIONS.md",
    "LICENSE",
    "askama.toml",
    "README.md",
    "benches",
    "deny.toml",
    "docs",
    "events",
    "projections",
    "rustfmt.toml",
    "src",
    "tests",
];
const MAY: [&str; 5] = [".cargo", ".gitattributes", "askama.toml", "clippy.toml", "dashboards"];

/// Sizes above the limits. Entries only shrink and go.
const BORNE: &[Borne] = &[];

/// Fails with the list of faults, if there are any.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Applies a rule to every file that it is for.
fn check(of: impl Fn(&File) -> bool, rule: impl Fn(&File) -> Vec<String>) {
    none(&files().iter().filter(|file| of(file)).flat_map(rule).collect::<Vec<_>>());
}

fn in_pure_crate(file: &File) -> bool {
    file.path.starts_with("events/") || file.path.starts_with("projections/")
}

fn manifest(path: &str) -> Table {
    read(path).parse().unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn dependencies(path: &str) -> BTreeSet<String> {
    manifest(path)["dependencies"].as_table().unwrap().keys().cloned().collect()
}

fn owned(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn each_pure_crate_depends_on_exactly_what_it_may() {
    assert_eq!(dependencies("events/Cargo.toml"), owned(&EVENTS_NEEDS));
    assert_eq!(dependencies("projections/Cargo.toml"), owned(&PROJECTIONS_NEEDS));
}

#[test]
fn projections_know_events_and_events_know_nothing_of_ours() {
    assert!(dependencies("projections/Cargo.toml").contains("tongjian-events"));
    let ours = dependencies("events/Cargo.toml");
    assert!(ours.iter().all(|name| !name.starts_with("tongjian")), "{ours:?}");
    let both = dependencies("Cargo.toml");
    assert!(both.contains("tongjian-events") && both.contains("tongjian-projections"));
}

/// The features that a dependency is given, by its own entry and by the workspace's.
fn features(of: &str, manifest: &Table, workspace: &Table) -> BTreeSet<String> {
    let own = &manifest["dependencies"][of];
    let inherited = own.get("workspace").and_then(|_| workspace.get(of));
    let features = [Some(own), inherited].into_iter().flatten().filter_map(|e| e.get("features"));
    let named = features.flat_map(|list| list.as_array().unwrap()).map(|f| f.as_str().unwrap());
    let entry = inherited.unwrap_or(own);
    let by_default = entry.get("default-features").and_then(toml::Value::as_bool).unwrap_or(true);
    named.chain(by_default.then_some("default")).map(ToOwned::to_owned).collect()
}

#[test]
fn no_pure_crate_can_read_a_clock_or_draw_an_identifier() {
    let root = manifest("Cargo.toml");
    let workspace = root["workspace"]["dependencies"].as_table().unwrap();
    for path in ["events/Cargo.toml", "projections/Cargo.toml"] {
        let own = manifest(path);
        for (of, forbidden) in [
            ("chrono", &["default", "clock", "now"][..]),
            ("uuid", &["default", "v1", "v4", "v6", "v7", "rng"]),
        ] {
            let given = features(of, &own, workspace);
            let bad: Vec<_> = forbidden.iter().filter(|name| given.contains(**name)).collect();
            assert!(bad.is_empty(), "{path}: `{of}` is given {bad:?}");
        }
    }
}

#[test]
fn only_the_outside_knows_sql_http_and_the_runtime() {
    check(|file| file.is_rust() && in_pure_crate(file), rules::outside);
}

#[test]
fn only_the_store_speaks_to_a_database() {
    let above = |file: &File| file.path.starts_with("src/") && !file.path.starts_with("src/store");
    check(|file| file.is_rust() && above(file), rules::databases);
}

#[test]
fn every_file_and_every_function_is_short() {
    check(File::is_rust, |file| rules::sizes(file, BORNE));
}

#[test]
fn no_size_is_borne_that_is_not_there() {
    let files = files();
    for entry in BORNE {
        let path = entry.what.split(' ').next().unwrap();
        assert!(files.iter().any(|file| file.path == path), "`{}` is gone", entry.what);
    }
}

#[test]
fn no_line_of_rust_is_longer_than_a_hundred_columns() {
    check(File::is_rust, rules::columns);
}

#[test]
fn every_rust_file_begins_by_saying_what_it_is() {
    check(File::is_rust, rules::first_line);
}

#[test]
fn nothing_outside_the_tests_stops_where_an_answer_is_owed() {
    check(File::is_rust, rules::stops);
}

#[test]
fn no_error_says_its_cause_in_its_text_and_as_a_source() {
    check(|file| File::is_rust(file) && !file.is_test(), rules::said_twice);
}

#[test]
fn no_trait_stands_where_a_function_does() {
    check(File::is_rust, rules::traits);
}

#[test]
fn the_top_level_holds_what_it_may_and_must() {
    let there: BTreeSet<String> = top_level().into_iter().collect();
    let may = owned(&[&MUST[..], &MAY[..]].concat());
    let strange: Vec<_> = there.difference(&may).collect();
    assert!(strange.is_empty(), "not allowed at the top level: {strange:?}");
    let must = owned(&MUST);
    let missing: Vec<_> = must.difference(&there).collect();
    assert!(missing.is_empty(), "missing at the top level: {missing:?}");
}

#[test]
fn every_sql_file_holds_one_statement_in_lower_case() {
    check(
        |file| file.path.starts_with("src/store/sql/") && file.path.ends_with(".sql"),
        rules::sql,
    );
}

#[test]
fn every_sql_file_is_used() {
    let files = files();
    let (sql, rest): (Vec<_>, Vec<_>) =
        files.iter().partition(|file| file.path.starts_with("src/store/sql/"));
    let used = |file: &&File| {
        let name = file.path.trim_start_matches("src/store/");
        rest.iter().any(|other| other.is_rust() && other.text.contains(name))
    };
    let unused: Vec<_> = sql.into_iter().filter(|f| !used(f)).map(|f| f.path.clone()).collect();
    none(&unused);
}

#[test]
fn every_act_has_its_line_on_the_timeline_with_a_gloss_of_its_own() {
    let silent: Vec<_> = CATALOG.iter().filter(|row| !Timeline::reads(row)).collect();
    assert!(silent.is_empty(), "not on the timeline: {silent:?}");
    let glosses: BTreeSet<&str> = CATALOG.iter().map(|row| row.chinese).collect();
    assert_eq!(glosses.len(), CATALOG.len(), "two rows have one gloss");
    let matter = |row: &&Row| Matter::KINDS.contains(&row.stream);
    let held = |row: &Row| Deadlines::reads(row) && Irregularities::reads(row);
    let lost: Vec<_> = CATALOG.iter().filter(matter).filter(|row| !held(row)).collect();
    assert!(lost.is_empty(), "an act of a matter that its projections do not hold: {lost:?}");
}

/// Whether a judgement really changes with a row is shown by the scenarios, in
/// `projections/tests/scenarios.rs`; here, that no row is named by a judgement and listed, or
/// neither.
#[test]
fn every_row_is_read_by_a_judgement_or_listed_as_shown_only() {
    let files = files();
    let judging = files.iter().filter(|file| {
        file.path.starts_with("projections/src/") && file.path != "projections/src/timeline.rs"
    });
    let judged: BTreeSet<String> = judging.flat_map(rules::events_named).collect();
    let serving = files.iter().filter(|file| file.path.starts_with("src/"));
    let served: BTreeSet<String> = serving.flat_map(rules::events_named).collect();
    let mut faults = Vec::new();
    for row in CATALOG {
        let (name, wire) = (row.name, row.wire_name());
        let by_the_service = READ_BY_THE_SERVICE.contains(&wire);
        let shown_only = SHOWN_ONLY.contains(&wire);
        match (judged.contains(name), shown_only || by_the_service) {
            // What the service reads a context may hold for it.
            (true, true) if shown_only => {
                faults.push(format!("{wire} is judged, and listed as shown only"));
            }
            (false, false) => faults.push(format!("{wire} is recorded, but nothing reads it")),
            _ => {}
        }
        if by_the_service && !served.contains(name) && !judged.contains(name) {
            faults.push(format!("{wire} is listed as read by the service, which does not"));
        }
    }
    let known: BTreeSet<&str> = CATALOG.iter().map(Row::wire_name).collect();
    let listed = SHOWN_ONLY.iter().chain(READ_BY_THE_SERVICE);
    faults.extend(listed.filter(|wire| !known.contains(**wire)).map(|wire| format!("{wire}?")));
    none(&faults);
}

#[test]
fn every_row_of_the_catalogue_has_its_schema_committed() {
    let name = |row: &Row| format!("events/schemas/{}.v{}.json", row.wire_name(), row.version);
    let missing: Vec<_> =
        CATALOG.iter().map(name).filter(|path| !root().join(path).is_file()).collect();
    none(&missing);
}

#[test]
fn every_body_is_introduced_by_its_chinese_term() {
    let files: Vec<File> = files();
    let bodies = files.iter().filter(|file| file.path.starts_with("events/src/"));
    let introduced: BTreeSet<(String, String)> = bodies.flat_map(introductions).collect();
    let faults: Vec<_> = CATALOG
        .iter()
        .filter(|row| {
            !introduced.iter().any(|(name, term)| name == row.name && term == row.chinese)
        })
        .map(|row| format!("`{}` must begin with `/// {}`", row.name, row.chinese))
        .collect();
    none(&faults);
}

/// The names that a file documents, each with the Chinese term that begins its comment.
fn introductions(file: &File) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut term: Option<String> = None;
    for line in file.text.lines().map(str::trim) {
        if let Some(comment) = line.strip_prefix("/// ") {
            let chinese = |c: &char| !c.is_ascii_punctuation() && *c != ' ';
            term.get_or_insert_with(|| comment.chars().take_while(chinese).collect());
        } else if let Some(name) = line.strip_suffix('{')
            && let Some(term) = term.take()
        {
            let name = name.trim().trim_start_matches("pub struct ");
            found.push((name.to_owned(), term));
        } else if !line.starts_with('#') {
            term = None;
        }
    }
    found
}

#[test]
fn no_file_names_a_place_of_one_machine_or_a_host_of_a_registry() {
    check(|file| file.path != "Cargo.lock", rules::places);
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    check(
        |file| file.path.ends_with(".md"),
        |file| rules::links(file, |path| root().join(path).exists()),
    );
}

#[test]
fn the_inspectors_page_explains_every_finding_and_no_other() {
    let page = read("docs/judgement.md");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").map(str::trim).collect())
        .collect();
    let of = |kind: &FindingKind| format!("`{}`", kind.as_str());
    for kind in FindingKind::ALL {
        let stands = rows.iter().any(|row| {
            row.len() == 4
                && row[0] == kind.chinese()
                && row[1] == of(kind)
                && !row[2].is_empty()
                && row[3] == kind.source()
        });
        assert!(
            stands,
            "docs/judgement.md lacks: | {} | {} | … | {} |",
            kind.chinese(),
            of(kind),
            kind.source()
        );
    }
    let known: BTreeSet<String> = FindingKind::ALL.iter().map(of).collect();
    let section = page.split("## The findings").nth(1).unwrap().split("\n## ").next().unwrap();
    let named = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").nth(1));
    for name in named.filter(|name| name.starts_with('`')) {
        assert!(known.contains(name), "docs/judgement.md explains {name}, which is no finding");
    }
}

#[test]
fn every_route_is_told_to_those_who_connect() {
    let page = read("docs/api.md");
    let table = read("src/http.rs");
    let routes = table.split("at(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let routes: Vec<_> = routes.filter(|route| route.starts_with('/')).collect();
    assert!(routes.len() > 10, "{routes:?}");
    let told = |route: &str| page.contains(&format!("{route}`"));
    let missing: Vec<_> = routes.into_iter().filter(|route| !told(route)).collect();
    assert!(missing.is_empty(), "docs/api.md lacks {missing:?}");
}

#[test]
fn every_figure_is_explained_to_operators() {
    let page = read("docs/operate.md");
    let source = read("src/metrics.rs");
    let literals = source.split('"').skip(1).step_by(2);
    let named: Vec<_> = literals.filter(|name| name.starts_with("tongjian_")).collect();
    assert!(named.len() > 5, "{named:?}");
    let explained = |name: &str| page.contains(&format!("`{name}"));
    let missing: Vec<_> = named.into_iter().filter(|name| !explained(name)).collect();
    assert!(missing.is_empty(), "docs/operate.md lacks {missing:?}");
}

#[test]
fn the_changelog_names_this_version() {
    let version = format!("## {}", env!("CARGO_PKG_VERSION"));
    assert!(read("CHANGELOG.md").lines().any(|line| line.starts_with(&version)), "{version}");
}
