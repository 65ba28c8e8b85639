//! 辦理: what people do in the console: a bulletin's next step, the decision on an appeal, an
//! inspection by a checklist. Each becomes the acts that a system would send, and is let through or
//! refused in the same place.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Asia::Shanghai;
use serde_json::{Value, json};
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::{Digest, StaffId, Text};
use tongjian_events::{Act, CATALOG, SiteCode, StreamId, StreamKind};

use super::{Seat, html};
use crate::access::Grant;
use crate::bulletin::life::Wanted;
use crate::console::desk::Desk;
use crate::console::records;
use crate::console::views::CARDS;
use crate::console::writing::{self, Checklist, OUTCOMES, RESULTS};
use crate::engine;
use crate::http::asked::{value, wrong};
use crate::http::error::Problem;
use crate::http::{Service, input};
use crate::store::Expected;

type Fields = Form<BTreeMap<String, String>>;

fn field<'f>(form: &'f BTreeMap<String, String>, name: &str) -> &'f str {
    form.get(name).map_or("", |value| value.trim())
}

/// To the page of what was done.
fn done(address: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// Who acts: whoever is logged in.
fn actor(grant: &Grant) -> Result<StaffId, Problem> {
    let holder = StaffId::new(&grant.holder).or_else(|_| StaffId::new(&grant.token));
    holder.map_err(Problem::forbidden)
}

/// The acts of one person in one stream, checked as at the door.
struct Pen<'p> {
    stream: &'p StreamId,
    site: &'p SiteCode,
    actor: StaffId,
    at: DateTime<FixedOffset>,
}

impl Pen<'_> {
    fn act(&self, event: &str, body: &Value) -> Result<Act, Problem> {
        let row = CATALOG.iter().find(|row| row.wire_name() == event);
        let row = row.ok_or_else(|| Problem::internal(format!("there is no event `{event}`")))?;
        let (stream, text) = (self.stream.as_str(), body.to_string());
        let parts: [&[u8]; 4] =
            [b"tongjian console 1", stream.as_bytes(), event.as_bytes(), text.as_bytes()];
        let id = engine::id(&self.at, &parts);
        let id = id.ok_or_else(|| Problem::internal("the clock stands before 1970"))?;
        let act = json!({
            "id": id, "stream": stream, "event": event, "version": row.version,
            "occurred_at": tongjian_events::instant::text(&self.at),
            "actor": { "kind": "staff", "id": self.actor.as_str() },
            "source": { "site": self.site.as_str() },
            "body": body,
        });
        Ok(input::act(&act.to_string())?.0)
    }
}

fn now(service: &Service) -> DateTime<FixedOffset> {
    service.clock.now().with_timezone(&Shanghai).fixed_offset()
}

/// The next step of a bulletin.
pub(super) async fn bulletin(
    request: HttpRequest,
    id: Path<String>,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let stream = StreamId::new(StreamKind::Bulletin, &id).map_err(Problem::not_found)?;
    let clerk = service.clerk(&grant, None)?;
    let digest = Digest::new(field(&form, "digest")).map_err(|rule| wrong("digest", &rule))?;
    match field(&form, "order") {
        "review" => {
            let verdict = match field(&form, "verdict") {
                "approved" => BulletinVerdict::Approved,
                "returned" => BulletinVerdict::Returned,
                _ => return Err(wrong("verdict", "approved or returned")),
            };
            let remarks: Option<Text> = match field(&form, "remarks") {
                "" => None,
                text => Some(Text::new(text).map_err(|rule| wrong("remarks", &rule))?),
            };
            clerk.review(&stream, verdict, remarks, Some(&digest)).await?;
        }
        "sign" => {
            clerk.sign(&stream, Some(&digest)).await?;
        }
        "issue" => {
            service.tables_are_up().await?;
            clerk.issue(&stream, &Wanted::default()).await?;
        }
        _ => return Err(wrong("order", "review, sign or issue")),
    }
    service.queries.appended(stream.kind());
    Ok(done(format!("/bulletins/{}", *id)))
}

