//! 通報: the bulletins: listed, read in any format, and taken from draft to erratum step by step.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tongjian_events::bulletin::BulletinKind;
use tongjian_events::{SiteCode, StreamId, StreamKind};
use utoipa::IntoParams;

use super::asked::{Query, limit, value, wrong};
use super::error::Problem;
use super::{Service, streams};
use crate::access::{Grant, hex};
use crate::bulletin::contents::Makes;
use crate::bulletin::letter::{Script, Standing};
use crate::bulletin::life::{self, Bulletin};
use crate::bulletin::outbox::file_name;
use crate::bulletin::render::{Format, render};
use crate::bulletin::summary::{History, Summary};
use crate::bulletin::term::kind_of;

mod negotiated;
mod problems;
pub mod steps;
pub mod trace;

/// Which bulletins.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Those of this kind: `weekly`, `monthly`, `quarterly`, `half_yearly`, `yearly`, `special`.
    kind: Option<String>,
    /// Those about this site, or a site below it.
    site: Option<String>,
    /// Those that have come so far: `drafted`, `reviewed`, `signed`, `issued`.
    standing: Option<String>,
    /// Those whose last day lies in this year.
    year: Option<i32>,
    /// At most so many, 1 to 500; 50 where nothing is said.
    limit: Option<u32>,
    /// Where an earlier answer said to go on.
    cursor: Option<String>,
    /// Waits until the chronicle has reached this position.
    min_position: Option<u64>,
}

/// A page of bulletins.
#[derive(Debug, Serialize)]
pub struct Listed {
    position: u64,
    bulletins: Vec<Summary>,
    /// Where to go on; `null` at the end.
    next: Option<String>,
}

/// The words of a standing.
fn standing_of(word: &str) -> Result<Standing, Problem> {
    let all = [Standing::Drafted, Standing::Reviewed, Standing::Signed, Standing::Issued];
    let named = all.into_iter().zip(["drafted", "reviewed", "signed", "issued"]);
    let found = named.into_iter().find(|(_, name)| *name == word).map(|(standing, _)| standing);
    found.ok_or_else(|| wrong("standing", "one of drafted, reviewed, signed, issued"))
}

impl Wanted {
    fn filter(&self, grant: Grant) -> Result<impl Fn(&Bulletin) -> bool, Problem> {
        let kind: Option<BulletinKind> = value::<String>("kind", self.kind.as_deref())?
            .map(|kind| kind_of(&kind).map_err(|rule| wrong("kind", &rule)))
            .transpose()?;
        let site: Option<SiteCode> = value("site", self.site.as_deref())?;
        let standing = self.standing.as_deref().map(standing_of).transpose()?;
        let year = self.year;
        Ok(move |bulletin: &Bulletin| {
            let Some(drafted) = &bulletin.drafted else { return false };
            let (scope, last) = (&drafted.basis.scope, drafted.basis.period.until_on);
            grant.covers(scope)
                && kind.is_none_or(|kind| kind == drafted.kind)
                && site.as_ref().is_none_or(|site| site.holds(scope))
                && standing.is_none_or(|standing| bulletin.standing() == Some(standing))
                && year.is_none_or(|year| chrono::Datelike::year(&last) == year)
        })
    }
}

/// Bulletins by kind, site, standing and year, in the order of their names.
#[utoipa::path(get, path = "/v1/bulletins", tag = "bulletins", params(Wanted),
    responses((status = 200, description = "`position`, `bulletins`, `next`."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn list(
    request: HttpRequest,
    wanted: Query<Wanted>,
    service: Data<Service>,
) -> Result<web::Json<Listed>, Problem> {
    let grant = service.visitor(&request)?;
    service.reach(wanted.min_position).await?;
    let limit = limit(wanted.limit, 50, 1..=500)? as usize;
    let after = match &wanted.cursor {
        None => String::new(),
        Some(name) => stream_of(name)?.to_string(),
    };
    let position = service.store.head().await?.position;
    let filter = wanted.filter(grant)?;
    let mut found = life::page(&service.store, &after, limit + 1, filter).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.stream.name().to_owned());
    let bulletins = found.iter().filter_map(Summary::of).collect();
    Ok(web::Json(Listed { position, bulletins, next }))
}

fn stream_of(id: &str) -> Result<StreamId, Problem> {
    StreamId::new(StreamKind::Bulletin, id).map_err(Problem::not_found)
}

impl Service {
    /// The bulletin of this name, if the reader's grant covers what it is about.
    ///
    /// # Errors
    /// 401, 404, 503. Of what is not covered nothing is told, not even that it is there.
    pub(super) async fn bulletin(
        &self,
        request: &HttpRequest,
        id: &str,
    ) -> Result<Bulletin, Problem> {
        let grant = self.visitor(request)?;
        let bulletin = life::load(&self.store, &stream_of(id)?).await?;
        let missing = || Problem::not_found(format!("there is no bulletin `{id}`"));
        let drafted = bulletin.drafted.as_ref().ok_or_else(missing)?;
        if grant.covers(&drafted.basis.scope) { Ok(bulletin) } else { Err(missing().outside()) }
    }

    /// How the chronicle as it stood is made for a request.
    pub(super) fn makes(&self) -> Makes<'_> {
        Makes::Within(&self.pasts, self.longest_wait)
    }
}

