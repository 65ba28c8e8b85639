//! From a mapping as written to one that can be used: every rule between its keys.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono_tz::Tz;
use tongjian_events::calendar::{JurisdictionSet, WorkingDayRule};
use tongjian_events::case::Handling;
use tongjian_events::values::{ItemCode, Limits, Name, StaffId, Text, WorkingDays};
use tongjian_events::{Act, SiteCode};

use super::super::identity;
use super::written::{self, Written};
use super::{Attributes, Columns, Kind, Lifecycle, Log, Mapping, Sites};

/// A key and the rule it breaks.
type Broken = (String, String);

trait At<T> {
    fn at(self, key: &str) -> Result<T, Broken>;
}

impl<T, E: ToString> At<T> for Result<T, E> {
    fn at(self, key: &str) -> Result<T, Broken> {
        self.map_err(|rule| (key.to_owned(), rule.to_string()))
    }
}

pub(super) fn mapping(written: Written) -> Result<Mapping, Broken> {
    let log = Log {
        name: Name::new(&written.log.name).at("log.name")?,
        actor: StaffId::new(&written.log.name).at("log.name")?,
    };
    let zone: Tz = written.log.time_zone.parse().map_err(|_| {
        let rule = format!("`{}` is no IANA time zone", written.log.time_zone);
        ("log.time_zone".to_owned(), rule)
    })?;
    let sites = sites(&written, zone)?;
    let item = written.limits.item.as_deref().map(ItemCode::new).transpose().at("limits.item")?;
    let kinds = kinds(&written.acts)?;
    if item.is_none() && (!written.acts.acceptance.is_empty() || !written.acts.receipt.is_empty()) {
        let rule = "missing; acts.acceptance and acts.receipt need to know the item applied for";
        return Err(("limits.item".into(), rule.into()));
    }
    let preamble = preamble(&log, zone, written.log.working_days, &sites)?;
    let attributes = attributes(&written.attributes);
    Ok(Mapping {
        names: names(&attributes, &sites),
        log,
        zone,
        zone_of_bare_times: written.log.assume_offset_of_time_zone.then_some(zone),
        sites,
        columns: columns(written.columns)?,
        lifecycle: lifecycle(written.lifecycle)?,
        acts: kinds,
        attributes,
        channels: written.channels,
        default_channel: written.limits.channel,
        item,
        handling: written.limits.handling.unwrap_or(Handling::Promised),
        limits: limits(&written.limits)?,
        preamble,
    })
}

fn sites(written: &Written, zone: Tz) -> Result<Sites, Broken> {
    let log = &written.log;
    let otherwise = log.site.as_deref().map(SiteCode::new).transpose().at("log.site")?;
    if otherwise.is_none() && log.site_attribute.is_none() {
        return Err(("log.site".into(), "name a site, or log.site_attribute".into()));
    }
    if log.site_attribute.is_none() && (log.derive_sites || !written.sites.is_empty()) {
        let rule = "missing; log.derive_sites and [sites] speak of its values";
        return Err(("log.site_attribute".into(), rule.into()));
    }
    let codes: BTreeMap<String, SiteCode> = written
        .sites
        .iter()
        .map(|(value, code)| {
            Ok((value.clone(), SiteCode::new(code).at(&format!("sites.{value}"))?))
        })
        .collect::<Result<_, Broken>>()?;
    if log.derive_sites && !of_the_land(zone, log.working_days) {
        let rule = "log.time_zone and log.working_days must be set for each site before its first \
                    act, so list every site in [sites] instead";
        return Err(("log.derive_sites".into(), rule.into()));
    }
    let attribute = log.site_attribute.as_deref().map(Arc::from);
    Ok(Sites { attribute, codes, otherwise, derived: log.derive_sites })
}

fn of_the_land(zone: Tz, rule: WorkingDayRule) -> bool {
    zone == Tz::Asia__Shanghai && rule == WorkingDayRule::StateCouncil
}

fn preamble(log: &Log, zone: Tz, rule: WorkingDayRule, sites: &Sites) -> Result<Vec<Act>, Broken> {
    if of_the_land(zone, rule) {
        return Ok(Vec::new());
    }
    let mut all: Vec<_> = sites.codes.values().chain(&sites.otherwise).collect();
    all.sort_unstable();
    all.dedup();
    let reason = Text::new(&format!("imported log {}", log.name)).at("log.name")?;
    let set = |site: &SiteCode| {
        let body = JurisdictionSet {
            site: site.clone(),
            time_zone: Name::new(zone.name()).at("log.time_zone")?,
            working_days: rule,
            reason: Some(reason.clone()),
        };
        identity::jurisdiction(log, zone, body).at("log.time_zone")
    };
    all.into_iter().map(set).collect()
}

