//! 辦件: cases as they stand on a day and as they were known at a time, with clocks and findings.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use tongjian_events::StreamKind;
use tongjian_projections::clock::Standing;
use tongjian_projections::view::MatterView;
use utoipa::IntoParams;

use super::asked::{Query, day, limit, value, wrong};
use super::error::Problem;
use super::{Service, input, streams};
use crate::query::{CaseFile, Cursor, Filter, KnownAt, Line, Listed, Moment, Reading, Shown};

/// As of which day, as known when, in which reading.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The day; today where nothing is said.
    pub(in crate::http) as_of: Option<String>,
    /// A position, or an instant of RFC 3339: what the chronicle held by then.
    pub(in crate::http) known_at: Option<String>,
    /// For a timeline: `effective` (default), after corrections, or `raw`, as entered.
    pub(in crate::http) view: Option<String>,
    /// Waits until the chronicle has reached this position.
    pub(in crate::http) min_position: Option<u64>,
}

/// The two times of a question.
fn moment(as_of: Option<&str>, known_at: Option<&str>) -> Result<Moment, Problem> {
    Ok(Moment { as_of: day("as_of", as_of)?, known_at: value::<KnownAt>("known_at", known_at)? })
}

impl Asked {
    /// The reading of a timeline.
    ///
    /// # Errors
    /// 400 naming the field.
    pub fn reading(&self) -> Result<Reading, Problem> {
        Ok(value("view", self.view.as_deref())?.unwrap_or_default())
    }

    /// What was written as `known_at`, to be shown again.
    #[must_use]
    pub fn known_at(&self) -> &str {
        self.known_at.as_deref().unwrap_or("")
    }
}

impl Service {
    /// The case of this name, as far as the reader's grant goes: to the case of a site that it
    /// covers, or to which the file was given; else to what was entered at sites that it covers.
    ///
    /// # Errors
    /// 400, 401, 404, 503. Of what is not covered nothing is told, not even that it is there.
    pub async fn case(
        &self,
        request: &HttpRequest,
        id: &str,
        asked: &Asked,
    ) -> Result<CaseFile, Problem> {
        let grant = self.visitor(request)?;
        let stream = input::stream(StreamKind::Case.as_str(), id)?;
        let moment = moment(asked.as_of.as_deref(), asked.known_at.as_deref())?;
        self.reach(asked.min_position).await?;
        Ok(self.queries.case(stream, moment, &grant).await?)
    }
}

#[derive(Serialize)]
struct Case<'c> {
    id: &'c str,
    /// The position of the answer.
    position: u64,
    /// How much of it is shown.
    shown: Shown,
    #[serde(flatten)]
    view: &'c MatterView,
    /// Further cases under its number.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    others: &'c [MatterView],
}

#[derive(Serialize)]
struct Timeline<'c> {
    id: &'c str,
    position: u64,
    as_of: NaiveDate,
    shown: Shown,
    view: &'static str,
    acts: Vec<Line>,
}

/// Answers, unless the reader holds the same already.
fn tagged<T: Serialize>(request: &HttpRequest, tag: &str, body: &T) -> HttpResponse {
    let tag = format!("W/\"{tag}\"");
    let unchanged = streams::unchanged(request, &tag);
    let mut answer = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, tag));
    answer.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if unchanged { answer.finish() } else { answer.json(body) }
}

