//! 鑑權: which grant a request comes under. Reading the header is all that is done here; what a
//! grant allows is in `access`.

use actix_web::HttpRequest;
use actix_web::http::{Method, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};

use super::error::Problem;
use crate::access::{Grant, Table};
use crate::store::{Store, StoreError};

const BEARER: &str = "Bearer realm=\"tongjian\"";
const BASIC: &str = "Basic realm=\"tongjian\", charset=\"UTF-8\"";

/// Whether tokens are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody may do everything: the demonstration, on loopback only.
    Open,
    /// A token is needed.
    Tokens,
}

/// 門: every request passes it.
#[derive(Debug)]
pub struct Gate {
    table: Option<Table>,
}

impl Gate {
    /// The gate of this chronicle.
    ///
    /// # Errors
    /// [`StoreError`] when the grants cannot be read.
    pub async fn open(access: Access, store: &Store) -> Result<Self, StoreError> {
        let table = match access {
            Access::Open => None,
            Access::Tokens => Some(Table::open(store).await?),
        };
        Ok(Self { table })
    }

    /// The grant that the request's token gives.
    ///
    /// # Errors
    /// 401 when there is none, it is unknown, revoked or out of date; 503 when the chronicle
    /// cannot be read.
    pub async fn grant(&self, request: &HttpRequest, now: DateTime<Utc>) -> Result<Grant, Problem> {
        let Some(table) = &self.table else { return Ok(Grant::open()) };
        let challenge = if is_page(request) { BASIC } else { BEARER };
        let deny = |detail: &str| Err(Problem::unauthenticated(challenge, detail));
        let Some(token) = token(request) else {
            return deny("no token came; send `Authorization: Bearer tj_…`");
        };
        let Some(grant) = table.grant(&token).await? else {
            return deny("the token is not known");
        };
        if grant.revoked {
            return deny("the token was revoked");
        }
        if !grant.holds_at(now) {
            return deny("the token's last day has passed");
        }
        Ok(grant)
    }

    /// The grant of a request that reads.
    ///
    /// # Errors
    /// As [`Gate::grant`], and 403 when the token may not read.
    pub async fn reader(
        &self,
        request: &HttpRequest,
        now: DateTime<Utc>,
    ) -> Result<Grant, Problem> {
        let grant = self.grant(request, now).await?;
        if grant.may_read {
            return Ok(grant);
        }
        Err(Problem::forbidden(format!("the token `{}` may not read", grant.token)))
    }
}

/// Pages are read in browsers, which ask for a password but cannot send a bearer token.
fn is_page(request: &HttpRequest) -> bool {
    !request.path().starts_with("/v1/") && request.path() != "/metrics"
}

/// The token of a request. As the password of HTTP Basic it is taken for reading only, so that no
/// page of another origin can make a browser append with it.
fn token(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.to_owned());
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if scheme.eq_ignore_ascii_case("basic") && reads {
        let text = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
        return text.split_once(':').map(|(_, password)| password.to_owned());
    }
    None
}
