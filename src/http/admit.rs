//! 准入: the one place that every request passes before anything answers it. Who comes, whether
//! what he wants is his to do, whether his own page sent it, whether he comes too often; and what
//! is to be remembered of it.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::UrlencodedError;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _};
use futures_util::StreamExt as _;
use futures_util::stream;

use super::auth::{Visitor, unknown};
use super::error::{Outside, Problem};
use super::limits::TooOften;
use super::rights::{Row, reads};
use super::{Service, browser, pages};
use crate::access::Right;
use crate::console::frame::Viewer;
use crate::store::cabinet::Trail;

/// The most bytes of a form.
pub(super) const FORM: usize = 256 * 1024;
/// The field, and the header, by which a form shows that one of our own pages sent it.
const CSRF: &str = "csrf";
const CSRF_HEADER: &str = "x-csrf-token";

type Answer<B> = Result<ServiceResponse<EitherBody<B>>, Error>;

/// Lets a request through, or answers it.
pub async fn admit<B: MessageBody>(mut request: ServiceRequest, next: Next<B>) -> Answer<B> {
    let Some(service) = request.app_data::<Data<Service>>().cloned() else {
        return Ok(request.error_response(Problem::internal("no service")).map_into_right_body());
    };
    let asked = match asked(&request) {
        Ok(asked) => asked,
        Err(problem) => return Ok(refused(&service, request, problem).await),
    };
    if let Err(problem) = service.lets_in(&mut request, asked).await {
        service.remember_refusal(&request, &problem).await;
        return Ok(refused(&service, request, problem).await);
    }
    let mut answer = next.call(request).await?.map_into_left_body();
    if let Some(page) = told_as_page(&service, &answer).await {
        answer = answer.into_response(page).map_into_right_body();
    }
    browser::shielded(answer.response_mut(), service.gate.secure);
    let outside = answer.response().extensions().get::<Outside>().is_some();
    let became = Became { status: answer.status(), outside };
    let problem = service.remember(answer.request(), asked, became).await;
    if let Err(problem) = problem {
        let request = answer.request().clone();
        return Ok(ServiceResponse::new(request, problem.error_response()).map_into_right_body());
    }
    Ok(answer)
}

/// The page that says why a form was not taken, or that an address leads nowhere, for browsers.
async fn told_as_page<B>(
    service: &Data<Service>,
    answer: &ServiceResponse<B>,
) -> Option<HttpResponse> {
    let request = answer.request();
    let problem = answer.response().error()?.as_error::<Problem>()?;
    let leads_nowhere = request.match_pattern().is_none();
    if (reads(request.method()) && !leads_nowhere) || request.path().starts_with("/v1/") {
        return None;
    }
    pages::as_page(request, service, problem).await
}

/// What became of a request.
struct Became {
    status: StatusCode,
    /// Whether what was asked for is there and not covered.
    outside: bool,
}

/// What the address asks; nothing where nothing is there.
fn asked(request: &ServiceRequest) -> Result<Option<&'static Row>, Problem> {
    let Some(pattern) = request.match_pattern() else { return Ok(None) };
    match Row::of(&pattern) {
        Some(row) => Ok(Some(row)),
        None => Err(Problem::internal(format!("{pattern} is not in the table of rights"))),
    }
}

/// The answer to somebody who is not let in. A browser that asks for a page is shown the way.
async fn refused<B>(
    service: &Data<Service>,
    request: ServiceRequest,
    problem: Problem,
) -> ServiceResponse<EitherBody<B>> {
    let page = reads(request.method()) && browser::is_page(request.request());
    let to = match problem.code() {
        "unauthenticated" if page => Some(browser::log_in_address(request.request())),
        "password-once" if page => Some("/password".to_owned()),
        _ => None,
    };
    let mut answer = match to {
        Some(to) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, to))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish(),
        None => match pages::told(request.request(), service, problem).await {
            Ok(page) => page,
            Err(problem) => problem.error_response(),
        },
    };
    browser::shielded(&mut answer, service.gate.secure);
    request.into_response(answer).map_into_right_body()
}

