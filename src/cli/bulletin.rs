//! `tongjian bulletin`: the bulletins, from draft to erratum; shown, verified, traced.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::ProgressBar;
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::{Digest, StaffId, Text, UnitCode};
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::data::Data;
use crate::access::Grant;
use crate::bulletin::contents::{Makes, Progress};
use crate::bulletin::letter::Script;
use crate::bulletin::life::{self, Bulletin, By, Clerk, LifeError, Wanted};
use crate::bulletin::render::{Format, render};
use crate::bulletin::summary::{History, Summary};
use crate::bulletin::term::Term;
use crate::clock::Clock;
use crate::engine;
use crate::runner::{REGISTRY, Runner};
use crate::store::Store;

mod proof;
mod rare;
mod trace;

/// How long the read tables may take to come up to the chronicle.
const COMES_UP: Duration = Duration::from_secs(600);

/// 通報.
#[derive(Debug, Subcommand)]
pub(super) enum BulletinOrder {
    /// Draft the bulletin of a period that has ended
    Draft(Draft),
    /// The bulletins, as JSON lines
    List(ListOrder),
    /// The letter of a bulletin in any format; made again from the chronicle as it stood
    Show(Show),
    /// What was done with a bulletin, as JSON
    History(One),
    /// Approve a draft, or send it back with remarks; not by whoever drafted it
    Review(Review),
    /// Sign the draft that a review approved
    Sign(Step),
    /// Give the next number to what was approved and signed, and close the period
    Issue(Issue),
    /// A unit to which it goes got it, or with --read opened it
    Deliver(Deliver),
    /// Count the period again, and say in an erratum what has changed
    Erratum(ErratumOrder),
    /// Make a bulletin's file again from a chronicle; names the first figure that differs
    Verify(proof::VerifyOrder),
    /// From a figure to its acts
    Trace(trace::TraceOrder),
}

/// Which bulletin.
#[derive(Debug, Args)]
pub(super) struct One {
    #[command(flatten)]
    data: Data,
    /// The bulletin, such as monthly-2008-07-320600000000
    #[arg(value_parser = bulletin)]
    bulletin: StreamId,
}

/// Which bulletin, and who does it.
#[derive(Debug, Args)]
pub(super) struct Step {
    #[command(flatten)]
    of: One,
    /// Who does it, by the number of staff
    #[arg(long, value_name = "STAFF", value_parser = StaffId::new)]
    by: StaffId,
    /// The draft that was looked at (sha-256:…); the one that stands where nothing is said
    #[arg(long, value_name = "DIGEST", value_parser = Digest::new)]
    digest: Option<Digest>,
}

/// 起草.
#[derive(Debug, Args)]
pub(super) struct Draft {
    #[command(flatten)]
    data: Data,
    /// 2008-W27, 2008-07, 2008-Q3, 2008-H2, 2008, or 2008-07-01..2008-07-15
    period: Term,
    /// The site whose subtree it is about; the city where nothing is said
    #[arg(long, value_name = "CODE", default_value = engine::SITE)]
    scope: SiteCode,
    /// Who does it; the engine where nobody is named
    #[arg(long, value_name = "STAFF", value_parser = StaffId::new)]
    by: Option<StaffId>,
}

/// 清單.
#[derive(Debug, Args)]
pub(super) struct ListOrder {
    #[command(flatten)]
    data: Data,
    /// Those about this site, or a site below it
    #[arg(long, value_name = "CODE")]
    site: Option<SiteCode>,
}

/// 查閱.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    of: One,
    /// The format; as --out ends, or else json
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The characters
    #[arg(long, value_enum, default_value = "simplified")]
    script: Characters,
    /// The letter of this erratum
    #[arg(long, value_name = "NUMBER")]
    erratum: Option<u32>,
    /// The file; standard output where nothing is said
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// 文字.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Characters {
    /// 简体
    Simplified,
    /// 繁體
    Traditional,
}

/// 審核.
#[derive(Debug, Args)]
pub(super) struct Review {
    #[command(flatten)]
    step: Step,
    /// Send it back; approved otherwise
    #[arg(long, requires = "remarks")]
    returned: bool,
    /// What should change
    #[arg(long, value_name = "TEXT", value_parser = Text::new)]
    remarks: Option<Text>,
}

