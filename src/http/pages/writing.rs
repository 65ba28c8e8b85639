//! 辦理: what people do in the console: a bulletin's draft and next step, an inspection by a
//! checklist; in `steps` what is done about cards, slips and orders, in `complaints` what is done
//! about those. Each becomes the acts that
//! a system would send, and is let through or refused in the same place.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Asia::Shanghai;
use serde_json::{Value, json};
use tongjian_events::bulletin::BulletinVerdict;
use tongjian_events::values::{Digest, StaffId, Text};
use tongjian_events::{Act, ActorKind, CATALOG, SiteCode, StreamId, StreamKind};

use super::{Seat, html};
use crate::access::{Grant, roles};
use crate::bulletin::life::Wanted;
use crate::bulletin::term::Term;
use crate::console::desk::Desk;
use crate::console::writing::{self, Checklist, RESULTS};
use crate::engine;
use crate::http::acts::Receipt;
use crate::http::asked::{value, wrong};
use crate::http::error::Problem;
use crate::http::{Service, input};
use crate::store::Expected;

pub(super) mod complaints;
pub(super) mod steps;

type Fields = Form<BTreeMap<String, String>>;

fn field<'f>(form: &'f BTreeMap<String, String>, name: &str) -> &'f str {
    form.get(name).map_or("", |value| value.trim())
}

/// To the page of what was done.
fn done(address: String) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

/// The acts of one person in one stream, checked as at the door.
struct Pen<'p> {
    stream: &'p StreamId,
    site: &'p SiteCode,
    /// Whoever is logged in.
    actor: StaffId,
    kind: ActorKind,
    at: DateTime<FixedOffset>,
}

impl<'p> Pen<'p> {
    fn of(
        stream: &'p StreamId,
        site: &'p SiteCode,
        grant: &Grant,
        at: DateTime<FixedOffset>,
    ) -> Result<Self, Problem> {
        let actor = grant.person().map_err(Problem::forbidden)?;
        let kind = grant.role.map_or(ActorKind::Inspector, roles::actor);
        Ok(Self { stream, site, actor, kind, at })
    }

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
            "actor": { "kind": self.kind, "id": self.actor.as_str() },
            "source": { "site": self.site.as_str() },
            "body": body,
        });
        Ok(input::act(&act.to_string())?.0)
    }
}

fn now(service: &Service) -> DateTime<FixedOffset> {
    service.clock.now().with_timezone(&Shanghai).fixed_offset()
}

impl Service {
    /// Waits until pages can show what was appended; one that does not come in time is shown later.
    async fn shown(&self, receipts: &[Receipt]) {
        let _ = self.reach_in_tables(receipts.last().map(|receipt| receipt.position)).await;
    }
}

/// A draft of the bulletin of a period.
pub(super) async fn draft(
    request: HttpRequest,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let term: Term =
        field(&form, "period").parse().map_err(|rule: String| wrong("period", &rule))?;
    let scope = SiteCode::new(field(&form, "site")).map_err(|rule| wrong("site", &rule))?;
    service.tables_are_up().await?;
    let drafted = service.clerk(&grant, None)?.draft(term, scope).await?;
    service.queries.appended(StreamKind::Bulletin);
    let name = drafted.stream.name();
    Ok(done(format!("/bulletins/{name}")))
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

/// The form of an inspection.
pub(super) async fn inspect(seat: Seat) -> Result<HttpResponse, Problem> {
    let asked: BTreeMap<String, String> = seat.asked()?;
    let said = |name: &str| asked.get(name).map(String::as_str);
    let desk = seat.desk();
    let site: Option<SiteCode> = value("site", said("site"))?;
    let lists = Checklist::all(&desk).await.map_err(super::chronicle::of_policy)?;
    html(&writing::inspection(&desk, &lists, site.as_ref(), said("checklist")).await?)
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
    let pen = Pen::of(&stream, &site, &grant, at)?;
    let acts = inspection(&pen, list, &form)?;
    let receipts = service.append(&grant, Expected::New, acts).await?;
    service.shown(&receipts).await;
    Ok(done(format!("/inspections/{name}")))
}

/// Who went: whoever enters it, and those whom he names.
fn inspectors(pen: &Pen<'_>, form: &BTreeMap<String, String>) -> Vec<String> {
    let mut all = vec![pen.actor.to_string()];
    for other in field(form, "with").split([',', '，', '、', ' ']).map(str::trim) {
        if !other.is_empty() && all.iter().all(|one| one != other) {
            all.push(other.to_owned());
        }
    }
    all
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
        "inspectors": inspectors(pen, form), "checklist": list.code,
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
