//! 量表: figures of the network as a whole, for Prometheus. All of them are read in one
//! transaction in which every read table speaks of one position, so that those of a scrape agree
//! with each other; what is not yet folded is not told at all. They are states and not counters:
//! a correction may lower one, and what is lowered must not look like a restart.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Shanghai;
use tongjian_projections::Context;

use crate::store::read_tables::snapshot::Snapshot;
use crate::store::{Store, StoreError};

pub mod families;
pub mod history;
pub mod publisher;
mod read;
mod share;
mod text;

use families::{FAMILIES, Family, Scope};

/// The values of a family, by the values of its labels in their order.
pub type Series = BTreeMap<Vec<String>, i64>;

/// 量表: every figure of the network on a day, from one position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gauges {
    /// The position.
    pub position: u64,
    /// The day that is judged.
    pub day: NaiveDate,
    values: BTreeMap<&'static str, Series>,
}

/// 站點: a site of the network, and where it belongs.
#[derive(Debug, Clone)]
struct Site {
    county: String,
    township: String,
    level: String,
    name: String,
    step: String,
    /// The first day on which it worked.
    operating_on: Option<NaiveDate>,
}

/// Figures under way.
#[derive(Debug)]
struct Taking<'t> {
    context: &'t Context,
    day: NaiveDate,
    sites: BTreeMap<String, Site>,
    values: BTreeMap<&'static str, Series>,
    /// Working days between two days, which many cases share.
    elapsed: HashMap<(String, NaiveDate, NaiveDate), i64>,
}

/// What a site is said to belong to that no register names.
const NOWHERE: &str = "none";

impl Gauges {
    /// The figures of a day, from a snapshot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn take(
        (store, snapshot): (&Store, &mut Snapshot),
        context: &Context,
        day: NaiveDate,
        taken_at: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let position = snapshot.position();
        let mut taking = Taking::on(context, day);
        taking.sites((store, snapshot)).await?;
        taking.start_at_zero();
        taking.network(position, taken_at);
        taking.all((store, snapshot)).await?;
        Ok(Self { position, day, values: taking.values })
    }

    /// Each family with its values; one without any is not there.
    pub fn families(&self) -> impl Iterator<Item = (&'static Family, &Series)> {
        FAMILIES.iter().filter_map(|family| {
            let series = self.values.get(family.name)?;
            (!series.is_empty()).then_some((*family, series))
        })
    }

    /// One value, by the values of its labels.
    #[must_use]
    pub fn value(&self, family: &Family, labels: &[&str]) -> Option<i64> {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        self.values.get(family.name)?.get(&labels).copied()
    }
}

/// The first moment after a day, as the city's clocks show it.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
    Shanghai.from_local_datetime(&next).earliest().map_or(next.and_utc(), |at| at.to_utc())
}

impl<'t> Taking<'t> {
    fn on(context: &'t Context, day: NaiveDate) -> Self {
        let (sites, values, elapsed) = (BTreeMap::new(), BTreeMap::new(), HashMap::new());
        Self { context, day, sites, values, elapsed }
    }

    /// Every series that is known to exist begins at 0, so that nothing is taken for absent.
    fn start_at_zero(&mut self) {
        let areas: std::collections::BTreeSet<Vec<String>> =
            self.sites.values().map(|site| vec![site.county.clone(), site.level.clone()]).collect();
        let sites: Vec<Vec<String>> = self.sites.keys().map(|code| vec![code.clone()]).collect();
        for family in FAMILIES {
            let of: Vec<&Vec<String>> = match family.of {
                Scope::Area => areas.iter().collect(),
                Scope::Site if is_of_every_site(family) => sites.iter().collect(),
                _ => continue,
            };
            let series = self.values.entry(family.name).or_default();
            for of in of {
                for parts in family.combinations() {
                    let labels = of.iter().cloned().chain(parts.into_iter().map(String::from));
                    series.insert(labels.collect(), 0);
                }
            }
        }
    }

    fn network(&mut self, position: u64, taken_at: DateTime<Utc>) {
        self.set(families::POSITION, Vec::new(), i64::try_from(position).unwrap_or(i64::MAX));
        self.set(families::TAKEN_AT, Vec::new(), taken_at.timestamp());
        if let Some(until) = self.context.state_council().horizon() {
            self.set(families::CALENDAR, Vec::new(), end_of(until).timestamp());
        }
    }

    fn set(&mut self, family: &'static Family, labels: Vec<String>, value: i64) {
        self.values.entry(family.name).or_default().insert(labels, value);
    }

    /// Adds to what an area has, by a site in it.
    fn add_to_area(&mut self, family: &'static Family, site: &str, parts: &[&str], number: i64) {
        let (county, level) = match self.sites.get(site) {
            Some(site) => (site.county.clone(), site.level.clone()),
            None => (NOWHERE.into(), NOWHERE.into()),
        };
        let labels = [county, level].into_iter().chain(parts.iter().map(|part| (*part).to_owned()));
        let value = self.values.entry(family.name).or_default().entry(labels.collect());
        *value.or_default() += number;
    }

    /// Adds to what a site of the network has.
    fn add_to_site(&mut self, family: &'static Family, site: &str, parts: &[&str], number: i64) {
        if self.sites.contains_key(site) {
            let labels = [site].into_iter().chain(parts.iter().copied()).map(String::from);
            let value = self.values.entry(family.name).or_default().entry(labels.collect());
            *value.or_default() += number;
        }
    }
}

/// Whether a figure of sites is 0 where nothing was found: a site without any act has no last one.
fn is_of_every_site(family: &'static Family) -> bool {
    family != families::SITE_LAST_ACT && family != families::SITE_SILENT
}
