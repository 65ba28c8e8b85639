//! 管理: accounts, tokens, and who looked at what. What is made here is shown once.

use actix_web::web::{Data, Form};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use serde::Deserialize;
use tongjian_events::policy::Role;
use tongjian_events::values::{Name, StaffId, Text};
use tongjian_events::{SiteCode, StreamKind};

use super::{Seat, html};
use crate::access::{self, AccessError, Grant, Grants, Opening, Wanted};
use crate::console::people::{Accounts, Once, Tokens, Trail};
use crate::http::Service;
use crate::http::auth::Visitor;
use crate::http::error::Problem;
use crate::store::cabinet::Asked;

/// How many entries of the trail stand on a page.
const PAGE: u32 = 100;

/// What the form of an account sends; `order` is the button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountForm {
    order: String,
    account: String,
    #[serde(default)]
    holder: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    sites: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    reason: String,
    #[allow(dead_code, reason = "checked before it comes here")]
    csrf: String,
}

/// The accounts.
pub(super) async fn accounts(seat: Seat) -> Result<HttpResponse, Problem> {
    let page = account_page(&seat.request, &seat.service, None, None).await?;
    html(&page)
}

async fn account_page(
    request: &HttpRequest,
    service: &Service,
    once: Option<Once>,
    wrong: Option<String>,
) -> Result<Accounts, Problem> {
    let frame = service.frame(request).await?;
    let grants = Grants::of(&service.store).await?;
    let own = service.visitor(request)?;
    let accounts = grants.accounts().filter(|account| own.covers_all(&account.sites));
    let accounts = accounts.cloned().collect();
    Ok(Accounts { frame, accounts, now: service.clock.now(), once, wrong })
}

/// Opens or closes an account, or gives it another password.
pub(super) async fn order_account(
    request: HttpRequest,
    form: Form<AccountForm>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let form = form.into_inner();
    let done = carry_out(&request, &service, &form).await;
    let (once, wrong) = told(done)?;
    html(&account_page(&request, &service, once, wrong).await?)
}

/// What became of an order: what is shown once, or the rule that was broken.
fn told(
    done: Result<Option<Once>, AccessError>,
) -> Result<(Option<Once>, Option<String>), Problem> {
    match done {
        Ok(once) => Ok((once, None)),
        Err(error @ (AccessError::Store(_) | AccessError::Cabinet(_))) => Err(error.into()),
        Err(error) => Ok((None, Some(error.to_string()))),
    }
}

async fn carry_out(
    request: &HttpRequest,
    service: &Service,
    form: &AccountForm,
) -> Result<Option<Once>, AccessError> {
    let (store, now) = (&service.store, service.clock.now());
    let by = by(request)?;
    let account = read("account", &form.account, StaffId::new)?;
    let own = own(request)?;
    let grants = Grants::of(store).await?;
    let held = grants.account(account.as_str()).map(|held| held.sites.as_slice());
    if held.is_some_and(|held| !own.covers_all(held)) {
        return Err(AccessError::NoAccount(account.to_string()));
    }
    let secret = match form.order.as_str() {
        "open" => {
            let opening = Opening {
                account: account.clone(),
                holder: read("holder", &form.holder, Name::new)?,
                role: read("role", &form.role, str::parse::<Role>)?,
                sites: sites(&form.sites)?,
                until_on: day(&form.until)?,
            };
            within(&own, &opening.sites)?;
            Some(access::open_account_once(store, opening, &by, now).await?)
        }
        "password" => Some(access::password_anew(store, account.as_str(), now).await?),
        "close" => {
            let reason = read("reason", &form.reason, Text::new)?;
            access::close_account(store, &account, &reason, &by, now).await?;
            None
        }
        other => return Err(AccessError::Unlawful(format!("`{other}` is no order"))),
    };
    let did = match form.order.as_str() {
        "open" => "account-opened",
        "password" => "password-given",
        _ => "account-closed",
    };
    remember(service, &by, did, &account.to_string()).await?;
    Ok(secret.map(|secret| Once { name: account.to_string(), secret }))
}

/// The tokens.
pub(super) async fn tokens(seat: Seat) -> Result<HttpResponse, Problem> {
    html(&token_page(&seat.request, &seat.service, None, None).await?)
}

async fn token_page(
    request: &HttpRequest,
    service: &Service,
    once: Option<Once>,
    wrong: Option<String>,
) -> Result<Tokens, Problem> {
    let frame = service.frame(request).await?;
    let grants = Grants::of(&service.store).await?;
    let own = service.visitor(request)?;
    let tokens = grants.tokens().filter(|token| own.covers_all(&token.sites));
    let tokens = tokens.cloned().collect();
    Ok(Tokens { frame, tokens, now: service.clock.now(), once, wrong })
}

