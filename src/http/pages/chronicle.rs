//! 編年與規則: the acts by any id, and the policies.

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Deserialize;
use tongjian_events::{StreamId, StreamKind};

use super::{Seat, html};
use crate::console::{chronicle, item, policies, search};
use crate::http::error::Problem;
use crate::policy::PolicyError;

/// What is asked of the chronicle.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// A position, the id of an act, or a stream.
    q: Option<String>,
    /// Acts before this position.
    before: Option<u64>,
}

/// The acts, or the one that was looked for.
pub(super) async fn latest(seat: Seat) -> Result<HttpResponse, Problem> {
    let asked: Asked = seat.asked()?;
    let desk = seat.desk();
    let Some(text) = asked.q.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return html(&chronicle::latest(&desk, asked.before, None).await?);
    };
    let position = match text.trim_start_matches('@').parse::<u64>() {
        Ok(position) => Some(position),
        Err(_) => chronicle::position_of(&desk, text).await?,
    };
    if let Some(position) = position {
        let there = format!("/chronicle/{position}");
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, there)).finish());
    }
    if let Ok(stream) = text.parse::<StreamId>()
        && let Some(page) = chronicle::stream(&desk, &stream).await?
    {
        return html(&page);
    }
    html(&chronicle::latest(&desk, None, Some(text)).await?)
}

/// One act.
pub(super) async fn one(seat: Seat) -> Result<HttpResponse, Problem> {
    let name = seat.name().await?;
    let missing = || Problem::not_found(format!("there is no act `{name}`"));
    let position: u64 = name.parse().map_err(|_| missing())?;
    let found = seat.service.store.by_positions(&[position]).await?;
    let stored = found.first().ok_or_else(missing)?;
    if !seat.service.shows_act(&seat.grant, stored).await? {
        return Err(missing().outside());
    }
    let desk = seat.desk();
    html(&chronicle::one(&desk, stored)?)
}

/// The policies.
pub(super) async fn policies(seat: Seat) -> Result<HttpResponse, Problem> {
    let desk = seat.desk();
    html(&policies::all(&desk).await.map_err(of_policy)?)
}

/// One policy.
pub(super) async fn policy(seat: Seat) -> Result<HttpResponse, Problem> {
    let name = seat.name().await?;
    let desk = seat.desk();
    html(&policies::one(&desk, &name).await.map_err(of_policy)?)
}

pub(super) fn of_policy(error: PolicyError) -> Problem {
    match error {
        PolicyError::Store(error) => error.into(),
        PolicyError::Unknown { .. } => Problem::not_found(error.to_string()),
        other => Problem::internal(other.to_string()),
    }
}

/// One item.
pub(super) async fn item(seat: Seat) -> Result<HttpResponse, Problem> {
    let name = seat.name().await?;
    let stream = StreamId::new(StreamKind::Item, &name).map_err(Problem::not_found)?;
    let desk = seat.desk();
    let missing = || Problem::not_found(format!("there is no item `{name}`"));
    html(&item::page(&desk, &stream).await?.ok_or_else(missing)?)
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sought {
    #[serde(default)]
    q: String,
}

/// One box over everything that has a name.
pub(super) async fn search(seat: Seat) -> Result<HttpResponse, Problem> {
    let sought: Sought = seat.asked()?;
    let desk = seat.desk();
    html(&search::page(&desk, &sought.q).await?)
}
