//! The receipt log of a Dutch municipality, against figures that others computed: every cell.
//! The log is not ours to ship; it lies beside the repository where checks are run.

use std::collections::HashMap;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tongjian::cases::{self, Question};
use tongjian::clock::Clock;
use tongjian::import::{self, Format, Mapping, Totals};
use tongjian::store::{Store, StoreError};
use tongjian::{export, first_start, verify};
use tongjian_events::StreamKind;

use crate::shared_data;

type Rows = HashMap<String, HashMap<String, String>>;

/// Reads a table by its first column.
fn table(path: &Path) -> Rows {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cells = header.iter().cloned().zip(row.iter().map(str::to_owned)).collect();
            (row[0].to_owned(), cells)
        })
        .collect()
}

fn mapping(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mappings").join(name)
}

async fn take(store: &Store, folder: &Path, format: Format, map: &str, log: &Path) -> Totals {
    let mapping = Arc::new(Mapping::load(&mapping(map)).unwrap());
    let preamble = mapping.preamble().to_vec();
    let reader = import::open(format, log, Some(mapping)).unwrap();
    let refused = folder.join("refused.ndjson");
    let clock = Clock::default();
    let imported = import::append_log(store, &clock, &preamble, reader, &refused, pending()).await;
    assert!(imported.broken_off.is_none(), "{imported:?}");
    assert_eq!(imported.unseen, Vec::<String>::new());
    imported.totals
}

async fn imported(map: &str) -> Option<(tempfile::TempDir, Store, PathBuf)> {
    let shared = shared_data()?;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
    first_start::run(&store, Clock::default().now()).await.unwrap();
    let log = shared.join("logs/receipt.csv");
    let totals = take(&store, folder.path(), Format::Csv, map, &log).await;
    assert_eq!(totals, Totals { appended: 8_577, repeated: 0, refused: 0 });
    Some((folder, store, shared))
}

#[tokio::test(flavor = "multi_thread")]
async fn working_days_due_days_and_answers_equal_the_oracle_in_every_cell() {
    for (map, prefix) in
        [("receipt-monday-to-friday.toml", ""), ("receipt-state-council.toml", "cn_")]
    {
        let Some((_folder, store, shared)) = imported(map).await else { return };
        let oracle = table(&shared.join("oracles/receipt_working_days.csv"));
        let recorded = table(&shared.join("oracles/receipt_recorded_deadline.csv"));
        let known_at = store.head().await.unwrap().position;
        let as_of = "2026-11-01".parse().unwrap();
        let mut stated: HashMap<String, u32> = HashMap::new();
        let mut cells = 0;
        let count = cases::every(
            &store,
            StreamKind::Case,
            Question { as_of, known_at },
            |answer, context| -> Result<(), StoreError> {
                let expected = &oracle[answer.stream.name()];
                let s = &answer.view.summary;
                let text = |day: Option<chrono::NaiveDate>| day.unwrap().to_string();
                assert_eq!(text(s.first_on), expected["first_date"]);
                assert_eq!(text(s.last_on), expected["last_date"]);
                assert_eq!(
                    s.working_days.unwrap().to_string(),
                    expected[&format!("{prefix}working_days")]
                );
                for days in [5_u32, 10, 20, 40] {
                    let place = context.jurisdiction(s.site.as_ref().unwrap());
                    let due = place.calendar.due(s.first_on.unwrap(), days).unwrap().on;
                    let within = s.working_days.unwrap() <= i64::from(days);
                    let on_time = s.last_on.unwrap() <= due;
                    let cell = |of: &str| &expected[&format!("{prefix}{of}_{days}")];
                    assert_eq!(&due.to_string(), cell("due"));
                    assert_eq!(&u8::from(within).to_string(), cell("within"));
                    assert_eq!(&u8::from(on_time).to_string(), cell("ontime"));
                    cells += 3;
                }
                let outcome = s.stated.as_ref().unwrap().outcome.as_str();
                assert_eq!(outcome, recorded[answer.stream.name()]["status"]);
                *stated.entry(outcome.to_owned()).or_default() += 1;
                Ok(())
            },
        )
        .await
        .unwrap();
        assert_eq!((count, cells), (1_434, 1_434 * 12));
        assert_eq!((stated["on_time"], stated["overdue"], stated["open"]), (952, 377, 105));
        verify::verify(&store, |_, _| {}).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_the_log_and_its_own_export_are_one_log() {
    let map = "receipt-monday-to-friday.toml";
    let Some((folder, store, shared)) = imported(map).await else { return };
    let head = store.head().await.unwrap();
    let again = Totals { appended: 0, repeated: 8_577, refused: 0 };
    for (format, log) in [
        (Format::Csv, "logs/receipt.csv"),
        (Format::Xes, "logs/receipt_pm4py_export.xes"),
        (Format::Xes, "logs/receipt_env_permit_noheader.xes.gz"),
    ] {
        let totals = take(&store, folder.path(), format, map, &shared.join(log)).await;
        assert_eq!(totals, again, "{log}");
    }
    assert_eq!(store.head().await.unwrap(), head, "the same log again changed the chronicle");

    let mut bytes = Vec::new();
    let form = export::Format::Ndjson;
    export::export(&store, form, 0, head.position, &mut bytes, |_| {}).await.unwrap();
    let file = folder.path().join("export.ndjson");
    std::fs::write(&file, &bytes).unwrap();
    let other = Store::open(&folder.path().join("other.db")).await.unwrap();
    let reader = import::open(Format::Ndjson, &file, None).unwrap();
    let refused = folder.path().join("refused.ndjson");
    let clock = Clock::default();
    let imported = import::append_log(&other, &clock, &[], reader, &refused, pending()).await;
    assert_eq!((imported.totals.appended, imported.totals.refused), (head.position, 0));
    let mut table = Vec::new();
    let form = export::Format::Csv;
    export::export(&store, form, 0, head.position, &mut table, |_| {}).await.unwrap();
    let rows = csv::Reader::from_reader(table.as_slice()).into_records().count();
    assert_eq!(rows as u64, head.position);
}
