//! 全覆蓋: the four-level network on a day.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use tongjian_events::SiteCode;
use utoipa::IntoParams;

use super::Service;
use super::asked::{Query, day, value};
use super::error::Problem;
use crate::coverage::{Network, network};
use crate::query::KnownAt;

/// Which part of the network, and when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The end of this day; today where nothing is said.
    on: Option<String>,
    /// This site and everything below it; all of it where nothing is said.
    site: Option<String>,
    /// A position, or an instant of RFC 3339: what the chronicle held by then.
    known_at: Option<String>,
    /// Waits until the tables have reached this position.
    min_position: Option<u64>,
}

/// Planned, built, accepted, operating, by county and level, with the posts that are filled.
#[utoipa::path(get, path = "/v1/coverage", tag = "supervision", params(Asked),
    responses((status = 200, description = "`on`, `position`, `target_on`, `whole` and `parts`, \
            each with counts, shares in hundredths of a per cent and the step of the campaign."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn of_day(
    request: HttpRequest,
    asked: Query<Asked>,
    service: Data<Service>,
) -> Result<Json<Network>, Problem> {
    let grant = service.visitor(&request)?;
    let today = service.clock.now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    let on = day("on", asked.on.as_deref())?.unwrap_or(today);
    let site = value::<SiteCode>("site", asked.site.as_deref())?;
    service.reach_in_tables(asked.min_position).await?;
    Ok(Json(match value::<KnownAt>("known_at", asked.known_at.as_deref())? {
        None => network(&service.store, on, site, &grant).await?,
        Some(known_at) => {
            let position = service.queries.position_of(Some(known_at)).await?;
            let past = service.pasts.at(&service.store, position, service.longest_wait).await?;
            network(past.store(), on, site, &grant).await?
        }
    }))
}
