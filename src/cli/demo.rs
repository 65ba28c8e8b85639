//! `tongjian demo`: a simulated city in 2008, served on loopback, with addresses to open.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use tongjian_events::SiteCode;
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::StaffId;

use super::data::Place;
use super::serve::{Beside, Service, Watching};
use crate::access::Grant;
use crate::bulletin::contents::{Contents, Makes};
use crate::bulletin::life::{By, Clerk, Wanted, load};
use crate::bulletin::term::Term;
use crate::clock::Clock;
use crate::engine;
use crate::http::{Access, Settings};
use crate::runner::{self, REGISTRY, Runner};
use crate::simulate::{self, Plan};
use crate::store::Store;
use crate::vault::MasterKey;

/// The first simulated day.
const FROM: &str = "2008-03-03";
/// The last simulated day: the network was to cover the city by then.
const TO: &str = "2008-08-31";
/// What the demonstration's clock shows when it starts: the Monday after, in the morning.
const NOW: &str = "2008-09-01T09:00:00+08:00";

/// The months whose bulletins there are, and whether they are issued.
const MONTHS: [(&str, bool); 4] =
    [("2008-05", true), ("2008-06", true), ("2008-07", true), ("2008-08", false)];

/// 演示: how large, and where.
#[derive(Debug, Args)]
pub(super) struct DemoOrder {
    /// The folder of the chronicle; a temporary one where nothing is said
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The address to listen at, on loopback
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The seed of the simulated city
    #[arg(long, default_value_t = 2008)]
    seed: u64,
    /// How many sites it has
    #[arg(long, default_value_t = 60)]
    sites: u32,
    /// Build everything, print the addresses, and stop
    #[arg(long)]
    once: bool,
}

/// Shows the product on invented data.
///
/// # Errors
/// When the chronicle cannot be made or the address not listened at.
pub(super) async fn run(order: &DemoOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let temporary = std::env::temp_dir().join(format!("tongjian-demo-{}", std::process::id()));
    let folder = order.folder.as_deref().unwrap_or(&temporary);
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let shown = show(order, folder, out).await;
    if order.folder.is_none() {
        // Left behind at worst; the operating system clears its temporary folder.
        let _ = std::fs::remove_dir_all(folder);
    }
    shown
}

async fn show(order: &DemoOrder, folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let file = folder.join("tongjian.db");
    let store = Place::File(file.clone()).open().await?;
    write_history(order, &store, folder, out).await?;
    fold(&store).await?;
    let clock = Clock::starting_at(instant(NOW)?);
    let contents = Contents::new(Some(&folder.join("tongjian-bulletins"))).that_go_on();
    let (listen, contents) = (vec![order.listen], Arc::new(contents));
    let access = Access::Open;
    let master_key = Some(master_key(folder)?);
    let settings = Settings {
        listen,
        access,
        contents: Arc::clone(&contents),
        master_key,
        ..Settings::default()
    };
    let beside = Beside { receivers: Default::default(), watching: Watching::Kept };
    // Before the watchman looks, who drafts as well.
    let runner = Runner::spawn(&store, REGISTRY)?;
    let published = publish(&store, &contents, &clock, out).await;
    runner.stop().await;
    published?;
    let service = Service::start(settings, beside, store, clock).await?;
    tell(&service, &file, out)?;
    writeln!(out, "\nCtrl-C stops it.")?;
    out.flush()?;
    if order.once {
        return service.stop().await;
    }
    service.until_signal().await
}

/// Writes the city's history, or what a run that broke off left out of it.
async fn write_history(
    order: &DemoOrder,
    store: &Store,
    folder: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let held = store.head().await?.position;
    if held > 0 {
        writeln!(out, "the chronicle in {} holds {held} acts already", folder.display())?;
    }
    writeln!(out, "simulating {} sites from {FROM} to {TO} …", order.sites)?;
    out.flush()?;
    let plan = Plan { seed: order.seed, sites: order.sites, ..plan()? };
    let bar = super::progress(1_000, "thousandths");
    let now = Clock::default().now();
    let summary = simulate::run(store, &plan, now, |done, _| bar.set_position(done)).await?;
    bar.finish_and_clear();
    let simulate::Summary { acts, cases, sites, .. } = summary;
    let verb = if held > 0 { " appended; the history is one" } else { "" };
    writeln!(out, "{acts} acts{verb} of {cases} cases at {sites} sites")?;
    Ok(())
}

