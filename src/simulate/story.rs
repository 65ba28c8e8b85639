//! 辦件經過: what happens in one case, from receipt to acceptance, and what a day brings.

mod course;
mod ending;

use chrono::NaiveDate;
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_projections::calendar::CalendarError;

use super::SimulateError;
use super::city::{City, ITEMS, Item, Level, Site};
use super::faults::Fault;
use super::setup::{desk, staff};
use super::writer::{Desk, When, Writer, Written};

/// Minutes of the morning and the afternoon in which windows work, with an end that leaves time
/// to finish what was begun.
const MORNING: (u32, u32) = (8 * 60 + 30, 11 * 60);
const AFTERNOON: (u32, u32) = (14 * 60, 16 * 60);

/// Everything that begins on a day.
pub(super) fn day(
    city: &City,
    on: NaiveDate,
    writer: &mut Writer,
    rng: &mut impl Rng,
) -> Result<(), SimulateError> {
    if !city.working.is_working_day(on)? {
        return Ok(());
    }
    for (number, site) in (1_u32..).zip(&city.sites) {
        if on < site.opens_on {
            continue;
        }
        let first = desk(site, number, 1);
        let stream = format!("site/{}", site.code);
        let opened = ("site.DoorsOpened", json!({ "staff": first.staff }));
        writer.write(&first, When { on, minute: 8 * 60 + 25 }, None, &stream, opened)?;
        for _ in 0..city.cases(site, on, rng) {
            let items: Vec<&Item> =
                ITEMS.iter().filter(|item| item.down_to >= site.level).collect();
            let Some(item) = items.get(rng.random_range(0..items.len().max(1))) else { continue };
            Story::begin(city, site, number, item, on, writer, rng)?.tell()?;
        }
        let closed = ("site.DoorsClosed", json!({}));
        writer.write(&first, When { on, minute: 17 * 60 + 35 }, None, &stream, closed)?;
    }
    Ok(())
}

/// Whether the applicant brought what was asked for.
#[derive(PartialEq, Eq)]
enum Supplied {
    All,
    Never,
}

/// One case as it goes on.
struct Story<'s, R> {
    city: &'s City,
    writer: &'s mut Writer,
    rng: &'s mut R,
    item: &'s Item,
    desk: Desk,
    checker: String,
    stream: String,
    name: String,
    fault: Option<Fault>,
    now: When,
}

impl<'s, R: Rng> Story<'s, R> {
    fn begin(
        city: &'s City,
        site: &Site,
        number: u32,
        item: &'s Item,
        on: NaiveDate,
        writer: &'s mut Writer,
        rng: &'s mut R,
    ) -> Result<Self, SimulateError> {
        writer.cases += 1;
        let windows = if site.level == Level::Village { 1 } else { 3 };
        let desk = desk(site, number, rng.random_range(1..=windows));
        let name = format!("{}-{}-{:06}", on.format("%Y%m%d"), item.code, writer.cases);
        let fault = writer.drawn.next(rng, city.faults_times, |fault| suits(fault, item));
        let mut story = Self {
            city,
            writer,
            rng,
            item,
            desk,
            checker: staff(number, 20),
            stream: format!("case/{name}"),
            name,
            fault,
            now: When { on, minute: 0 },
        };
        story.now.minute = story.office_hour();
        if let Some(fault) = fault {
            story.writer.planted.push((story.name.clone(), fault));
        }
        Ok(story)
    }

    /// The whole case.
    fn tell(mut self) -> Result<(), SimulateError> {
        let applicant = format!("A-{:08}", self.rng.random_range(0..100_000_000_u32));
        let received = json!({
            "item": self.item.code, "applicant": applicant,
            "channel": "counter", "handling": self.item.handling,
            "materials": [{ "name": "申请表" }, { "name": "身份证明" }],
        });
        let late = (self.fault == Some(Fault::EnteredLate)).then_some(3);
        if self.item.handling == "report_up" && late.is_none() {
            let body = json!({ "agent": self.desk.staff, "site": self.desk.site });
            self.act("case.AgencyEntrusted", body)?;
        }
        self.enter("case.ApplicationReceived", received, late)?;
        if self.item.handling == "direct" {
            return self.direct();
        }
        if self.fault == Some(Fault::NotAcceptedWithoutReasons) || self.calm_one_in(60) {
            return self.not_accepted();
        }
        if self.calm_one_in(250) {
            return self.void();
        }
        if self.calm_one_in(200) {
            return self.withdraw();
        }
        if self.reach_acceptance()? == Supplied::Never {
            return self.give_back();
        }
        let accepted = self.now;
        self.accept()?;
        if self.calm_one_in(100) {
            return self.withdraw();
        }
        match self.item.handling {
            "report_up" => self.report_up(),
            _ => self.decide(accepted),
        }
    }

    /// Done on the spot.
    fn direct(mut self) -> Result<(), SimulateError> {
        self.accept()?;
        self.later(0, 10);
        self.act("case.DecisionMade", json!({ "outcome": "granted" }))?;
        self.act("case.ResultDelivered", json!({ "means": "当场" }))?;
        self.close("normal")
    }

