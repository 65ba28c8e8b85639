//! 辦理: the steps of a bulletin's life, each one request. Who does it is who holds the token.

use actix_web::http::header;
use actix_web::web::{self, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tongjian_events::SiteCode;
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::{Digest, StaffId, Text, UnitCode};
use utoipa::ToSchema;

use super::stream_of;
use crate::access::Grant;
use crate::bulletin::life::{Bulletin, By, Clerk, LifeError, Wanted};
use crate::bulletin::summary::Summary;
use crate::bulletin::term::Term;
use crate::http::asked::wrong;
use crate::http::error::Problem;
use crate::http::{Service, input};

/// 起草.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// `2008-W27`, `2008-07`, `2008-Q3`, `2008-H2`, `2008`, or `2008-07-01..2008-07-15`.
    period: String,
    /// The site whose subtree it is about.
    #[schema(value_type = String)]
    scope: SiteCode,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 審核.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// `approved` or `returned`.
    #[schema(value_type = String)]
    verdict: BulletinVerdict,
    /// What should change.
    #[schema(value_type = Option<String>)]
    remarks: Option<Text>,
    /// The draft that was looked at; the one that stands where nothing is said.
    #[schema(value_type = Option<String>)]
    content_digest: Option<Digest>,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 簽發.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// The draft that was looked at; the one that stands where nothing is said.
    #[schema(value_type = Option<String>)]
    content_digest: Option<Digest>,
    /// Who signs, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 印發.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// 主送; as the policy says where none is named.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    recipients: Vec<UnitCode>,
    /// 抄送.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    copies_to: Vec<UnitCode>,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 更正.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Erratum {
    /// Why.
    #[schema(value_type = String)]
    reason: Text,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 送達, 閱讀.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// The unit that got it, or opened it.
    #[schema(value_type = String)]
    unit: UnitCode,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// What was sent with a step.
struct Sent<T> {
    grant: Grant,
    said: T,
}

impl Service {
    async fn said<T: DeserializeOwned>(
        &self,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<Sent<T>, Problem> {
        let grant = self.visitor(request)?;
        if input::media_type(request)? != "application/json" {
            return Err(Problem::media_type("send a step as application/json"));
        }
        let body = input::body(request, payload, input::MAX_ACT_BYTES, self.silence).await?;
        Ok(Sent { grant, said: input::json(input::text(&body)?)? })
    }

    /// One who acts, by [`input::acting`].
    pub(in crate::http) fn clerk(
        &self,
        grant: &Grant,
        named: Option<StaffId>,
    ) -> Result<Clerk<'_>, Problem> {
        let actor = input::acting(grant, named)?;
        Ok(Clerk {
            store: &self.store,
            contents: &self.contents,
            makes: self.makes(),
            by: By::person(actor, grant.clone()),
            now: self.clock.now(),
        })
    }

    /// The read tables as far as the chronicle goes now.
    pub(in crate::http) async fn tables_are_up(&self) -> Result<(), Problem> {
        let head = self.store.head().await?.position;
        self.reach_in_tables(Some(head)).await
    }

    fn stepped(&self, outcome: Result<Bulletin, LifeError>) -> Result<HttpResponse, Problem> {
        let bulletin = outcome.map_err(|error| self.counted(error.into(), 1))?;
        self.queries.appended(bulletin.stream.kind());
        let summary = Summary::of(&bulletin);
        let summary = summary.ok_or_else(|| Problem::internal("a step left no bulletin"))?;
        let address = format!("/v1/bulletins/{}", summary.id);
        Ok(HttpResponse::Created().insert_header((header::LOCATION, address)).json(summary))
    }
}

/// Drafts the bulletin of a period from the read tables as they stand.
#[utoipa::path(post, path = "/v1/bulletins", tag = "bulletins", request_body = Draft,
    responses((status = 201, description = "Drafted.", body = Summary),
        (status = 409, description = "`period-not-ended`, `period-empty`, `already-issued`, \
            `draft-stands`.", body = crate::http::error::Details,
            content_type = "application/problem+json"),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn draft(
    request: HttpRequest,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Draft> = service.said(&request, payload).await?;
    let term: Term = said.period.parse().map_err(|rule: String| wrong("period", &rule))?;
    let clerk = service.clerk(&grant, said.actor)?;
    service.tables_are_up().await?;
    service.stepped(clerk.draft(term, said.scope).await)
}

/// Approves a draft or sends it back. Whoever drafted it does not review it.
#[utoipa::path(post, path = "/v1/bulletins/{id}/review", tag = "bulletins", request_body = Review,
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 201, description = "Reviewed.", body = Summary),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn review(
    request: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Review> = service.said(&request, payload).await?;
    let clerk = service.clerk(&grant, said.actor)?;
    let digest = said.content_digest.as_ref();
    let stream = stream_of(&id)?;
    service.stepped(clerk.review(&stream, said.verdict, said.remarks, digest).await)
}

/// Signs the draft that a review approved.
#[utoipa::path(post, path = "/v1/bulletins/{id}/sign", tag = "bulletins", request_body = Sign,
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 201, description = "Signed.", body = Summary),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn sign(
    request: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Sign> = service.said(&request, payload).await?;
    let clerk = service.clerk(&grant, said.actor)?;
    service.stepped(clerk.sign(&stream_of(&id)?, said.content_digest.as_ref()).await)
}

/// Issues what was approved and signed: it gets the next number, and the period is closed. Its
/// content is made again from the chronicle as it stood; 503 while that lasts.
#[utoipa::path(post, path = "/v1/bulletins/{id}/issue", tag = "bulletins", request_body = Issue,
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 201, description = "Issued.", body = Summary),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn issue(
    request: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Issue> = service.said(&request, payload).await?;
    let clerk = service.clerk(&grant, said.actor)?;
    if said.recipients.is_empty() && !said.copies_to.is_empty() {
        return Err(wrong(
            "copies_to",
            "copies are named with `recipients`, or both by the policy",
        ));
    }
    let wanted = Wanted { recipients: said.recipients, copies_to: said.copies_to };
    service.stepped(clerk.issue(&stream_of(&id)?, &wanted).await)
}

/// Counts the period again and says in an erratum what has changed; 503 while that lasts.
#[utoipa::path(post, path = "/v1/bulletins/{id}/erratum", tag = "bulletins",
    request_body = Erratum, params(("id" = String, Path, description = "Its name.")),
    responses((status = 201, description = "Corrected.", body = Summary),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn erratum(
    request: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Erratum> = service.said(&request, payload).await?;
    let clerk = service.clerk(&grant, said.actor)?;
    service.tables_are_up().await?;
    service.stepped(clerk.erratum(&stream_of(&id)?, &said.reason).await)
}

/// A unit to which it goes got it.
#[utoipa::path(post, path = "/v1/bulletins/{id}/delivery", tag = "bulletins", request_body = Unit,
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 201, description = "Delivered.", body = Summary),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn delivery(
    request: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Unit> = service.said(&request, payload).await?;
    let clerk = service.clerk(&grant, said.actor)?;
    service.stepped(clerk.deliver(&stream_of(&id)?, said.unit).await)
}

/// A unit that got it opened it.
#[utoipa::path(post, path = "/v1/bulletins/{id}/reading", tag = "bulletins", request_body = Unit,
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 201, description = "Read.", body = Summary),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn reading(
    request: HttpRequest,
    id: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let Sent { grant, said }: Sent<Unit> = service.said(&request, payload).await?;
    let clerk = service.clerk(&grant, said.actor)?;
    service.stepped(clerk.read(&stream_of(&id)?, said.unit).await)
}
