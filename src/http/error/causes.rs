//! 緣由: what the chronicle, the questions to it and the grants say of themselves, as problems.

use actix_web::http::{StatusCode, header};

use super::Problem;
use crate::access::AccessError;
use crate::query::QueryError;
use crate::store::{AppendError, StoreError};

impl From<StoreError> for Problem {
    fn from(failure: StoreError) -> Self {
        tracing::error!(error = ?failure, "the store failed");
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "store-failed", "The chronicle cannot answer", failure.to_string())
            .with_header(header::RETRY_AFTER, "5")
    }
}

impl From<AppendError> for Problem {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Refused(refusal) => refusal.into(),
            AppendError::Store(failure) => failure.into(),
            AppendError::Busy => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "busy",
                "Too many commands are waiting",
                error.to_string(),
            )
            .with_header(header::RETRY_AFTER, "1"),
        }
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Append(inner) => inner.into(),
            AccessError::Store(inner) => inner.into(),
            AccessError::Cabinet(_) | AccessError::NoRandomBytes(_) => {
                Self::internal(error.to_string())
            }
            other => Self::malformed(other.to_string()),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Store(inner) => inner.into(),
            QueryError::NoSuchCase { .. } => Self::not_found(error.to_string()),
            QueryError::NotCovered { .. } => Self::not_found(error.to_string()).outside(),
            QueryError::OtherWalk { ref rule } => {
                Self::malformed(error.to_string()).in_field("cursor").by_rule(rule)
            }
            QueryError::PastTheEnd { head, .. } => {
                let rule = format!("at most the last position, {head}");
                Self::malformed(error.to_string()).in_field("known_at").by_rule(rule)
            }
        }
    }
}
