//! 辦件: the pages of cases.

use actix_web::HttpResponse;

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

/// One case.
pub(super) async fn one(seat: Seat) -> Result<HttpResponse, Problem> {
    let asked: Asked = seat.asked()?;
    let name = seat.name().await?;
    let case = seat.service.case(&seat.request, &name, &asked).await?;
    let viewings = seat.viewings(case.stream.as_str()).await?;
    html(&case::Page::of(&seat.desk(), &case, asked.known_at(), viewings).await?)
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
