//! 步驟: what is done about a card, and about the slips and orders of an inspection: answers,
//! appeals, reports by the inspected; decisions, orders, re-inspections by supervision. Whose act
//! it is, is asked where every act is let in.

use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde_json::{Value, json};
use tongjian_events::{SiteCode, StreamId, StreamKind};

use super::{Fields, Pen, done, field, inspectors, now};
use crate::console::desk::Desk;
use crate::console::records::{self, Thing, View};
use crate::console::steps::{FLAGS, FOUND, GROUNDS, OUTCOMES};
use crate::console::views::{CARDS, CHECKS, INSPECTIONS, ORDERS, SLIPS};
use crate::http::Service;
use crate::http::asked::{day, value, wrong};
use crate::http::error::Problem;
use crate::store::Expected;

pub(super) type Said = BTreeMap<String, String>;

/// An event with its body.
pub(super) type Step = (&'static str, Value);

/// One of these words.
pub(super) fn one_of<'f>(
    form: &'f Said,
    name: &'static str,
    words: &[&str],
) -> Result<&'f str, Problem> {
    let said = field(form, name);
    if words.contains(&said) { Ok(said) } else { Err(wrong(name, &words.join(", "))) }
}

/// A step about a card.
pub(in crate::http::pages) async fn card(
    request: HttpRequest,
    id: Path<String>,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let stream = StreamId::new(StreamKind::Card, &id).map_err(Problem::not_found)?;
    let step = |pen: &Pen<'_>, _: &Thing<'_>, form: &Said| of_card(pen, form);
    take(&request, &service, (&stream, &[&CARDS]), &form, step).await?;
    Ok(done(format!("/cards/{}", *id)))
}

fn of_card(pen: &Pen<'_>, form: &Said) -> Result<Step, Problem> {
    Ok(match field(form, "order") {
        "answer" => ("card.CardAnswered", json!({ "answer": field(form, "answer") })),
        "appeal" => {
            let ground = one_of(form, "ground", &GROUNDS)?;
            let mut body = json!({ "ground": ground, "statement": field(form, "statement") });
            let shown = field(form, "evidence").split_whitespace();
            let shown: Vec<Value> = shown.map(Value::from).collect();
            if let (Some(members), false) = (body.as_object_mut(), shown.is_empty()) {
                members.insert("evidence".into(), shown.into());
            }
            ("card.CardAppealed", body)
        }
        "decide" => {
            let outcome = one_of(form, "outcome", &OUTCOMES)?;
            let body = json!({ "outcome": outcome, "decided_by": pen.actor.as_str(),
                "reasons": field(form, "reasons") });
            ("card.AppealDecided", body)
        }
        _ => return Err(wrong("order", "answer, appeal or decide")),
    })
}

/// A step about a slip or an order of an inspection.
pub(in crate::http::pages) async fn inspection(
    request: HttpRequest,
    id: Path<String>,
    form: Fields,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let stream = StreamId::new(StreamKind::Inspection, &id).map_err(Problem::not_found)?;
    let views: &[&'static View] = &[&INSPECTIONS, &CHECKS, &SLIPS, &ORDERS];
    take(&request, &service, (&stream, views), &form, of_inspection).await?;
    Ok(done(format!("/inspections/{}", *id)))
}

fn of_inspection(pen: &Pen<'_>, thing: &Thing<'_>, form: &Said) -> Result<Step, Problem> {
    let known = |name: &'static str, view: &View, column: &str| {
        let said = field(form, name);
        let known = thing
            .lines_of(view)
            .any(|line| line.get(column).and_then(Value::as_str).is_some_and(|code| code == said));
        if known { Ok(said) } else { Err(wrong(name, "there is none of this name")) }
    };
    Ok(match field(form, "order") {
        "answer" => {
            let slip = known("slip", &SLIPS, "slip")?;
            ("inspection.SlipAnswered", json!({ "slip": slip, "answer": field(form, "answer") }))
        }
        "report" => {
            let of = known("of", &ORDERS, "order_code")?;
            let body = json!({ "order": of, "report": field(form, "report") });
            ("inspection.RectificationReported", body)
        }
        "reinspect" => {
            let of = known("of", &ORDERS, "order_code")?;
            let outcome = one_of(form, "outcome", &FOUND)?;
            let mut body = json!({ "order": of, "outcome": outcome,
                "inspectors": inspectors(pen, form) });
            if let (Some(members), note) = (body.as_object_mut(), field(form, "note"))
                && !note.is_empty()
            {
                members.insert("note".into(), note.into());
            }
            ("inspection.ReinspectionMade", body)
        }
        "order" => {
            let given = thing.lines_of(&ORDERS).count();
            let due_on: NaiveDate = day("due_on", Some(field(form, "due_on")))?
                .ok_or_else(|| wrong("due_on", "a day"))?;
            if due_on < pen.at.date_naive() {
                return Err(wrong("due_on", "a day that has not passed"));
            }
            let body = json!({ "order": format!("order-{}", given + 1),
                "unit": pen.site.as_str(), "site": pen.site.as_str(),
                "flag": one_of(form, "flag", &FLAGS)?, "demand": field(form, "demand"),
                "due_on": due_on });
            ("inspection.RectificationOrdered", body)
        }
        _ => return Err(wrong("order", "answer, report, reinspect or order")),
    })
}

/// Takes one step about a thing that the reader knows, where it stands as it was looked at.
pub(super) async fn take(
    request: &HttpRequest,
    service: &Data<Service>,
    (stream, views): (&StreamId, &[&'static View]),
    form: &Said,
    step: impl Fn(&Pen<'_>, &Thing<'_>, &Said) -> Result<Step, Problem>,
) -> Result<(), Problem> {
    let grant = service.visitor(request)?;
    let frame = service.frame(request).await?;
    let under = service.queries.under(frame.position).await?;
    let desk =
        Desk { store: &service.store, frame: &frame, grant: &grant, context: &under.context };
    let thing = records::thing(&desk, stream.clone(), views).await?;
    let (kind, name) = (stream.kind(), stream.name());
    let missing = || Problem::not_found(format!("there is no {kind} `{name}`"));
    let site: SiteCode = thing.site().ok_or_else(missing)?;
    let pen = Pen::of(stream, &site, &grant, now(service))?;
    let (event, body) = step(&pen, &thing, form)?;
    let version: u64 = value("version", Some(field(form, "version")))?.unwrap_or(0);
    let act = pen.act(event, &body)?;
    let receipts = service.append(&grant, Expected::Exact(version), vec![act]).await?;
    service.shown(&receipts).await;
    Ok(())
}
