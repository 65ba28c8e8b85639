//! Where the chronicle is: a file, or a database that several processes share.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use clap::Args;

use crate::access::operator;
use crate::bulletin::contents::Contents;
use crate::clock::Clock;
use crate::store::Store;
use crate::store::cabinet::Trail;

/// The file that is meant where nothing is said.
const FILE: &str = "tongjian.db";

/// The chronicle that a command reads or writes.
#[derive(Debug, Clone, Args)]
pub(super) struct Data {
    /// The chronicle: an SQLite file, or the address of a PostgreSQL database (postgres://…).
    /// Without it DATABASE_URL, or else the file tongjian.db
    #[arg(long, value_name = "FILE|URL", env = "TONGJIAN_DATA", hide_env_values = true)]
    data: Option<Place>,
    #[arg(long, hide = true, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<Place>,
    /// The folder where contents of bulletins and the lines behind their figures are kept; beside
    /// an SQLite chronicle where nothing is said
    #[arg(long, value_name = "FOLDER", env = "TONGJIAN_BULLETINS", hide_short_help = true)]
    bulletins: Option<PathBuf>,
}

/// A file or a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// An SQLite file.
    File(PathBuf),
    /// The address of a PostgreSQL database.
    Database(String),
}

impl FromStr for Place {
    type Err = Infallible;

    /// An address that is not understood is no file either: it may hold a password.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_address = text.contains("://");
        Ok(if is_address { Self::Database(text.into()) } else { Self::File(text.into()) })
    }
}

/// Without user, password and parameters: it is shown and logged.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Database(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let before = rest.split('?').next().unwrap_or_default();
                match before.rsplit_once('@') {
                    Some((_, host)) => write!(f, "{scheme}://{host}"),
                    // A password that holds the `?` itself.
                    None if rest.contains('@') => write!(f, "{scheme}://…"),
                    None => write!(f, "{scheme}://{before}"),
                }
            }
        }
    }
}

impl Place {
    /// Opens a chronicle that must be there already: a question makes no file.
    pub(super) async fn open_existing(&self) -> anyhow::Result<Store> {
        if let Self::File(path) = self {
            anyhow::ensure!(path.is_file(), "there is no chronicle at `{self}`");
        }
        self.open().await
    }

    /// Opens a chronicle, making it if it is a file that is not there.
    pub(super) async fn open(&self) -> anyhow::Result<Store> {
        match self {
            Self::File(path) => Store::open(path).await,
            Self::Database(url) => Store::open_postgres(url).await,
        }
        .with_context(|| format!("cannot open the chronicle `{self}`"))
    }
}

impl Data {
    /// The place that is meant.
    pub(super) fn place(&self) -> Place {
        let said = self.data.as_ref().or(self.database_url.as_ref());
        said.cloned().unwrap_or_else(|| Place::File(FILE.into()))
    }

    /// Opens a chronicle that must be there already.
    pub(super) async fn open_existing(&self) -> anyhow::Result<Store> {
        self.place().open_existing().await
    }

    /// Opens a chronicle, making it if it is a file that is not there.
    pub(super) async fn open(&self) -> anyhow::Result<Store> {
        self.place().open().await
    }

    /// The contents of bulletins at hand: in the folder that is named, or beside an SQLite
    /// chronicle.
    pub(super) fn contents(&self) -> Contents {
        if let Some(folder) = &self.bulletins {
            return Contents::new(Some(folder));
        }
        match self.place() {
            Place::File(path) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                Contents::new(Some(&path.with_file_name(format!("{stem}-bulletins"))))
            }
            Place::Database(_) => Contents::default(),
        }
    }

    /// Refuses to write `output` over the chronicle or over an input.
    pub(super) fn not_under(&self, output: &Path, inputs: &[&Path]) -> anyhow::Result<()> {
        match self.place() {
            Place::File(path) => super::output::not_over(output, Some(&path), inputs),
            Place::Database(_) => super::output::not_over(output, None, inputs),
        }
    }
}

/// 留痕: enters in the audit trail that an order gives away what the chronicle holds. Whoever sits
/// at the machine has the chronicle in his hands: where it cannot be entered, as on a copy that is
/// only read, the order goes on and says so.
#[allow(clippy::print_stderr, reason = "the command line's own report")]
pub(super) async fn remember(store: &Store, clock: Clock, order: &str, asked: String) {
    let entered = async {
        let who = operator()?.to_string();
        let trail = Trail { who, did: "exported", subject: order.into(), detail: asked };
        anyhow::Ok(store.enter(trail, clock.now()).await?)
    };
    if let Err(why) = entered.await {
        eprintln!("tongjian: `{order}` was not entered in the audit trail: {why:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_opens_it() {
        for (written, shown) in [
            ("postgres://clerk:s3cret@db.local:5432/city", "postgres://db.local:5432/city"),
            ("postgresql:///city?host=/run&password=s3cret", "postgresql:///city"),
            ("postgres://a:p@ss@db/city?sslmode=require", "postgres://db/city"),
            ("postgres://a:s3?ret@db/city", "postgres://…"),
            ("postgres:///city?host=/run&password=s3@ret", "postgres://…"),
            ("data/city.db", "data/city.db"),
        ] {
            let Ok(place) = written.parse::<Place>();
            assert_eq!(place.to_string(), shown);
        }
    }

    #[tokio::test]
    async fn an_address_that_is_not_understood_is_no_file_and_is_not_shown() {
        for written in ["POSTGRES://a:s3cret@db/city", "mysql://a:s3cret@db/city"] {
            let Ok(place) = written.parse::<Place>();
            let said = format!("{:#}", place.open().await.unwrap_err());
            assert!(said.contains("begins with postgres://"), "{said}");
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
