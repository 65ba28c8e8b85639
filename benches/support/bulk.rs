//! 還原: the fastest way in: an export is hashed, proven and restored; or read as any NDJSON log.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tongjian::clock::Clock;
use tongjian::import::{self, Format};
use tongjian::last_line;
use tongjian::restore::{restore, survey};
use tongjian::store::{Head, Proven, Store};
use tongjian_events::Place;
use tongjian_events::recorded::{chain, leaf};

use super::bare::Row;
use super::{CASE, act, per_second, received};

/// Writes rows as an export would, with the last line.
pub fn written(folder: &Path, rows: impl Iterator<Item = Row>) -> PathBuf {
    let path = folder.join("chronicle.ndjson");
    let mut file = BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut head = Head { position: 0, recorded_at: received(), chain: [0; 32] };
    for row in rows {
        head.position = row.position.cast_unsigned();
        head.chain = chain(&head.chain, &leaf(&row.envelope));
        file.write_all(&row.envelope).unwrap();
        file.write_all(b"\n").unwrap();
    }
    writeln!(file, "{}", last_line::text(&head)).unwrap();
    file.into_inner().unwrap().sync_all().unwrap();
    path
}

/// Acts a second, hashing the whole file first and all.
pub async fn restored(store: &Store, path: &Path) -> f64 {
    let start = Instant::now();
    let file = path.to_owned();
    let surveyed = tokio::task::spawn_blocking(move || survey(&file, None, |_| {}));
    let surveyed = surveyed.await.unwrap().unwrap();
    let hashed = start.elapsed();
    let done = restore(store, &surveyed, |_| {}).await.unwrap();
    let took = start.elapsed();
    println!("  restored: {:.0} % of the time for hashing first", 100.0 * share(hashed, took));
    per_second(done.written, took)
}

/// Fills a chronicle that holds the acts before `from` up to `to` acts; answers `to`, or `from`
/// where that is more.
pub async fn filled(store: &Store, from: u64, to: u64) -> u64 {
    let (batches, mut proven) = mpsc::channel(4);
    let pieces = (from..to).step_by(PIECE as usize).map(move |at| at..(at + PIECE).min(to));
    let home = Handle::current();
    std::thread::spawn(move || {
        for piece in pieces {
            let batch = home.spawn_blocking(|| piece.map(proven_act).collect::<Vec<_>>());
            batches.blocking_send(batch).unwrap();
        }
    });
    while let Some(batch) = proven.recv().await {
        store.restore(batch.await.unwrap()).await.unwrap();
    }
    from.max(to)
}

/// How many acts are made and committed together.
const PIECE: u64 = 4_096;

/// An act at the place that it has where all are stored in order.
fn proven_act(number: u64) -> Proven {
    let place =
        Place { position: number + 1, stream_version: number % CASE + 1, recorded_at: received() };
    Proven::of(act(number).envelope(&place)).unwrap()
}

fn share(part: std::time::Duration, whole: std::time::Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64()
}

/// Acts a second of the same file, read like any other log.
pub async fn imported(store: &Store, path: &Path) -> f64 {
    let start = Instant::now();
    let reader = import::open(Format::Ndjson, path, None).unwrap();
    let refused = path.with_extension("refused");
    let never = std::future::pending();
    let clock = Clock::default();
    let done = import::append_log(store, &clock, &[], reader, &refused, never).await;
    assert!(done.broken_off.is_none() && done.totals.refused == 0, "{done:?}");
    per_second(done.totals.appended, start.elapsed())
}