fn kinds(acts: &written::Acts) -> Result<HashMap<String, Kind>, Broken> {
    let lists = [
        ("receipt", &acts.receipt, Kind::Receipt),
        ("notice", &acts.notice, Kind::Notice),
        ("supplement", &acts.supplement, Kind::Supplement),
        ("partial_supplement", &acts.partial_supplement, Kind::PartialSupplement),
        ("acceptance", &acts.acceptance, Kind::Acceptance),
        ("non_acceptance", &acts.non_acceptance, Kind::NonAcceptance),
        ("decision", &acts.decision, Kind::Decision),
        ("negative_decision", &acts.negative_decision, Kind::NegativeDecision),
        ("collection_notice", &acts.collection_notice, Kind::CollectionNotice),
        ("delivery", &acts.delivery, Kind::Delivery),
        ("return_of_case", &acts.return_of_case, Kind::ReturnOfCase),
        ("withdrawal", &acts.withdrawal, Kind::Withdrawal),
        ("closing", &acts.closing, Kind::Closing),
    ];
    let mut kinds = HashMap::new();
    for (key, activities, kind) in lists {
        for activity in activities {
            if let Some(other) = kinds.insert(activity.clone(), kind) {
                let rule = format!("`{activity}` is named twice, also as {other:?}");
                return Err((format!("acts.{key}"), rule));
            }
        }
    }
    Ok(kinds)
}

fn columns(written: written::Columns) -> Result<Columns, Broken> {
    let delimiter = written.delimiter.unwrap_or(',');
    let lawful = delimiter.is_ascii() && !matches!(delimiter, '"' | '\n' | '\r');
    let delimiter = u8::try_from(delimiter).ok().filter(|_| lawful).ok_or_else(|| {
        let rule = format!("{delimiter:?} cannot part columns; take one ASCII character, no quote");
        ("columns.delimiter".to_owned(), rule)
    })?;
    Ok(Columns {
        case_id: written.case_id.unwrap_or_else(|| "case:concept:name".into()),
        activity: written.activity.unwrap_or_else(|| "concept:name".into()),
        timestamp: written.timestamp.unwrap_or_else(|| "time:timestamp".into()),
        lifecycle_named: written.lifecycle.is_some(),
        lifecycle: written.lifecycle.unwrap_or_else(|| "lifecycle:transition".into()),
        delimiter,
    })
}

fn lifecycle(written: written::Lifecycle) -> Result<Lifecycle, Broken> {
    let small = |list: Option<Vec<String>>, usual: &str| -> Vec<String> {
        list.map_or_else(|| vec![usual.into()], |l| l.iter().map(|t| t.to_lowercase()).collect())
    };
    let (started, completed) =
        (small(written.started, "start"), small(written.completed, "complete"));
    match started.iter().find(|transition| completed.contains(transition)) {
        Some(both) => {
            Err(("lifecycle.started".into(), format!("`{both}` is in lifecycle.completed too")))
        }
        None => Ok(Lifecycle { started, completed }),
    }
}

fn attributes(written: &written::Attributes) -> Attributes {
    let name = |name: &Option<String>| name.as_deref().map(Arc::from);
    Attributes {
        post: name(&written.post),
        window: name(&written.window),
        channel: name(&written.channel),
        started_at: name(&written.started_at),
        due_at: name(&written.due_at),
        ended_at: name(&written.ended_at),
        absent: written.absent.clone(),
    }
}

/// Every attribute that is read, once, with the first key that names it.
fn names(attributes: &Attributes, sites: &Sites) -> Vec<(String, Arc<str>)> {
    let all = [
        ("attributes.post", &attributes.post),
        ("attributes.window", &attributes.window),
        ("attributes.channel", &attributes.channel),
        ("attributes.started_at", &attributes.started_at),
        ("attributes.due_at", &attributes.due_at),
        ("attributes.ended_at", &attributes.ended_at),
        ("log.site_attribute", &sites.attribute),
    ];
    let mut names: Vec<(String, Arc<str>)> = Vec::new();
    for (key, name) in all {
        if let Some(name) = name
            && !names.iter().any(|(_, own)| own == name)
        {
            names.push((key.to_owned(), Arc::clone(name)));
        }
    }
    names
}

fn limits(written: &written::Limits) -> Result<Limits, Broken> {
    let days = |key: &str, days: Option<i64>| days.map(WorkingDays::new).transpose().at(key);
    let limits = Limits {
        promised_working_days: days("limits.promised_working_days", written.promised_working_days)?,
        statutory_working_days: days(
            "limits.statutory_working_days",
            written.statutory_working_days,
        )?,
    };
    // Reading them back applies the rule between the two.
    let read = serde_json::to_value(limits).and_then(serde_json::from_value::<Limits>);
    read.at("limits.promised_working_days")
}
