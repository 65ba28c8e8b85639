//! 讀數: the read tables asked, and their answers made into figures.

use tongjian_projections::Cell;

use super::families::{self, FLAGS, Family};
use super::share::Limit;
use super::{Site, Taking, end_of};
use crate::store::read_tables::lists::Bound;
use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

/// What is counted by site and parts of a family, in the order of its labels.
const COUNTED: &[(&Family, &str)] = &[
    (families::LIMITS, include_str!("../../dashboards/metrics/limits.sql")),
    (families::CARDS_ISSUED, include_str!("../../dashboards/metrics/cards.sql")),
    (families::FLAGS_STANDING, include_str!("../../dashboards/metrics/flags.sql")),
    (families::ORDERS, include_str!("../../dashboards/metrics/orders.sql")),
    (families::SLIPS, include_str!("../../dashboards/metrics/slips.sql")),
    (families::COMPLAINTS, include_str!("../../dashboards/metrics/complaints.sql")),
];
const SITES: &str = include_str!("../../dashboards/metrics/sites.sql");
const CASES: &str = include_str!("../../dashboards/metrics/cases.sql");
const OPEN_CASES: &str = include_str!("../../dashboards/metrics/open_cases.sql");
const LAST_ACTS: &str = include_str!("../../dashboards/metrics/last_acts.sql");
const LAST_ACTS_SQLITE: &str = include_str!("../../dashboards/metrics/last_acts.sqlite.sql");

type Tables<'s> = (&'s Store, &'s mut Snapshot);