/// 印發.
#[derive(Debug, Args)]
pub(super) struct Issue {
    #[command(flatten)]
    step: Step,
    /// 主送; as the policy says where none is named. May be repeated
    #[arg(long = "to", value_name = "UNIT", value_parser = UnitCode::new)]
    recipients: Vec<UnitCode>,
    /// 抄送. May be repeated
    #[arg(long = "copy", value_name = "UNIT", value_parser = UnitCode::new)]
    #[arg(requires = "recipients")]
    copies_to: Vec<UnitCode>,
}

/// 送達, 閱讀.
#[derive(Debug, Args)]
pub(super) struct Deliver {
    #[command(flatten)]
    step: Step,
    /// The unit
    #[arg(long, value_parser = UnitCode::new)]
    unit: UnitCode,
    /// It got it before, and opened it now
    #[arg(long)]
    read: bool,
}

/// 更正.
#[derive(Debug, Args)]
pub(super) struct ErratumOrder {
    #[command(flatten)]
    step: Step,
    /// Why
    #[arg(long, value_name = "TEXT", value_parser = Text::new)]
    reason: Text,
}

fn bulletin(text: &str) -> Result<StreamId, String> {
    StreamId::new(StreamKind::Bulletin, text.strip_prefix("bulletin/").unwrap_or(text))
}

