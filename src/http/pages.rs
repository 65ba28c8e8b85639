//! 網頁: where the console's pages are reached. What they show is in `console`. Every page goes
//! through `page`: who reads, what they may see, in which language, and how a problem is told.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{FromRequest as _, HttpMessage as _, HttpRequest, HttpResponse};
use actix_web::{Resource, ResponseError as _};
use askama::Template;
use chrono_tz::Asia::Shanghai;
use serde::de::DeserializeOwned;
use tongjian_events::SiteCode;

use super::auth::Visitor;
use super::error::Problem;
use super::{READ, Service, asked, at, reads};
use crate::access::Grant;
use crate::console::desk::Desk;
use crate::console::frame::{Frame, Viewer};
use crate::console::locale::Locale;
use crate::console::problem;
use crate::query::Under;

mod administration;
mod assets;
mod boards;
mod bulletins;
mod cases;
mod chronicle;
pub mod people;
mod places;
mod records;
mod today;
mod writing;

/// A page runs only scripts of ours, loads nothing from elsewhere and is framed by nobody.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// What an address with a form answers.
const BOTH: &str = "GET, HEAD, POST";

/// Every address of the console.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(people_routes)
        .service(at("/assets/{name}", READ).route(reads().to(assets::one)))
        .service(at("/favicon.ico", READ).route(reads().to(assets::icon)))
        .service(page("/", today::page))
        .service(page("/cases", cases::list))
        .service(page("/cases/{id}", cases::one))
        .service(page("/places", places::top))
        .service(page("/places/{id}", places::place))
        .service(page("/sites/{id}", places::site))
        .service(page("/items/{id}", chronicle::item))
        .service(page("/search", chronicle::search))
        .configure(record_routes);
}

/// The addresses of what supervision does, and of what it rests on.
fn record_routes(config: &mut ServiceConfig) {
    config
        .service(page("/cards", records::cards))
        .service(
            page_from(From::Tables, "/cards/{id}", BOTH, records::card)
                .route(web::post().to(writing::steps::card)),
        )
        .service(
            page_from(From::Tables, "/inspect", BOTH, writing::inspect)
                .route(web::post().to(writing::inspected)),
        )
        .service(page("/rectification", records::rectification))
        .service(
            page_from(From::Tables, "/complaints", BOTH, records::complaints)
                .route(web::post().to(writing::complaints::taken_down)),
        )
        .service(
            page_from(From::Tables, "/complaints/{id}", BOTH, records::complaint)
                .route(web::post().to(writing::complaints::step)),
        )
        .service(page("/inspections", records::inspections))
        .service(
            page_from(From::Tables, "/inspections/{id}", BOTH, records::inspection)
                .route(web::post().to(writing::steps::inspection)),
        )
        .service(
            page_from(From::Tables, "/bulletins", BOTH, bulletins::all)
                .route(web::post().to(writing::draft)),
        )
        .service(
            page_from(From::Tables, "/bulletins/{id}", BOTH, bulletins::one)
                .route(web::post().to(writing::bulletin)),
        )
        .service(page("/bulletins/{id}/figures", bulletins::figures))
        .service(page("/bulletins/{id}/figures/{figure:.*}", bulletins::figure))
        .service(page("/boards", boards::first))
        .service(page("/boards/{id}", boards::one))
        .service(page("/chronicle", chronicle::latest))
        .service(page("/chronicle/{id}", chronicle::one))
        .service(page("/policies", chronicle::policies))
        .service(page("/policies/{id}", chronicle::policy));
}

/// The addresses by which people come in, and those of administration.
fn people_routes(config: &mut ServiceConfig) {
    config
        .service(
            at("/login", BOTH)
                .route(reads().to(people::log_in_form))
                .route(web::post().to(people::log_in)),
        )
        .service(at("/logout", "POST").route(web::post().to(people::log_out)))
        .service(
            at("/password", BOTH)
                .route(reads().to(people::password_form))
                .route(web::post().to(people::change_password)),
        )
        .service(
            page_from(From::Chronicle, "/administration/accounts", BOTH, administration::accounts)
                .route(web::post().to(administration::order_account)),
        )
        .service(
            page_from(From::Chronicle, "/administration/tokens", BOTH, administration::tokens)
                .route(web::post().to(administration::order_token)),
        )
        .service(page_from(From::Chronicle, "/administration/trail", READ, administration::trail));
}

/// 座: what the handler of a page is given.
#[derive(Debug)]
pub struct Seat {
    request: HttpRequest,
    service: Data<Service>,
    grant: Grant,
    frame: Frame,
    under: Under,
}

impl Seat {
    async fn take(
        request: &HttpRequest,
        service: &Data<Service>,
        from: From,
    ) -> Result<Self, Problem> {
        let grant = service.visitor(request)?;
        if from == From::Tables && !service.queries.tables_are_made().await? {
            return Err(Problem::being_made("the read tables are being made; come again"));
        }
        let frame = service.frame(request).await?;
        let under = service.queries.under(frame.position).await?;
        let (request, service) = (request.clone(), service.clone());
        Ok(Self { request, service, grant, frame, under })
    }