/// A case: what it is, its clocks, its findings.
#[utoipa::path(get, path = "/v1/cases/{id}", tag = "cases",
    params(("id" = String, Path, description = "Its name, percent-encoded."), Asked),
    responses((status = 200, description = "`position`, `as_of`, `summary`, `clocks` (each with \
            both readings of pauses, `standing`, `grounds`), `findings`; and how much of it is \
            `shown`: `whole`, `case` (of the site that answers for it, without what another one \
            has under the same number), `other_case` (that other one), `own_acts` (what was \
            entered at the reader's sites, without limits). `others`: the same of further cases \
            under its number that the reader may read."),
        (status = 304, description = "The reader holds it already."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn one(
    request: HttpRequest,
    id: web::Path<String>,
    asked: Query<Asked>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let case = service.case(&request, &id, &asked).await?;
    let (id, shown) = (case.stream.name(), case.shown);
    let body = Case { id, position: case.position, shown, view: &case.view, others: &case.others };
    Ok(tagged(&request, &case.tag(), &body))
}

/// A case's acts: when each happened and was entered, and its corrections.
#[utoipa::path(get, path = "/v1/cases/{id}/timeline", tag = "cases",
    params(("id" = String, Path, description = "Its name, percent-encoded."), Asked),
    responses((status = 200, description = "`position`, `as_of`, `shown`, `view`, `acts`."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn timeline(
    request: HttpRequest,
    id: web::Path<String>,
    asked: Query<Asked>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let reading = asked.reading()?;
    let case = service.case(&request, &id, &asked).await?;
    let body = Timeline {
        id: case.stream.name(),
        position: case.position,
        as_of: case.view.as_of,
        shown: case.shown,
        view: reading.as_str(),
        acts: case.timeline(reading),
    };
    Ok(tagged(&request, &format!("{}.{}", case.tag(), reading.as_str()), &body))
}

/// Which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Those of this site and of every site below it.
    pub site: Option<String>,
    /// Those of this item.
    pub item: Option<String>,
    /// Those with a clock that shows this: `running`, `paused`, `met`, `missed`, `stopped`,
    /// `contradictory`.
    pub state: Option<String>,
    /// Those with a clock due on this day or later; the same clock must show `state`.
    pub due_from: Option<String>,
    /// Those with a clock due on this day or earlier.
    pub due_to: Option<String>,
    /// The day; today where nothing is said.
    pub as_of: Option<String>,
    /// A position, or an instant of RFC 3339: what the chronicle held by then.
    pub known_at: Option<String>,
    /// At most so many, 1 to 500; 50 where nothing is said.
    pub limit: Option<u32>,
    /// Where an earlier answer said to go on. It carries the day and the position of its walk.
    pub cursor: Option<String>,
    /// Waits until the chronicle has reached this position.
    pub min_position: Option<u64>,
}

impl Wanted {
    fn filter(&self) -> Result<Filter, Problem> {
        let state = value::<String>("state", self.state.as_deref())?;
        let named = |name: String| {
            let unknown = || wrong("state", &format!("no clock shows `{name}`"));
            Standing::from_name(&name).ok_or_else(unknown)
        };
        Ok(Filter {
            site: value("site", self.site.as_deref())?,
            item: value("item", self.item.as_deref())?,
            state: state.map(named).transpose()?,
            due_from: day("due_from", self.due_from.as_deref())?,
            due_to: day("due_to", self.due_to.as_deref())?,
        })
    }
}

/// A page of cases.
#[derive(Debug, Serialize)]
pub struct Cases {
    /// The position of the answer; the same for every page of one walk.
    pub position: u64,
    /// The day of the answer.
    pub as_of: NaiveDate,
    /// The cases, in order of their names.
    pub cases: Vec<Listed>,
    /// Where to go on; `null` at the end.
    pub next: Option<String>,
}

impl Service {
    /// A page of the cases that the reader's grant covers.
    ///
    /// # Errors
    /// 400, 401, 403, 503.
    pub async fn cases(&self, request: &HttpRequest, wanted: &Wanted) -> Result<Cases, Problem> {
        let grant = self.visitor(request)?;
        let limit = limit(wanted.limit, 50, 1..=500)? as usize;
        let filter = wanted.filter()?;
        let moment = moment(wanted.as_of.as_deref(), wanted.known_at.as_deref())?;
        let cursor = value::<Cursor>("cursor", wanted.cursor.as_deref())?;
        self.reach_in_tables(wanted.min_position).await?;
        if moment.known_at.is_some() {
            let known = self.queries.position_of(moment.known_at).await?;
            // Tables that lag behind are waited for; without them the chronicle itself is read.
            let _ = self.reach_in_tables(Some(known)).await;
        }
        let page = self.queries.cases(&filter, moment, cursor, limit, &grant).await?;
        let next = page.next.map(|cursor| cursor.to_string());
        Ok(Cases { position: page.position, as_of: page.as_of, cases: page.cases, next })
    }
}

/// Cases by site, item, state and due day.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(Wanted),
    responses((status = 200, description = "`position`, `as_of`, `cases`, `next`. A page may hold \
            fewer cases than asked for and still have a next one."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn list(
    request: HttpRequest,
    wanted: Query<Wanted>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let page = service.cases(&request, &wanted).await?;
    Ok(tagged(&request, &format!("{}.{}", page.position, page.as_of), &page))
}