/// Issues or revokes a token. A form says a ticked kind each time under the same name.
pub(super) async fn order_token(
    request: HttpRequest,
    form: Form<Vec<(String, String)>>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let done = carry_out_token(&request, &service, &form).await;
    let (once, wrong) = told(done)?;
    html(&token_page(&request, &service, once, wrong).await?)
}

async fn carry_out_token(
    request: &HttpRequest,
    service: &Service,
    form: &[(String, String)],
) -> Result<Option<Once>, AccessError> {
    let (store, now) = (&service.store, service.clock.now());
    let field = |name: &str| {
        let found = form.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let (by, name) = (by(request)?, field("token").to_owned());
    let own = own(request)?;
    let secret = match field("order") {
        "issue" => {
            let ticked = form.iter().filter(|(field, _)| field == "append");
            let kinds = ticked.clone().filter(|(_, kind)| kind != "read");
            let kinds = kinds.map(|(_, kind)| read("append", kind, str::parse::<StreamKind>));
            let wanted = Wanted {
                name: name.clone(),
                holder: field("holder").into(),
                sites: sites(field("sites"))?,
                may_append: kinds.collect::<Result<_, _>>()?,
                may_read: ticked.clone().any(|(_, kind)| kind == "read"),
                until_on: day(field("until"))?,
            };
            within(&own, &wanted.sites)?;
            Some(access::issue_token_as(store, wanted, &by, now).await?)
        }
        "revoke" => {
            let grants = Grants::of(store).await?;
            let mut named = grants.tokens().filter(|token| token.token == name && !token.revoked);
            if named.any(|token| !own.covers_all(&token.sites)) {
                return Err(AccessError::NotHeld(name));
            }
            access::revoke_token_as(store, &name, field("reason"), &by, now).await?;
            None
        }
        other => return Err(AccessError::Unlawful(format!("`{other}` is no order"))),
    };
    let did = if secret.is_some() { "token-issued" } else { "token-revoked" };
    remember(service, &by, did, &name).await?;
    Ok(secret.map(|secret| Once { name, secret }))
}

/// Which entries of the trail.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    #[serde(default)]
    who: String,
    #[serde(default)]
    subject: String,
    before: Option<u64>,
}

/// Who looked at what.
pub(super) async fn trail(seat: Seat) -> Result<HttpResponse, Problem> {
    let Which { who, subject, before } = seat.asked()?;
    // An entry names whatever was looked at, wherever it lies.
    if !seat.grant.covers_everything() {
        let rule = "the trail is of the whole network; your account covers a part of it";
        return Err(Problem::forbidden(rule));
    }
    let asked = Asked { before, who: who.clone(), subject: subject.clone(), limit: PAGE };
    let traces = seat.service.store.trail(asked).await?;
    let more = traces.len() == PAGE as usize;
    let before = traces.last().filter(|_| more).map(|last| last.number);
    let frame = seat.frame.clone();
    html(&Trail { frame, traces, who, subject, before })
}

/// What whoever orders has himself.
fn own(request: &HttpRequest) -> Result<Grant, AccessError> {
    let extensions = request.extensions();
    let grant = extensions.get::<Visitor>().map(|visitor| visitor.grant.clone());
    grant.ok_or_else(|| AccessError::Unlawful("nobody orders".into()))
}

/// Who administers a part of the network gives away no more than that.
fn within(own: &Grant, sites: &[SiteCode]) -> Result<(), AccessError> {
    if own.covers_all(sites) {
        return Ok(());
    }
    let sites = own.sites.iter().map(SiteCode::as_str).collect::<Vec<_>>().join(", ");
    Err(AccessError::Unlawful(format!("sites: your account gives out sites within {sites} only")))
}

/// Who orders: whoever is logged in.
fn by(request: &HttpRequest) -> Result<StaffId, AccessError> {
    let extensions = request.extensions();
    let holder = extensions.get::<Visitor>().map(|visitor| visitor.grant.holder.as_str());
    StaffId::new(holder.unwrap_or_default()).map_err(AccessError::Unlawful)
}

async fn remember(
    service: &Service,
    by: &StaffId,
    did: &'static str,
    subject: &str,
) -> Result<(), AccessError> {
    let entered = service.enter(by.as_str(), did, subject.to_owned(), String::new()).await;
    entered.map_err(|problem| AccessError::Cabinet(problem.to_string()))
}

fn read<T>(
    field: &str,
    text: &str,
    reads: impl Fn(&str) -> Result<T, String>,
) -> Result<T, AccessError> {
    reads(text.trim()).map_err(|rule| AccessError::Unlawful(format!("{field}: {rule}")))
}

fn sites(text: &str) -> Result<Vec<SiteCode>, AccessError> {
    let codes = text.split([',', '，', ' ']).filter(|code| !code.is_empty());
    codes.map(|code| read("sites", code, SiteCode::new)).collect()
}

fn day(text: &str) -> Result<Option<chrono::NaiveDate>, AccessError> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| AccessError::Unlawful(format!("until: `{text}` is no day"));
    text.parse().map(Some).map_err(wrong)
}
