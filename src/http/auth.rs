//! 鑑權: who comes. A system shows a token, somebody who is logged in a session; what either may do
//! is in `access`, what an address asks in `rights`.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration as Lasting;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};

use super::error::Problem;
use super::rights::{Row, reads};
use crate::access::passwords::{self, Purpose, Tried};
use crate::access::sessions::{self, Session};
use crate::access::{Grant, Grants, Table};
use crate::store::{Store, StoreError};

const BEARER: &str = "Bearer realm=\"tongjian\"";
const BASIC: &str = "Basic realm=\"tongjian\", charset=\"UTF-8\"";

/// Whether tokens and log-in are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody may do everything: the demonstration, on loopback only.
    Open,
    /// A token or a session is needed.
    Tokens,
}

/// 來者: who sent a request.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// What he may do.
    pub grant: Grant,
    /// His session, where he is logged in.
    pub(crate) session: Option<Session>,
}

/// 門: every request passes it.
#[derive(Debug)]
pub struct Gate {
    table: Option<Table>,
    store: Store,
    /// Whether browsers reach the service over TLS.
    pub(super) secure: bool,
}

impl Gate {
    /// The gate of this chronicle.
    ///
    /// # Errors
    /// [`StoreError`] when the grants cannot be read.
    pub async fn open(access: Access, secure: bool, store: &Store) -> Result<Self, StoreError> {
        let table = match access {
            Access::Open => None,
            Access::Tokens => Some(Table::open(store).await?),
        };
        Ok(Self { table, store: store.clone(), secure })
    }

    /// Whether everybody may do everything.
    pub(super) fn is_open(&self) -> bool {
        self.table.is_none()
    }

    /// Who sent a request; `None` where he showed nothing.
    ///
    /// # Errors
    /// 401 when what he showed is unknown, revoked or out of date; 503 when that cannot be read.
    pub(super) async fn visitor(
        &self,
        request: &HttpRequest,
        now: DateTime<Utc>,
    ) -> Result<Option<Visitor>, Problem> {
        let Some(table) = &self.table else {
            return Ok(Some(Visitor { grant: Grant::open(), session: None }));
        };
        if let Some(token) = token(request) {
            let grants = table.grants().await?;
            let grant =
                grants.find(&token).ok_or_else(|| unknown(request, "the token is not known"))?;
            if grant.revoked {
                return Err(unknown(request, "the token was revoked"));
            }
            if !grant.holds_at(now) {
                return Err(unknown(request, "the token's last day has passed"));
            }
            return Ok(Some(Visitor { grant: grant.clone(), session: None }));
        }
        let Some(cookie) = request.cookie(self.cookie_name()) else { return Ok(None) };
        let Some(session) = sessions::of(&self.store, cookie.value(), now).await? else {
            return Ok(None);
        };
        let grants = table.grants().await?;
        let account = grants.account(&session.account).filter(|account| account.holds_at(now));
        Ok(account.map(|account| Visitor { grant: account.grant(), session: Some(session) }))
    }

    /// What whoever sent a request may do now, while its answer is still being written; `None`
    /// where he may no longer ask for it.
    ///
    /// # Errors
    /// 503 when that cannot be read.
    pub(super) async fn still_may(
        &self,
        request: &HttpRequest,
        now: DateTime<Utc>,
    ) -> Result<Option<Grant>, Problem> {
        let visitor = match self.visitor(request, now).await {
            Err(problem) if problem.code() == "unauthenticated" => return Ok(None),
            other => other?,
        };
        let row = request.match_pattern().and_then(|pattern| Row::of(&pattern));
        let right = row.map(|row| row.asks(request.method()));
        let may = |grant: &Grant| right.is_some_and(|right| grant.has(right));
        let sworn = |visitor: &Visitor| visitor.session.as_ref().is_none_or(|of| !of.must_change);
        Ok(visitor.filter(sworn).map(|visitor| visitor.grant).filter(may))
    }

    /// Logs somebody in; answers what his browser shall hold, or until when no try is judged.
    pub(super) async fn log_in(
        &self,
        account: &str,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<LoggedIn, Problem> {
        let grants = self.grants().await?;
        let known = grants.account(account).is_some_and(|account| account.holds_at(now));
        // Nobody learns from the answer or from how long it took whether there is such an account.
        let name = if known { account } else { "" };
        match passwords::judge(&self.store, (name, password), Purpose::LogIn, now).await? {
            Tried::Right(verifier) => {
                let secret = sessions::begin(&self.store, account, verifier.edition, now).await?;
                Ok(LoggedIn::Yes(self.cookie(secret)))
            }
            Tried::Wrong if known => Ok(LoggedIn::No(Some(account.to_owned()))),
            Tried::Locked(_) => Ok(LoggedIn::No(Some(account.to_owned()))),
            Tried::Wrong => Ok(LoggedIn::No(None)),
        }
    }

    /// Whether this is the password of an account; each try counts as one of a log-in.
    pub(super) async fn is_password(
        &self,
        account: &str,
        password: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, Problem> {
        let tried =
            passwords::judge(&self.store, (account, password), Purpose::Change, now).await?;
        Ok(matches!(tried, Tried::Right(_)))
    }

    /// Ends the session that came with a request; answers what takes it from the browser.
    pub(super) async fn log_out(&self, request: &HttpRequest) -> Result<Cookie<'static>, Problem> {
        if let Some(cookie) = request.cookie(self.cookie_name()) {
            sessions::end(&self.store, cookie.value()).await?;
        }
        let mut gone = self.cookie(String::new());
        gone.make_removal();
        Ok(gone)
    }

    /// What is granted now; nothing where nothing is asked for.
    pub(super) async fn grants(&self) -> Result<std::sync::Arc<Grants>, Problem> {
        match &self.table {
            None => Ok(std::sync::Arc::default()),
            Some(table) => Ok(table.grants().await?),
        }
    }

    /// A name that browsers give back over TLS and to this host alone, where there is TLS.
    const fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-tongjian" } else { "tongjian" }
    }

    fn cookie(&self, secret: String) -> Cookie<'static> {
        // Links from boards and letters lead into the console: `Strict` would show the log-in.
        Cookie::build(self.cookie_name(), secret)
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .max_age(Lasting::hours(12))
            .finish()
    }
}

/// What became of a log-in.
pub(super) enum LoggedIn {
    /// He is in, and his browser holds this.
    Yes(Cookie<'static>),
    /// He is not; the account, where there is one.
    No(Option<String>),
}

/// Nobody known sent the request. Programs that read pages are told the way of HTTP Basic.
pub(super) fn unknown(request: &HttpRequest, detail: &str) -> Problem {
    let data = request.path().starts_with("/v1/") || request.path() == "/metrics";
    Problem::unauthenticated(if data { BEARER } else { BASIC }, detail)
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
    if scheme.eq_ignore_ascii_case("basic") && reads(request.method()) {
        let text = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
        return text.split_once(':').map(|(_, password)| password.to_owned());
    }
    None
}
