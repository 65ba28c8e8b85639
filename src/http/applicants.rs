//! 申請人資料: details of applicants come in sealed, are opened for whoever may and says why, and
//! are destroyed on order. No problem and no log line repeats a detail.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tongjian_events::applicant::DetailField;
use tongjian_events::values::{ApplicantRef, DocumentNo, StaffId, Text};
use tongjian_events::{SiteCode, StreamKind};
use utoipa::ToSchema;

use super::acts::Receipt;
use super::error::Problem;
use super::{Service, at, input};
use crate::access::Grant;
use crate::submission;
use crate::vault::{By, Details, VaultError};

/// The routes of applicants.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/v1/applicants/{ref}", "POST").route(web::post().to(seal)))
        .service(at("/v1/applicants/{ref}/disclosures", "POST").route(web::post().to(disclose)))
        .service(at("/v1/applicants/{ref}/destruction", "POST").route(web::post().to(destroy)));
}

/// 密封. The details are read apart from it, so that nothing of them is repeated.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The site at which they came in.
    #[schema(value_type = String)]
    site: SiteCode,
    /// `name`, `document_number`, `telephone`, `address`, `contact`: at least one, each a text of
    /// at most 200 characters.
    #[schema(value_type = Object)]
    details: Box<RawValue>,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 查閱.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// What for.
    #[schema(value_type = String)]
    reason: Text,
    /// Which details; all that are sealed where none is named.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    fields: Vec<DetailField>,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// 銷毀.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Destruction {
    /// The number of the order.
    #[schema(value_type = String)]
    order: DocumentNo,
    /// Why.
    #[schema(value_type = String)]
    reason: Text,
    /// Who does it, where the service asks for no tokens.
    #[schema(value_type = Option<String>)]
    actor: Option<StaffId>,
}

/// Details in clear, and the act that says to whom they were opened.
#[derive(Serialize, ToSchema)]
pub struct Opened {
    /// The details, by their names.
    #[schema(value_type = Object)]
    details: serde_json::Value,
    /// The act.
    act: Receipt,
}

/// Seals details of an applicant, in the place of what was sealed before.
#[utoipa::path(post, path = "/v1/applicants/{ref}", tag = "applicants", request_body = Seal,
    params(("ref" = String, Path, description = "The applicant's reference.")),
    responses((status = 201, description = "Sealed.", body = Receipt),
        (status = 410, description = "`destroyed`, with the order's number.",
            body = super::error::Details, content_type = "application/problem+json"),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json"),
        (status = 503, description = "`no-master-key`, `other-master-key`.",
            body = super::error::Details, content_type = "application/problem+json")))]
pub async fn seal(
    request: HttpRequest,
    applicant: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (grant, body) = service.sent(&request, payload).await?;
    let read = submission::json::<Seal>(input::text(&body)?);
    let said = read.map_err(|fault| {
        // What a reader says of a text may repeat the text.
        let rule = "an object of `site`, `details` and `actor`; what was sent is not repeated";
        let problem = Problem::malformed(rule).by_rule(rule);
        match fault.place {
            Some((line, column)) => problem.at(line, column),
            None => problem,
        }
    })?;
    let details = Details::parse(said.details.get()).map_err(|fault| {
        let field = fault.field.map(|field| format!(".{field}")).unwrap_or_default();
        Problem::malformed(fault.to_string())
            .in_field(format!("details{field}"))
            .by_rule(fault.rule)
    })?;
    let by = by(&grant, said.actor)?;
    let (applicant, now) = (reference(&applicant)?, service.clock.now());
    let at = service.vault.seal(&applicant, &said.site, &details, &by, now).await?;
    service.queries.appended(StreamKind::Applicant);
    Ok(answer(StatusCode::CREATED).json(Receipt::from(at)))
}

/// Opens details for whoever may, and says so in an act before they are answered.
#[utoipa::path(post, path = "/v1/applicants/{ref}/disclosures", tag = "applicants",
    request_body = Disclosure,
    params(("ref" = String, Path, description = "The applicant's reference.")),
    responses((status = 201, description = "Opened, and recorded.", body = Opened),
        (status = 410, description = "`destroyed`, with the order's number.",
            body = super::error::Details, content_type = "application/problem+json"),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json"),
        (status = 503, description = "`no-master-key`, `other-master-key`, `key-missing`.",
            body = super::error::Details, content_type = "application/problem+json")))]
