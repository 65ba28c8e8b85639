//! 配備: what a site needs to work lawfully from its first day on: published hours, a roster with
//! cover, accounts, items with authority, a ledger, a device; and what may be wrong with it.

use chrono::{Days, NaiveDate};
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};

use super::super::SimulateError;
use super::super::city::{City, Item, Level, Site};
use super::super::writer::{Desk, When, Writer, set};
use super::{back, desk, device, staff};

mod own;

/// What may be wrong from the beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// 無授權: an item without a letter of authority.
    AuthorisationMissing,
    /// 授權過期: an authority that ends.
    AuthorisationExpires,
    /// 未建臺帳: a ledger that is opened too late.
    LedgerLate,
    /// 靜默站點: a centre that begins late.
    Silent,
    /// 環節超過承諾: an item of its own whose steps take longer than its promise.
    StepsBeyond,
    /// 公示過期: an item of its own of which a text never hangs.
    NotDisclosed,
}

pub(super) fn equip(
    city: &City,
    site: &Site,
    number: u32,
    writer: &mut Writer,
    rng: &mut impl Rng,
) -> Result<(), SimulateError> {
    let wrong = wrong(city, site, rng);
    let on = back(city, site.opens_on, 1);
    let first = desk(site, number, 1);
    let tell = |writer: &mut Writer, minute: u32, stream: &str, event: &str, body: Value| {
        writer.write(&first, When { on, minute }, None, stream, (event, body)).map(|_| ())
    };
    let stream = format!("site/{}", site.code);
    let weekdays = json!(["monday", "tuesday", "wednesday", "thursday", "friday"]);
    let slot = json!({ "weekdays": weekdays, "opens": "08:30", "closes": "17:30" });
    let hours = json!({ "effective_on": site.opens_on, "slots": [slot] });
    tell(writer, 40, &stream, "site.OpeningCalendarSet", hours)?;
    if site.has_device() {
        let body = json!({ "facility": "review_device", "device": device(number), "count": 1 });
        tell(writer, 41, &stream, "site.FacilityRecorded", body)?;
    }
    people(site, number, &first, on, writer)?;
    items(city, site, (number, &first, on), wrong, (writer, rng))?;
    own::item(city, site, (number, &first, on), wrong, writer)?;
    own::neglect(city, site, number, writer, rng)?;
    if site.level == Level::Village {
        let opened = ledger(city, site, &first, wrong, writer)?;
        writer.place(number).ledger = Some(opened);
    }
    if wrong == Some(Wrong::Silent) {
        let arises_on = city.working.due(city.from, 10)?.on;
        let until = city.working.due(city.from, 12)?.on;
        writer.place(number).silent_until = Some(until);
        let arises_on = arises_on.succ_opt().unwrap_or(arises_on);
        writer.plant("silent_site", stream, arises_on, &[]);
    }
    Ok(())
}

fn wrong(city: &City, site: &Site, rng: &mut impl Rng) -> Option<Wrong> {
    let drawn = rng.random_range(0..500_u32) < city.faults_on(city.from).min(250);
    let kind = rng.random_range(0..5_u32);
    if !drawn {
        return None;
    }
    match (site.level, kind) {
        (_, 3) => Some(Wrong::StepsBeyond),
        (_, 4) => Some(Wrong::NotDisclosed),
        (Level::Village, _) => Some(Wrong::LedgerLate),
        (Level::County, 0) if city.is_busy() => Some(Wrong::Silent),
        (_, 1) => Some(Wrong::AuthorisationMissing),
        _ => Some(Wrong::AuthorisationExpires),
    }
}