/// In which form.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// `json`, `html`, `docx`, `xlsx`, `md`, `pdf`; by `Accept` where nothing is said.
    format: Option<String>,
    /// `simplified` (default) or `traditional`.
    script: Option<String>,
    /// The letter of this erratum.
    erratum: Option<u32>,
    /// Waits until the chronicle has reached this position.
    min_position: Option<u64>,
}

/// The letter of a bulletin, in the format that is asked for. Its content is made again from the
/// chronicle as it stood, unless it is at hand; 503 while that lasts.
#[utoipa::path(get, path = "/v1/bulletins/{id}", tag = "bulletins",
    params(("id" = String, Path, description = "Its name, such as \
        `monthly-2008-07-320600000000`."), Form),
    responses((status = 200, description = "The letter.",
            content(("application/json"), ("text/html"), ("text/markdown"), ("application/pdf"))),
        (status = 304, description = "The reader holds it already."),
        (status = 406, description = "Nothing that is accepted is written here.",
            body = super::error::Details, content_type = "application/problem+json"),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn one(
    request: HttpRequest,
    id: web::Path<String>,
    form: Query<Form>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    service.reach(form.min_position).await?;
    let bulletin = service.bulletin(&request, &id).await?;
    let format = negotiated::format(&request, form.format.as_deref())?;
    let script = match form.script.as_deref() {
        None | Some("" | "simplified") => Script::Simplified,
        Some("traditional") => Script::Traditional,
        Some(_) => return Err(wrong("script", "simplified or traditional")),
    };
    has_erratum(&bulletin, form.erratum)?;
    let makes = service.makes();
    let letter = service.contents.letter(&service.store, &bulletin, form.erratum, &makes).await?;
    let name = file_name(&letter);
    let made = web::block(move || render(&letter, format, script)).await;
    let bytes = made.map_err(|_| Problem::internal("the letter was not written"))??;
    let tag = format!("\"{}\"", hex(&<[u8; 32]>::from(Sha256::digest(&bytes))));
    Ok(answer(&request, format, &name, tag, bytes))
}

/// Refuses an erratum that there is not.
fn has_erratum(bulletin: &Bulletin, no: Option<u32>) -> Result<(), Problem> {
    match no.filter(|no| bulletin.erratum(*no).is_none()) {
        None => Ok(()),
        Some(no) => {
            Err(Problem::not_found(format!("`{}` has no erratum {no}", bulletin.stream.name())))
        }
    }
}

fn answer(
    request: &HttpRequest,
    format: Format,
    name: &str,
    tag: String,
    bytes: Vec<u8>,
) -> HttpResponse {
    let unchanged = streams::unchanged(request, &tag);
    let mut answer = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((header::ETAG, tag));
    answer.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    answer.insert_header((header::VARY, "Accept"));
    if unchanged {
        return answer.finish();
    }
    if matches!(format, Format::Docx | Format::Xlsx | Format::Pdf) {
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' };
        let name: String = name.chars().map(plain).collect();
        let saved = format!("attachment; filename=\"{name}.{format}\"");
        answer.insert_header((header::CONTENT_DISPOSITION, saved));
    }
    if format == Format::Html {
        // It holds its own style and pictures, and runs nothing.
        answer.insert_header((header::CONTENT_SECURITY_POLICY, OF_A_LETTER));
    }
    answer.content_type(format.media_type()).body(bytes)
}

/// What the letter as a page may load.
const OF_A_LETTER: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Of what can be asked in no way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// What was done with a bulletin: drafts, reviews, signature, errata, who got and opened it.
#[utoipa::path(get, path = "/v1/bulletins/{id}/history", tag = "bulletins",
    params(("id" = String, Path, description = "Its name.")),
    responses((status = 200, description = "The summary, with `review`, `signed_by`, \
            `recipients`, `copies_to`, `corrected`, `receipts`."),
        (status = "4XX", body = super::error::Details, content_type = "application/problem+json")))]
pub async fn history(
    request: HttpRequest,
    id: web::Path<String>,
    _asked: Query<Nothing>,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let bulletin = service.bulletin(&request, &id).await?;
    let history = History::of(&bulletin);
    let history = history.ok_or_else(|| Problem::not_found(format!("there is no `{id}`")))?;
    Ok(HttpResponse::Ok().json(history))
}
