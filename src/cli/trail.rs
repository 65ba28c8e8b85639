//! `tongjian trail`: who looked at what, and who tried what is not his.

use std::io::Write;

use clap::{Args, Subcommand};

use super::data::Data;
use crate::store::cabinet::Asked;

/// 審計軌跡: to list, to prove.
#[derive(Debug, Subcommand)]
pub(super) enum TrailOrder {
    /// Entries, the newest first, as JSON lines
    List(List),
    /// Prove that no entry was altered, or taken out between others
    Verify(Verify),
}

/// 列出.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    data: Data,
    /// Those of this account or token
    #[arg(long, default_value = "")]
    who: String,
    /// Those about this, such as case/0012
    #[arg(long, default_value = "")]
    subject: String,
    /// At most so many
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

/// 核驗.
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    data: Data,
}

/// Does it.
///
/// # Errors
/// When the trail cannot be read, or was altered.
pub(super) async fn run(order: &TrailOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let store = match order {
        TrailOrder::List(list) => {
            let store = list.data.open_existing().await?;
            let (who, subject) = (list.who.clone(), list.subject.clone());
            let asked = Asked { before: None, who, subject, limit: list.limit };
            for trace in store.trail(asked).await? {
                writeln!(out, "{}", serde_json::to_string(&trace)?)?;
            }
            store
        }
        TrailOrder::Verify(verify) => {
            let store = verify.data.open_existing().await?;
            writeln!(out, "{} entries, each as it was entered", store.verify_trail().await?)?;
            store
        }
    };
    store.close().await;
    Ok(())
}
