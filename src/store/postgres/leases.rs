//! Leases: which of several processes does what needs to be done once. The database's clock alone
//! says when one ends. Nothing is right because a lease is held: whoever writes a read table moves
//! its checkpoint from where he found it, and whoever appends repeats nothing.

use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;

use super::failed;
use crate::store::StoreError;

/// Takes a lease that nobody holds, or holds on to one's own; answers how often it has changed
/// hands, or `None` while another holds it.
pub(super) async fn take(
    pool: &PgPool,
    owner: Uuid,
    name: &str,
    lasts: Duration,
) -> Result<Option<u64>, StoreError> {
    let epoch: Option<i64> = sqlx::query_scalar(include_str!("../sql/postgres/take_lease.sql"))
        .bind(name)
        .bind(owner)
        .bind(lasts.as_secs_f64())
        .fetch_optional(pool)
        .await
        .map_err(failed("take a lease"))?;
    Ok(epoch.map(i64::cast_unsigned))
}

/// Lets another take it at once.
pub(super) async fn give_back(pool: &PgPool, owner: Uuid, name: &str) -> Result<(), StoreError> {
    sqlx::query(include_str!("../sql/postgres/give_lease_back.sql"))
        .bind(name)
        .bind(owner)
        .execute(pool)
        .await
        .map_err(failed("give a lease back"))?;
    Ok(())
}
