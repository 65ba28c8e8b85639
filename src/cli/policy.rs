//! `tongjian policy`: the policies in force, what a new text changes, its adoption.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::data::Data;
use crate::clock::Clock;
use crate::policy::{self, Adopted};
use crate::store::Store;

/// 規則.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyOrder {
    /// The policies, or the text of one that is in force on a day
    Show(Show),
    /// What a text changes in the policy in force
    Diff(Diff),
    /// Adopt a text: it judges from its effective day on
    Adopt(Adopt),
}

/// 查閱.
#[derive(Debug, Args)]
pub(super) struct Show {
    #[command(flatten)]
    data: Data,
    /// The policy; without it all of them are listed
    name: Option<String>,
    /// The day; today where nothing is said
    #[arg(long, value_name = "DAY", value_parser = super::parse_day)]
    on: Option<NaiveDate>,
}

/// 比較.
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    data: Data,
    /// The text, as JSON
    file: PathBuf,
    /// The policy it is, where the text and the file's name do not say
    #[arg(long)]
    name: Option<String>,
}

/// 採納.
#[derive(Debug, Args)]
pub(super) struct Adopt {
    #[command(flatten)]
    data: Data,
    /// The text, as JSON
    file: PathBuf,
    /// The policy it is, where the text and the file's name do not say
    #[arg(long)]
    name: Option<String>,
}

/// Does it.
///
/// # Errors
/// When there is no such policy, or the text breaks a rule.
pub(super) async fn run(
    order: &PolicyOrder,
    clock: &Clock,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    match order {
        PolicyOrder::Show(show) => self::show(show, clock, out).await,
        PolicyOrder::Diff(diff) => {
            let store = diff.data.open_existing().await?;
            let (name, text) = read(&diff.file, diff.name.as_deref())?;
            policy::read(&name, &text)?;
            let held = held(&store, &name).await?;
            let stands = policy::in_force(&held, today(clock)).map(|adopted| &adopted.body);
            let says = serde_json::from_str(&text).context("the text is no JSON")?;
            let nothing = serde_json::Value::Null;
            for (place, was, now) in policy::differences(stands.unwrap_or(&nothing), &says) {
                writeln!(out, "{place}: {was} -> {now}")?;
            }
            Ok(())
        }
        PolicyOrder::Adopt(adopt) => {
            let store = adopt.data.open_existing().await?;
            let (name, text) = read(&adopt.file, adopt.name.as_deref())?;
            let adopted = policy::adopt(&store, &name, &text, clock.now()).await?;
            let Adopted { position, from, edition, .. } = adopted;
            writeln!(out, "{name} edition {edition} judges from {from}, position {position}")?;
            Ok(())
        }
    }
}

async fn show(order: &Show, clock: &Clock, out: &mut dyn Write) -> anyhow::Result<()> {
    let store = order.data.open_existing().await?;
    let on = order.on.unwrap_or_else(|| today(clock));
    if let Some(name) = &order.name {
        let held = held(&store, name).await?;
        let stands = policy::in_force(&held, on);
        let stands = stands.with_context(|| format!("no edition of `{name}` judges {on}"))?;
        writeln!(out, "{}", serde_json::to_string_pretty(&stands.body)?)?;
        return Ok(());
    }
    for name in policy::adopted_names(&store).await? {
        match policy::in_force(&held(&store, &name).await?, on) {
            None => writeln!(out, "{name}: none on {on}")?,
            Some(at) => {
                let Adopted { edition, from, position, .. } = at;
                writeln!(out, "{name}: edition {edition} from {from}, position {position}")?;
            }
        }
    }
    Ok(())
}

async fn held(store: &Store, name: &str) -> anyhow::Result<Vec<Adopted>> {
    Ok(policy::adoptions(store, name, u64::MAX).await?)
}

fn today(clock: &Clock) -> NaiveDate {
    clock.now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive()
}

/// The text of a file, and the policy that it is.
fn read(file: &Path, name: Option<&str>) -> anyhow::Result<(String, String)> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read `{}`", file.display()))?;
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let hint = name.map(ToOwned::to_owned).or(stem).unwrap_or_default();
    let name = match name {
        Some(name) => name.to_owned(),
        None => policy::name_of(&text, &hint)
            .with_context(|| format!("`{}` is no policy that is known", file.display()))?,
    };
    Ok((name, text))
}
