//! 溯源: from a figure of a bulletin to the lines it was made of, and from these to their acts.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{self, Data};

use super::has_erratum;
use crate::bulletin::trace::{Page, Sought, Traced, trace};
use crate::http::Service;
use crate::http::asked::{Query, limit, value};
use crate::http::error::Problem;

/// A figure of a bulletin: what it is the answer to, the lines it was made of, and of each line
/// the positions of its acts.
#[utoipa::path(get, path = "/v1/bulletins/{id}/figures/{figure}", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin's name."),
        ("figure" = String, Path, description = "The figure's name."),
        ("erratum" = Option<u32>, Query, description = "The erratum whose figure it is; as it \
            was, its name ends with `~was`."),
        ("skip" = Option<usize>, Query, description = "How many lines to pass over."),
        ("limit" = Option<usize>, Query, description = "1 to 1000; 100 where nothing is said.")),
    responses((status = 200, description = "The figure, its `lines` and `next`, the `skip` of \
            the next page."),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn figure(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    asked: Query<BTreeMap<String, String>>,
    service: Data<Service>,
) -> Result<web::Json<Traced>, Problem> {
    let (id, name) = path.into_inner();
    let bulletin = service.bulletin(&request, &id).await?;
    let said = |name: &str| asked.get(name).map(String::as_str);
    let page = Page {
        skip: value::<u32>("skip", said("skip"))?.unwrap_or(0) as usize,
        limit: limit(value("limit", said("limit"))?, 100, 1..=1_000)? as usize,
    };
    let erratum_no = value("erratum", said("erratum"))?;
    has_erratum(&bulletin, erratum_no)?;
    let (store, contents, makes) = (&service.store, &service.contents, service.makes());
    let letter = contents.letter(store, &bulletin, erratum_no, &makes).await?;
    let sought = Sought::of(&bulletin, &letter, &name);
    let traced = trace((store, contents, &makes), sought, page).await?;
    let missing = || Problem::not_found(format!("`{id}` has no figure `{name}`"));
    Ok(web::Json(traced.ok_or_else(missing)?))
}
