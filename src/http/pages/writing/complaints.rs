//! 投訴辦理: a complaint taken down at a desk, and what is done about complaints and bad reviews.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::steps::{Said, Step, one_of, take};
use super::{Fields, Pen, done, field, inspectors, named, now};
use crate::console::records::Thing;
use crate::console::steps::complaints::{CATEGORIES, CHANNELS, CLOSURES, FINDINGS, ROUTES, TRUTHS};
use crate::console::views::{COMPLAINTS, REVIEWS};
use crate::http::Service;
use crate::http::asked::wrong;
use crate::http::error::Problem;
use crate::store::Expected;

/// A complaint that somebody came, wrote or called with.
pub(in crate::http::pages) async fn taken_down(
    request: HttpRequest,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let grant = service.visitor(&request)?;
    let site = SiteCode::new(field(&form, "site")).map_err(|rule| wrong("site", &rule))?;
    let at = now(&service);
    let name = named(&site, at.date_naive(), at);
    let stream =
        StreamId::new(StreamKind::Complaint, &name).map_err(|rule| wrong("site", &rule))?;
    let pen = Pen::of(&stream, &site, &grant, at)?;
    let mut about = members(json!({ "unit": site.as_str(), "site": site.as_str() }));
    match field(&form, "case") {
        "" => {}
        case => {
            let case =
                StreamId::new(StreamKind::Case, case).map_err(|rule| wrong("case", &rule))?;
            about.insert("case".into(), case.as_str().into());
        }
    }
    let body = json!({
        "route": one_of(&form, "route", &ROUTES)?,
        "channel": one_of(&form, "channel", &CHANNELS)?,
        "category": one_of(&form, "category", &CATEGORIES)?,
        "about": about,
        "statement": field(&form, "statement"),
    });
    let acts = vec![pen.act("complaint.ComplaintReceived", &body)?];
    let receipts = service.append(&grant, Expected::New, acts).await?;
    service.shown(&receipts).await;
    Ok(done(format!("/complaints/{name}?taken")))
}

/// A step about a complaint or a review.
pub(in crate::http::pages) async fn step(
    request: HttpRequest,
    id: Path<String>,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let stream = StreamId::new(StreamKind::Complaint, &id).map_err(Problem::not_found)?;
    let views = &[&COMPLAINTS, &REVIEWS];
    take(&request, &service, (&stream, views), &form, of_complaint).await?;
    Ok(done(format!("/complaints/{}", *id)))
}

fn of_complaint(pen: &Pen<'_>, _: &Thing<'_>, form: &Said) -> Result<Step, Problem> {
    let said = |name: &str| field(form, name);
    Ok(match said("order") {
        "accept" => ("complaint.ComplaintAccepted", told(form, &[("acceptance_no", "number")])),
        // Without reasons it could be entered too, and would be a finding: a form asks for them.
        "refuse" => ("complaint.ComplaintNotAccepted", json!({ "reasons": said("reasons") })),
        "transfer" => {
            let mut body = members(told(form, &[("reason", "reasons")]));
            body.insert("to".into(), said("to").into());
            ("complaint.ComplaintTransferred", body.into())
        }
        "investigate" => {
            let body = json!({ "investigators": inspectors(pen, form),
                "findings": said("findings") });
            ("complaint.ComplaintInvestigated", body)
        }
        "decide" => {
            let mut body = members(told(form, &[("measures", "measures")]));
            body.insert("finding".into(), one_of(form, "finding", &FINDINGS)?.into());
            ("complaint.ComplaintDecided", body.into())
        }
        "reply" => ("complaint.ComplaintReplied", json!({ "reply": said("reply") })),
        "close" => {
            let body = json!({ "closure": one_of(form, "closure", &CLOSURES)? });
            ("complaint.ComplaintClosed", body)
        }
        "verify" => {
            let body = json!({ "truth": one_of(form, "truth", &TRUTHS)?,
                "findings": said("findings") });
            ("complaint.BadReviewVerified", body)
        }
        "rectify" => ("complaint.BadReviewRectified", json!({ "measures": said("measures") })),
        "appeal" => {
            let body = json!({ "by": pen.site.as_str(), "reasons": said("reasons") });
            ("complaint.ReviewAppealed", body)
        }
        _ => {
            let orders = "accept, refuse, transfer, investigate, decide, reply, close, verify, \
                          rectify or appeal";
            return Err(wrong("order", orders));
        }
    })
}

fn members(body: Value) -> Map<String, Value> {
    match body {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// The members that may be left out, of the fields that were filled in.
fn told(form: &Said, names: &[(&str, &str)]) -> Value {
    let filled = names.iter().filter(|(_, of)| !field(form, of).is_empty());
    filled
        .map(|(name, of)| ((*name).to_owned(), field(form, of).into()))
        .collect::<Map<_, _>>()
        .into()
}
