//! 溯源: from a figure of a bulletin to the lines it was made of, and from these to their acts.

use actix_web::HttpRequest;
use actix_web::web::{self, Data};
use serde::Deserialize;
use utoipa::IntoParams;

use super::has_erratum;
use crate::bulletin::trace::{Page, Sought, Traced, trace};
use crate::http::Service;
use crate::http::asked::{Query, limit};
use crate::http::error::Problem;

/// Which lines of a figure.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Lines {
    /// The erratum whose figure it is; as it was, its name ends with `~was`.
    erratum: Option<u32>,
    /// How many lines to pass over.
    skip: Option<u32>,
    /// At most so many, 1 to 1000; 100 where nothing is said.
    limit: Option<u32>,
}

/// A figure of a bulletin: what it is the answer to, the lines it was made of, and of each line
/// the positions of its acts.
#[utoipa::path(get, path = "/v1/bulletins/{id}/figures/{figure}", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin's name."),
        ("figure" = String, Path, description = "The figure's name."), Lines),
    responses((status = 200, description = "The figure, its `lines` and `next`, the `skip` of \
            the next page."),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn figure(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    asked: Query<Lines>,
    service: Data<Service>,
) -> Result<web::Json<Traced>, Problem> {
    let (id, name) = path.into_inner();
    let bulletin = service.bulletin(&request, &id).await?;
    let page = Page {
        skip: asked.skip.unwrap_or(0) as usize,
        limit: limit(asked.limit, 100, 1..=1_000)? as usize,
    };
    let erratum_no = asked.erratum;
    has_erratum(&bulletin, erratum_no)?;
    let (store, contents, makes) = (&service.store, &service.contents, service.makes());
    let letter = contents.letter(store, &bulletin, erratum_no, &makes).await?;
    let sought = Sought::of(&bulletin, &letter, &name);
    let traced = trace((store, contents, &makes), sought, page).await?;
    let missing = || Problem::not_found(format!("`{id}` has no figure `{name}`"));
    Ok(web::Json(traced.ok_or_else(missing)?))
}
