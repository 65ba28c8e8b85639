//! 發文字號: the numbers of one organ and year. One is given once, and there is none between two
//! that was not given.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tongjian_events::bulletin::BulletinNumbered;

use super::{Irregular, Moment, day_of};
use crate::context::Jurisdiction;

/// 編號: a number and the bulletin that got it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Given {
    #[serde(rename = "p")]
    position: u64,
    #[serde(rename = "o")]
    at: i64,
    #[serde(rename = "n")]
    serial_no: u32,
    #[serde(rename = "b")]
    bulletin: String,
}

/// Parts of a key are set apart by a character that no code or name may hold.
const APART: char = '\t';

/// The key of the series that a number belongs to; it is the key of no bulletin.
pub(super) fn key(number: &BulletinNumbered) -> String {
    format!("numbers{APART}{}{APART}{}", number.organ_code, number.year)
}

impl Given {
    pub(super) fn of(number: &BulletinNumbered, (at, position): Moment, stream: &str) -> Self {
        Self { position, at, serial_no: number.serial_no.get(), bulletin: stream.to_owned() }
    }

    pub(super) fn moment(&self) -> Moment {
        (self.at, self.position)
    }
}

/// Keeps the numbers in order of position, whatever the order in which streams are read.
pub(super) fn take(held: &mut Vec<Given>, given: Given) {
    let at = held.partition_point(|other| other.position < given.position);
    held.insert(at, given);
}

/// Numbers that two bulletins claim, and numbers that none has though a later one was given.
pub(super) fn irregular(given: &[Given], key: &str, place: &Jurisdiction<'_>) -> Vec<Irregular> {
    let series = name(key);
    let mut found = Vec::new();
    let mut by_number: BTreeMap<u32, &Given> = BTreeMap::new();
    for one in given {
        let holder = *by_number.entry(one.serial_no).or_insert(one);
        if holder.bulletin == one.bulletin {
            continue;
        }
        let detail = format!(
            "{series}{} was given to {} and again to {}",
            one.serial_no, holder.bulletin, one.bulletin
        );
        let positions = vec![holder.position, one.position];
        let on = day_of(one.moment(), place);
        found.push(Irregular::new("number_given_twice", on, positions, detail));
    }
    let mut before: Option<&Given> = None;
    for one in by_number.into_values() {
        let expected = before.map_or(1, |before| before.serial_no.saturating_add(1));
        if expected < one.serial_no {
            let last = one.serial_no.saturating_sub(1);
            let missing = match expected == last {
                true => expected.to_string(),
                false => format!("{expected} to {last}"),
            };
            let detail = format!("{series}{missing} was given to none, {} was", one.serial_no);
            let positions = before.map(|before| before.position).into_iter().chain([one.position]);
            let on = day_of(one.moment(), place);
            found.push(Irregular::new("number_missing", on, positions.collect(), detail));
        }
        before = Some(one);
    }
    found
}

/// A series as letters write it, such as `通監發〔2008〕`.
fn name(key: &str) -> String {
    let mut parts = key.split(APART).skip(1);
    let (organ, year) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!("{organ}〔{year}〕")
}
