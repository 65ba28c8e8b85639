//! 事項所示: what the catalogue shows of the items of a site: the four texts that hang or not, the
//! authority of its window, limits that contradict each other.

use chrono::NaiveDate;
use tongjian_events::SiteCode;
use tongjian_events::inspection::Flag;
use tongjian_events::item::Disclosure;
use tongjian_events::site::SiteLevel;

use super::super::super::fact::Fact;
use super::super::super::flag_facts::{ItemAtSite, level};
use super::super::{Evidence, Look};
use super::after;
use crate::context::day_after;

const FOUR: [Disclosure; 4] = [
    Disclosure::BusinessNotice,
    Disclosure::SampleForms,
    Disclosure::LegalBasis,
    Disclosure::FlowChart,
];

pub(super) fn evidence(site: &SiteCode, look: &Look<'_>) -> Vec<Evidence> {
    let items = look.facts.iter().filter_map(|stated| match &stated.fact {
        Fact::Item(item) if item.site == *site => Some(&**item),
        _ => None,
    });
    let mut found = Vec::new();
    for item in items {
        let at = At { item, look };
        found.extend(at.disclosures());
        // A room acts for others; only windows of departments are given authority.
        if level(site) != Some(SiteLevel::Village) {
            found.extend(at.unauthorised());
            found.extend(at.expired());
        }
        found.extend(at.limits());
        found.extend(at.steps());
    }
    found
}

/// One item at one site.
struct At<'a> {
    item: &'a ItemAtSite,
    look: &'a Look<'a>,
}

/// The earlier of two ends; none is never.
fn earlier(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    a.into_iter().chain(b).min()
}

impl At<'_> {
    fn found(
        &self,
        (flag, rule): (Flag, &'static str),
        part: Option<Disclosure>,
        (arises_on, until_on): (NaiveDate, Option<NaiveDate>),
        positions: Vec<u64>,
        detail: String,
    ) -> Option<Evidence> {
        let item = &self.item.item;
        let until_on = earlier(until_on, self.item.until_on);
        let subject = part.map_or_else(|| item.to_string(), |part| format!("{item}:{part}"));
        until_on.is_none_or(|until| arises_on < until).then(|| Evidence {
            site: self.item.site.clone(),
            flag,
            rule,
            subject: Some(subject),
            arises_on,
            until_on,
            positions,
            detail,
        })
    }

    /// 公示過期: a text of the present edition does not hang in time.
    fn disclosures(&self) -> Vec<Evidence> {
        let item = self.item;
        let mut editions = item.editions.clone();
        if editions.is_empty() {
            editions.push((item.from_on, item.assigned, 1));
        }
        let next = editions.iter().skip(1).map(|(on, ..)| Some(*on)).chain([None]);
        let mut found = Vec::new();
        for ((on, position, edition), next) in editions.iter().zip(next) {
            let since = item.from_on.max(*on);
            let calendar = self.look.place(&item.site).calendar;
            let days = self.look.rules.disclosure_working_days;
            let Some(arises_on) = after(calendar, since, days) else { continue };
            for part in FOUR {
                let hung = item.texts.iter().filter(|(_, of, e)| *of == part && e >= edition);
                let until_on = earlier(hung.map(|(on, ..)| *on).min(), next);
                found.extend(self.found(
                    (Flag::Facilities, "disclosure_lapsed"),
                    Some(part),
                    (arises_on, until_on),
                    vec![item.assigned, *position],
                    format!("{part} of edition {edition} does not hang since {since}"),
                ));
            }
        }
        found
    }

    /// 無授權: no letter of authority in time.
    fn unauthorised(&self) -> Option<Evidence> {
        let item = self.item;
        let calendar = self.look.place(&item.site).calendar;
        let days = self.look.rules.authorisation_working_days;
        let arises_on = after(calendar, item.from_on, days)?;
        let by_letter = item.authorised.iter().filter(|(_, _, letter, _)| *letter);
        self.found(
            (Flag::Items, "authorisation_missing"),
            None,
            (arises_on, by_letter.map(|(on, ..)| *on).min()),
            vec![item.assigned],
            format!("assigned from {}, and no letter of authority", item.from_on),
        )
    }

    /// 授權過期.
    fn expired(&self) -> Vec<Evidence> {
        let all = &self.item.authorised;
        let mut found = Vec::new();
        for (on, position, _, until) in all {
            let Some(until) = until else { continue };
            let newer = all.iter().filter(|(o, p, ..)| (o, p) > (on, position));
            let renewed = newer.map(|(on, ..)| *on).min();
            found.extend(self.found(
                (Flag::Items, "authorisation_expired"),
                None,
                (day_after(*until), renewed),
                vec![*position],
                format!("the authority ended on {until}"),
            ));
        }
        found
    }

    /// 承諾超過法定: past the statute named, or past the general law where none was.
    fn limits(&self) -> Vec<Evidence> {
        let item = self.item;
        let next = item.limits.iter().skip(1).map(|(on, ..)| Some(*on)).chain([None]);
        let mut found = Vec::new();
        for ((on, position, promised, statutory), next) in item.limits.iter().zip(next) {
            let since = (*on).max(item.from_on);
            let general = self.look.context.rules_on(since).filter(|_| item.licence);
            let general = general.map(|rules| match item.parallel {
                true => rules.joint_working_days.get(),
                false => rules.statutory_working_days.get(),
            });
            let Some((promised, limit)) = promised.zip(statutory.or(general)) else { continue };
            if promised > limit {
                found.extend(self.found(
                    (Flag::Items, "promise_beyond_statute"),
                    None,
                    (day_after(since), next),
                    vec![*position],
                    format!("the promise is {promised} working days, the statute {limit}"),
                ));
            }
        }
        found
    }

    /// 環節超過承諾: steps defined earlier or later than a promise that they pass.
    fn steps(&self) -> Vec<Evidence> {
        let item = self.item;
        let changes = item.limits.iter().map(|(on, ..)| *on);
        let mut days: Vec<NaiveDate> =
            changes.chain(item.flows.iter().map(|(on, ..)| *on)).collect();
        days.sort_unstable();
        days.dedup();
        let next = days.iter().skip(1).copied().map(Some).chain([None]);
        let mut found = Vec::new();
        for (day, next) in days.iter().zip(next) {
            let flow = item.flows.iter().rfind(|(on, ..)| on <= day);
            let limits = item.limits.iter().rfind(|(on, ..)| on <= day);
            let Some(((_, flow, sum), (_, limited, promised, _))) = flow.zip(limits) else {
                continue;
            };
            let Some(promised) = promised.filter(|promised| *sum > u32::from(*promised)) else {
                continue;
            };
            found.extend(self.found(
                (Flag::Items, "steps_beyond_promise"),
                None,
                (day_after((*day).max(item.from_on)), next),
                vec![*flow, *limited],
                format!("the steps sum to {sum} working days, the promise is {promised}"),
            ));
        }
        found
    }
}