impl Service {
    async fn lets_in(
        &self,
        request: &mut ServiceRequest,
        asked: Option<&'static Row>,
    ) -> Result<(), Problem> {
        self.comes_from_here(request)?;
        let right = asked.map_or(Right::Public, |row| self.right(row, request));
        let visitor = match self.gate.visitor(request.request(), self.clock.now()).await {
            Err(problem) if problem.code() == "unauthenticated" => {
                self.limits.tries(self.address(request.request()))?;
                // A browser may go on holding what has ended, and is still to be let to the log-in.
                return if right == Right::Public { Ok(()) } else { Err(problem) };
            }
            other => other?,
        };
        let Some(visitor) = visitor else {
            let detail = "no token came; send `Authorization: Bearer tj_…`";
            return if right == Right::Public {
                Ok(())
            } else {
                Err(unknown(request.request(), detail))
            };
        };
        let must_change = visitor.session.as_ref().is_some_and(|session| session.must_change);
        if must_change
            && !matches!(request.path(), "/password" | "/logout")
            && right != Right::Public
        {
            return Err(password_once());
        }
        if !visitor.grant.has(right) {
            return Err(Problem::forbidden(lacking(&visitor, right)));
        }
        if let Some(session) = visitor.session.clone() {
            self.limits.requests(&session.account)?;
            if !reads(request.method()) {
                let sent = csrf(request).await?;
                if !sent.is_some_and(|sent| session.sent_back(&sent)) {
                    return Err(forged("the form does not carry what this session gave it"));
                }
            }
        }
        if let (Some(session), Some(role)) = (&visitor.session, visitor.grant.role) {
            request.extensions_mut().insert(Viewer {
                account: session.account.clone(),
                role,
                csrf: session.csrf.clone(),
            });
        }
        request.extensions_mut().insert(visitor);
        Ok(())
    }

    /// The process's own figures are for everybody on this machine, where nobody else reaches it:
    /// what a proxy passes on comes from this machine as well.
    fn right(&self, row: &Row, request: &ServiceRequest) -> Right {
        match row.asks(request.method()) {
            Right::Figures if self.figures_are_open => Right::Public,
            right => right,
        }
    }

