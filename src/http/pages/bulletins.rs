//! 通報: the pages of bulletins, and of their figures.

use std::collections::BTreeMap;

use actix_web::FromRequest as _;
use actix_web::HttpResponse;
use actix_web::web::Path;

use super::{Seat, html};
use crate::bulletin::summary::History;
use crate::bulletin::trace::{Page, Sought, trace};
use crate::console::{bulletins, records};
use crate::http::asked::value;
use crate::http::error::Problem;
use crate::lists::{self, Place, Wanted};

/// How many lines of a figure stand on a page.
const LINES: usize = 100;

/// The bulletins.
pub(super) async fn all(seat: Seat) -> Result<HttpResponse, Problem> {
    let asked: BTreeMap<String, String> = seat.asked()?;
    let cursor = asked.get("cursor").map(String::as_str);
    let missing = || Problem::internal("there is no list of bulletins");
    let list = lists::named("bulletins").ok_or_else(missing)?;
    let after = value::<Place>("cursor", cursor)?;
    let wanted = Wanted { after, limit: records::LIMIT, ..Wanted::default() };
    let desk = seat.desk();
    let listed = records::listed(&desk, list, wanted).await?;
    html(&bulletins::all(&desk, &listed))
}

/// One bulletin.
pub(super) async fn one(seat: Seat) -> Result<HttpResponse, Problem> {
    let name = seat.name().await?;
    let bulletin = seat.service.bulletin(&seat.request, &name).await?;
    let missing = || Problem::not_found(format!("there is no bulletin `{name}`"));
    let history = History::of(&bulletin).ok_or_else(missing)?;
    let desk = seat.desk();
    html(&bulletins::one(&desk, &history))
}

/// The figures of a bulletin.
pub(super) async fn figures(seat: Seat) -> Result<HttpResponse, Problem> {
    let name = seat.name().await?;
    let asked: BTreeMap<String, String> = seat.asked()?;
    let said = |name: &str| asked.get(name).map(String::as_str);
    let skip = value("skip", said("skip"))?.unwrap_or(0);
    let bulletin = seat.service.bulletin(&seat.request, &name).await?;
    let (makes, contents) = (seat.service.makes(), &seat.service.contents);
    let letter = contents.letter(&seat.service.store, &bulletin, None, &makes).await?;
    let desk = seat.desk();
    let sought = said("q").unwrap_or_default().trim();
    html(&bulletins::figures(&desk, &name, &letter.content, (sought, skip)))
}

/// What a figure was made of.
pub(super) async fn figure(seat: Seat) -> Result<HttpResponse, Problem> {
    let path = Path::<(String, String)>::extract(&seat.request).await;
    let (id, name) = path.map_err(|error| Problem::not_found(error.to_string()))?.into_inner();
    let asked: BTreeMap<String, String> = seat.asked()?;
    let skip = value("skip", asked.get("skip").map(String::as_str))?.unwrap_or(0);
    let bulletin = seat.service.bulletin(&seat.request, &id).await?;
    let (makes, contents) = (seat.service.makes(), &seat.service.contents);
    let store = &seat.service.store;
    let letter = contents.letter(store, &bulletin, None, &makes).await?;
    let page = Page { skip, limit: LINES };
    let sought = Sought::of(&bulletin, &letter, &name);
    let traced = trace((store, contents, &makes), sought, page).await?;
    let missing = || Problem::not_found(format!("`{id}` has no figure `{name}`"));
    let traced = traced.ok_or_else(missing)?;
    let desk = seat.desk();
    html(&bulletins::traced(&desk, &id, &traced))
}
