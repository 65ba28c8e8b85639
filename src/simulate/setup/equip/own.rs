//! 站點事項: an item that a site alone offers, and the one that it never handles.

use chrono::{Months, NaiveDate};
use rand::{Rng, RngExt as _};
use serde_json::json;

use super::super::super::SimulateError;
use super::super::super::city::{City, Item, Level, Site};
use super::super::super::place::{after, quarter};
use super::super::super::writer::{Desk, When, Writer};
use super::Wrong;

/// What an item must have at hand for whoever comes.
const TEXTS: [&str; 4] = ["business_notice", "sample_forms", "legal_basis", "flow_chart"];

/// 特色事項: an item that is offered at one site in twenty, or where something is wrong with it.
/// Nobody has asked for it yet.
pub(super) fn item(
    city: &City,
    site: &Site,
    (number, first, on): (u32, &Desk, NaiveDate),
    wrong: Option<Wrong>,
    writer: &mut Writer,
) -> Result<(), SimulateError> {
    let beyond = wrong == Some(Wrong::StepsBeyond);
    let undisclosed = wrong == Some(Wrong::NotDisclosed);
    if !(number % 20 == 4 || beyond || undisclosed) {
        return Ok(());
    }
    let code = format!("QL-9{number:05}");
    let stream = format!("item/{code}");
    let mut tell = |minute: u32, event: &str, body| {
        writer.write(first, When { on, minute }, None, &stream, (event, body))
    };
    let limits = json!({ "promised_working_days": 6, "statutory_working_days": 15 });
    let registered = json!({
        "item": code, "name": "地方特色产品标识使用", "edition": 1, "unit": "农林局",
        "handling": "promised", "limits": limits, "materials": ["申请表"],
        "quantity_limited": false,
    });
    tell(47, "item.ItemRegistered", registered)?;
    let steps = json!([
        { "step": "review", "limit_working_days": 3, "post": "初审岗" },
        { "step": "approval", "limit_working_days": 3, "post": "审批岗" },
    ]);
    let flow = json!({ "flow": { "limits": limits, "steps": steps } });
    let flow = tell(48, "item.FlowDefined", flow)?;
    for text in TEXTS.into_iter().filter(|text| !(undisclosed && *text == "legal_basis")) {
        tell(49, "item.GuidePublished", json!({ "disclosure": text, "edition": 1 }))?;
    }
    let assigned = json!({ "site": site.code, "effective_on": site.opens_on });
    let assigned = tell(50, "item.ItemAssignedToSite", assigned)?;
    if site.level != Level::Village {
        let letter = json!({
            "site": site.code, "authority": "decide", "document_no": format!("授〔2008〕{code}"),
        });
        tell(51, "item.ItemAuthorised", letter)?;
    }
    let object = format!("site/{}:{code}", site.code);
    if beyond {
        // The promise is shortened, and the steps stay as they were.
        let limits = json!({ "promised_working_days": 5, "statutory_working_days": 15 });
        let body = json!({ "limits": limits, "effective_on": site.opens_on });
        let told = ("item.PromiseChanged", body);
        let changed = writer.write(first, When { on, minute: 52 }, None, &stream, told)?;
        let arises_on = next(site.opens_on);
        writer.plant("steps_beyond_promise", object, arises_on, &[flow, changed]);
    } else if undisclosed {
        let arises_on = next(city.working.due(site.opens_on, 20)?.on);
        let object = format!("{object}:legal_basis");
        writer.plant("disclosure_lapsed", object, arises_on, &[assigned]);
    }
    Ok(())
}

/// 零辦件、事項虛設: an item that a county never handles, while the others and the city do. Each
/// neglects another one; nobody comes to a county with an item that a township below would bring.
pub(super) fn neglect<R: Rng>(
    city: &City,
    site: &Site,
    number: u32,
    writer: &mut Writer,
    rng: &mut R,
) -> Result<(), SimulateError> {
    let times = city.faults_on(city.from.max(city.judged_from()));
    let drawn = rng.random_range(0..500_u32) < times.min(250);
    let counties = city.sites.iter().filter(|site| site.level == Level::County).count();
    if !drawn || site.level != Level::County || counties < 4 {
        return Ok(());
    }
    let items: Vec<&Item> =
        Item::at(site.level).filter(|item| item.handling != "promised").collect();
    let Some(item) = items.get(number as usize % items.len().max(1)) else { return Ok(()) };
    writer.place(number).neglected = Some(item.code);
    // The first two quarters of which every day is one on which it is offered.
    let (year, of) = quarter(site.opens_on);
    let begins = NaiveDate::from_ymd_opt(year, of * 3 + 1, 1).unwrap_or(site.opens_on);
    let begins = if begins < site.opens_on { after((year, of * 3 + 3)) } else { begins };
    let arises_on = begins.checked_add_months(Months::new(6)).unwrap_or(begins);
    writer.plant("zero_cases", format!("site/{}", site.code), arises_on, &[]);
    let object = format!("site/{}:{}", site.code, item.code);
    writer.plant("item_never_handled", object, arises_on, &[]);
    Ok(())
}

fn next(on: NaiveDate) -> NaiveDate {
    on.succ_opt().unwrap_or(on)
}