    /// The desk that pages are made at.
    fn desk(&self) -> Desk<'_> {
        let (store, context) = (&self.service.store, &*self.under.context);
        Desk { store, frame: &self.frame, grant: &self.grant, context }
    }

    /// The part of the path in braces.
    async fn name(&self) -> Result<String, Problem> {
        let path = web::Path::<String>::extract(&self.request).await;
        path.map(web::Path::into_inner).map_err(|error| Problem::not_found(error.to_string()))
    }

    /// The site in the path, if the grant covers it: of others nothing is told.
    async fn site(&self) -> Result<SiteCode, Problem> {
        let name = self.name().await?;
        let missing = || Problem::not_found(format!("there is no site `{name}`"));
        let site = SiteCode::new(&name).map_err(|_| missing())?;
        if self.grant.covers(&site) { Ok(site) } else { Err(missing().outside()) }
    }

    /// The parameters of the query, without the language.
    fn asked<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        asked::read(&self.frame.query)
    }
}

/// What a page is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The read tables, which must be made first.
    Tables,
    /// The chronicle itself, or what lies beside it.
    Chronicle,
}

/// The resource of a page that is made of the read tables.
fn page<M, F>(path: &'static str, make: M) -> Resource
where
    M: Fn(Seat) -> F + Clone + 'static,
    F: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    page_from(From::Tables, path, READ, make)
}

/// The resource of a page.
fn page_from<M, F>(from: From, path: &'static str, allowed: &'static str, make: M) -> Resource
where
    M: Fn(Seat) -> F + Clone + 'static,
    F: Future<Output = Result<HttpResponse, Problem>> + 'static,
{
    let answer = move |request: HttpRequest, service: Data<Service>| {
        let make = make.clone();
        async move {
            let made = match Seat::take(&request, &service, from).await {
                Ok(seat) => make(seat).await,
                Err(problem) => Err(problem),
            };
            match made {
                Ok(answer) => Ok(in_language(&request, answer)),
                Err(problem) => told(&request, &service, problem).await,
            }
        }
    };
    at(path, allowed).route(reads().to(answer))
}

/// A page as it is sent.
fn html(page: &impl Template) -> Result<HttpResponse, Problem> {
    let html = page.render();
    let html = html.map_err(|source| Problem::internal(format!("the page: {source}")))?;
    Ok(sent(HttpResponse::Ok(), html))
}

fn sent(mut answer: actix_web::HttpResponseBuilder, html: String) -> HttpResponse {
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .body(html)
}

/// A problem as a page, for those who read pages; for machines, and for whoever is to say who he
/// is, as it is.
pub(super) async fn told(
    request: &HttpRequest,
    service: &Data<Service>,
    problem: Problem,
) -> Result<HttpResponse, Problem> {
    as_page(request, service, &problem).await.ok_or(problem)
}

/// The page of a problem; none for those who do not read pages.
pub(super) async fn as_page(
    request: &HttpRequest,
    service: &Data<Service>,
    problem: &Problem,
) -> Option<HttpResponse> {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let reads_pages = accepts.is_some_and(|accepts| accepts.contains("text/html"));
    let status = problem.status_code();
    if !reads_pages || status == actix_web::http::StatusCode::UNAUTHORIZED {
        return None;
    }
    let frame = service.frame(request).await.ok()?;
    let detail = problem.to_string();
    let page = problem::Page { frame: &frame, status: status.as_u16(), detail: &detail };
    let mut answer = sent(HttpResponse::build(status), page.render().ok()?);
    problem.mark(&mut answer);
    Some(answer)
}

/// The language that a request asks for in its address, and the rest of its query.
fn asked_language(request: &HttpRequest) -> (Option<Locale>, String) {
    let (mut locale, mut rest) = (None, form_urlencoded::Serializer::new(String::new()));
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match (&*name, Locale::of(&value)) {
            ("lang", Some(asked)) => locale = Some(asked),
            _ => {
                rest.append_pair(&name, &value);
            }
        }
    }
    (locale, rest.finish())
}

/// The language that a reader chose before.
fn kept_language(request: &HttpRequest) -> Option<Locale> {
    let cookies = request.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';'));
    let chosen = |pair: &str| pair.trim().strip_prefix("lang=").and_then(Locale::of);
    pairs.filter_map(chosen).next_back()
}

/// Keeps the language that was asked for.
fn in_language(request: &HttpRequest, mut answer: HttpResponse<BoxBody>) -> HttpResponse {
    if let (Some(locale), _) = asked_language(request) {
        let kept = format!("lang={}; Path=/; Max-Age=31536000; SameSite=Lax", locale.tag());
        if let Ok(kept) = header::HeaderValue::from_str(&kept) {
            answer.headers_mut().append(header::SET_COOKIE, kept);
        }
    }
    answer
}

impl Service {
    /// What a page is given. Who reads is what the gate has put beside the request.
    ///
    /// # Errors
    /// 503 when the chronicle cannot be read.
    pub async fn frame(&self, request: &HttpRequest) -> Result<Frame, Problem> {
        let (asked, query) = asked_language(request);
        let locale = asked.or_else(|| kept_language(request)).unwrap_or_default();
        let head = self.store.head().await?;
        let position = self.store.tables_position("timeline").await?.unwrap_or(0);
        Ok(Frame {
            locale,
            path: request.path().to_owned(),
            query,
            viewer: request.extensions().get::<Viewer>().cloned(),
            known: request.extensions().get::<Visitor>().is_some(),
            today: self.clock.now().with_timezone(&Shanghai).date_naive(),
            position,
            recorded_at: (head.position > 0).then_some(head.recorded_at),
        })
    }
}