/// 在冊: who checks, who covers; each window's account, and the checker's, which decides nothing.
fn people(
    site: &Site,
    number: u32,
    first: &Desk,
    on: NaiveDate,
    writer: &mut Writer,
) -> Result<(), SimulateError> {
    let checker = staff(number, 20);
    let stream = format!("staff/{checker}");
    let mut tell = |minute: u32, stream: &str, event: &str, body: Value| {
        writer.write(first, When { on, minute }, None, stream, (event, body)).map(|_| ())
    };
    let assigned = json!({ "site": site.code, "post": "复核岗" });
    tell(42, &stream, "staff.StaffAssigned", assigned)?;
    let assigned = json!({ "site": site.code, "post": "导办岗" });
    let guide = format!("staff/{}", staff(number, 21));
    tell(42, &guide, "staff.StaffAssigned", assigned)?;
    let paired = json!({
        "site": site.code, "post": first.post, "window": "W1", "cover": checker,
    });
    tell(43, &format!("staff/{}", first.staff), "staff.PostPaired", paired)?;
    if site.level == Level::Village {
        return Ok(());
    }
    for (index, authority) in [(11, "decide"), (12, "decide"), (13, "decide"), (20, "review")] {
        let staff = staff(number, index);
        let body = json!({
            "credential": account(number, index), "sites": [site.code], "authority": authority,
        });
        tell(44, &format!("staff/{staff}"), "staff.CredentialGranted", body)?;
    }
    Ok(())
}

/// 賬號: the account of a person of a site.
pub(in super::super) fn account(number: u32, index: u32) -> String {
    format!("ACC-{number:05}-{index:02}")
}

/// 事項進中心、授權到位.
fn items<R: Rng>(
    city: &City,
    site: &Site,
    (number, first, on): (u32, &Desk, NaiveDate),
    wrong: Option<Wrong>,
    (writer, rng): (&mut Writer, &mut R),
) -> Result<(), SimulateError> {
    let decided: Vec<&Item> =
        Item::at(site.level).filter(|item| item.handling != "report_up").collect();
    let chosen = decided.get(rng.random_range(0..decided.len().max(1))).map(|item| item.code);
    for item in Item::at(site.level) {
        let stream = format!("item/{}", item.code);
        let body = json!({ "site": site.code, "effective_on": site.opens_on });
        let told = ("item.ItemAssignedToSite", body);
        writer.write(first, When { on, minute: 45 }, None, &stream, told)?;
        if site.level == Level::Village {
            continue;
        }
        let object = format!("site/{}:{}", site.code, item.code);
        let here = chosen == Some(item.code);
        if here && wrong == Some(Wrong::AuthorisationMissing) {
            writer.plant("authorisation_missing", object, missing_on(city, site)?, &[]);
            continue;
        }
        let far = if item.handling == "report_up" { "review" } else { "decide" };
        let mut body = json!({
            "site": site.code, "authority": far, "document_no": format!("授〔2008〕{}", item.code),
        });
        let expires = here && wrong == Some(Wrong::AuthorisationExpires);
        let until = site.opens_on.checked_add_days(Days::new(45)).unwrap_or(site.opens_on);
        if expires {
            set(&mut body, "until_on", until.to_string());
        }
        let told = ("item.ItemAuthorised", body);
        let act = writer.write(first, When { on, minute: 46 }, None, &stream, told)?;
        if expires {
            let arises_on = until.succ_opt().unwrap_or(until);
            writer.plant("authorisation_expired", object, arises_on, &[act]);
            writer.place(number).expires.insert(item.code, until);
        }
    }
    Ok(())
}

/// When it shows that an item has no letter of authority.
fn missing_on(city: &City, site: &Site) -> Result<NaiveDate, SimulateError> {
    let due = city.working.due(site.opens_on, 20)?.on;
    Ok(due.succ_opt().unwrap_or(due))
}

/// 服務臺帳: opened on the first day, or too late.
fn ledger(
    city: &City,
    site: &Site,
    first: &Desk,
    wrong: Option<Wrong>,
    writer: &mut Writer,
) -> Result<NaiveDate, SimulateError> {
    let mut on = site.opens_on;
    let stream = format!("site/{}", site.code);
    let built = back(city, site.opens_on, 6);
    if wrong == Some(Wrong::LedgerLate) {
        on = city.working.due(built, 25)?.on;
        let due = city.working.due(built, 20)?.on;
        let arises_on = due.succ_opt().unwrap_or(due);
        writer.plant("ledger_not_opened", stream.clone(), arises_on, &[]);
    }
    let body = json!({ "ledger": "L-1", "title": "便民服务台账" });
    let told = ("site.LedgerOpened", body);
    writer.write(first, When { on, minute: 500 }, None, &stream, told)?;
    Ok(on)
}
