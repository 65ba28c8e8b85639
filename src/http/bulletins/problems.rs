//! 問題: why something was not done with a bulletin, as an HTTP answer.

use actix_web::http::StatusCode;

use crate::bulletin::draft::DraftError;
use crate::bulletin::life::{LifeError, Refused};
use crate::bulletin::render::RenderError;
use crate::http::error::Problem;
use crate::store::AppendError;

impl From<LifeError> for Problem {
    fn from(error: LifeError) -> Self {
        match error {
            LifeError::Refused(refused) => refused.into(),
            LifeError::Outside(refused) => Problem::from(refused).outside(),
            LifeError::Content(error) => error.into(),
            LifeError::Past(error) => error.into(),
            LifeError::Store(error) => error.into(),
            LifeError::Append(error) => error.into(),
            LifeError::Unlawful(rule) => Problem::malformed(&*rule).by_rule(rule),
            LifeError::Unwritable(error) => Problem::internal(error.to_string()),
            LifeError::Busy => AppendError::Busy.into(),
        }
    }
}

impl From<DraftError> for Problem {
    fn from(error: DraftError) -> Self {
        match error {
            DraftError::Store(error) => error.into(),
            DraftError::NoSuchSite { .. } => {
                let rule = error.to_string();
                Problem::malformed(&*rule).in_field("scope").by_rule(rule)
            }
            DraftError::NoRules { .. } | DraftError::Rule { .. } => {
                let title = "It does not stand so";
                Problem::new(StatusCode::CONFLICT, "no-rules", title, error.to_string())
            }
            DraftError::Unasked(_) => Problem::internal(error.to_string()),
            DraftError::Restless => Problem::being_made(error.to_string()),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, title) = match &refused {
            Refused::NotDrafted { .. } => (StatusCode::NOT_FOUND, "There is no such thing"),
            Refused::OwnDraft { .. } | Refused::OwnReview { .. } => {
                (StatusCode::FORBIDDEN, "Not allowed")
            }
            _ => (StatusCode::CONFLICT, "It does not stand so"),
        };
        let code = refused.code();
        Problem::new(status, code, title, refused.to_string()).by_rule(code)
    }
}

impl From<RenderError> for Problem {
    fn from(error: RenderError) -> Self {
        Problem::internal(error.to_string())
    }
}
