//! What can be done to the read tables, whichever backend holds them.

use sqlx::{PgConnection, SqliteConnection};
use tongjian_projections::{Cell, Span};

use super::marks::holds_facts;
use super::{
    Begun, Change, Checkpoint, LineTable, Poison, Role, StoredRow, Tables, held_day, view_of,
};
use crate::store::StoreError;
use crate::store::postgres::read_tables as postgres;
use crate::store::sqlite::read_tables as sqlite;

/// A connection that writes the read tables.
#[derive(Debug)]
pub(crate) enum Writer {
    /// To the file beside the chronicle's.
    Sqlite(SqliteConnection),
    /// To the chronicle's database.
    Postgres(PgConnection),
}

impl Writer {
    /// Begins a transaction that writes.
    pub(crate) async fn begin(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::begin(writer).await,
            Self::Postgres(writer) => postgres::begin(writer).await,
        }
    }

    /// Begins a transaction in which every statement sees the tables as they stand now.
    pub(crate) async fn begin_reading(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::begin_reading(writer).await,
            Self::Postgres(writer) => postgres::begin_reading(writer).await,
        }
    }

    /// Commits what went well, and takes back what did not.
    pub(crate) async fn end<T, E: From<StoreError>>(
        &mut self,
        outcome: Result<T, E>,
    ) -> Result<T, E> {
        match (&mut *self, &outcome) {
            (Self::Sqlite(writer), Ok(_)) => sqlite::commit(writer).await?,
            (Self::Postgres(writer), Ok(_)) => postgres::commit(writer).await?,
            (_, Err(_)) => {
                // What went wrong says more than that it could not be taken back, too.
                if let Err(error) = self.roll_back().await {
                    tracing::debug!(%error, "a transaction was broken off");
                }
            }
        }
        outcome
    }

    /// Takes the transaction back.
    pub(crate) async fn roll_back(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::roll_back(writer).await,
            Self::Postgres(writer) => postgres::roll_back(writer).await,
        }
    }

    /// The generations of a projection, oldest first.
    pub(crate) async fn checkpoints(
        &mut self,
        projection: &str,
    ) -> Result<Vec<Checkpoint>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::checkpoints(writer, projection).await,
            Self::Postgres(writer) => postgres::checkpoints(writer, projection).await,
        }
    }

    /// The generation in this role, if there is one.
    pub(crate) async fn in_role(
        &mut self,
        projection: &str,
        role: Role,
    ) -> Result<Option<Checkpoint>, StoreError> {
        Ok(self.checkpoints(projection).await?.into_iter().find(|at| at.role == role))
    }

    /// Moves a checkpoint; `false` when it was no longer where `from` says.
    pub(crate) async fn advance(&mut self, from: &Checkpoint, to: u64) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::advance(writer, from, to).await,
            Self::Postgres(writer) => postgres::advance(writer, from, to).await,
        }
    }

    /// Writes down at which act a projection stopped, and why.
    pub(crate) async fn stop(
        &mut self,
        at: &Checkpoint,
        poison: &Poison,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::stop(writer, at, poison).await,
            Self::Postgres(writer) => postgres::stop(writer, at, poison).await,
        }
    }

    /// Moves on through which stream a filling generation is filled; `false` when it was no longer
    /// where `from` says.
    pub(crate) async fn filled(&mut self, from: &Checkpoint, to: &str) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::filled(writer, from, to).await,
            Self::Postgres(writer) => postgres::filled(writer, from, to).await,
        }
    }

    /// Makes the empty tables of a generation together with its checkpoint. What serves has its
    /// indexes and views from the start.
    pub(crate) async fn make(
        &mut self,
        tables: &Tables,
        begun: &Begun<'_>,
    ) -> Result<(), StoreError> {
        self.begin().await?;
        let made = match self {
            Self::Sqlite(writer) => sqlite::make(writer, tables, begun).await,
            Self::Postgres(writer) => postgres::make(writer, tables, begun).await,
        };
        self.end(made).await
    }

    /// Makes the indexes of a generation that was filled without them.
    pub(crate) async fn index(&mut self, tables: &Tables) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::index(writer, tables).await,
            Self::Postgres(writer) => postgres::index(writer, tables).await,
        }
    }

    /// Lets the views show a filled generation and retires the one before, in one transaction;
    /// `false`, and nothing is changed, while it lies behind the one that serves.
    pub(crate) async fn switch(
        &mut self,
        tables: &Tables,
        filled: &Checkpoint,
    ) -> Result<bool, StoreError> {
        self.begin().await?;
        let switched = self.replace(tables, filled).await;
        if let Ok(false) = switched {
            self.roll_back().await?;
            return Ok(false);
        }
        self.end(switched).await
    }

    /// Within a transaction. What the generations before and after speak of is marked.
    async fn replace(&mut self, tables: &Tables, filled: &Checkpoint) -> Result<bool, StoreError> {
        let before = self.in_role(tables.projection, Role::Serving).await?;
        let switched = match self {
            Self::Sqlite(writer) => sqlite::replace(writer, tables, filled).await?,
            Self::Postgres(writer) => postgres::replace(writer, tables, filled).await?,
        };
        if switched {
            let of = |line: &&LineTable| holds_facts(line.table);
            let now = tables.lines.iter().filter(of).map(|line| line.name.clone());
            let shown: Vec<&str> =
                tables.lines.iter().filter(of).map(|line| line.table.name).collect();
            let held = before.map(|at| at.tables).unwrap_or_default();
            let held = held.into_iter().filter(|name| shown.contains(&view_of(name)));
            for table in now.chain(held).collect::<Vec<_>>() {
                self.mark_all_of(&table).await?;
            }
        }
        Ok(switched)
    }

    /// Drops the tables of a generation that no view shows, and its checkpoint; `false`, and
    /// nothing is dropped, when it has another role by now.
    pub(crate) async fn discard(&mut self, at: &Checkpoint) -> Result<bool, StoreError> {
        self.begin().await?;
        let gone = match self {
            Self::Sqlite(writer) => sqlite::discard(writer, at).await,
            Self::Postgres(writer) => postgres::discard(writer, at).await,
        };
        self.end(gone).await
    }

    /// Makes a retired generation one that follows the chronicle beside the serving one; `false`
    /// when it is retired no longer.
    pub(crate) async fn take_back(&mut self, retired: &Checkpoint) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::take_back(writer, retired).await,
            Self::Postgres(writer) => postgres::take_back(writer, retired).await,
        }
    }

    /// The stored rows of these keys, as text.
    pub(crate) async fn rows_of(
        &mut self,
        tables: &Tables,
        keys: &[&str],
    ) -> Result<Vec<(String, String)>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::rows_of(writer, tables, keys).await,
            Self::Postgres(writer) => postgres::rows_of(writer, tables, keys).await,
        }
    }

    /// The keys after a key, at most `limit`.
    pub(crate) async fn keys_after(
        &mut self,
        tables: &Tables,
        after: &str,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::keys_after(writer, tables, after, limit).await,
            Self::Postgres(writer) => postgres::keys_after(writer, tables, after, limit).await,
        }
    }

    /// The rows after a key whose days overlap a span, at most `limit`.
    pub(crate) async fn rows_within(
        &mut self,
        tables: &Tables,
        after: &str,
        span: Span,
        limit: u32,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let span = Span { from: held_day(span.from), to: held_day(span.to) };
        match self {
            Self::Sqlite(writer) => sqlite::rows_within(writer, tables, after, span, limit).await,
            Self::Postgres(writer) => {
                postgres::rows_within(writer, tables, after, span, limit).await
            }
        }
    }

    /// How many rows there are after a key.
    pub(crate) async fn count_after(
        &mut self,
        tables: &Tables,
        after: &str,
    ) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::count_after(writer, tables, after).await,
            Self::Postgres(writer) => postgres::count_after(writer, tables, after).await,
        }
    }

    /// Writes changed rows, and their lines in place of the old ones; marks the dockets that they
    /// spoke or speak of.
    pub(crate) async fn apply(
        &mut self,
        tables: &Tables,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let touched = self.dockets_touched(tables, changes).await?;
        match self {
            Self::Sqlite(writer) => sqlite::apply(writer, tables, changes).await?,
            Self::Postgres(writer) => postgres::apply(writer, tables, changes).await?,
        }
        self.mark(touched).await
    }

    /// Derived anew: the lines and the span change, the row stays.
    pub(crate) async fn rederive(
        &mut self,
        tables: &Tables,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let touched = self.dockets_touched(tables, changes).await?;
        match self {
            Self::Sqlite(writer) => sqlite::rederive(writer, tables, changes).await?,
            Self::Postgres(writer) => postgres::rederive(writer, tables, changes).await?,
        }
        self.mark(touched).await
    }

    /// Writes rows that are new, with their lines; `false` when one is there already, and then the
    /// transaction must be taken back.
    pub(crate) async fn insert(
        &mut self,
        tables: &Tables,
        changes: &[Change],
    ) -> Result<bool, StoreError> {
        let written = match self {
            Self::Sqlite(writer) => sqlite::insert(writer, tables, changes).await,
            Self::Postgres(writer) => postgres::insert(writer, tables, changes).await,
        };
        match written {
            Err(StoreError::Database { source, .. }) if is_there_already(&source) => Ok(false),
            other => other.map(|()| true),
        }
    }

    /// The stored rows of these keys with their days.
    pub(crate) async fn whole_rows(
        &mut self,
        tables: &Tables,
        keys: &[String],
    ) -> Result<Vec<StoredRow>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::whole_rows(writer, tables, keys).await,
            Self::Postgres(writer) => postgres::whole_rows(writer, tables, keys).await,
        }
    }

    /// The stored lines of these keys, each after its key, in no order.
    pub(crate) async fn lines_of(
        &mut self,
        line: &LineTable,
        keys: &[String],
    ) -> Result<Vec<(String, Vec<Cell>)>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::lines_of(writer, line, keys).await,
            Self::Postgres(writer) => postgres::lines_of(writer, line, keys).await,
        }
    }

    /// The key of a line that no row has, if there is one.
    pub(crate) async fn stray_line(
        &mut self,
        tables: &Tables,
        line: &LineTable,
    ) -> Result<Option<String>, StoreError> {
        match self {
            Self::Sqlite(writer) => sqlite::stray_line(writer, tables, line).await,
            Self::Postgres(writer) => postgres::stray_line(writer, tables, line).await,
        }
    }
}

fn is_there_already(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