/// Does it. The exit code is 2 where a file differs from what the chronicle gives.
///
/// # Errors
/// The rule that stands in the way, or what failed.
pub(super) async fn run(
    order: &BulletinOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    match order {
        BulletinOrder::Verify(order) => return proof::run(order, out).await,
        BulletinOrder::Trace(order) => trace::run(order, out).await?,
        BulletinOrder::List(order) => list(order, out).await?,
        BulletinOrder::Show(order) => show(order, out).await?,
        BulletinOrder::History(of) => {
            let held = life::load(&of.data.open_existing().await?, &of.bulletin).await?;
            let history = History::of(&held).with_context(|| missing(&of.bulletin))?;
            writeln!(out, "{}", serde_json::to_string_pretty(&history)?)?;
        }
        BulletinOrder::Draft(order) => {
            let desk = Desk { data: &order.data, by: order.by.as_ref(), tables: true, clock };
            let scope = order.scope.clone();
            desk.work(out, async |clerk| clerk.draft(order.period, scope).await).await?;
        }
        BulletinOrder::Review(order) => review(order, clock, out).await?,
        BulletinOrder::Sign(step) => {
            let (of, digest) = (&step.of.bulletin, step.digest.as_ref());
            step.desk(clock).work(out, async |clerk| clerk.sign(of, digest).await).await?;
        }
        BulletinOrder::Issue(order) => {
            let Issue { step, recipients, copies_to } = order;
            let wanted = Wanted { recipients: recipients.clone(), copies_to: copies_to.clone() };
            let of = &step.of.bulletin;
            step.desk(clock).work(out, async |clerk| clerk.issue(of, &wanted).await).await?;
        }
        BulletinOrder::Deliver(Deliver { step, unit, read }) => {
            let (of, unit) = (&step.of.bulletin, unit.clone());
            let work = async |clerk: &Clerk<'_>| match read {
                true => clerk.read(of, unit).await,
                false => clerk.deliver(of, unit).await,
            };
            step.desk(clock).work(out, work).await?;
        }
        BulletinOrder::Erratum(ErratumOrder { step, reason }) => {
            let (of, desk) = (&step.of.bulletin, Desk { tables: true, ..step.desk(clock) });
            desk.work(out, async |clerk| clerk.erratum(of, reason).await).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn review(order: &Review, clock: &Clock, out: &mut dyn Write) -> anyhow::Result<()> {
    let verdict = match order.returned {
        true => BulletinVerdict::Returned,
        false => BulletinVerdict::Approved,
    };
    let (step, remarks) = (&order.step, order.remarks.clone());
    let (of, digest) = (&step.of.bulletin, step.digest.as_ref());
    let work = async |clerk: &Clerk<'_>| clerk.review(of, verdict, remarks, digest).await;
    step.desk(clock).work(out, work).await
}

/// Where and by whom a step is done.
struct Desk<'o> {
    data: &'o Data,
    by: Option<&'o StaffId>,
    /// Whether the read tables are to be up to the chronicle.
    tables: bool,
    clock: &'o Clock,
}

impl Step {
    fn desk<'o>(&'o self, clock: &'o Clock) -> Desk<'o> {
        Desk { data: &self.of.data, by: Some(&self.by), tables: false, clock }
    }
}

impl Desk<'_> {
    /// Does a step, and says how the bulletin stands then.
    async fn work(
        self,
        out: &mut dyn Write,
        work: impl AsyncFnOnce(&Clerk<'_>) -> Result<Bulletin, LifeError>,
    ) -> anyhow::Result<()> {
        let store = self.data.open_existing().await?;
        let contents = self.data.contents();
        let runner = match self.tables {
            true => Some(up_to_date(&store).await?),
            false => None,
        };
        let (bar, progress) = bar();
        let clerk = Clerk {
            store: &store,
            contents: &contents,
            makes: Makes::Here(progress),
            by: match self.by {
                Some(by) => By::person(by.clone(), Grant::open()),
                None => By::engine()?,
            },
            now: self.clock.now(),
        };
        let outcome = work(&clerk).await;
        bar.finish_and_clear();
        if let (true, Ok(made)) = (self.tables, &outcome) {
            let letter = contents.letter(&store, made, None, &Makes::quietly()).await;
            rare::tell(letter.map_err(Into::into), Script::Simplified);
        }
        if let Some(runner) = runner {
            runner.stop().await;
        }
        let summary = Summary::of(&outcome?).context("the step left no bulletin")?;
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
        Ok(())
    }
}

/// Brings the read tables up to the chronicle.
async fn up_to_date(store: &Store) -> anyhow::Result<Runner> {
    let runner = Runner::spawn(store, REGISTRY)?;
    let head = store.head().await?.position;
    if let Err(behind) = runner.wait_for(head, COMES_UP).await {
        runner.stop().await;
        return Err(anyhow::Error::new(behind).context("make them with `tongjian rebuild`"));
    }
    Ok(runner)
}

/// A bar on standard error, shown once something is told to it.
fn bar() -> (ProgressBar, Progress) {
    let bar = super::progress(0, "acts");
    let told = bar.clone();
    let progress: Progress = Arc::new(move |at, of| {
        told.set_length(of);
        told.set_position(at);
    });
    (bar, progress)
}

async fn list(order: &ListOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let store = order.data.open_existing().await?;
    for bulletin in life::all(&store).await? {
        let Some(summary) = Summary::of(&bulletin) else { continue };
        let about = &summary.scope;
        let wanted = |site: &SiteCode| SiteCode::new(about).is_ok_and(|scope| site.holds(&scope));
        if order.site.as_ref().is_none_or(wanted) {
            writeln!(out, "{}", serde_json::to_string(&summary)?)?;
        }
    }
    Ok(())
}

fn missing(of: &StreamId) -> String {
    format!("there is no bulletin `{}`", of.name())
}

/// Refuses an erratum that there is not.
fn has_erratum(held: &Bulletin, no: Option<u32>) -> anyhow::Result<()> {
    match no.filter(|no| held.erratum(*no).is_none()) {
        None => Ok(()),
        Some(no) => anyhow::bail!("`{}` has no erratum {no}", held.stream.name()),
    }
}

async fn show(order: &Show, out: &mut dyn Write) -> anyhow::Result<()> {
    let One { data, bulletin } = &order.of;
    let end = order.out.as_deref().and_then(|file| file.extension());
    let by_end = end.and_then(|end| end.to_string_lossy().parse().ok());
    let format = order.format.or(by_end).unwrap_or(Format::Json);
    if let Some(file) = &order.out {
        data.not_under(file, &[])?;
    }
    let (store, contents) = (data.open_existing().await?, data.contents());
    let held = life::load(&store, bulletin).await?;
    anyhow::ensure!(held.drafted.is_some(), missing(bulletin));
    has_erratum(&held, order.erratum)?;
    let (bar, progress) = bar();
    let makes = Makes::Here(progress);
    let letter = contents.letter(&store, &held, order.erratum, &makes).await;
    bar.finish_and_clear();
    let script = match order.script {
        Characters::Simplified => Script::Simplified,
        Characters::Traditional => Script::Traditional,
    };
    let letter = letter?;
    let bytes = render(&letter, format, script)?;
    rare::tell(Ok(letter), script);
    match &order.out {
        Some(file) => std::fs::write(file, bytes)
            .with_context(|| format!("cannot write `{}`", file.display()))?,
        None => out.write_all(&bytes)?,
    }
    Ok(())
}
