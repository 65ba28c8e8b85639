//! 往日: figures of days that are past, in OpenMetrics text, so that a Prometheus that is new shows
//! them. They are what the chronicle knows now of each day: what came in late stands on the day it
//! is about.

use std::io::{self, Write};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::families::{FAMILIES, Family, Scope};
use super::{Gauges, end_of, read, text};
use crate::cases::context_at;
use crate::export::ExportError;
use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

/// How often tables that are ahead of each other are looked at again, and how long apart.
const LOOKS: u32 = 100;
const BETWEEN: std::time::Duration = std::time::Duration::from_millis(100);

/// 往日之量: which days, and whether with the series of single sites.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The first day; that of the first matter where there is none.
    pub from_on: Option<NaiveDate>,
    /// The last day.
    pub until_on: NaiveDate,
    /// With a series for each site.
    pub with_sites: bool,
}

/// Why there is no history.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The chronicle or the output failed.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The tables did not come to stand at one position.
    #[error(
        "the read tables do not stand at one position; let `tongjian serve` or `tongjian rebuild` \
         fold the chronicle first"
    )]
    Restless,
}

/// Writes one sample a day for each series, at the last second of the day; of the last day, at
/// the moment given where that is earlier. `progress` is told how many days are done.
///
/// # Errors
/// [`HistoryError`].
pub async fn write(
    store: &Store,
    wanted: Wanted,
    now: DateTime<Utc>,
    out: &mut dyn Write,
    mut progress: impl FnMut(u64),
) -> Result<u64, HistoryError> {
    let mut spools: Vec<Spool> = FAMILIES
        .iter()
        .filter(|family| wanted.with_sites || matches!(family.of, Scope::Network | Scope::Area))
        .map(|family| Spool::of(family))
        .collect();
    let mut snapshot = opened(store).await?;
    let context = context_at(store, snapshot.position()).await.map_err(ExportError::Store)?;
    let from_on = match wanted.from_on {
        Some(day) => day,
        None => {
            first_day(&mut snapshot).await.map_err(ExportError::Store)?.unwrap_or(wanted.until_on)
        }
    };
    let mut done = 0;
    for day in from_on.iter_days().take_while(|day| *day <= wanted.until_on) {
        let at = (end_of(day) - Duration::seconds(1)).min(now);
        let taken = Gauges::take((store, &mut snapshot), &context, day, at).await;
        let gauges = taken.map_err(ExportError::Store)?;
        for spool in &mut spools {
            spool.take(&gauges, at.timestamp()).map_err(ExportError::Output)?;
        }
        done += 1;
        progress(done);
    }
    snapshot.close().await.map_err(ExportError::Store)?;
    let mut count = 0;
    for spool in spools {
        count += spool.pour(out).map_err(ExportError::Output)?;
    }
    writeln!(out, "# EOF").and_then(|()| out.flush()).map_err(ExportError::Output)?;
    Ok(count)
}

async fn first_day(snapshot: &mut Snapshot) -> Result<Option<NaiveDate>, StoreError> {
    const FIRST: &str = include_str!("../../dashboards/metrics/first_day.sql");
    let rows = snapshot.rows(FIRST, &[]).await?;
    let first = rows.first().and_then(|row| row.first());
    Ok(first.and_then(read::text).and_then(|text| text.parse().ok()))
}

/// 匯集: the samples of one family, compressed until all days are there: in OpenMetrics a family
/// stands together.
struct Spool {
    family: &'static Family,
    text: GzEncoder<Vec<u8>>,
    count: u64,
}

impl Spool {
    fn of(family: &'static Family) -> Self {
        Self { family, text: GzEncoder::new(Vec::new(), Compression::fast()), count: 0 }
    }

    fn take(&mut self, gauges: &Gauges, at: i64) -> io::Result<()> {
        if let Some(series) = gauges.values.get(self.family.name) {
            text::samples(self.family, series, at, &mut self.text)?;
            self.count += series.len() as u64;
        }
        Ok(())
    }

    fn pour(self, out: &mut dyn Write) -> io::Result<u64> {
        text::head(self.family, out)?;
        let held = self.text.finish()?;
        io::copy(&mut GzDecoder::new(held.as_slice()), out)?;
        Ok(self.count)
    }
}

async fn opened(store: &Store) -> Result<Snapshot, HistoryError> {
    for _ in 0..LOOKS {
        if let Some(snapshot) = store.snapshot().await.map_err(ExportError::Store)? {
            return Ok(snapshot);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Err(HistoryError::Restless)
}
