//! 清單: the lists of supervision, one route for each, all asked in one way: by site and below, by
//! the list's own columns, from a day, as of a day; page by page.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{self, Data};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Service;
use super::asked::{Query, day, limit, value, wrong};
use super::error::Problem;
use crate::lists::{self, List, Place, Wanted};
use crate::past::PastError;
use crate::query::KnownAt;

/// What every list may be asked, besides its own columns.
const ASKED: [&str; 8] =
    ["site", "key", "from", "as_of", "known_at", "cursor", "limit", "min_position"];

/// 一頁: a page of a list.
#[derive(Debug, Serialize)]
pub struct Page {
    /// The position of the answer.
    position: u64,
    lines: Vec<Map<String, Value>>,
    /// Where to go on; `null` at the end.
    next: Option<String>,
}

/// A page of a list: `cards`, `irregularities`, `indicators` and the others that `tongjian list`
/// names. A line holds its columns by name; what it rests on are acts.
#[utoipa::path(get, path = "/v1/lists/{name}", tag = "supervision",
    params(("name" = String, Path, description = "The list."),
        ("site" = Option<String>, Query, description = "Lines of this site and below it."),
        ("key" = Option<String>, Query, description = "Lines of one stream or docket."),
        ("from" = Option<String>, Query, description = "Lines from this day on."),
        ("as_of" = Option<String>, Query, description = "Lines as they stood at the end of this \
            day; today where nothing is said."),
        ("known_at" = Option<String>, Query, description = "A position, or an instant \
            of RFC 3339: what the chronicle held by then, folded anew; 503 while that lasts."),
        ("cursor" = Option<String>, Query, description = "Goes on where a page ended."),
        ("limit" = Option<u32>, Query, description = "1 to 1000; 100 where nothing is said."),
        ("min_position" = Option<u64>, Query, description = "Waits until the tables have reached \
            this position.")),
    responses((status = 200, description = "`position`, `lines`, latest first, and `next`."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn page(
    request: HttpRequest,
    name: web::Path<String>,
    asked: Query<BTreeMap<String, String>>,
    service: Data<Service>,
) -> Result<web::Json<Page>, Problem> {
    let grant = service.visitor(&request)?;
    let list = lists::named(&name)
        .ok_or_else(|| Problem::not_found(format!("there is no list `{name}`")))?;
    let said = |name: &str| asked.get(name).map(String::as_str);
    service.reach_in_tables(value("min_position", said("min_position"))?).await?;
    let wanted = wanted(list, &asked, &service)?;
    let listed = match value::<KnownAt>("known_at", said("known_at"))? {
        None => lists::page(&service.store, list, &wanted, &grant).await?,
        Some(known_at) => {
            let position = service.queries.position_of(Some(known_at)).await?;
            let past = service.pasts.at(&service.store, position, service.longest_wait).await?;
            lists::page(past.store(), list, &wanted, &grant).await?
        }
    };
    let next = listed.next.map(|place| place.to_string());
    Ok(web::Json(Page { position: listed.position, lines: listed.lines, next }))
}

fn wanted(
    list: &'static List,
    asked: &BTreeMap<String, String>,
    service: &Service,
) -> Result<Wanted, Problem> {
    let said = |name: &str| asked.get(name).map(String::as_str);
    let mut values = Vec::new();
    for (name, text) in asked {
        match list.by.iter().find(|column| *column == name) {
            Some(column) => values.push((*column, text.clone())),
            None if ASKED.contains(&name.as_str()) => {}
            None => {
                let known: Vec<_> = ASKED.iter().chain(list.by).copied().collect();
                let rule = format!("`{}` is asked by {}", list.name, known.join(", "));
                return Err(wrong(name, &rule));
            }
        }
    }
    let today = service.clock.now().with_timezone(&chrono_tz::Asia::Shanghai).date_naive();
    let asked_limit = value::<u32>("limit", said("limit"))?;
    Ok(Wanted {
        site: value("site", said("site"))?,
        key: said("key").map(|key| key.replace('/', "\t")).map(|key| stream_key(list, key)),
        values,
        from: day("from", said("from"))?,
        as_of: Some(day("as_of", said("as_of"))?.unwrap_or(today)),
        after: value::<Place>("cursor", said("cursor"))?,
        limit: limit(asked_limit, 100, 1..=1_000)?,
    })
}

/// Lines of streams have `kind/name` as their key, lines of dockets their parts.
fn stream_key(list: &List, key: String) -> String {
    let is_docket =
        tongjian_projections::supervision::TABLES.iter().any(|table| table.name == list.table);
    if is_docket { key } else { key.replacen('\t', "/", 1) }
}

impl From<PastError> for Problem {
    fn from(error: PastError) -> Self {
        match error {
            PastError::Store(error) => error.into(),
            PastError::BeingMade { .. } => Problem::being_made(error.to_string()),
            other => Problem::internal(other.to_string()),
        }
    }
}
