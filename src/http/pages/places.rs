//! 四級網絡: the pages of places and of sites.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::{Seat, html};
use crate::console::{place, site};
use crate::http::error::Problem;

/// The place that a reader begins with.
pub(super) async fn top(seat: Seat) -> Result<HttpResponse, Problem> {
    let desk = seat.desk();
    match place::top(&desk).await? {
        Some(top) => {
            let there = format!("/places/{top}");
            Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, there)).finish())
        }
        None => html(&place::page(&desk, None).await?),
    }
}

/// A place and its parts.
pub(super) async fn place(seat: Seat) -> Result<HttpResponse, Problem> {
    let place = seat.site().await?;
    html(&place::page(&seat.desk(), Some(&place)).await?)
}

/// One site.
pub(super) async fn site(seat: Seat) -> Result<HttpResponse, Problem> {
    let site = seat.site().await?;
    let missing = || Problem::not_found(format!("there is no site `{site}`"));
    let desk = seat.desk();
    html(&site::page(&desk, &site).await?.ok_or_else(missing)?)
}
