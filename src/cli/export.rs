//! `tongjian export`: the chronicle as NDJSON or CSV, or its figures day by day as OpenMetrics, on
//! standard output or in a file.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use chrono::NaiveDate;
use chrono_tz::Asia::Shanghai;
use clap::Args;

use super::data::{Data, remember};
use crate::clock::Clock;
use crate::export::{self, Format};
use crate::gauges::history::{self, Wanted};
use crate::store::Store;

/// 導出: what to write, and where.
#[derive(Debug, Args)]
pub(super) struct ExportOrder {
    #[command(flatten)]
    data: Data,
    /// The form
    #[arg(long = "format", value_enum, default_value_t = Form::Ndjson)]
    form: Form,
    /// Only acts after this position
    #[arg(long, value_name = "POSITION", default_value_t = 0)]
    after: u64,
    /// Only acts up to this position
    #[arg(long, value_name = "POSITION")]
    until: Option<u64>,
    /// Every act, to be restored: with a last line that tells the end and the chain up to it
    #[arg(long, conflicts_with_all = ["after", "form"])]
    proof: bool,
    /// With --format openmetrics: the first day; that of the first act where nothing is said
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// With --format openmetrics: the last day; today where nothing is said
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
    /// With --format openmetrics: with a series for each site
    #[arg(long)]
    with_sites: bool,
    /// The file; standard output where nothing is said
    file: Option<PathBuf>,
}

/// 格式.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One envelope a line, to the byte as stored; can be imported and verified elsewhere.
    Ndjson,
    /// A table with a header; the body as canonical JSON.
    Csv,
    /// The figures of past days, for `promtool tsdb create-blocks-from openmetrics`.
    Openmetrics,
}

/// Exports.
///
/// # Errors
/// When the chronicle cannot be read or the output not written.
pub(super) async fn run(
    order: &ExportOrder,
    clock: Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if let Some(file) = &order.file {
        order.data.not_under(file, &[])?;
    }
    if order.form != Form::Openmetrics && order.is_of_days() {
        anyhow::bail!("--from, --to and --with-sites belong to --format openmetrics");
    }
    let store = order.data.open_existing().await?;
    remember(&store, clock, "export", order.asked()).await;
    let mut file = match &order.file {
        Some(path) => Some(std::io::BufWriter::new(
            std::fs::File::create(path)
                .with_context(|| format!("cannot write `{}`", path.display()))?,
        )),
        None => None,
    };
    let out: &mut dyn Write = match &mut file {
        Some(file) => file,
        None => out,
    };
    let format = match order.form {
        Form::Openmetrics => return history(order, &store, clock, out).await,
        Form::Ndjson => Format::Ndjson,
        Form::Csv => Format::Csv,
    };
    let head = store.head().await?.position;
    let until = order.until.map_or(head, |until| until.min(head));
    let bar = super::progress(until.saturating_sub(order.after), "acts");
    let told = |at: u64| bar.set_position(at.saturating_sub(order.after));
    if order.proof {
        export::export_to_restore(&store, until, out, told).await?;
    } else {
        export::export(&store, format, order.after, until, out, told).await?;
    }
    bar.finish_and_clear();
    Ok(())
}

impl ExportOrder {
    /// What is asked for, for the audit trail.
    fn asked(&self) -> String {
        let form = if self.proof { "proof".into() } else { format!("{:?}", self.form) };
        let mut asked = vec![format!("format={}", form.to_lowercase())];
        asked.extend((self.after > 0).then(|| format!("after={}", self.after)));
        asked.extend(self.until.map(|until| format!("until={until}")));
        asked.extend(self.from.map(|from| format!("from={from}")));
        asked.extend(self.to.map(|to| format!("to={to}")));
        asked.join("&")
    }

    const fn is_of_days(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.with_sites
    }
}

async fn history(
    order: &ExportOrder,
    store: &Store,
    clock: Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let now = clock.now();
    let until_on = order.to.unwrap_or_else(|| now.with_timezone(&Shanghai).date_naive());
    if order.after > 0 || order.until.is_some() {
        anyhow::bail!("--format openmetrics is of days: name them with --from and --to");
    }
    if let Some(from) = order.from.filter(|from| *from > until_on) {
        anyhow::bail!("the last day, {until_on}, lies before the first, {from}");
    }
    let wanted = Wanted { from_on: order.from, until_on, with_sites: order.with_sites };
    let bar = super::progress(0, "days");
    history::write(store, wanted, now, out, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    Ok(())
}
