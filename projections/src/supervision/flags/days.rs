//! 逐日所示: what the days of a month show: doors that stay shut, devices that fall silent, a ledger
//! not in use, acts from elsewhere, by strangers, by one person at two places.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use tongjian_events::inspection::Flag;
use tongjian_events::site::SiteLevel;
use tongjian_events::values::{Code, StaffId};
use tongjian_events::{Event, SiteCode, StreamId};

use super::super::docket::Month;
use super::super::fact::Fact;
use super::super::flag_facts::{Seen, level};
use super::presence::Hours;
use super::{Evidence, Look, acts};
use crate::context::day_after;

pub(super) fn evidence(site: &SiteCode, month: Month, look: &Look<'_>) -> Vec<Evidence> {
    let days = Days { site, month, look };
    let mut found = days.doors();
    found.extend(days.heartbeats());
    found.extend(days.ledger());
    found.extend(days.elsewhere());
    found.extend(days.off_roster());
    found.extend(days.two_sites());
    // A docket judges the days of its own month; a day is over when the next begins.
    found.retain(|e| month.first() < e.arises_on && e.arises_on <= month.after());
    found
}

struct Days<'d> {
    site: &'d SiteCode,
    month: Month,
    look: &'d Look<'d>,
}

impl Days<'_> {
    fn found(
        &self,
        (flag, rule): (Flag, &'static str),
        subject: Option<String>,
        arises_on: NaiveDate,
        positions: Vec<u64>,
        detail: String,
    ) -> Evidence {
        let (site, until_on) = (self.site.clone(), None);
        Evidence { site, flag, rule, subject, arises_on, until_on, positions, detail }
    }

    /// The days, in order, on which something was seen, with the acts; the last of the month
    /// before is among them.
    fn seen(&self, what: Seen, device: Option<&Code>) -> BTreeMap<NaiveDate, u64> {
        let is = |fact: &Fact| match fact {
            Fact::LastSeen(last) => last.what == what && last.device.as_ref() == device,
            Fact::Act(act) => match (&act.event, what) {
                (Event::DoorsOpened(_), Seen::Doors)
                | (Event::LedgerEntryMade(_), Seen::Ledger) => true,
                (Event::HeartbeatReceived(body), Seen::Heartbeat) => Some(&body.device) == device,
                _ => false,
            },
            _ => false,
        };
        let seen = self.look.facts.iter().filter(|stated| is(&stated.fact));
        seen.map(|stated| (stated.on, stated.position)).collect()
    }

    /// 未開門: judged where an opening calendar was set, since that says when doors must open.
    fn doors(&self) -> Vec<Evidence> {
        let hours = Hours::of(self.site, self.look);
        let opened = self.seen(Seen::Doors, None);
        let most = u32::from(self.look.rules.doors_shut_working_days.get());
        let mut found = Vec::new();
        let (mut shut, mut shown) = (0, Vec::new());
        let start = opened.keys().next().copied().filter(|on| *on < self.month.first());
        let days = start.unwrap_or(self.month.first()).iter_days();
        for day in days.take_while(|day| *day < self.month.after()) {
            if let Some(position) = opened.get(&day) {
                (shut, shown) = (0, vec![*position]);
            } else if let Some(calendar) = hours.opens_on(day) {
                shut += 1;
                if shut > most {
                    let mut positions = vec![calendar];
                    positions.extend(&shown);
                    let detail =
                        format!("the doors stayed shut on {shut} days of opening to {day}");
                    let rule = (Flag::Premises, "doors_not_opened");
                    found.push(self.found(rule, None, day_after(day), positions, detail));
                }
            }
        }
        found
    }

    /// 心跳中斷: a device that showed signs of life shows none.
    fn heartbeats(&self) -> Vec<Evidence> {
        let mut devices: BTreeSet<&Code> = BTreeSet::new();
        for stated in self.look.facts {
            match &stated.fact {
                Fact::LastSeen(last) => devices.extend(&last.device),
                Fact::Act(act) => {
                    if let Event::HeartbeatReceived(body) = &act.event {
                        devices.insert(&body.device);
                    }
                }
                _ => {}
            }
        }
        let days = u32::from(self.look.rules.heartbeat_working_days.get());
        let mut found = Vec::new();
        for device in devices {
            let removed = self.removed(device);
            let seen = self.seen(Seen::Heartbeat, Some(device));
            for (last, position, arises_on) in self.gaps(&seen, days + 1) {
                if removed.is_some_and(|on| on < arises_on) {
                    continue;
                }
                let detail = format!("{device} was last heard on {last}");
                let rule = (Flag::Facilities, "heartbeat_lost");
                let subject = Some(device.to_string());
                found.push(self.found(rule, subject, arises_on, vec![position], detail));
            }
        }
        found
    }

    /// When a device was last counted as none.
    fn removed(&self, device: &Code) -> Option<NaiveDate> {
        let counts = acts(self.look.facts).filter_map(|(stated, act)| match &act.event {
            Event::FacilityRecorded(body) if body.device.as_ref() == Some(device) => {
                Some((stated.on, act.position, body.count.get()))
            }
            _ => None,
        });
        counts.max().filter(|(.., count)| *count == 0).map(|(on, ..)| on)
    }

    /// Where so many working days pass after a day on which something was seen, without another:
    /// the day, its act, the first day after them.
    fn gaps(&self, seen: &BTreeMap<NaiveDate, u64>, days: u32) -> Vec<(NaiveDate, u64, NaiveDate)> {
        let calendar = self.look.place(self.site).calendar;
        let next = seen.keys().skip(1).map(Some).chain([None]);
        let gaps = seen.iter().zip(next).filter_map(|((on, position), next)| {
            let arises_on = day_after(calendar.due(*on, days).ok()?.on);
            let gap = next.is_none_or(|next| *next >= arises_on);
            gap.then_some((*on, *position, arises_on))
        });
        gaps.collect()
    }

    /// 臺帳閒置: a room's ledger without an entry.
    fn ledger(&self) -> Vec<Evidence> {
        let days = u32::from(self.look.rules.ledger_idle_working_days.get());
        if days == 0 || level(self.site) != Some(SiteLevel::Village) {
            return Vec::new();
        }
        let mut seen = self.seen(Seen::Ledger, None);
        let opened = acts(self.look.facts).find(|(_, a)| matches!(a.event, Event::LedgerOpened(_)));
        if let Some((stated, act)) = opened {
            seen.entry(stated.on).or_insert(act.position);
        }
        let gaps = self.gaps(&seen, days).into_iter().map(|(last, position, arises_on)| {
            let detail = format!("the ledger has no entry since {last}");
            let rule = (Flag::Operation, "ledger_idle");
            self.found(rule, None, arises_on, vec![position], detail)
        });
        gaps.collect()
    }

    /// 異地錄入: counted over the month.
    fn elsewhere(&self) -> Option<Evidence> {
        let all = || {
            self.look.facts.iter().filter_map(|stated| match &stated.fact {
                Fact::Elsewhere(elsewhere) => Some(elsewhere),
                _ => None,
            })
        };
        let acts: u32 = all().map(|elsewhere| elsewhere.acts).sum();
        let devices: Vec<String> =
            all().map(|of| format!("{} of {}", of.device, of.registered_at)).collect();
        (acts > self.look.rules.acts_elsewhere.get()).then(|| {
            let positions = all().flat_map(|of| of.positions.iter().copied()).collect();
            let detail = format!("{acts} acts were entered from {}", devices.join(", "));
            let rule = (Flag::Premises, "acts_elsewhere");
            self.found(rule, None, self.month.after(), positions, detail)
        })
    }

    /// 人員不在冊: judged where the site has a roster.
    fn off_roster(&self) -> Option<Evidence> {
        let roster = self.roster();
        if roster.is_empty() {
            return None;
        }
        let mut acts = 0;
        let (mut who, mut positions) = (Vec::new(), Vec::new());
        for stated in self.look.facts {
            let Fact::Signed(signed) = &stated.fact else { continue };
            for (staff, entered, _, shown) in &signed.by {
                if !roster.contains(staff) {
                    acts += entered;
                    who.push(staff.to_string());
                    positions.extend(shown);
                }
            }
        }
        (acts > self.look.rules.acts_off_roster.get()).then(|| {
            let detail = format!("{acts} acts by {}, not on the roster", who.join(", "));
            let rule = (Flag::Personnel, "staff_off_roster");
            self.found(rule, None, self.month.after(), positions, detail)
        })
    }

    /// Who was on the roster on some day of the month: assigned, seconded, covering, responsible.
    fn roster(&self) -> BTreeSet<StaffId> {
        let mut all: Vec<_> = acts(self.look.facts).collect();
        all.sort_by_key(|(_, act)| (act.occurred_at, act.position));
        let mut roster = BTreeSet::new();
        for (stated, act) in all.into_iter().filter(|(stated, _)| stated.on < self.month.after()) {
            match &act.event {
                Event::StaffAssigned(_) | Event::StaffSeconded(_) => {
                    roster.extend(person(&stated.stream));
                }
                Event::PostPaired(body) => {
                    roster.extend(person(&stated.stream));
                    roster.insert(body.cover.clone());
                }
                Event::ResponsiblePersonAppointed(body) => {
                    roster.insert(body.staff.clone());
                }
                Event::StaffRecalled(_) if stated.on < self.month.first() => {
                    person(&stated.stream).iter().for_each(|staff| {
                        roster.remove(staff);
                    });
                }
                _ => {}
            }
        }
        roster
    }

    /// 一人兩地.
    fn two_sites(&self) -> Vec<Evidence> {
        let mut found = Vec::new();
        for stated in self.look.facts {
            let Fact::TwoSites(two) = &stated.fact else { continue };
            if two.minutes < self.look.rules.two_sites_minutes.get() {
                let detail = format!(
                    "{} acted here and at {} within {} minutes",
                    two.staff, two.other, two.minutes
                );
                let rule = (Flag::Personnel, "one_login_two_sites");
                let subject = Some(two.staff.to_string());
                let (on, shown) = (day_after(stated.on), two.positions.clone());
                found.push(self.found(rule, subject, on, shown, detail));
            }
        }
        found
    }
}

/// The person of a staff stream, or of one month of it.
pub(super) fn person(stream: &str) -> Option<StaffId> {
    let stream: StreamId = stream.split('\t').next()?.parse().ok()?;
    StaffId::new(stream.name()).ok()
}
