//! 建設: how the network comes to be: items, sites, posts, windows, with the coverage growing
//! towards the day on which the city was to be covered.

mod equip;

pub(super) use equip::account;

use chrono::{Days, NaiveDate};
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_events::Refusal;

use super::SimulateError;
use super::city::{City, ITEMS, Item, Level, Site};
use super::writer::{Desk, When, Writer};

/// 特殊環節: the excluded procedures that items may need, each with its link.
pub(super) const LINKS: [(&str, &str); 4] =
    [("expert_review", "L-01"), ("testing", "L-02"), ("inspection", "L-03"), ("appraisal", "L-04")];
/// How many working days a registered link may take.
pub(super) const LINK_DAYS: u32 = 5;

/// 全市覆蓋目標日: the seed's own date.
const TARGET: &str = "2008-08-31";

/// Writes all of it down.
pub(super) fn write(
    city: &City,
    writer: &mut Writer,
    rng: &mut impl Rng,
) -> Result<(), SimulateError> {
    let Some(centre) = city.sites.first() else { return Ok(()) };
    let bureau = Desk {
        site: centre.code.clone(),
        window: None,
        device: None,
        staff: "S-000001".into(),
        post: "审批中心业务科",
    };
    for item in ITEMS {
        catalogue(city, item, &bureau, writer)?;
    }
    for (number, site) in (1_u32..).zip(&city.sites) {
        establish(city, site, number, &bureau, writer, rng)?;
        equip::equip(city, site, number, writer, rng)?;
    }
    Ok(())
}

fn catalogue(city: &City, item: &Item, desk: &Desk, writer: &mut Writer) -> Result<(), Refusal> {
    let stream = format!("item/{}", item.code);
    let when = |minute| When { on: city.from, minute };
    let limits = item.limits();
    let registered = json!({
        "item": item.code, "name": item.name, "edition": 1, "unit": item.unit,
        "handling": item.handling, "limits": limits, "materials": ["申请表", "身份证明"],
        "quantity_limited": item.limited,
    });
    writer.write(desk, when(5), None, &stream, ("item.ItemRegistered", registered))?;
    if item.promised >= 3 {
        let review = item.promised / 3;
        let steps = json!([
            { "step": "review", "limit_working_days": review.max(1), "post": "初审岗" },
            { "step": "approval", "limit_working_days": review.max(1), "post": "审批岗" },
        ]);
        let flow = json!({ "flow": { "limits": limits, "steps": steps } });
        writer.write(desk, when(6), None, &stream, ("item.FlowDefined", flow))?;
    }
    for disclosure in ["business_notice", "sample_forms", "legal_basis", "flow_chart"] {
        let body = json!({ "disclosure": disclosure, "edition": 1 });
        writer.write(desk, when(7), None, &stream, ("item.GuidePublished", body))?;
    }
    if item.promised >= 7 {
        for (procedure, link) in LINKS.into_iter().chain([("hearing", "L-00")]) {
            let days = if procedure == "hearing" { 15 } else { LINK_DAYS };
            let body = json!({ "link": link, "procedure": procedure, "limit_working_days": days });
            writer.write(desk, when(8), None, &stream, ("item.SpecialLinkRegistered", body))?;
        }
    }
    if item.fee_fen > 0 {
        let body = json!({
            "tariff_fen": item.fee_fen, "legal_basis": "江苏省物价局收费目录",
            "effective_on": city.from,
        });
        writer.write(desk, when(8), None, &stream, ("item.TariffPublished", body))?;
    }
    Ok(())
}

