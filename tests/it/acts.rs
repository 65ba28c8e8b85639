//! Acts for tests, made from numbers: the same number gives the same id.

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tongjian::store::{Command, Expected, Store};
use tongjian_events::{Act, Submission};
use uuid::Uuid;

/// A chronicle of one's own, which goes with it.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    /// Where an SQLite chronicle lies.
    pub(crate) folder: TempDir,
    /// Where a PostgreSQL chronicle is reached.
    url: Option<String>,
}

impl Fresh {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("chronicle.db")).await.unwrap();
        Self { store, folder, url: None }
    }

    pub(crate) async fn postgres() -> Self {
        let url = crate::postgres::database().await;
        let store = Store::open_postgres(&url).await.unwrap();
        Self { store, folder: tempfile::tempdir().unwrap(), url: Some(url) }
    }

    /// As a command names it.
    pub(crate) fn place(&self) -> String {
        let file = || self.folder.path().join("chronicle.db").to_str().unwrap().to_owned();
        self.url.clone().unwrap_or_else(file)
    }

    /// The same chronicle opened once more, as another process would.
    pub(crate) async fn again(&self) -> Store {
        match &self.url {
            Some(url) => Store::open_postgres(url).await.unwrap(),
            None => Store::open(&self.folder.path().join("chronicle.db")).await.unwrap(),
        }
    }
}

/// A UUIDv7 made from a number.
pub(crate) fn id(number: u64) -> Uuid {
    let bits = (0x0119_0000_0000_u128 << 80) | (0x7 << 76) | (0x8 << 60) | u128::from(number);
    Uuid::from_u128(bits)
}

/// An instant of 1 July 2008 at Nantong, `HH:MM:SS.ffffff`.
pub(crate) fn at(time: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(&format!("2008-07-01T{time}+08:00")).unwrap().to_utc()
}

/// A one-off notice: the number is its id, the text what is missing.
pub(crate) fn notice(number: u64, stream: &str, missing: &str) -> Act {
    submitted(
        number,
        stream,
        "09:00:00",
        "case.OneOffNoticeGiven",
        &format!("{{\"missing\":[\"{missing}\"]}}"),
    )
}

/// Any act: its body as JSON text.
pub(crate) fn submitted(number: u64, stream: &str, time: &str, event: &str, body: &str) -> Act {
    let text = format!(
        r#"{{"id":"{}","stream":"{stream}","event":"{event}","version":1,
            "occurred_at":"2008-07-01T{time}+08:00","actor":{{"kind":"staff","id":"s-1"}},
            "source":{{"site":"320681105000"}},"body":{body}}}"#,
        id(number)
    );
    Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap()
}

/// A command of notices received at 10:00.
pub(crate) fn command(stream: &str, expected: Expected, acts: Vec<Act>) -> Command {
    Command { stream: stream.parse().unwrap(), expected, acts, received_at: at("10:00:00") }
}

/// A command of one notice, whatever the stream holds.
pub(crate) fn one(number: u64, stream: &str) -> Command {
    command(stream, Expected::Any, vec![notice(number, stream, "form")])
}
