//! 登入: log-in, log-out, and the password.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Form};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::html;
use crate::access::{Account, Right, passwords};
use crate::console::people::{LogIn, Password};
use crate::http::Service;
use crate::http::asked::Query;
use crate::http::auth::{LoggedIn, Visitor};
use crate::http::browser::within;
use crate::http::error::Problem;

/// Where somebody wanted to go.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    next: String,
    /// The language is the frame's.
    #[serde(default)]
    #[allow(dead_code, reason = "read by the frame from the query itself")]
    lang: Option<String>,
}

/// What the form of the log-in sends.
#[derive(Deserialize)]
pub struct Sent {
    account: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// What the form of the password sends.
#[derive(Deserialize)]
pub struct Change {
    present: String,
    password: String,
    again: String,
}

fn to(address: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((header::LOCATION, address));
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

/// The form.
pub async fn log_in_form(
    request: HttpRequest,
    wanted: Query<Wanted>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let frame = service.frame(&request).await?;
    html(&LogIn {
        frame,
        next: within(&wanted.next).to_owned(),
        account: String::new(),
        failed: false,
    })
}

/// Logs somebody in.
pub async fn log_in(
    request: HttpRequest,
    sent: Form<Sent>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    service.limits.tries(service.address(&request))?;
    let Sent { account, password, next } = sent.into_inner();
    match service.gate.log_in(&account, &password, service.clock.now()).await? {
        LoggedIn::Yes(cookie) => {
            service
                .enter(&account, "logged-in", String::new(), service.address(&request).to_string())
                .await?;
            let next = match within(&next) {
                "/" => service.home(&account).await?,
                next => next,
            };
            Ok(to(next).cookie(cookie).finish())
        }
        LoggedIn::No(known) => {
            // A name that is no account may be a password typed into the wrong field.
            let who = known.unwrap_or_default();
            service
                .enter(&who, "log-in-failed", String::new(), service.address(&request).to_string())
                .await?;
            let frame = service.frame(&request).await?;
            let next = within(&next).to_owned();
            let mut answer = html(&LogIn { frame, next, account, failed: true })?;
            *answer.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(answer)
        }
    }
}

impl Service {
    /// The first page of an account: who sees no case begins with the accounts.
    async fn home(&self, account: &str) -> Result<&'static str, Problem> {
        let grants = self.gate.grants().await?;
        let reads = |held: &Account| held.grant().has(Right::Read);
        let home = grants.account(account).is_none_or(reads);
        Ok(if home { "/" } else { "/administration/accounts" })
    }
}

/// Logs somebody out.
pub async fn log_out(
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let gone = service.gate.log_out(&request).await?;
    if let Some(visitor) = visitor {
        service
            .enter(
                &visitor.grant.token,
                "logged-out",
                String::new(),
                service.address(&request).to_string(),
            )
            .await?;
    }
    Ok(to("/login").cookie(gone).finish())
}

/// The form by which a password is changed.
pub async fn password_form(
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let frame = service.frame(&request).await?;
    html(&Password { frame, wrong: None })
}

/// Changes the password of whoever is logged in, and begins a new session: every other one ends.
pub async fn change_password(
    request: HttpRequest,
    sent: Form<Change>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let session = visitor.and_then(|visitor| visitor.session);
    let account = session.map(|session| session.account);
    let account = account.ok_or_else(|| Problem::forbidden("only who is logged in has one"))?;
    let Change { present, password, again } = sent.into_inner();
    let wrong = match password == again {
        false => Some("people.not_the_same"),
        true => passwords::lawful(&account, &password).err().map(|_| "people.unlawful"),
    };
    let now = service.clock.now();
    let wrong = match wrong {
        Some(wrong) => Some(wrong),
        None => match service.gate.is_password(&account, &present, now).await? {
            true if present == password => Some("people.the_same"),
            true => None,
            false => Some("people.wrong_present"),
        },
    };
    if wrong.is_some() {
        let frame = service.frame(&request).await?;
        let mut answer = html(&Password { frame, wrong })?;
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(answer);
    }
    passwords::set(&service.store, &account, &password, false, false).await?;
    service
        .enter(&account, "password-changed", String::new(), service.address(&request).to_string())
        .await?;
    match service.gate.log_in(&account, &password, now).await? {
        LoggedIn::Yes(cookie) => Ok(to(service.home(&account).await?).cookie(cookie).finish()),
        LoggedIn::No(_) => Ok(to("/login").finish()),
    }
}