fn establish(
    city: &City,
    site: &Site,
    number: u32,
    bureau: &Desk,
    writer: &mut Writer,
    rng: &mut impl Rng,
) -> Result<(), Refusal> {
    let stream = format!("site/{}", site.code);
    let early = |days: u64| back(city, site.opens_on, days);
    let named = json!({
        "site": site.code, "name": site.name, "level": site.level.word(), "parent": site.parent,
    });
    let named = without_nulls(named);
    let tell = |writer: &mut Writer, on: NaiveDate, minute: u32, event: &str, body: Value| {
        writer.write(bureau, When { on, minute }, None, &stream, (event, body)).map(|_| ())
    };
    tell(writer, city.from, 10, "site.SitePlanned", named.clone())?;
    tell(writer, city.from, 11, "site.CoverageTargetSet", json!({ "target_on": TARGET }))?;
    tell(writer, early(6), 20, "site.SiteEstablished", named)?;
    let least = if site.level == Level::Village { 18 } else { 60 };
    let area: u32 = rng.random_range(least..least * 4);
    let address = format!("{}一楼", site.name);
    let premises = json!({ "area_square_metres": area, "address": address, "floor": 1 });
    tell(writer, early(5), 21, "site.PremisesRecorded", premises)?;
    tell(writer, early(5), 22, "site.SignInstalled", json!({ "wording": site.name }))?;
    for facility in ["telephone", "computer", "notice_board", "complaint_box"] {
        let body = json!({ "facility": facility, "count": 1 });
        tell(writer, early(4), 23, "site.FacilityRecorded", body)?;
    }
    let posts: &[&str] = match site.level {
        Level::Village => &["first_responsible_person", "room_agent"],
        _ => &["first_responsible_person", "centre_director", "executive_deputy_director"],
    };
    for (index, post) in (0_u32..).zip(posts) {
        let staff = staff(number, index);
        let body = json!({ "post": post, "staff": staff });
        tell(writer, early(3), 24, "site.ResponsiblePersonAppointed", body)?;
    }
    let accepted = json!({ "accepted_by": "南通市监察局" });
    tell(writer, early(1), 25, "site.SiteAccepted", accepted)?;
    windows(city, site, number, writer)
}

/// The windows of a site: permanent ones above, periodic, mobile and agency ones below.
fn windows(city: &City, site: &Site, number: u32, writer: &mut Writer) -> Result<(), Refusal> {
    let kinds: &[&str] = match site.level {
        Level::Municipal | Level::County => &["permanent", "permanent", "permanent"],
        Level::Township => &["permanent", "periodic", "mobile"],
        Level::Village => &["agency"],
    };
    let on = back(city, site.opens_on, 1);
    for (index, kind) in (1_u32..).zip(kinds) {
        let desk = desk(site, number, index);
        let stream = format!("window/{}-W{index}", site.code);
        let body = json!({ "site": site.code, "kind": kind, "window": format!("W{index}") });
        writer.write(
            &desk,
            When { on, minute: 30 },
            None,
            &stream,
            ("window.WindowRegistered", body),
        )?;
        if *kind == "periodic" {
            let slot =
                json!({ "weekdays": ["tuesday", "thursday"], "opens": "08:30", "closes": "11:30" });
            let body = json!({ "effective_on": site.opens_on, "slots": [slot] });
            let event = ("window.WindowTimetablePublished", body);
            writer.write(&desk, When { on, minute: 31 }, None, &stream, event)?;
        }
        let stream = format!("staff/{}", desk.staff);
        let body = json!({ "site": site.code, "post": desk.post, "window": format!("W{index}") });
        writer.write(
            &desk,
            When { on, minute: 32 },
            None,
            &stream,
            ("staff.StaffAssigned", body),
        )?;
    }
    Ok(())
}

/// The desk of a site's n-th window.
pub(super) fn desk(site: &Site, number: u32, index: u32) -> Desk {
    Desk {
        site: site.code.clone(),
        window: Some(format!("W{index}")),
        device: None,
        staff: staff(number, 10 + index),
        post: if site.level == Level::Village { "代办员" } else { "受理岗" },
    }
}

/// A code for a member of staff; nobody's name.
pub(super) fn staff(site: u32, index: u32) -> String {
    format!("S-{site:04}{index:02}")
}

/// The device on which one can review what a site did.
pub(super) fn device(site: u32) -> String {
    format!("D-{site:05}")
}

/// So many days earlier, but not before the simulation begins.
pub(super) fn back(city: &City, day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(city.from).max(city.from)
}

fn without_nulls(mut body: Value) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    body
}
