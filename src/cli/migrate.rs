//! `tongjian migrate`: makes the tables of a chronicle, or brings them to this release's form.

use std::io::Write;

use anyhow::Context as _;
use clap::Args;

use super::data::{Data, Place};
use crate::store::Store;

/// 遷移: which chronicle is made or brought up.
#[derive(Debug, Args)]
pub(super) struct MigrateOrder {
    #[command(flatten)]
    data: Data,
}

/// Migrates, and says from which form to which. A file is migrated whenever it is opened.
///
/// # Errors
/// When the tables cannot be made, or are of a newer release.
pub(super) async fn run(order: &MigrateOrder, out: &mut dyn Write) -> anyhow::Result<()> {
    let place = order.data.place();
    let Place::Database(url) = &place else {
        let store = place.open().await?;
        store.close().await;
        writeln!(out, "the chronicle `{place}` has the form of this release")?;
        return Ok(());
    };
    let migrated = Store::migrate_postgres(url)
        .await
        .with_context(|| format!("cannot migrate the chronicle `{place}`"))?;
    match (migrated.from, migrated.to) {
        (0, to) => writeln!(out, "a chronicle of form {to} was made in `{place}`"),
        (from, to) if from == to => writeln!(out, "`{place}` has form {to} already"),
        (from, to) => writeln!(out, "`{place}` was brought from form {from} to {to}"),
    }?;
    Ok(())
}
