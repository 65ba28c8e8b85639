//! 看板: the boards, for sites without Grafana.

use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use tongjian_events::SiteCode;

use super::{Seat, html};
use crate::boards::answers::Shown;
use crate::boards::page::{self, DAYS};
use crate::boards::{self, BOARDS};
use crate::console::place;
use crate::http::error::Problem;

/// The longest time that a page shows, in days.
const LONGEST: i64 = 1_100;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    site: Option<String>,
}

/// The first of the boards.
pub(super) async fn first(_seat: Seat) -> Result<HttpResponse, Problem> {
    let name = BOARDS.first().map_or("", |board| board.name);
    let there = format!("/boards/{name}");
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, there)).finish())
}

/// One board.
pub(super) async fn one(seat: Seat) -> Result<HttpResponse, Problem> {
    let name = seat.name().await?;
    let missing = || Problem::not_found(format!("there is no board `{name}`"));
    let board = boards::named(&name).filter(|board| board.asks_the_tables()).ok_or_else(missing)?;
    let shown = shown(&seat).await?;
    let told = seat.service.boards.of(&seat.service.store, board, &shown).await?;
    html(&page::page(&seat.desk(), board, &shown, &told))
}

async fn shown(seat: &Seat) -> Result<Shown, Problem> {
    let asked: Asked = seat.asked()?;
    let until_on = asked.to.unwrap_or(seat.frame.today);
    let first = until_on.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(until_on);
    let from_on = asked.from.unwrap_or(first);
    if from_on > until_on || (until_on - from_on).num_days() > LONGEST {
        let rule = format!("`from` lies at most {LONGEST} days before `to`, and not after it");
        return Err(Problem::malformed(rule));
    }
    let desk = seat.desk();
    let top = place::top(&desk).await?;
    let missing = |name: &str| Problem::not_found(format!("there is no site `{name}`"));
    let site = match (&asked.site, &top) {
        (Some(name), _) => SiteCode::new(name).map_err(|_| missing(name))?,
        (None, Some(top)) => top.clone(),
        (None, None) => return Err(missing("")),
    };
    if !seat.grant.covers(&site) || !desk.knows(&site).await? {
        return Err(missing(site.as_str()));
    }
    // What is of no site belongs to the top of the network, for those who may see all of it.
    let is_top = seat.grant.sites.is_empty() && top.as_ref() == Some(&site);
    Ok(Shown { from_on, until_on, site, is_top })
}
