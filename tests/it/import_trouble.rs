//! Imports that break off: what was taken is counted and stays, and the same order goes on from
//! there. What is refused can be mended from the file beside the log.

use std::fmt::Write as _;
use std::future::{pending, ready};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::Value;
use tongjian::clock::Clock;
use tongjian::import::{self, AppendLogError, Format, Imported, Mapping, Totals};
use tongjian::store::Store;

const MAPPING: &str = "[log]\nname = 'a-log'\ntime_zone = 'Asia/Shanghai'\nsite = 'hall'\n\
    working_days = 'state_council'\n";
const HEADER: &str = "case:concept:name,concept:name,time:timestamp\n";

fn line(number: usize) -> String {
    format!("c{},look {number},2008-07-01 09:00:00+08:00\n", number % 97)
}

fn log(lines: usize) -> String {
    (0..lines).fold(HEADER.to_owned(), |mut log, number| {
        write!(log, "{}", line(number)).unwrap();
        log
    })
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

struct Place {
    folder: tempfile::TempDir,
    store: Store,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
        Self { folder, store }
    }

    fn refused(&self) -> PathBuf {
        self.folder.path().join("refused.ndjson")
    }

    async fn take(&self, bytes: &[u8], refused: &Path, stop: impl Future<Output = ()>) -> Imported {
        let file = self.folder.path().join("log.csv");
        std::fs::write(&file, bytes).unwrap();
        let mapping = Mapping::parse(Path::new("map.toml"), MAPPING).unwrap();
        let reader = import::open(Format::Csv, &file, Some(Arc::new(mapping))).unwrap();
        import::append_log(&self.store, &Clock::default(), &[], reader, refused, stop).await
    }
}

