//! Acts for tests, made from numbers: the same number gives the same id.

use std::str::FromStr as _;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};
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

    /// Another one, in a database of the same kind.
    pub(crate) async fn another(&self) -> Self {
        match &self.url {
            Some(_) => Self::postgres().await,
            None => Self::sqlite().await,
        }
    }

    /// Where it is, as the command line is told.
    pub(crate) fn place(&self) -> String {
        let file = self.folder.path().join("chronicle.db");
        self.url.clone().unwrap_or_else(|| file.display().to_string())
    }

    /// The statement of this backend.
    pub(crate) fn either<'a>(&self, sqlite: &'a str, postgres: &'a str) -> &'a str {
        if self.url.is_some() { postgres } else { sqlite }
    }

    /// Asks the read tables by hand for texts.
    pub(crate) async fn ask(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.url {
            Some(url) => sqlx::query_scalar(sql).fetch_all(&mut at_postgres(url).await).await,
            None => sqlx::query_scalar(sql).fetch_all(&mut self.at_sqlite().await).await,
        }
        .unwrap()
    }

    /// Changes the read tables by hand.
    pub(crate) async fn by_hand(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.url {
            Some(url) => {
                sqlx::raw_sql(sql).execute(&mut at_postgres(url).await).await.unwrap();
            }
            None => {
                let mut hand = self.at_sqlite().await;
                sqlx::raw_sql(sql).execute(&mut hand).await.unwrap();
                hand.close().await.unwrap();
            }
        }
    }

    /// The same chronicle in PostgreSQL, as this role reaches it.
    pub(crate) async fn again_as(&self, role: &str) -> Store {
        Store::open_postgres(&self.url_as(role)).await.unwrap()
    }

    /// Asks the read tables in PostgreSQL as this role.
    pub(crate) async fn ask_as(&self, role: &str, sql: &str) -> sqlx::Result<Vec<String>> {
        let mut hand = at_postgres(&self.url_as(role)).await;
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut hand).await
    }

    fn url_as(&self, role: &str) -> String {
        self.url.as_ref().unwrap().replace("user=postgres", &format!("user={role}"))
    }

    async fn at_sqlite(&self) -> SqliteConnection {
        let path = self.folder.path().join("chronicle-read.db");
        SqliteConnectOptions::new().filename(path).connect().await.unwrap()
    }

    /// The same chronicle opened once more, as another process would.
    pub(crate) async fn again(&self) -> Store {
        match &self.url {
            Some(url) => Store::open_postgres(url).await.unwrap(),
            None => Store::open(&self.folder.path().join("chronicle.db")).await.unwrap(),
        }
    }
}

async fn at_postgres(url: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(url).unwrap();
    options.options([("search_path", "read_tables")]).connect().await.unwrap()
}

/// Runs each test on each backend; each takes a chronicle of its own.
macro_rules! on_both {
    (@$module:ident $backend:ident $( $name:ident )*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(crate::acts::Fresh::$backend().await).await;
                }
            )*
        }
    };
    ($( $name:ident )*) => {
        crate::acts::on_both!(@on_sqlite sqlite $( $name )*);
        crate::acts::on_both!(@on_postgres postgres $( $name )*);
    };
}
pub(crate) use on_both;

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

/// Any act of 1 July 2008: its body as JSON text.
pub(crate) fn submitted(number: u64, stream: &str, time: &str, event: &str, body: &str) -> Act {
    happened(number, stream, &format!("2008-07-01T{time}"), event, body)
}

/// Any act, at this time of Nantong's clocks.
pub(crate) fn happened(number: u64, stream: &str, at: &str, event: &str, body: &str) -> Act {
    let text = format!(
        r#"{{"id":"{}","stream":"{stream}","event":"{event}","version":1,
            "occurred_at":"{at}+08:00","actor":{{"kind":"staff","id":"s-1"}},
            "source":{{"site":"320681105000"}},"body":{body}}}"#,
        id(number)
    );
    Act::check(serde_json::from_str::<Submission>(&text).unwrap()).unwrap()
}

/// The same act, entered at another site.
pub(crate) fn at_site(act: &Act, site: &str) -> Act {
    let mut submission = act.submission().clone();
    submission.source.site = site.parse().unwrap();
    Act::check(submission).unwrap()
}

/// A command of notices received at 10:00.
pub(crate) fn command(stream: &str, expected: Expected, acts: Vec<Act>) -> Command {
    Command { stream: stream.parse().unwrap(), expected, acts, received_at: at("10:00:00") }
}

/// A command of one notice, whatever the stream holds.
pub(crate) fn one(number: u64, stream: &str) -> Command {
    command(stream, Expected::Any, vec![notice(number, stream, "form")])
}
