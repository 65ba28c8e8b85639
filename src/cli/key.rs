//! `tongjian key`: the master key, made, and put in the place of another. Only its number is shown.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::data::Data;
use crate::vault::{MasterKey, Vault};

/// 主密鑰.
#[derive(Debug, Subcommand)]
pub(super) enum KeyOrder {
    /// Draw a master key and write it into a new file, for its owner alone
    New(New),
    /// Wrap the key of every applicant by another master key
    Rewrap(Rewrap),
}

/// 新製.
#[derive(Debug, Args)]
pub(super) struct New {
    /// The file, outside the chronicle's folder and its backups; one that is there stays as it is
    file: PathBuf,
}

/// 換.
#[derive(Debug, Args)]
pub(super) struct Rewrap {
    #[command(flatten)]
    data: Data,
    /// The master key that wraps them now
    #[arg(long, value_name = "FILE", env = "TONGJIAN_MASTER_KEY_FILE")]
    from: PathBuf,
    /// The master key that shall wrap them
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Which master key, if any.
#[derive(Debug, Args)]
pub(super) struct Master {
    /// The file of the master key, with which details of applicants are sealed and opened
    #[arg(long, value_name = "FILE", env = "TONGJIAN_MASTER_KEY_FILE")]
    master_key: Option<PathBuf>,
}

impl Master {
    /// The key, read from its file.
    pub(super) fn read(&self) -> anyhow::Result<Option<MasterKey>> {
        Ok(self.master_key.as_deref().map(MasterKey::read).transpose()?)
    }
}

/// Does it.
///
/// # Errors
/// When a file is there already or cannot be read, or a key is wrapped by neither.
pub(super) async fn run(order: &KeyOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    match order {
        KeyOrder::New(New { file }) => {
            writeln!(out, "master key {}", MasterKey::make(file)?.number())?;
        }
        KeyOrder::Rewrap(Rewrap { data, from, to }) => {
            let (from, to) = (MasterKey::read(from)?, MasterKey::read(to)?);
            let store = data.open_existing().await?;
            let vault = Vault::new(store.clone(), Some(from));
            let done = vault.rewrap(&to).await.context("the keys were not all wrapped anew")?;
            store.close().await;
            let (anew, there, number) = (done.anew, done.there, to.number());
            writeln!(out, "{anew} keys wrapped anew by {number}, {there} were already")?;
        }
    }
    Ok(())
}
