//! 辦件經過: what happens in one case, from receipt to acceptance, and what a day brings.

mod charge;
mod course;
mod ending;
mod pace;
mod pause;
mod receipt;
mod review;
mod suits;

use chrono::{Days, NaiveDate};
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};
use tongjian_events::Entry;
use tongjian_projections::calendar::CalendarError;

use super::SimulateError;
use super::city::{City, Item, Level, Site};
use super::faults::Fault;
use super::place::{SiteFault, quarter, quarter_after};
use super::setup::{desk, device, staff};
use super::writer::{Desk, Later, When, Writer, Written};

/// Minutes of the morning and the afternoon in which windows work, with an end that leaves time
/// to finish what was begun.
const MORNING: (u32, u32) = (8 * 60 + 30, 11 * 60);
const AFTERNOON: (u32, u32) = (14 * 60, 16 * 60);
/// When nobody works, unless it is entered afterwards.
const EVENING: (u32, u32) = (18 * 60 + 30, 20 * 60);
/// When windows sit.
const OPEN: std::ops::RangeInclusive<u32> = 8 * 60 + 30..=17 * 60 + 30;

/// 辦件之始: what is asked for where, on which day.
pub(super) struct Asked<'s> {
    pub(super) site: &'s Site,
    pub(super) number: u32,
    pub(super) item: &'static Item,
    pub(super) on: NaiveDate,
    /// The applicant, and the rule that this application breaks by itself.
    pub(super) again: Option<(String, &'static str, Vec<Written>)>,
}

/// 再來: an application that follows from another one, on a later day.
pub(super) struct Again {
    on: NaiveDate,
    applicant: String,
    rule: &'static str,
    after: Vec<Written>,
}

