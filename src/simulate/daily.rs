//! 日常: what a day brings to each site: doors, presence, the ledger, the device; the cases that
//! begin; and what goes wrong that has nothing to do with a case.

use chrono::{Datelike as _, NaiveDate, Weekday};
use rand::{Rng, RngExt as _};
use serde_json::{Value, json};

use super::SimulateError;
use super::city::{City, Item, Level, Site};
use super::place::{SiteFault, month, quarter};
use super::setup::{desk, device, staff};
use super::story::{self, Asked};
use super::writer::{Desk, When, Writer, Written, set};

mod misdeeds;

/// One site on one day.
struct Day<'d, R> {
    city: &'d City,
    site: &'d Site,
    number: u32,
    on: NaiveDate,
    first: Desk,
    writer: &'d mut Writer,
    rng: &'d mut R,
}

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
        if on >= site.opens_on {
            let first = desk(site, number, 1);
            Day { city, site, number, on, first, writer, rng }.pass()?;
        }
    }
    Ok(())
}

impl<R: Rng> Day<'_, R> {
    fn pass(mut self) -> Result<(), SimulateError> {
        self.draw();
        self.doors()?;
        self.presence()?;
        if self.site.has_device() {
            self.heartbeat()?;
        }
        if self.site.level == Level::Village {
            self.ledger()?;
        }
        self.misdeeds()?;
        self.cases()
    }

    /// Whether something goes wrong here this month: one month in five hundred.
    fn draw(&mut self) {
        if self.writer.place(self.number).drawn.insert(month(self.on)) {
            let wrong = self.rng.random_range(0..500_u32) < self.city.faults_on(self.on).min(250);
            let kinds = misdeeds::kinds(self.site);
            let kind = kinds.get(self.rng.random_range(0..kinds.len().max(1))).copied();
            if let Some(kind) = kind.filter(|_| wrong) {
                self.writer.place(self.number).faults.insert(month(self.on), kind);
            }
        }
    }

    fn tell(&mut self, minute: u32, event: &str, body: Value) -> Result<Written, SimulateError> {
        let stream = format!("site/{}", self.site.code);
        let when = When { on: self.on, minute };
        Ok(self.writer.write(&self.first, when, None, &stream, (event, body))?)
    }

    fn tell_of(
        &mut self,
        index: u32,
        minute: u32,
        (event, body): (&str, Value),
    ) -> Result<Written, SimulateError> {
        let stream = format!("staff/{}", staff(self.number, index));
        let when = When { on: self.on, minute };
        Ok(self.writer.write(&self.first, when, None, &stream, (event, body))?)
    }

    /// Whether the published hours name this day: a make-up Saturday is none.
    fn is_a_weekday(&self) -> bool {
        !matches!(self.on.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// Whether this is the day on which a fault of the month is done, once.
    fn strikes(&mut self, fault: SiteFault) -> bool {
        let (on, weekday) = (self.on, self.is_a_weekday());
        let place = self.writer.place(self.number);
        place.has(fault, on)
            && (8..=24).contains(&on.day())
            && weekday
            && place.done.insert(month(on))
    }

    fn doors(&mut self) -> Result<(), SimulateError> {
        if self.strikes(SiteFault::DoorsShut) {
            self.writer.place(self.number).doors_shut = 2;
        }
        let weekday = self.is_a_weekday();
        let place = self.writer.place(self.number);
        if place.doors_shut > 0 {
            place.doors_shut -= u32::from(weekday);
            if place.doors_shut == 0 && weekday {
                let site = format!("site/{}", self.site.code);
                self.writer.plant("doors_not_opened", site, next(self.on), &[]);
            }
            return Ok(());
        }
        let staff = self.first.staff.clone();
        self.tell(8 * 60 + 20, "site.DoorsOpened", json!({ "staff": staff }))?;
        self.tell(17 * 60 + 35, "site.DoorsClosed", json!({}))?;
        Ok(())
    }

    /// 在崗: each window by its kind, in its hours.
    fn presence(&mut self) -> Result<(), SimulateError> {
        let windows: &[u32] = match self.site.level {
            Level::Municipal | Level::County => &[1, 2, 3],
            Level::Township => &[1],
            Level::Village => &[1],
        };
        let empty = self.strikes(SiteFault::WindowEmpty);
        if empty {
            let object = format!("site/{}:W1", self.site.code);
            self.writer.plant("window_unattended", object, next(self.on), &[]);
        }
        for index in windows.iter().filter(|index| !(empty && **index == 1)) {
            // B covers for A, who is away now and then.
            let covered = *index == 1 && self.rng.random_range(0..25_u32) == 0;
            let mut body = json!({ "site": self.site.code, "window": format!("W{index}") });
            if covered {
                set(&mut body, "covers", self.first.staff.as_str());
            }
            let who = if covered { 20 } else { 10 + index };
            self.tell_of(who, 8 * 60 + 22, ("staff.StaffCheckedIn", body))?;
        }
        if self.site.level != Level::Township {
            return Ok(());
        }
        match self.on.weekday() {
            Weekday::Tue | Weekday::Thu => {
                let body = json!({ "site": self.site.code, "window": "W2" });
                self.tell_of(12, 8 * 60 + 23, ("staff.StaffCheckedIn", body))?;
            }
            Weekday::Wed => {
                let stream = format!("window/{}-W3", self.site.code);
                let third = desk(self.site, self.number, 3);
                let opened = ("window.WindowOpened", json!({ "staff": third.staff }));
                let when = When { on: self.on, minute: 9 * 60 };
                self.writer.write(&third, when, None, &stream, opened)?;
                let closed = ("window.WindowClosed", json!({}));
                let when = When { on: self.on, minute: 11 * 60 };
                self.writer.write(&third, when, None, &stream, closed)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn heartbeat(&mut self) -> Result<(), SimulateError> {
        if self.strikes(SiteFault::HeartbeatLost) {
            let last = self.writer.place(self.number).beat;
            if let Some(last) = last {
                let arises_on = next(self.city.working.due(last, 2)?.on);
                self.writer.place(self.number).silent_device_until = Some(arises_on);
                let object = format!("site/{}:{}", self.site.code, device(self.number));
                self.writer.plant("heartbeat_lost", object, arises_on, &[]);
            }
        }
        if self.writer.place(self.number).silent_device_until.is_some_and(|until| self.on < until) {
            return Ok(());
        }
        self.writer.place(self.number).beat = Some(self.on);
        let mut body = json!({ "device": device(self.number) });
        let drifts = self.strikes(SiteFault::ClockDrift);
        if drifts {
            let shown = super::writer::instant(self.on, 8 * 60 + 40)?;
            set(&mut body, "device_time_at", tongjian_events::instant::utc_text(shown));
        }
        let beat = self.tell(8 * 60 + 30, "site.HeartbeatReceived", body)?;
        if drifts {
            let object = format!("device/{}", device(self.number));
            self.writer.plant("clock_drift", object, self.on, &[beat]);
        }
        Ok(())
    }

    /// 臺帳: an entry every few days.
    fn ledger(&mut self) -> Result<(), SimulateError> {
        let Some(last) = self.writer.place(self.number).ledger else { return Ok(()) };
        if self.on < last {
            return Ok(());
        }
        if self.strikes(SiteFault::LedgerIdle) {
            let arises_on = next(self.city.working.due(last, 15)?.on);
            self.writer.place(self.number).ledger_rests_until = Some(arises_on);
            let site = format!("site/{}", self.site.code);
            self.writer.plant("ledger_idle", site, arises_on, &[]);
        }
        let rests = self.writer.place(self.number).ledger_rests_until;
        if rests.is_some_and(|until| self.on < until) {
            return Ok(());
        }
        let idle = self.city.working.elapsed(last, self.on)?;
        if idle < 6 && self.rng.random_range(0..3_u32) > 0 {
            return Ok(());
        }
        self.writer.place(self.number).ledger = Some(self.on);
        let body = json!({ "ledger": "L-1", "service": "consultation" });
        self.tell(10 * 60, "site.LedgerEntryMade", body)?;
        Ok(())
    }

    /// The cases that begin: as many as come, and never none for long; each item at least once in
    /// a quarter.
    fn cases(&mut self) -> Result<(), SimulateError> {
        let tomorrow = self.city.working.due(self.on, 1)?.on;
        let place = self.writer.place(self.number);
        if place.silent_until.is_some_and(|until| self.on < until) {
            return Ok(());
        }
        let last = place.last_case;
        let quiet = match last {
            Some(last) => self.city.working.elapsed(last, self.on)? >= 4,
            None => true,
        };
        let mut count = self.city.cases(self.site, self.on, self.rng);
        count = count.max(u32::from(quiet));
        for _ in 0..count {
            let items: Vec<&'static Item> =
                Item::at(self.site.level).filter(|item| self.is_taken(item)).collect();
            if let Some(item) = items.get(self.rng.random_range(0..items.len().max(1))) {
                self.begin(item)?;
            }
        }
        if quarter(tomorrow) != quarter(self.on) {
            for item in Item::at(self.site.level) {
                let handled = self.writer.place(self.number).handled.contains(item.code);
                if !handled && self.is_taken(item) {
                    self.begin(item)?;
                }
            }
            self.writer.place(self.number).handled.clear();
        }
        Ok(())
    }

    fn begin(&mut self, item: &'static Item) -> Result<(), SimulateError> {
        let Day { site, number, on, .. } = *self;
        let asked = Asked { site, number, item, on, again: None };
        story::tell(self.city, asked, self.writer, self.rng)
    }

    /// What is limited in number is asked for once a day; what the site neglects never.
    fn is_taken(&mut self, item: &Item) -> bool {
        let place = self.writer.place(self.number);
        let free = !item.limited || place.limited_on.is_none_or(|last| last < self.on);
        free && place.neglected != Some(item.code)
    }
}

/// The day after.
fn next(on: NaiveDate) -> NaiveDate {
    on.succ_opt().unwrap_or(on)
}
