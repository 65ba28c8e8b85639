//! 辦件: the pages of cases.

use actix_web::HttpResponse;

use super::{Seat, html};
use crate::console::{case, cases};
use crate::http::cases::{Asked, Wanted};
use crate::http::error::Problem;

/// The cases, with filters.
pub(super) async fn list(seat: Seat) -> Result<HttpResponse, Problem> {
    let wanted: Wanted = seat.asked()?;
    let page = seat.service.cases(&seat.request, &wanted).await?;
    html(&cases::Page::of(&seat.desk(), &page, &wanted).await?)
}

/// One case.
pub(super) async fn one(seat: Seat) -> Result<HttpResponse, Problem> {
    let asked: Asked = seat.asked()?;
    let name = seat.name().await?;
    let case = seat.service.case(&seat.request, &name, &asked).await?;
    html(&case::Page::of(&seat.desk(), &case, asked.known_at()).await?)
}
