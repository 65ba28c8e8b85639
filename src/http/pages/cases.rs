//! 辦件: the pages of cases.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::{Seat, html};
use crate::access::Right;
use crate::console::case::Viewing;
use crate::console::{case, cases};
use crate::http::cases::{Asked, Wanted};
use crate::http::error::Problem;
use crate::store::cabinet;

/// How many readings of a case stand on its page.
const VIEWINGS: u32 = 50;

/// The cases, with filters.
pub(super) async fn list(seat: Seat) -> Result<HttpResponse, Problem> {
    let wanted: Wanted = seat.asked()?;
    let page = seat.service.cases(&seat.request, &wanted).await?;
    html(&cases::Page::of(&seat.desk(), &page, &wanted).await?)
}

/// As of which day, as known when, and from which act on.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wished {
    as_of: Option<String>,
    known_at: Option<String>,
    view: Option<String>,
    min_position: Option<u64>,
    /// How many acts are passed over.
    skip: Option<u32>,
}

/// One case.
pub(super) async fn one(seat: Seat) -> Result<HttpResponse, Problem> {
    let Wished { as_of, known_at, view, min_position, skip } = seat.asked()?;
    let asked = Asked { as_of, known_at, view, min_position };
    let name = seat.name().await?;
    let case = seat.service.case(&seat.request, &name, &asked).await?;
    let viewings = seat.viewings(case.stream.as_str()).await?;
    let skip = skip.unwrap_or_default() as usize;
    html(&case::Page::of(&seat.desk(), &case, (asked.known_at(), skip), viewings).await?)
}

impl Seat {
    /// Who has read a case, the latest first; none where whoever reads this may not know it.
    async fn viewings(&self, subject: &str) -> Result<Option<Vec<Viewing>>, Problem> {
        if !self.grant.has(Right::Viewers) {
            return Ok(None);
        }
        let asked =
            cabinet::Asked { subject: subject.into(), limit: VIEWINGS, ..Default::default() };
        let traces = self.service.store.trail(asked).await?;
        let grants = self.service.gate.grants().await?;
        let viewing = |trace: cabinet::Trace| Viewing {
            role: grants.account(&trace.who).map(|account| account.role),
            at: trace.entered_at,
            asked: trace.detail,
            who: trace.who,
        };
        let readings = traces.into_iter().filter(|trace| trace.did == "read");
        Ok(Some(readings.map(viewing).collect()))
    }
}