/// Builds the read tables before anybody looks at them.
async fn fold(store: &Store) -> anyhow::Result<()> {
    let bar = super::progress(store.head().await?.position, "acts");
    let projections: Vec<_> = REGISTRY.iter().collect();
    runner::rebuild(store, &projections, &mut |_, at, of| {
        bar.set_length(of);
        bar.set_position(at);
    })
    .await?;
    bar.finish_and_clear();
    runner::judge_dockets(store).await?;
    Ok(())
}

/// Three months' bulletins are issued, and the last month's is drafted, each step by another.
async fn publish(
    store: &Store,
    contents: &Contents,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    writeln!(out, "writing the bulletins of the supervision bureau …")?;
    out.flush()?;
    let city: SiteCode = engine::SITE.parse().map_err(anyhow::Error::msg)?;
    let clerk = |id: &str| -> anyhow::Result<Clerk<'_>> {
        let id = StaffId::new(id).map_err(anyhow::Error::msg)?;
        let by = By::person(id, Grant::open());
        Ok(Clerk { store, contents, makes: Makes::quietly(), by, now: clock.now() })
    };
    let [drafts, reviews, signs] = [clerk("JC-01")?, clerk("JC-02")?, clerk("JC-03")?];
    for (month, is_issued) in MONTHS {
        let term: Term = month.parse().map_err(anyhow::Error::msg)?;
        let stream = term.stream(&city).map_err(anyhow::Error::msg)?;
        let held = load(store, &stream).await?;
        if held.drafted.is_none() {
            drafts.draft(term, city.clone()).await?;
        }
        if is_issued && held.issued.is_none() {
            // A run that broke off may have left it anywhere on its way.
            if held.reviewed.is_none() {
                reviews.review(&stream, BulletinVerdict::Approved, None, None).await?;
            }
            if held.signed.is_none() {
                signs.sign(&stream, None).await?;
            }
            drafts.issue(&stream, &Wanted::default()).await?;
        }
    }
    Ok(())
}

fn tell(service: &Service, file: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "\nit is 2008-09-01, nine in the morning; open")?;
    for address in &service.running.addresses {
        writeln!(out, "  http://{address}/                      today: what is overdue, due, new")?;
        writeln!(out, "  http://{address}/cases?state=missed    the cases that missed a limit")?;
        writeln!(out, "  http://{address}/v1/cases?limit=5      the same for machines")?;
        let july = "v1/bulletins/monthly-2008-07-320600000000?format=html";
        writeln!(out, "  http://{address}/{july}")?;
        writeln!(out, "                                         the bulletin of July, as issued")?;
        writeln!(out, "  http://{address}/openapi.json          what can be asked")?;
        writeln!(out, "  http://{address}/metrics               the process's own figures")?;
    }
    writeln!(out, "\nand beside it")?;
    writeln!(out, "  tongjian verify --projections --data {}", file.display())?;
    writeln!(out, "  tongjian cases --as-of 2008-08-31 --data {}", file.display())?;
    let key = key_file(file.parent().unwrap_or(Path::new(".")));
    writeln!(out, "\ndetails of applicants are sealed with the key in {}", key.display())?;
    Ok(())
}

/// The demonstration's key lies beside its chronicle, for its owner alone. A real one does not.
fn key_file(folder: &Path) -> PathBuf {
    folder.join("master.key")
}

/// The key of an earlier run, or a new one.
fn master_key(folder: &Path) -> anyhow::Result<MasterKey> {
    let file = key_file(folder);
    Ok(if file.exists() { MasterKey::read(&file)? } else { MasterKey::make(&file)? })
}

fn plan() -> anyhow::Result<Plan> {
    let day = |text: &str| text.parse::<NaiveDate>().context("a day of the demonstration");
    Ok(Plan { from: day(FROM)?, to: day(TO)?, ..Plan::default() })
}

fn instant(text: &str) -> anyhow::Result<DateTime<Utc>> {
    tongjian_events::instant::parse(text).map(|at| at.to_utc()).map_err(anyhow::Error::msg)
}
