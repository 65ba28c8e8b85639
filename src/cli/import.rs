//! `tongjian import`: a log's acts into the chronicle, or a chronicle from its export. The same
//! file twice changes nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use tokio::signal::unix::SignalKind;

use super::data::Data;
use crate::clock::Clock;
use crate::first_start;
use crate::import::{self, Format, Imported, Mapping, Progress};
use crate::last_line;
use crate::restore::{self, Restored};

/// 歷史導入: which log, and how to read it.
#[derive(Debug, Args)]
pub(super) struct ImportOrder {
    #[command(flatten)]
    data: Data,
    /// xes, csv or ndjson; each may be packed as gz
    #[arg(long, required_unless_present = "restore")]
    format: Option<Format>,
    /// Give an empty chronicle the acts of `export --proof`, each at its own place and to the
    /// byte; the same command goes on where it was broken off
    #[arg(long, conflicts_with_all = ["format", "map", "refused"])]
    restore: bool,
    /// What is restored must have this chain: the one that `verify` printed (sha-256:…)
    #[arg(long, value_name = "CHAIN", requires = "restore", value_parser = chain_of)]
    chain: Option<Chain>,
    /// What the log's activities and attributes mean; needed for xes and csv
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Where refused lines go; beside the log where nothing is said
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// The log
    file: PathBuf,
}

/// Imports, and says on standard error what became of the log.
///
/// # Errors
/// When the log cannot be read on or the chronicle fails; what was taken before stays.
pub(super) async fn run(order: &ImportOrder, clock: &Clock) -> anyhow::Result<ExitCode> {
    let Some(format) = order.format else {
        return restore(order).await;
    };
    let mapping = order.map.as_deref().map(Mapping::load).transpose()?.map(Arc::new);
    let preamble = mapping.as_ref().map(|m| m.preamble().to_vec()).unwrap_or_default();
    let reader = import::open(format, &order.file, mapping)?;
    let beside = order.refused.clone().unwrap_or_else(|| beside(&order.file));
    let inputs: Vec<&Path> = order.map.as_deref().into_iter().chain([&*order.file]).collect();
    order.data.not_under(&beside, &inputs)?;
    let store = order.data.open().await?;
    first_start::run(&store, clock.now()).await.context("cannot append the first acts")?;
    let bar = Bar::follow(reader.progress());
    let stop = asked_to_stop();
    let imported = import::append_log(&store, clock, &preamble, reader, &beside, stop).await;
    drop(bar);
    store.close().await;
    report(imported, &beside)
}

async fn restore(order: &ImportOrder) -> anyhow::Result<ExitCode> {
    let (file, chain) = (order.file.clone(), order.chain.map(|Chain(chain)| chain));
    let looking = tokio::task::spawn_blocking(move || {
        let mut bar = Bar::none();
        restore::survey(&file, chain, |progress| bar = Bar::follow(progress))
    });
    let survey = looking.await.context("the file was not read to its end")??;
    let store = order.data.open().await?;
    let mut bar = Bar::none();
    let restored = restore::restore(&store, &survey, |progress| bar = Bar::follow(progress)).await;
    drop(bar);
    store.close().await;
    let Restored { written, there, head } = restored.context(
        "the chronicle was not restored to its end; what was taken stays, and the same command \
         goes on from there",
    )?;
    let chain = last_line::chain_text(&head.chain);
    say(&format!("{written} acts restored, {there} were there already, chain {chain}"));
    Ok(ExitCode::SUCCESS)
}

/// The chain of a chronicle.
#[derive(Debug, Clone, Copy)]
struct Chain([u8; 32]);

fn chain_of(text: &str) -> Result<Chain, String> {
    last_line::chain_of(text).map(Chain)
}

/// A bar that follows a reading until it is dropped.
struct Bar(Option<(tokio::task::JoinHandle<()>, indicatif::ProgressBar)>);

impl Bar {
    fn none() -> Self {
        Self(None)
    }

    fn follow(progress: Progress) -> Self {
        let bar = super::progress(progress.bytes_total(), "bytes");
        Self(Some((tokio::spawn(follow(progress, bar.clone())), bar)))
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((ticking, bar)) = self.0.take() {
            ticking.abort();
            bar.finish_and_clear();
        }
    }
}

fn report(imported: Imported, beside: &Path) -> anyhow::Result<ExitCode> {
    let Imported { totals, line, unseen, broken_off } = imported;
    say(&format!(
        "{} acts appended, {} were there already, {} lines refused",
        totals.appended, totals.repeated, totals.refused
    ));
    for activity in unseen {
        say(&format!("the mapping names `{activity}`, which no record has"));
    }
    if totals.refused > 0 {
        say(&format!("the refused lines are in `{}`", beside.display()));
    }
    if let Some(error) = broken_off {
        say(&format!(
            "broken off after line {line}; what was taken stays, and the same command goes on \
             from there"
        ));
        return Err(anyhow::Error::new(error).context("the import broke off"));
    }
    Ok(if totals.refused > 0 { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// Until the terminal or the system asks to stop; for ever where neither can be heard.
async fn asked_to_stop() {
    let stopped = tokio::signal::unix::signal(SignalKind::terminate());
    let terminated = async {
        match stopped {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}

#[allow(clippy::print_stderr, reason = "the command line's own report")]
fn say(text: &str) {
    eprintln!("{text}");
}

async fn follow(progress: Progress, bar: indicatif::ProgressBar) {
    loop {
        bar.set_position(progress.bytes_read());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// `log.csv.gz` has its refused lines in `log.csv.gz.refused.ndjson`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".refused.ndjson");
    name.into()
}
