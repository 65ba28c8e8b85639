//! A chronicle and its export are one: restored into either backend it has the same bytes, and
//! whatever else the file holds is refused by line and rule.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::time::{Duration, Instant};

use tongjian::export::export_to_restore;
use tongjian::last_line;
use tongjian::restore::{RestoreError, Restored, restore, survey};
use tongjian::runner::{REGISTRY, rebuild, verify_projection};
use tongjian::store::{Expected, Head, Proven, Store, StoreError};
use tongjian::verify::verify;
use tongjian_events::Place;
use tongjian_events::recorded::{chain, leaf};

use crate::acts::{Fresh, at, command, notice, one};

mod refusals;

/// Runs each promise on each backend.
macro_rules! on_both {
    (@$module:ident $backend:ident $( $name:ident )*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(crate::acts::Fresh::$backend().await).await;
                }
            )*
        }
    };
    ($( $name:ident )*) => {
        on_both!(@on_sqlite sqlite $( $name )*);
        on_both!(@on_postgres postgres $( $name )*);
    };
}
pub(crate) use on_both;

on_both! {
    a_restore_that_was_killed_goes_on_where_it_stood
    a_chronicle_that_holds_the_beginning_of_the_file_goes_on_from_there
    a_restored_chronicle_takes_new_acts
    an_empty_chronicle_is_restored_too
}

/// A file, with the folder that goes with it.
pub(super) struct Export {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    _folder: tempfile::TempDir,
}

impl Export {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chronicle.ndjson");
        std::fs::write(&path, &bytes).unwrap();
        Self { path, bytes, _folder: folder }
    }

    pub(super) async fn from(store: &Store) -> Self {
        Self::of(exported(store).await)
    }
}

pub(super) async fn exported(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    export_to_restore(store, u64::MAX, &mut bytes, |_| {}).await.unwrap();
    bytes
}

pub(super) async fn restored(store: &Store, path: &Path) -> Result<Restored, RestoreError> {
    restore(store, &survey(path, None, |_| {})?, |_| {}).await
}

/// Envelopes of notices over so many streams, as a chronicle would hold them, and a last line.
pub(super) fn written(acts: u64, streams: u64) -> Vec<Vec<u8>> {
    let mut versions: HashMap<String, u64> = HashMap::new();
    let envelopes = (1..=acts).map(|position| {
        let stream = format!("case/{}", position % streams);
        let version = versions.entry(stream.clone()).or_default();
        *version += 1;
        let place = Place { position, stream_version: *version, recorded_at: at("10:00:00") };
        notice(position, &stream, "照片").envelope(&place)
    });
    envelopes.collect()
}

/// A file of these lines whose last line follows from them.
pub(super) fn closed(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut head = Head { position: 0, recorded_at: at("10:00:00"), chain: [0; 32] };
    for line in lines {
        head.position += 1;
        head.chain = chain(&head.chain, &leaf(line));
    }
    let mut bytes: Vec<u8> = lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect();
    bytes.extend(last_line::text(&head).bytes());
    bytes.push(b'\n');
    bytes
}

fn tongjian(words: &[&str]) -> Output {
    let mut command = Process::new(env!("CARGO_BIN_EXE_tongjian"));
    command.args(words).env("TONGJIAN_LOG", "warn").output().unwrap()
}

fn done(words: &[&str]) -> String {
    let output = tongjian(words);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{words:?}: {said}");
    said
}

/// The frozen chronicle of the first release, with bodies of retired versions, and many more acts.
#[tokio::test(flavor = "multi_thread")]
async fn from_sqlite_to_postgres_and_back_every_byte_is_the_same() {
    let (first, second, third) =
        (Fresh::sqlite().await, Fresh::postgres().await, Fresh::sqlite().await);
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/v0.1/chronicle.jsonl");
    let [of_first, of_second, of_third] = [&first, &second, &third].map(Fresh::place);
    done(&["import", "--format", "ndjson", "--data", &of_first, corpus]);
    for number in 0..50 {
        let stream = format!("case/many-{}", number % 7);
        let acts = (1..=100).map(|act| notice(number * 100 + act, &stream, "form")).collect();
        let mut command = command(&stream, Expected::Any, acts);
        command.received_at = chrono::Utc::now();
        first.store.append(command).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    done(&["export", "--proof", "--data", &of_first, &file("first.ndjson")]);
    done(&["import", "--restore", "--data", &of_second, &file("first.ndjson")]);
    done(&["export", "--proof", "--data", &of_second, &file("second.ndjson")]);
    // Packed, as it would be kept.
    assert!(Process::new("gzip").arg(file("second.ndjson")).status().unwrap().success());
    let said = done(&["import", "--restore", "--data", &of_third, &file("second.ndjson.gz")]);
    let head = first.store.head().await.unwrap();
    assert!(head.position > 5_000);
    let chain = last_line::chain_text(&head.chain);
    assert_eq!(
        said,
        format!("{} acts restored, 0 were there already, chain {chain}\n", head.position)
    );
    let bytes = std::fs::read(file("first.ndjson")).unwrap();
    for fresh in [&first, &second, &third] {
        assert_eq!(verify(&fresh.store, |_, _| {}).await.unwrap(), head);
        assert!(exported(&fresh.store).await == bytes, "{}", fresh.place());
    }
    let questions = ["cases", "--as-of", "2008-08-01", "--format", "json", "--data"];
    let answers = |of: &str| tongjian(&[&questions[..], &[of]].concat()).stdout;
    assert!(answers(&of_first).len() > 1_000);
    assert_eq!(answers(&of_first), answers(&of_third));
    for projection in REGISTRY {
        rebuild(&third.store, &[projection], &mut |_, _, _| {}).await.unwrap();
        let proven = verify_projection(&third.store, projection, &mut |_, _| {}).await.unwrap();
        assert_eq!(proven, head.position);
    }
}

/// The last line is passed over by an import that gives acts new places.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_with_its_last_line_is_imported_as_any_other() {
    let (old, new) = (Fresh::sqlite().await, Fresh::sqlite().await);
    for number in 1..=5 {
        old.store.append(one(number, "case/1")).await.unwrap();
    }
    let export = Export::from(&old.store).await;
    let path = export.path.to_str().unwrap();
    let said = done(&["import", "--format", "ndjson", "--data", &new.place(), path]);
    assert_eq!(said, "5 acts appended, 0 were there already, 0 lines refused\n");
}

