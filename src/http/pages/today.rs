//! 今日: the first page.

use actix_web::HttpResponse;

use super::{Seat, html};
use crate::console::today;
use crate::http::error::Problem;

/// What an inspector looks at first.
pub(super) async fn page(seat: Seat) -> Result<HttpResponse, Problem> {
    html(&Box::pin(today::page(&seat.desk())).await?)
}
