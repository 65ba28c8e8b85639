//! Hearing of what other processes append: told by the database, and by asking where that fails.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::super::StoreError;
use super::super::known::Known;
use super::read;

/// The channel that is notified of each new head.
const CHANNEL: &str = "tongjian_head";
/// How long nothing may be heard before the head is read all the same.
const SILENCE: Duration = Duration::from_secs(1);
/// At most so often are the others told.
const BETWEEN: Duration = Duration::from_millis(20);

/// Keeps what is `known` at the chronicle's end, and tells the other processes when it moves. What
/// was known must stay there, else the chronicle is `lost`.
pub(super) async fn run(
    readers: PgPool,
    known: Arc<Known>,
    lost: watch::Sender<Option<StoreError>>,
) {
    tokio::join!(listen(&readers, &known, &lost), announce(&readers, known.changes()));
}

/// A listener that is lost is replaced; what was missed meanwhile is read.
async fn listen(readers: &PgPool, known: &Known, lost: &watch::Sender<Option<StoreError>>) {
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
        match read::head_after(readers, &known.head()).await {
            Ok(head) => known.tell(head),
            Err(error @ StoreError::Lost { .. }) => {
                tracing::error!(%error, "another chronicle stands in the place of this one");
                lost.send_replace(Some(error));
                return;
            }
            Err(error) => {
                tracing::warn!(error = error.with_cause(), "the head could not be read");
                // A server that is gone without a word leaves a listener that hears nothing.
                listener = None;
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