pub async fn disclose(
    request: HttpRequest,
    applicant: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (grant, body) = service.sent(&request, payload).await?;
    let said: Disclosure = input::json(input::text(&body)?)?;
    let by = by(&grant, said.actor)?;
    let (applicant, now) = (reference(&applicant)?, service.clock.now());
    let opened = service.vault.disclose(&applicant, &said.fields, &said.reason, &by, now).await?;
    service.queries.appended(StreamKind::Applicant);
    let (details, act) = (opened.details.to_value(), opened.at.into());
    Ok(answer(StatusCode::CREATED).json(Opened { details, act }))
}

/// Destroys the key of an applicant's details on order. The acts stay, and so does every hash.
#[utoipa::path(post, path = "/v1/applicants/{ref}/destruction", tag = "applicants",
    request_body = Destruction,
    params(("ref" = String, Path, description = "The applicant's reference.")),
    responses((status = 201, description = "Destroyed.", body = Receipt),
        (status = 410, description = "`destroyed` already, with the order's number.",
            body = super::error::Details, content_type = "application/problem+json"),
        (status = "4XX", body = super::error::Details,
            content_type = "application/problem+json")))]
pub async fn destroy(
    request: HttpRequest,
    applicant: web::Path<String>,
    payload: Payload,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (grant, body) = service.sent(&request, payload).await?;
    let said: Destruction = input::json(input::text(&body)?)?;
    let by = by(&grant, said.actor)?;
    let (applicant, now) = (reference(&applicant)?, service.clock.now());
    let at = service.vault.destroy(&applicant, &said.order, &said.reason, &by, now).await?;
    service.queries.appended(StreamKind::Applicant);
    Ok(answer(StatusCode::CREATED).json(Receipt::from(at)))
}

impl Service {
    async fn sent(
        &self,
        request: &HttpRequest,
        payload: Payload,
    ) -> Result<(Grant, web::Bytes), Problem> {
        let grant = self.visitor(request)?;
        if input::media_type(request)? != "application/json" {
            return Err(Problem::media_type("send it as application/json"));
        }
        let body = input::body(request, payload, input::MAX_ACT_BYTES, self.silence).await?;
        Ok((grant, body))
    }
}

fn by(grant: &Grant, named: Option<StaffId>) -> Result<By, Problem> {
    Ok(By::holder(input::acting(grant, named)?, grant.clone()))
}

fn reference(applicant: &str) -> Result<ApplicantRef, Problem> {
    ApplicantRef::new(applicant).map_err(Problem::not_found)
}

/// No browser and no proxy keeps what is answered here.
fn answer(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    answer
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let said = error.to_string();
        match error {
            VaultError::Append(error) => error.into(),
            VaultError::Store(error) => error.into(),
            VaultError::NotSealed { .. } | VaultError::NotAmong { .. } => Self::not_found(said),
            VaultError::Outside { .. } => Self::not_found(said).outside(),
            VaultError::Destroyed { order, .. } => {
                let title = "The details were destroyed on order";
                Self::new(StatusCode::GONE, "destroyed", title, said).by_rule(order)
            }
            VaultError::NoMasterKey => closed("no-master-key", said),
            VaultError::OtherMasterKey { .. } => closed("other-master-key", said),
            VaultError::KeyMissing { .. } => closed("key-missing", said),
            VaultError::Busy => closed("busy", said),
            VaultError::KeyBroken { .. } | VaultError::SealBroken { .. } => {
                tracing::error!(error = said, "what was sealed does not open");
                let title = "What was sealed does not open";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "seal-broken", title, said)
            }
            VaultError::Unlawful(rule) => Self::malformed(rule),
            VaultError::Unwritable(_) | VaultError::NoRandomBytes(_) => Self::internal(said),
        }
    }
}

fn closed(code: &'static str, said: String) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, "The vault is closed", said)
}
