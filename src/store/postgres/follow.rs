//! Hearing of what other processes append: told by the database, and by asking where that fails.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::super::appender::tell;
use super::read;

/// The channel that is notified of each new head.
const CHANNEL: &str = "tongjian_head";
/// How long nothing may be heard before the head is read all the same.
const SILENCE: Duration = Duration::from_secs(1);
/// At most so often are the others told.
const BETWEEN: Duration = Duration::from_millis(20);

/// Keeps `head` at the chronicle's end, and tells the other processes when it moves.
pub(super) async fn run(readers: PgPool, head: Arc<watch::Sender<u64>>) {
    tokio::join!(listen(&readers, &head), announce(&readers, head.subscribe()));
}

/// A listener that is lost is replaced; what was missed meanwhile is read.
async fn listen(readers: &PgPool, head: &watch::Sender<u64>) {
    let mut listener: Option<PgListener> = None;
    loop {
        if listener.is_none() {
            listener = connect(readers).await;
        }
        match &mut listener {
            Some(connected) => {
                // Whatever was heard, or nothing for a while: the head says what is there.
                if let Ok(Err(_) | Ok(None)) = timeout(SILENCE, connected.try_recv()).await {
                    listener = None;
                }
            }
            None => sleep(SILENCE).await,
        }
        match read::head(readers).await {
            Ok(read) => tell(head, read.position),
            Err(error) => {
                tracing::warn!(%error, "the head could not be read");
                sleep(SILENCE).await;
            }
        }
    }
}

async fn connect(readers: &PgPool) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(readers).await.ok()?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await.ok()?;
    Some(listener)
}

/// Not within an append's transaction: notifying would make commits wait for each other. Several
/// moves are told as one.
async fn announce(readers: &PgPool, mut moved: watch::Receiver<u64>) {
    while moved.changed().await.is_ok() {
        let position = *moved.borrow_and_update();
        let told = sqlx::query(include_str!("../sql/postgres/notify_head.sql"))
            .bind(position.to_string())
            .execute(readers)
            .await;
        if let Err(error) = told {
            tracing::debug!(%error, "the others were not told; they ask each second");
        }
        sleep(BETWEEN).await;
    }
}