impl Taking<'_> {
    /// The sites of the network, which every other figure is told by.
    pub(super) async fn sites(&mut self, (_, snapshot): Tables<'_>) -> Result<(), StoreError> {
        for row in snapshot.rows(SITES, &[Bound::Day(self.day)]).await? {
            let (operating_on, told) = row.split_last().ok_or_else(|| unreadable("a site"))?;
            let told: Option<Vec<String>> = told.iter().map(text).collect();
            let told = told.and_then(|told| <[String; 6]>::try_from(told).ok());
            let [code, level, county, township, name, step] =
                told.ok_or_else(|| unreadable("a site"))?;
            let operating_on = text(operating_on).and_then(|day| day.parse().ok());
            let site = Site { county, township, level, name, step, operating_on };
            self.sites.insert(code, site);
        }
        Ok(())
    }

    /// Everything else.
    pub(super) async fn all(&mut self, (store, snapshot): Tables<'_>) -> Result<(), StoreError> {
        self.register();
        let day = [Bound::Day(self.day)];
        for (family, sql) in COUNTED {
            for row in snapshot.rows(sql, &day).await? {
                self.counted(family, &row)?;
            }
        }
        for row in snapshot.rows(CASES, &day).await? {
            let [site, received, accepted, finished] = row.as_slice() else {
                return Err(unreadable("the cases of a site"));
            };
            let site = text(site).unwrap_or_default();
            for (step, number) in
                [("received", received), ("accepted", accepted), ("finished", finished)]
            {
                self.add_to_area(families::CASES, &site, &[step], whole(number)?);
            }
        }
        self.open_cases(snapshot.rows(OPEN_CASES, &day).await?)?;
        let end = [Bound::Integer(end_of(self.day).timestamp_micros())];
        let last_acts = match store {
            Store::Sqlite(_) => LAST_ACTS_SQLITE,
            Store::Postgres(_) => LAST_ACTS,
        };
        for row in snapshot.rows(last_acts, &end).await? {
            self.last_act(&row)?;
        }
        Ok(())
    }

    fn register(&mut self) {
        for (code, site) in self.sites.clone() {
            self.add_to_area(families::SITES, &code, &[&site.step], 1);
            let labels = vec![code, site.county, site.township, site.level, site.name];
            self.set(families::SITE_INFO, labels, 1);
        }
    }

    fn counted(&mut self, family: &'static Family, row: &[Cell]) -> Result<(), StoreError> {
        let what = || unreadable(family.name);
        let (number, words) = row.split_last().ok_or_else(what)?;
        let number = whole(number)?;
        let words: Vec<String> = words.iter().map(|word| text(word).unwrap_or_default()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (site, parts) = words.split_first().ok_or_else(what)?;
        let known = |(part, (_, values)): (&&str, &(&str, &[&str]))| values.contains(part);
        if parts.len() != family.parts.len() || !parts.iter().zip(family.parts).all(known) {
            // Of another list, such as a flag that is none of the five.
            return Ok(());
        }
        self.add_to_area(family, site, parts, number);
        match parts {
            [card @ ("yellow" | "red" | "serious"), "standing"] => {
                self.add_to_site(families::SITE_CARDS, site, &[card], number);
            }
            [flag, "confirmed"] if FLAGS.contains(flag) => {
                self.add_to_site(families::SITE_FLAGS, site, &[flag], 1);
            }
            _ => {}
        }
        Ok(())
    }

    fn open_cases(&mut self, rows: Vec<Vec<Cell>>) -> Result<(), StoreError> {
        let mut rows: Vec<(String, String, Option<Limit>)> =
            rows.iter().map(|row| limit(row)).collect::<Result<_, _>>()?;
        // A number that two sites used is two cases.
        rows.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        let mut rows = rows.into_iter().peekable();
        while let Some((site, key, limit)) = rows.next() {
            let mut limits: Vec<Limit> = limit.into_iter().collect();
            while let Some((.., more)) = rows.next_if(|row| row.1 == key && row.0 == site) {
                limits.extend(more);
            }
            let band = self.band(&site, &limits);
            self.add_to_area(families::OPEN_CASES, &site, &[band], 1);
            self.add_to_site(families::SITE_OPEN, &site, &[], 1);
            self.add_to_site(families::SITE_OVERDUE, &site, &[], i64::from(band == "overdue"));
        }
        Ok(())
    }

    fn last_act(&mut self, row: &[Cell]) -> Result<(), StoreError> {
        let [site, at] = row else { return Err(unreadable("the last act of a site")) };
        let site = text(site).unwrap_or_default();
        let Some(known) = self.sites.get(&site) else { return Ok(()) };
        let since = known.operating_on.filter(|_| known.step == "operating");
        let mut last_on = None;
        if let Cell::Integer(at) = at {
            last_on = chrono::DateTime::from_timestamp(*at, 0)
                .map(|at| at.with_timezone(&chrono_tz::Asia::Shanghai).date_naive());
            self.set(families::SITE_LAST_ACT, vec![site.clone()], *at);
        }
        // A site at work at which people never entered anything is silent since it went to work.
        let Some(since) = since else { return Ok(()) };
        let on = last_on.unwrap_or(since);
        // Today is not over: only whole days are silent.
        let yesterday = self.day.pred_opt().unwrap_or(self.day);
        let silent = if on < yesterday { self.working_days(&site, on, yesterday) } else { 0 };
        self.set(families::SITE_SILENT, vec![site], silent);
        Ok(())
    }
}

fn limit(row: &[Cell]) -> Result<(String, String, Option<Limit>), StoreError> {
    let [site, key, started_on, due_on, unit, allowed, paused] = row else {
        return Err(unreadable("an open case"));
    };
    let (site, key) = (text(site).unwrap_or_default(), text(key).unwrap_or_default());
    let Some(unit) = text(unit) else { return Ok((site, key, None)) };
    let day = |cell| text(cell).and_then(|text| text.parse().ok());
    let limit = Limit {
        started_on: day(started_on),
        due_on: day(due_on),
        in_working_days: unit == "working_days",
        allowed: whole(allowed)?,
        paused: whole(paused)? != 0,
    };
    Ok((site, key, Some(limit)))
}

pub(super) fn text(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Text(text) => Some(text.clone()),
        Cell::Word(word) => Some((*word).to_owned()),
        Cell::Day(day) => Some(day.to_string()),
        _ => None,
    }
}

fn whole(cell: &Cell) -> Result<i64, StoreError> {
    match cell {
        Cell::Integer(number) => Ok(*number),
        _ => Err(unreadable("a number")),
    }
}

fn unreadable(what: &str) -> StoreError {
    StoreError::ReadTables { finding: format!("{what} cannot be read for the metrics") }
}
