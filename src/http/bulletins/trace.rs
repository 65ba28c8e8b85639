//! 溯源: from a figure of a bulletin to the lines it was made of, and from these to their acts.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::http::Service;
use crate::http::error::Problem;

/// A figure of a bulletin: what it is the answer to.
#[utoipa::path(get, path = "/v1/bulletins/{id}/figures/{figure}", tag = "bulletins",
    params(("id" = String, Path, description = "The bulletin's name."),
        ("figure" = String, Path, description = "The figure's name.")),
    responses((status = 200, description = "The figure."),
        (status = "4XX", body = crate::http::error::Details,
            content_type = "application/problem+json")))]
pub async fn figure(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let bulletin = service.bulletin(&request, &id).await?;
    let makes = service.makes();
    let letter = service.contents.letter(&service.store, &bulletin, None, &makes).await?;
    let missing = || Problem::not_found(format!("`{id}` has no figure `{name}`"));
    let figure = letter.content.figure(&name).ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(figure))
}