/// The decision on an appeal.
pub(super) async fn appeal(
    request: HttpRequest,
    id: Path<String>,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let frame = service.frame(&request).await?;
    let under = service.queries.under(frame.position).await?;
    let desk =
        Desk { store: &service.store, frame: &frame, grant: &grant, context: &under.context };
    let stream = StreamId::new(StreamKind::Card, &id).map_err(Problem::not_found)?;
    let card = records::thing(&desk, stream.clone(), &[&CARDS]).await?;
    let missing = || Problem::not_found(format!("there is no card `{}`", *id));
    let site = card.site().ok_or_else(missing)?;
    let outcome = field(&form, "outcome");
    if !OUTCOMES.contains(&outcome) {
        return Err(wrong("outcome", &OUTCOMES.join(", ")));
    }
    let version: u64 = value("version", Some(field(&form, "version")))?.unwrap_or(0);
    let pen = Pen { stream: &stream, site: &site, actor: actor(&grant)?, at: now(&service) };
    let body = json!({ "outcome": outcome, "decided_by": pen.actor.as_str(),
        "reasons": field(&form, "reasons") });
    let act = pen.act("card.AppealDecided", &body)?;
    service.append(&grant, Expected::Exact(version), vec![act]).await?;
    Ok(done(format!("/cards/{}", *id)))
}

/// The form of an inspection.
pub(super) async fn inspect(seat: Seat) -> Result<HttpResponse, Problem> {
    let asked: BTreeMap<String, String> = seat.asked()?;
    let said = |name: &str| asked.get(name).map(String::as_str);
    let desk = seat.desk();
    let site: Option<SiteCode> = value("site", said("site"))?;
    let lists = Checklist::all(&desk).await.map_err(super::chronicle::of_policy)?;
    html(&writing::inspection(&desk, &lists, site.as_ref(), said("checklist")))
}

/// An inspection that was made: begun, each check, concluded; all of it or nothing.
pub(super) async fn inspected(
    request: HttpRequest,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let frame = service.frame(&request).await?;
    let under = service.queries.under(frame.position).await?;
    let desk =
        Desk { store: &service.store, frame: &frame, grant: &grant, context: &under.context };
    let site = SiteCode::new(field(&form, "site")).map_err(|rule| wrong("site", &rule))?;
    let lists = Checklist::all(&desk).await.map_err(super::chronicle::of_policy)?;
    let list = lists.iter().find(|list| list.code == field(&form, "checklist"));
    let list = list.ok_or_else(|| wrong("checklist", "there is no such checklist"))?;
    let (at, name) = (now(&service), named(&site, frame.today, now(&service)));
    let stream =
        StreamId::new(StreamKind::Inspection, &name).map_err(|rule| wrong("site", &rule))?;
    let pen = Pen { stream: &stream, site: &site, actor: actor(&grant)?, at };
    let acts = inspection(&pen, list, &form)?;
    service.append(&grant, Expected::New, acts).await?;
    Ok(done(format!("/inspections/{name}")))
}

/// An inspection's name: the site, the day, the second of the day.
fn named(site: &SiteCode, today: NaiveDate, at: DateTime<FixedOffset>) -> String {
    format!("{site}-{today}-{}", at.format("%H%M%S"))
}

fn inspection(
    pen: &Pen<'_>,
    list: &Checklist,
    form: &BTreeMap<String, String>,
) -> Result<Vec<Act>, Problem> {
    let began = json!({ "site": pen.site.as_str(), "kind": field(form, "kind"),
        "inspectors": [pen.actor.as_str()], "checklist": list.code,
        "checklist_edition": list.edition });
    let mut acts = vec![pen.act("inspection.InspectionStarted", &began)?];
    let mut missing = Vec::new();
    for (code, _, flag, points) in &list.checks {
        let result = field(form, &format!("check-{code}"));
        if !RESULTS.contains(&result) {
            return Err(wrong("check", &format!("{code}: {}", RESULTS.join(", "))));
        }
        let mut scored = json!({ "check": code, "flag": flag, "result": result });
        // What nobody looked at has no score.
        let score = match result {
            "in_place" => Some(*points),
            "not_in_place" => Some(0),
            _ => None,
        };
        if let (Some(score), Some(members)) = (score, scored.as_object_mut()) {
            members.insert("score_hundredths".into(), score.into());
        }
        acts.push(pen.act("inspection.ChecklistItemScored", &scored)?);
        if result == "not_in_place" && !missing.contains(flag) {
            missing.push(flag.clone());
        }
    }
    let concluded = json!({ "summary": field(form, "summary"), "not_in_place": missing });
    acts.push(pen.act("inspection.InspectionConcluded", &concluded)?);
    Ok(acts)
}
