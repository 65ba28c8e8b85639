//! 用時: which share of the allowed working time a case has used.

use chrono::NaiveDate;
use tongjian_events::SiteCode;

use super::Taking;
use super::families::BANDS;

/// 時限: one limit of a case that runs.
#[derive(Debug)]
pub(super) struct Limit {
    pub(super) started_on: Option<NaiveDate>,
    pub(super) due_on: Option<NaiveDate>,
    pub(super) in_working_days: bool,
    /// In the limit's own unit, with what it was extended by.
    pub(super) allowed: i64,
    pub(super) paused: bool,
}

impl Taking<'_> {
    /// The band of a case: the gravest of those of its limits. Where all are paused it is paused,
    /// and without any it is untimed.
    pub(super) fn band(&mut self, site: &str, limits: &[Limit]) -> &'static str {
        const GRAVEST_FIRST: &[&str] = &["overdue", "80_100", "50_80", "lt50", "paused"];
        let bands: Vec<&str> = limits.iter().map(|limit| self.band_of(site, limit)).collect();
        let gravest = GRAVEST_FIRST.iter().find(|band| bands.contains(band));
        gravest.and_then(|band| BANDS.iter().find(|known| known == &band)).unwrap_or(&"untimed")
    }

    fn band_of(&mut self, site: &str, limit: &Limit) -> &'static str {
        let Some(due_on) = limit.due_on else { return "untimed" };
        if limit.paused {
            return "paused";
        }
        if due_on < self.day {
            return "overdue";
        }
        let (left, allowed) = match limit.started_on {
            Some(started_on) if !limit.in_working_days => {
                ((due_on - self.day).num_days(), (due_on - started_on).num_days())
            }
            _ => (self.working_days(site, self.day, due_on), limit.allowed),
        };
        let used = (allowed - left).max(0);
        match () {
            () if used * 10 >= allowed * 8 => "80_100",
            () if used * 2 >= allowed => "50_80",
            () => "lt50",
        }
    }

    /// The working days in (from, to] by the calendar of a site; natural days outside of it.
    pub(super) fn working_days(&mut self, site: &str, from: NaiveDate, to: NaiveDate) -> i64 {
        let county = self.sites.get(site).map_or("", |site| site.county.as_str());
        let key = (county.to_owned(), from, to);
        if let Some(known) = self.elapsed.get(&key) {
            return *known;
        }
        let natural = (to - from).num_days();
        let days = SiteCode::new(site).ok().map_or(natural, |code| {
            let calendar = self.context.jurisdiction(&code).calendar;
            calendar.elapsed(from, to).unwrap_or(natural)
        });
        self.elapsed.insert(key, days);
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongjian_projections::Context;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn limit(started_on: &str, due_on: &str) -> Limit {
        Limit {
            started_on: Some(day(started_on)),
            due_on: Some(day(due_on)),
            in_working_days: false,
            allowed: 0,
            paused: false,
        }
    }

    #[test]
    fn a_case_stands_in_the_gravest_band_of_its_limits() {
        let context = Context::default();
        let site = "320600";
        for (today, band) in [
            ("2008-06-10", "lt50"),
            ("2008-06-11", "50_80"),
            ("2008-06-16", "50_80"),
            ("2008-06-17", "80_100"),
            ("2008-06-21", "80_100"),
            ("2008-06-22", "overdue"),
        ] {
            let mut taking = Taking::on(&context, day(today));
            let limits = [limit("2008-06-01", "2008-06-21"), limit("2008-06-01", "2008-08-01")];
            assert_eq!(taking.band(site, &limits), band, "{today}");
        }
        let mut taking = Taking::on(&context, day("2008-06-11"));
        let paused = || Limit { paused: true, ..limit("2008-06-01", "2008-06-05") };
        assert_eq!(taking.band(site, &[paused()]), "paused");
        let late = limit("2008-06-01", "2008-06-05");
        assert_eq!(taking.band(site, &[paused(), late]), "overdue");
        assert_eq!(taking.band(site, &[]), "untimed");
    }
}
