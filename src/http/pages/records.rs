//! 清單頁: cards, rectification, complaints, inspections: as lists, and one thing of each.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use tongjian_events::{StreamId, StreamKind};

use super::{Seat, html};
use crate::console::records::{self, LIMIT, View};
use crate::console::views::{CARDS, CHECKS, COMPLAINTS, INSPECTIONS, ORDERS, REVIEWS, SLIPS};
use crate::http::asked::{day, value};
use crate::http::error::Problem;
use crate::lists::{self, Place, Wanted};

/// 紅黃牌.
pub(super) async fn cards(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.lists("nav.cards", &[&CARDS]).await
}

/// 整改.
pub(super) async fn rectification(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.lists("nav.rectification", &[&ORDERS, &SLIPS]).await
}

/// 投訴.
pub(super) async fn complaints(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.lists("nav.complaints", &[&COMPLAINTS, &REVIEWS]).await
}

/// 督查.
pub(super) async fn inspections(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.lists("nav.inspections", &[&INSPECTIONS]).await
}

/// 一張牌.
pub(super) async fn card(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.thing(StreamKind::Card, &[&CARDS]).await
}

/// 一件投訴.
pub(super) async fn complaint(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.thing(StreamKind::Complaint, &[&COMPLAINTS, &REVIEWS]).await
}

/// 一次督查.
pub(super) async fn inspection(seat: Seat) -> Result<HttpResponse, Problem> {
    seat.thing(StreamKind::Inspection, &[&INSPECTIONS, &CHECKS, &SLIPS, &ORDERS]).await
}

impl Seat {
    /// A page of lists, each of which goes on by a parameter of its own.
    async fn lists(&self, title: &str, views: &[&'static View]) -> Result<HttpResponse, Problem> {
        let asked: BTreeMap<String, String> = self.asked()?;
        let said = |name: &str| asked.get(name).map(String::as_str);
        let desk = self.desk();
        let mut found = Vec::new();
        for view in views {
            let missing = || Problem::internal(format!("there is no list `{}`", view.list));
            let list = lists::named(view.list).ok_or_else(missing)?;
            let filter = view.filter.filter(|(column, ..)| list.by.contains(column));
            let values = filter.and_then(|(column, _, words)| {
                let value = said(column).filter(|value| words.contains(value))?;
                Some((column, value.to_owned()))
            });
            let wanted = Wanted {
                site: value("site", said("site"))?,
                key: None,
                values: values.into_iter().collect(),
                from: day("from", said("from"))?,
                as_of: Some(day("as_of", said("as_of"))?.unwrap_or(self.frame.today)),
                after: value::<Place>("cursor", said(view.cursor))?,
                limit: LIMIT,
            };
            found.push((*view, records::listed(&desk, list, wanted).await?));
        }
        let filled = |name: &str| said(name).unwrap_or_default().to_owned();
        html(&records::page(&desk, title, &found, filled).await?)
    }

    /// The page of one thing, by its stream; of others' things nothing is told.
    async fn thing(
        &self,
        kind: StreamKind,
        views: &[&'static View],
    ) -> Result<HttpResponse, Problem> {
        let name = self.name().await?;
        let stream = StreamId::new(kind, &name).map_err(Problem::not_found)?;
        let desk = self.desk();
        let thing = records::thing(&desk, stream, views).await?;
        if !thing.is_known() {
            return Err(Problem::not_found(format!("there is no {kind} `{name}`")));
        }
        html(&records::thing_page(&desk, &thing).await?)
    }
}
