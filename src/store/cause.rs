//! What a database answered, as the last link of a chain of errors: the library's error says its
//! cause and gives it as a source too, so that whoever tells the chain would say it twice.

use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// An error of a database. Shared, since every sender of a batch receives it.
#[derive(Debug, Clone)]
pub struct Cause(Arc<sqlx::Error>);

impl From<sqlx::Error> for Cause {
    fn from(error: sqlx::Error) -> Self {
        Self(Arc::new(error))
    }
}

impl Deref for Cause {
    type Target = sqlx::Error;

    fn deref(&self) -> &sqlx::Error {
        &self.0
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Cause {}