fn totals(appended: u64, repeated: u64, refused: u64) -> Totals {
    Totals { appended, repeated, refused }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_cut_off_says_what_was_taken_and_goes_on_when_it_is_whole() {
    let place = Place::new().await;
    let whole = log(20_000).replacen("2008-07-01", "soon", 1);
    let mut bytes = packed(&whole);
    bytes.truncate(bytes.len() / 2);
    let cut = place.take(&bytes, &place.refused(), pending()).await;
    let Totals { appended, repeated: 0, refused: 1 } = cut.totals else { panic!("{cut:?}") };
    assert!((1_000..19_000).contains(&appended), "{appended}");
    // The header and the refused line come before the acts.
    assert_eq!(cut.line, appended + 2);
    let why = cut.broken_off.unwrap().to_string();
    assert!(why.contains("log.csv` is cut off: the gz data end after byte"), "{why}");
    assert!(std::fs::read_to_string(place.refused()).unwrap().contains("\"raw\":\"c0,look 0,soon"));
    let again = place.take(packed(&whole).as_slice(), &place.refused(), pending()).await;
    assert!(again.broken_off.is_none(), "{again:?}");
    assert_eq!(again.totals, totals(19_999 - appended, appended, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_stopped_says_what_was_taken_and_the_next_goes_on_from_there() {
    let place = Place::new().await;
    let none = place.take(log(10).as_bytes(), &place.refused(), ready(())).await;
    assert_eq!((none.totals, none.line), (totals(0, 0, 0), 0));
    assert!(matches!(none.broken_off, Some(AppendLogError::Stopped)));
    let mut head = place.store.head_changes();
    let stop = async move {
        head.wait_for(|position| *position > 100).await.unwrap();
    };
    let some = place.take(log(5_000).as_bytes(), &place.refused(), stop).await;
    assert!(matches!(some.broken_off, Some(AppendLogError::Stopped)));
    let taken = some.totals.appended;
    assert!((101..5_000).contains(&taken), "{taken}");
    assert_eq!(some.line, taken + 1);
    assert_eq!(place.store.head().await.unwrap().position, taken);
    let rest = place.take(log(5_000).as_bytes(), &place.refused(), pending()).await;
    assert_eq!(rest.totals, totals(5_000 - taken, taken, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chronicle_that_fails_ends_the_import_with_what_was_taken() {
    let place = Place::new().await;
    place.store.clone().close().await;
    let imported = place.take(log(5).as_bytes(), &place.refused(), pending()).await;
    assert_eq!((imported.totals, imported.line), (totals(0, 0, 0), 0));
    assert!(matches!(imported.broken_off, Some(AppendLogError::Store(_))), "{imported:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_the_chronicle_refuses_is_shown_as_the_log_writes_it() {
    let place = Place::new().await;
    let ahead = "\"c1\",\"look, ahead\",2999-07-01 09:00:00+08:00";
    let text = format!("{HEADER}{}{ahead}\r\n{}", line(1), line(2));
    let imported = place.take(text.as_bytes(), &place.refused(), pending()).await;
    assert_eq!(imported.totals, totals(2, 0, 1));
    let refused = std::fs::read_to_string(place.refused()).unwrap();
    let refused: Value = serde_json::from_str(&refused).unwrap();
    assert_eq!((&refused["line"], &refused["raw"]), (&3.into(), &ahead.into()));
    assert_eq!(refused["field"], "occurred_at");
    assert!(refused["reason"].as_str().unwrap().contains("lies after the receipt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_lines_that_cannot_be_written_end_the_import_and_none_need_no_place() {
    let place = Place::new().await;
    let nowhere = place.folder.path().join("log.csv").join("refused.ndjson");
    let clean = place.take(log(3).as_bytes(), &nowhere, pending()).await;
    assert!(clean.broken_off.is_none() && clean.totals == totals(3, 0, 0), "{clean:?}");
    let text = format!("{}c1,look,never\n", log(4));
    let broken = place.take(text.as_bytes(), &nowhere, pending()).await;
    assert_eq!((broken.totals, broken.line), (totals(1, 3, 0), 5));
    let why = broken.broken_off.unwrap().to_string();
    assert!(why.contains("refused.ndjson"), "{why}");
}

fn tongjian(folder: &Path, words: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tongjian"));
    command.current_dir(folder).args(words.split_whitespace()).output().unwrap()
}

const IMPORT: &str = "import --data chronicle.db --format csv --map map.toml log.csv";

#[test]
fn the_command_says_it_all_and_its_exit_code_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("map.toml"), MAPPING).unwrap();
    std::fs::write(path("log.csv"), format!("{}c1,\"look", log(3))).unwrap();
    let output = tongjian(folder.path(), IMPORT);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        "3 acts appended, 0 were there already, 0 lines refused",
        "broken off after line 4; what was taken stays, and the same command goes on from there",
        "the import broke off: `log.csv` line 5: a quote opened in this row is never closed",
    ] {
        assert!(said.contains(part), "{said}");
    }
    std::fs::write(path("log.csv"), log(4)).unwrap();
    let output = tongjian(folder.path(), IMPORT);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("1 acts appended, 3 were there already, 0 lines refused"), "{said}");
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = format!("{}c1,look,never\n", log(3));
    std::fs::write(path("map.toml"), MAPPING).unwrap();
    std::fs::write(path("log.csv"), &text).unwrap();
    std::os::unix::fs::symlink("log.csv", path("link.csv")).unwrap();
    assert_eq!(tongjian(folder.path(), IMPORT).status.code(), Some(2));
    let before = std::fs::read(path("chronicle.db")).unwrap();
    for over in ["chronicle.db", "./chronicle.db", "chronicle-read.db", "chronicle.db-wal"] {
        for words in
            [format!("export --data chronicle.db {over}"), format!("{IMPORT} --refused {over}")]
        {
            let output = tongjian(folder.path(), &words);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{words}: {said}");
            assert!(said.contains(&format!("`{over}` is read by this command")), "{said}");
        }
    }
    for over in ["log.csv", "link.csv", "map.toml"] {
        let output = tongjian(folder.path(), &format!("{IMPORT} --refused {over}"));
        assert_eq!(output.status.code(), Some(1), "{over}");
    }
    assert_eq!(std::fs::read(path("chronicle.db")).unwrap(), before);
    assert_eq!(std::fs::read_to_string(path("log.csv")).unwrap(), text);
    assert_eq!(std::fs::read_to_string(path("map.toml")).unwrap(), MAPPING);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("map.toml"), MAPPING).unwrap();
    std::fs::write(folder.path().join("log.csv"), log(5_000)).unwrap();
    tongjian(folder.path(), IMPORT);
    for question in [
        "cases --data chronicle.db",
        "cases --format json --data chronicle.db",
        "export --format csv --data chronicle.db",
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tongjian"))
            .current_dir(folder.path())
            .args(question.split_whitespace())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{question}");
        assert!(output.status.success(), "{question}");
    }
}
