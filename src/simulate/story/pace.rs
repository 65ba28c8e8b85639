//! 節奏: how a case goes on in time, and how its acts are written and counted.

use super::*;

impl<R: Rng> Story<'_, R> {
    /// Notes a fault of this case.
    pub(super) fn plant(&mut self, rule: &'static str, arises_on: NaiveDate, acts: &[Written]) {
        self.writer.plant(rule, self.stream.clone(), arises_on, acts);
    }

    /// Writes an act now, a few minutes after the one before.
    pub(super) fn act(&mut self, event: &str, body: Value) -> Result<Written, SimulateError> {
        self.enter(event, body, None)
    }

    /// Writes an act that is entered a day late, as it sometimes is.
    pub(super) fn quiet(&mut self, event: &str, body: Value) -> Result<(), SimulateError> {
        if !self.calm_one_in(400) {
            return self.act(event, body).map(|_| ());
        }
        let later = Later { when: self.on_working_day(1)?, entry: Entry::BackEntry };
        let act = self.enter(event, body, Some(later))?;
        self.plant("late_entry", later.when.on, &[act]);
        Ok(())
    }

    /// The same, entered later; by a device without a line, now and then.
    pub(super) fn enter(
        &mut self,
        event: &str,
        body: Value,
        later: Option<Later>,
    ) -> Result<Written, SimulateError> {
        let later = match later {
            None if self.one_in(600) => {
                let when = When { minute: self.now.minute + 90, ..self.now };
                Some(Later { when, entry: Entry::Offline })
            }
            later => later,
        };
        let act = self.write_at(self.now, event, body, later)?;
        self.later(0, 3);
        Ok(act)
    }

    pub(super) fn write_at(
        &mut self,
        when: When,
        event: &str,
        body: Value,
        later: Option<Later>,
    ) -> Result<Written, SimulateError> {
        let act = self.writer.write(&self.desk, when, later, &self.stream, (event, body))?;
        let (entered, entry) =
            later.map_or((when, Entry::Window), |later| (later.when, later.entry));
        self.count(act, entered, entry);
        if self.desk.staff == staff(self.number, 40) {
            self.writer.place(self.number).count(when.on).off_roster.push(act);
        }
        if self.desk.device.is_some() {
            self.writer.place(self.number).count(when.on).elsewhere.push(act);
        }
        Ok(act)
    }

    /// Counts an act of the site's month in which it was entered.
    pub(super) fn count(&mut self, act: Written, entered: When, entry: Entry) {
        let count = self.writer.place(self.number).count(entered.on);
        count.acts += 1;
        let by_hand = matches!(entry, Entry::Window | Entry::BackEntry);
        if by_hand && !OPEN.contains(&entered.minute) {
            count.out_of_hours.push(act);
        }
    }

    /// Goes on to a working day, at an hour of its own; within the same day a little later.
    pub(super) fn wait(&mut self, working_days: u32) -> Result<(), SimulateError> {
        if working_days == 0 {
            self.later(0, 5);
            return Ok(());
        }
        self.now = self.on_working_day(working_days)?;
        Ok(())
    }

    pub(super) fn on_working_day(&mut self, working_days: u32) -> Result<When, CalendarError> {
        let on = self.city.working.due(self.now.on, working_days.max(1))?.on;
        Ok(When { on, minute: self.office_hour(on) })
    }

    pub(super) fn later(&mut self, least: u32, most: u32) {
        self.now.minute += 1 + self.rng.random_range(least..=most);
    }

    pub(super) fn office_hour(&mut self, on: NaiveDate) -> u32 {
        let (mut from, mut to) = if self.one_in(2) { MORNING } else { AFTERNOON };
        if self.writer.place(self.number).has(SiteFault::OutOfHours, on) {
            (from, to) = EVENING;
        }
        self.rng.random_range(from..to)
    }

    /// Something that happens now and then, where nothing goes wrong.
    pub(super) fn calm_one_in(&mut self, many: u32) -> bool {
        self.one_in(many) && self.fault.is_none() && self.breaks.is_none()
    }

    pub(super) fn one_in(&mut self, many: u32) -> bool {
        self.rng.random_range(0..many) == 0
    }
}