async fn a_restore_that_was_killed_goes_on_where_it_stood(fresh: Fresh) {
    let export = Export::of(closed(&written(16_000, 900)));
    let place = fresh.place();
    let words = ["import", "--restore", "--data", &place, export.path.to_str().unwrap()];
    let mut child = Process::new(env!("CARGO_BIN_EXE_tongjian")).args(words).spawn().unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    while fresh.store.head().await.unwrap().position == 0 {
        assert!(Instant::now() < patience, "nothing was restored");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let held = fresh.store.head().await.unwrap().position;
    assert!(held > 0 && held < 16_000, "it was killed at {held}");
    verify(&fresh.store, |_, _| {}).await.unwrap();
    let said = done(&words);
    assert!(said.contains(&format!("{held} were there already")), "{held}: {said}");
    verify(&fresh.store, |_, _| {}).await.unwrap();
    assert!(exported(&fresh.store).await == export.bytes);
}

async fn a_chronicle_that_holds_the_beginning_of_the_file_goes_on_from_there(fresh: Fresh) {
    let lines = written(40, 3);
    let beginning = Export::of(closed(&lines[..25]));
    let whole = Export::of(closed(&lines));
    assert_eq!(restored(&fresh.store, &beginning.path).await.unwrap().written, 25);
    let on = restored(&fresh.store, &whole.path).await.unwrap();
    assert_eq!((on.written, on.there, on.head.position), (15, 25, 40));
    let again = restored(&fresh.store, &whole.path).await.unwrap();
    assert_eq!((again.written, again.there), (0, 40));
    // What was restored before a crash and by another process: nothing is remembered.
    let opened = fresh.again().await;
    assert_eq!(restored(&opened, &whole.path).await.unwrap().there, 40);
    assert!(exported(&fresh.store).await == whole.bytes);
    verify(&fresh.store, |_, _| {}).await.unwrap();
}

async fn a_restored_chronicle_takes_new_acts(fresh: Fresh) {
    let export = Export::of(closed(&written(10, 3)));
    restored(&fresh.store, &export.path).await.unwrap();
    let new = fresh.store.append(one(11, "case/1")).await.unwrap()[0];
    assert_eq!((new.position, new.stream_version), (11, 5));
    let again =
        fresh.store.append(command("case/2", Expected::Any, vec![notice(2, "case/2", "照片")]));
    let again = again.await.unwrap()[0];
    assert!(again.repeated && again.position == 2);
    verify(&fresh.store, |_, _| {}).await.unwrap();
}

async fn an_empty_chronicle_is_restored_too(fresh: Fresh) {
    let export = Export::from(&Fresh::sqlite().await.store).await;
    let restored = restored(&fresh.store, &export.path).await.unwrap();
    assert_eq!((restored.written, restored.there, restored.head.position), (0, 0, 0));
}

/// What a store is asked to restore is checked once more where it is written.
pub(super) async fn misfits_are_refused_by_the_store_and_nothing_is_written(fresh: Fresh) {
    let acts = |lines: &[Vec<u8>]| -> Vec<Proven> {
        lines.iter().map(|line| Proven::of(line.clone()).unwrap()).collect()
    };
    let lines = written(6, 1);
    let later = fresh.store.restore(acts(&lines[2..])).await.unwrap_err();
    assert!(matches!(later, StoreError::Overtaken { position: 0 }), "{later}");
    let hole = [&lines[..2], &lines[3..]].concat();
    let hole = fresh.store.restore(acts(&hole)).await.unwrap_err();
    assert!(matches!(hole, StoreError::Misplaced { position: 4, .. }), "{hole}");
    assert_eq!(fresh.store.head().await.unwrap().position, 0);
    fresh.store.restore(acts(&lines[..3])).await.unwrap();
    let again = fresh.store.restore(acts(&lines[..3])).await.unwrap_err();
    assert!(matches!(again, StoreError::Overtaken { position: 3 }), "{again}");
    // An id, and the name of a stream, that are there already under another number.
    let place =
        |position, stream_version| Place { position, stream_version, recorded_at: at("10:00:00") };
    for double in [
        notice(1, "case/other", "x").envelope(&place(4, 1)),
        notice(9, "case/0", "x").envelope(&place(4, 1)),
    ] {
        let refused = fresh.store.restore(acts(&[double])).await;
        assert!(refused.is_err(), "{refused:?}");
        assert_eq!(fresh.store.head().await.unwrap().position, 3);
    }
    fresh.store.restore(acts(&lines[3..])).await.unwrap();
    verify(&fresh.store, |_, _| {}).await.unwrap();
}