    /// Refuses what the page of another origin made a browser send: it would be sent with the
    /// cookie, or to the demonstration, which asks for nothing.
    fn comes_from_here(&self, request: &ServiceRequest) -> Result<(), Problem> {
        let said = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let host = said("host").unwrap_or_default();
        let browser = said("user-agent").is_some_and(|agent| agent.contains("Mozilla/"));
        if self.gate.is_open() && browser && !is_this_machine(host) {
            return Err(forged("the demonstration answers browsers by this machine's names only"));
        }
        if reads(request.method()) || said("authorization").is_some() {
            return Ok(());
        }
        let here = match (said("sec-fetch-site"), said("origin")) {
            (Some(site), _) if site != "same-origin" && site != "none" => false,
            (_, Some(origin)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
            _ => true,
        };
        if here { Ok(()) } else { Err(forged("a page of another origin sent this")) }
    }

    /// Enters in the audit trail what was read, before it is given away, and what was tried and is
    /// not the visitor's.
    async fn remember(
        &self,
        request: &HttpRequest,
        asked: Option<&'static Row>,
        became: Became,
    ) -> Result<(), Problem> {
        let Became { status, outside } = became;
        let visitor = request.extensions().get::<Visitor>().cloned();
        let Some(visitor) = visitor.filter(|_| !self.gate.is_open()) else { return Ok(()) };
        let traced = asked.is_some_and(|row| row.traced);
        let narrowed = !visitor.grant.covers_everything();
        // What lies outside his sites, or is no act of his, is known to whoever answers only. A
        // name that leads nowhere is entered as well, so that both take as long.
        let tried = match status {
            StatusCode::FORBIDDEN => Some("refused"),
            StatusCode::NOT_FOUND | StatusCode::CONFLICT if outside => Some("refused"),
            StatusCode::NOT_FOUND if traced && narrowed => Some("not-found"),
            _ => None,
        };
        if let Some(did) = tried {
            let tried = format!("{} {}", request.method(), request.path());
            return self.enter(&visitor.grant.token, did, tried, String::new()).await;
        }
        let given = status.is_success() || status == StatusCode::NOT_MODIFIED;
        if !(traced && given && reads(request.method())) {
            return Ok(());
        }
        let subject = subject(request);
        self.enter(&visitor.grant.token, "read", subject, request.query_string().into()).await
    }

    /// Enters in the audit trail that somebody known tried what is not his.
    async fn remember_refusal(&self, request: &ServiceRequest, problem: &Problem) {
        let (did, who) = match problem.code() {
            "unauthorised" => {
                let who = self.gate.visitor(request.request(), self.clock.now()).await;
                let who = who.ok().flatten().map(|visitor| visitor.grant.token);
                ("refused", who.unwrap_or_default())
            }
            "forged" => ("forged", String::new()),
            _ => return,
        };
        let subject = format!("{} {}", request.method(), request.path());
        let entered = self.enter(&who, did, subject, problem.details().detail.clone()).await;
        if let Err(problem) = entered {
            tracing::error!(%problem, "a refusal was not entered in the audit trail");
        }
    }

    /// Enters something in the audit trail.
    ///
    /// # Errors
    /// 503 when it cannot be entered.
    pub(super) async fn enter(
        &self,
        who: &str,
        did: &'static str,
        subject: String,
        detail: String,
    ) -> Result<(), Problem> {
        let trail = Trail { who: who.into(), did, subject, detail };
        self.store.enter(trail, self.clock.now()).await?;
        Ok(())
    }
}

/// What a request reads: one case, or what its address says, without what says only in which form.
fn subject(request: &HttpRequest) -> String {
    let pattern = request.match_pattern().unwrap_or_default();
    let (id, kind) = (request.match_info().get("id"), request.match_info().get("kind"));
    match (id, kind, request.match_info().get("name")) {
        (Some(id), ..) if pattern.contains("/cases/{id}") => format!("case/{id}"),
        (_, Some("case"), Some(name)) => format!("case/{name}"),
        _ => {
            let path = request.path().trim_start_matches('/');
            path.strip_prefix("v1/").unwrap_or(path).to_owned()
        }
    }
}

/// Whether a name is one of this machine's own; else a page could be served under another name that
/// leads here.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_matches(['[', ']']);
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Service {
    /// Where a request came from: behind a proxy what that says, of several the last, for what came
    /// before it anybody can write. All that have no address come from one.
    pub(super) fn address(&self, request: &HttpRequest) -> IpAddr {
        let said = request.headers().get_all("x-forwarded-for").last();
        let said =
            said.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        let peer = || request.peer_addr().map(|peer| peer.ip());
        let address = said.filter(|_| self.is_behind_a_proxy).or_else(peer);
        address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// What a request carries to show that our own page sent it: a header, or a field of its form,
/// which is put back for whoever reads it.
async fn csrf(request: &mut ServiceRequest) -> Result<Option<String>, Problem> {
    if let Some(sent) = request.headers().get(CSRF_HEADER) {
        return Ok(sent.to_str().ok().map(str::to_owned));
    }
    if request.content_type() != "application/x-www-form-urlencoded" {
        return Ok(None);
    }
    let mut payload = request.take_payload();
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|source| Problem::malformed(format!("the form: {source}")))?;
        if body.len() + chunk.len() > FORM {
            return Err(Problem::too_large(FORM));
        }
        body.extend_from_slice(&chunk);
    }
    let body = body.freeze();
    let mut fields = form_urlencoded::parse(&body);
    let sent = fields.find(|(name, _)| name == CSRF).map(|(_, value)| value.into_owned());
    request.set_payload(again(body.clone()));
    Ok(sent)
}

/// What was read, to be read once more.
fn again(body: Bytes) -> Payload {
    Payload::Stream { payload: Box::pin(stream::once(async move { Ok(body) })) }
}

/// A form that does not hold what its address reads.
pub(super) fn of_form(source: UrlencodedError, _: &HttpRequest) -> Error {
    match source {
        UrlencodedError::Overflow { limit, .. } => Problem::too_large(limit),
        UrlencodedError::ContentType => {
            Problem::media_type("send a form as application/x-www-form-urlencoded")
        }
        other => Problem::malformed(format!("the form cannot be read: {other}")),
    }
    .into()
}

fn lacking(visitor: &Visitor, right: Right) -> String {
    match visitor.grant.role {
        Some(role) => format!("the role {role} ({}) does not have this: {right}", role.chinese()),
        None => match right {
            Right::Read | Right::ReadActs | Right::Figures => {
                format!("the token `{}` may not read", visitor.grant.token)
            }
            right => format!("a token does not give this: {right}; log in"),
        },
    }
}

fn forged(detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "forged", "Not sent by our own page", detail)
}

fn password_once() -> Problem {
    let detail = "the password was given once; set one of your own first";
    Problem::new(StatusCode::FORBIDDEN, "password-once", "The password must be changed", detail)
}

impl From<TooOften> for Problem {
    fn from(too_often: TooOften) -> Self {
        let (status, detail) = (StatusCode::TOO_MANY_REQUESTS, too_often.to_string());
        Self::new(status, "too-often", "Too many requests", detail)
            .with_header(header::RETRY_AFTER, "10")
    }
}