    /// From receipt to the day of acceptance: at once, or after a notice and a supplement.
    fn reach_acceptance(&mut self) -> Result<Supplied, SimulateError> {
        if self.fault == Some(Fault::Silent) {
            self.wait(8)?;
            return Ok(Supplied::All);
        }
        let twice = self.fault == Some(Fault::NoticedTwice);
        if twice || self.item.handling == "one_off_notice" || self.one_in(8) {
            let days = self.rng.random_range(0..=3);
            self.wait(days)?;
            let missing = json!({ "missing": ["场所证明", "照片"], "on_the_spot": days == 0 });
            self.act("case.OneOffNoticeGiven", missing)?;
            if twice {
                self.wait(1)?;
                self.act("case.OneOffNoticeGiven", json!({ "missing": ["另一份证明"] }))?;
            }
            if self.calm_one_in(25) {
                return Ok(Supplied::Never);
            }
            let days = self.rng.random_range(1..=8);
            self.wait(days)?;
            let items = json!({ "items": ["场所证明", "照片"], "complete": true });
            self.act("case.SupplementReceived", items)?;
            self.later(0, 5);
        } else {
            let days = self.rng.random_range(0..=1);
            self.wait(days)?;
        }
        Ok(Supplied::All)
    }

    fn accept(&mut self) -> Result<(), SimulateError> {
        let mut limits = json!({ "promised_working_days": self.item.promised });
        if self.item.statutory > 0
            && let Some(limits) = limits.as_object_mut()
        {
            limits.insert("statutory_working_days".into(), self.item.statutory.into());
        }
        let number = self.writer.cases;
        let body = json!({
            "item": self.item.code, "handling": self.item.handling, "limits": limits,
            "acceptance_no": format!("通受〔{}〕{number}号", self.now.on.format("%Y")),
        });
        self.act("case.ApplicationAccepted", body)
    }

    fn statute(&self) -> u32 {
        if self.item.statutory > 0 { self.item.statutory } else { 20 }
    }

    /// Writes an act now, a few minutes after the one before.
    fn act(&mut self, event: &str, body: Value) -> Result<(), SimulateError> {
        self.enter(event, body, None)
    }

    /// Writes an act that nobody notices when it is entered a day late, as it sometimes is.
    fn quiet(&mut self, event: &str, body: Value) -> Result<(), SimulateError> {
        let late = self.calm_one_in(120).then_some(1);
        self.enter(event, body, late)
    }

    /// The same, entered so many working days later; a device without a line, now and then.
    fn enter(&mut self, event: &str, body: Value, late: Option<u32>) -> Result<(), SimulateError> {
        let entered = match late {
            Some(days) => Some(self.on_working_day(days)?),
            None if self.one_in(600) => Some(When { minute: self.now.minute + 90, ..self.now }),
            None => None,
        };
        self.write_at(self.now, event, body, entered)?;
        self.later(0, 3);
        Ok(())
    }

    fn write_at(
        &mut self,
        when: When,
        event: &str,
        body: Value,
        entered: Option<When>,
    ) -> Result<Written, SimulateError> {
        Ok(self.writer.write(&self.desk, when, entered, &self.stream, (event, body))?)
    }

    /// Goes on to a working day, at an hour of its own; within the same day a little later.
    fn wait(&mut self, working_days: u32) -> Result<(), SimulateError> {
        if working_days == 0 {
            self.later(0, 5);
            return Ok(());
        }
        self.now = self.on_working_day(working_days)?;
        Ok(())
    }

    fn on_working_day(&mut self, working_days: u32) -> Result<When, CalendarError> {
        let on = self.city.working.due(self.now.on, working_days.max(1))?.on;
        Ok(When { on, minute: self.office_hour() })
    }

    fn later(&mut self, least: u32, most: u32) {
        self.now.minute += 1 + self.rng.random_range(least..=most);
    }

    fn office_hour(&mut self) -> u32 {
        let (from, to) = if self.one_in(2) { MORNING } else { AFTERNOON };
        self.rng.random_range(from..to)
    }

    /// Something that happens now and then, where nothing goes wrong.
    fn calm_one_in(&mut self, many: u32) -> bool {
        self.one_in(many) && self.fault.is_none()
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_range(0..many) == 0
    }
}

/// Whether a fault can happen in a case of this item.
fn suits(fault: Fault, item: &Item) -> bool {
    match fault {
        Fault::EnteredLate | Fault::NotAcceptedWithoutReasons => item.handling != "direct",
        Fault::VisitedAlone => item.is_visited(),
        Fault::CorrectionSelfApproved => !matches!(item.handling, "direct" | "report_up"),
        Fault::Silent | Fault::NoticedTwice => !matches!(item.handling, "direct" | "report_up"),
        Fault::PromiseMissed => {
            !matches!(item.handling, "direct" | "report_up") && item.statutory > item.promised + 1
        }
        _ => !matches!(item.handling, "direct" | "report_up" | "parallel") && item.promised >= 7,
    }
}