/// Tells a case, and the one that follows from it.
pub(super) fn tell<R: Rng>(
    city: &City,
    mut asked: Asked<'_>,
    writer: &mut Writer,
    rng: &mut R,
) -> Result<(), SimulateError> {
    loop {
        let Some(again) = Story::begin(city, &asked, writer, rng)?.tell()? else { return Ok(()) };
        asked.on = again.on;
        asked.again = Some((again.applicant, again.rule, again.after));
    }
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
    item: &'static Item,
    site: &'s Site,
    number: u32,
    desk: Desk,
    checker: String,
    stream: String,
    applicant: String,
    breaks: Option<(&'static str, Vec<Written>)>,
    fault: Option<Fault>,
    now: When,
    accepted: When,
    again: Option<Again>,
    /// Whether the excluded procedure has begun once.
    repeats: bool,
}

/// Who sits where an application comes in; the site remembers that one did.
fn seated(asked: &Asked<'_>, writer: &mut Writer, rng: &mut impl Rng) -> Desk {
    let Asked { site, number, item, on, .. } = *asked;
    let windows = if site.level == Level::Village { 1 } else { 3 };
    let mut seated = desk(site, number, rng.random_range(1..=windows));
    let place = writer.place(number);
    place.last_case = place.last_case.max(Some(on));
    place.handled.insert(item.code);
    place.count(on).cases += 1;
    if item.limited {
        place.limited_on = place.limited_on.max(Some(on));
    }
    if place.has(SiteFault::OffRoster, on) {
        seated = Desk { staff: staff(number, 40), ..desk(site, number, 1) };
    }
    if place.has(SiteFault::Elsewhere, on) {
        seated.device = Some(device(if number == 1 { 2 } else { 1 }));
    }
    seated
}

impl<'s, R: Rng> Story<'s, R> {
    fn begin(
        city: &'s City,
        asked: &Asked<'s>,
        writer: &'s mut Writer,
        rng: &'s mut R,
    ) -> Result<Self, SimulateError> {
        let Asked { site, number, item, on, .. } = *asked;
        writer.cases += 1;
        let mut desk = seated(asked, writer, rng);
        let name = format!("{}-{}-{:06}", on.format("%Y%m%d"), item.code, writer.cases);
        let drawn = |writer: &mut Writer, rng: &mut R| {
            let Writer { drawn, places, .. } = writer;
            let place = places.entry(number).or_default();
            let suits = |fault| suits::suits(fault, item, site, place, on);
            drawn.next(rng, city.faults_on(on), suits)
        };
        let fault = if asked.again.is_none() { drawn(writer, rng) } else { None };
        writer.faulty += u64::from(fault.is_some());
        if fault.is_some_and(Fault::is_of_a_pause) {
            // Kept free for it.
            writer.place(number).paused.extend([quarter(on), quarter_after(on)]);
        }
        if fault == Some(Fault::TwoSites) {
            // Who sits at no window, and does nothing else meanwhile.
            desk.staff = staff(number, 21);
        }
        let (applicant, breaks) = match &asked.again {
            Some((applicant, rule, after)) => (applicant.clone(), Some((*rule, after.clone()))),
            None => (format!("A-{:08}", rng.random_range(0..100_000_000_u32)), None),
        };
        let now = When { on, minute: 0 };
        let (checker, stream) = (staff(number, 20), format!("case/{name}"));
        let (accepted, again) = (now, None);
        let mut story = Self {
            city,
            writer,
            rng,
            item,
            site,
            number,
            desk,
            checker,
            stream,
            applicant,
            breaks,
            fault,
            now,
            accepted,
            again,
            repeats: false,
        };
        story.now.minute = story.office_hour(on);
        Ok(story)
    }

    /// The whole case.
    fn tell(mut self) -> Result<Option<Again>, SimulateError> {
        self.receive()?;
        self.course()?;
        Ok(self.again)
    }

    fn course(&mut self) -> Result<(), SimulateError> {
        if self.item.handling == "direct" {
            return self.direct();
        }
        match self.fault {
            Some(Fault::NotAcceptedWithoutReasons) => return self.not_accepted(),
            Some(Fault::ReceivedAgain) => return self.void(),
            _ => {}
        }
        if self.item.limited {
            return self.in_turn();
        }
        if self.calm_one_in(60) {
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
        self.accept()?;
        if self.calm_one_in(100) {
            return self.withdraw();
        }
        match self.item.handling {
            "report_up" => self.report_up(),
            _ => self.decide(),
        }
    }

    /// Done on the spot.
    fn direct(&mut self) -> Result<(), SimulateError> {
        self.accept()?;
        self.later(0, 10);
        let decided = self.decided(json!({ "outcome": "granted" }), false)?;
        if self.item.numbered {
            self.number_licence()?;
        }
        self.put_right_needlessly(decided)?;
        self.act("case.ResultDelivered", json!({ "means": "当场" }))?;
        self.close("normal")
    }

    /// Limited in number: accepted as it comes, unless the fault is that it waits while another,
    /// who came later, does not.
    fn in_turn(&mut self) -> Result<(), SimulateError> {
        if self.fault == Some(Fault::QueueJumped) {
            let on = self.on_working_day(1)?.on;
            self.wait(2)?;
            let place = self.writer.place(self.number);
            place.limited_on = place.limited_on.max(Some(self.now.on));
            let applicant = format!("A-{:08}", self.rng.random_range(0..100_000_000_u32));
            self.again = Some(Again { on, applicant, rule: "queue_jump", after: Vec::new() });
        }
        self.later(2, 6);
        let accepted = self.accept()?;
        if let Some(again) = &mut self.again {
            // Only when both are accepted does it show which was first.
            again.after.push(accepted);
        }
        self.decide()
    }

    /// From receipt to the day of acceptance: at once, or after a notice and a supplement.
    fn reach_acceptance(&mut self) -> Result<Supplied, SimulateError> {
        if self.fault == Some(Fault::Silent) {
            let due = self.city.working.due(self.now.on, 5)?.on;
            let warned = self.city.working.due(self.now.on, 4)?.on;
            self.plant("W02", next(warned), &[]);
            self.plant("deemed_accepted_by_silence", next(due), &[]);
            self.wait(8)?;
            return Ok(Supplied::All);
        }
        if self.fault == Some(Fault::PaidBeforeAcceptance) {
            self.charge()?;
        }
        let twice = self.fault == Some(Fault::NoticedTwice);
        let never = self.fault == Some(Fault::ReturnedWithoutReasons);
        let reopens = self.fault == Some(Fault::ReopenedWithSupplement);
        let swift = matches!(self.fault, Some(Fault::DecidedInstantly | Fault::EnteredAtOnce));
        let told = self.item.handling == "one_off_notice" || self.one_in(8);
        if twice || never || reopens || (told && !swift) {
            let days = self.rng.random_range(0..=3);
            self.wait(days)?;
            let missing = json!({ "missing": ["场所证明", "照片"], "on_the_spot": days == 0 });
            let first = self.act("case.OneOffNoticeGiven", missing)?;
            if twice {
                self.wait(1)?;
                let missing = json!({ "missing": ["另一份证明"] });
                let second = self.act("case.OneOffNoticeGiven", missing)?;
                self.plant("notice_given_twice", self.now.on, &[first, second]);
            }
            if never || self.calm_one_in(25) {
                return Ok(Supplied::Never);
            }
            let mut acts = vec![first];
            if reopens {
                self.wait(1)?;
                let body = json!({ "reasons": "材料不全，补正后再办" });
                acts.push(self.act("case.CaseReturned", body)?);
            }
            let days = self.rng.random_range(1..=8);
            self.wait(days)?;
            let items = json!({ "items": ["场所证明", "照片"], "complete": true });
            acts.push(self.act("case.SupplementReceived", items)?);
            if reopens {
                self.plant("reopened_after_supplement", self.now.on, &acts);
            }
            self.later(0, 5);
        } else {
            let days = self.rng.random_range(0..=1);
            self.wait(days)?;
        }
        Ok(Supplied::All)
    }

    fn accept(&mut self) -> Result<Written, SimulateError> {
        let number = self.writer.cases;
        let body = json!({
            "item": self.item.code, "handling": self.item.handling, "limits": self.item.limits(),
            "acceptance_no": format!("通受〔{}〕{number}号", self.now.on.format("%Y")),
        });
        self.accepted = self.now;
        let sitting = self.fault == Some(Fault::EnteredAtOnce);
        let later = sitting.then(|| Later {
            when: When { minute: self.now.minute + 120, ..self.now },
            entry: Entry::BackEntry,
        });
        self.enter("case.ApplicationAccepted", body, later)
    }

    fn statute(&self) -> u32 {
        if self.item.statutory > 0 { self.item.statutory } else { 20 }
    }
}

/// The day after.
fn next(on: NaiveDate) -> NaiveDate {
    on.checked_add_days(Days::new(1)).unwrap_or(on)
}
