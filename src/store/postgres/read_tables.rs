//! The read tables in PostgreSQL: in the chronicle's database, in a schema of their own. They hold
//! nothing that cannot be made again, so that no commit of theirs waits for the disk; what a crash
//! takes away it takes together with the checkpoint.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, PgConnection};

use super::failed;
use crate::store::StoreError;

pub(crate) use answer::{answer_of_pool, each};
pub(crate) use duties::due;
pub(crate) use generations::{
    advance, begin, begin_reading, checkpoints, commit, discard, filled, index, make, replace,
    roll_back, stop, take_back,
};
pub(crate) use lines::{apply, insert, rederive};
pub(crate) use marks::{dockets_after, dockets_of, facts_of, mark, marks, unmark};
pub(crate) use questions::{lines_of, listed, stray_line, whole_rows};
pub(crate) use rows::{count_after, keys_after, rows_of, rows_within};

mod answer;
mod copied;
mod duties;
mod generations;
mod lines;
mod marks;
mod questions;
mod rows;

/// A connection that writes the read tables.
pub(super) async fn writer(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let options = options.clone().options([("synchronous_commit", "off")]);
    options.connect().await.map_err(failed("open the read tables for writing"))
}

/// Indexes are made in memory where they fit.
pub(super) async fn filler(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let options = options.clone().options([("maintenance_work_mem", "128MB")]);
    writer(&options).await
}
