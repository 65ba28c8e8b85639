//! 語境: what every judgement is made under: the notices of the calendar, the rules in force, and
//! which calendar holds where. Folded from the chronicle like everything else.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;
use tongjian_events::calendar::{NoticeDay, WorkingDayRule};
use tongjian_events::policy::ClockRulesAdopted;
use tongjian_events::{Event, Recorded, SiteCode};

use crate::Span;
use crate::calendar::{Calendar, NoticeView};
use crate::policies::Policies;

/// The calendar, the rules and the jurisdictions, as far as the chronicle has told them.
#[derive(Debug, Clone, Default)]
pub struct Context {
    notices: Vec<Event>,
    rules: Vec<Arc<ClockRulesAdopted>>,
    jurisdictions: Vec<(SiteCode, Tz, WorkingDayRule)>,
    policies: Policies,
    /// Built when first asked for after a notice.
    state_council: OnceLock<Arc<Calendar>>,
    monday_to_friday: OnceLock<Arc<Calendar>>,
}

/// 轄區: the civil time and the working days that hold at a site.
#[derive(Debug, Clone, Copy)]
pub struct Jurisdiction<'c> {
    /// The time zone whose civil dates count.
    pub time_zone: Tz,
    /// The working days.
    pub calendar: &'c Calendar,
}

impl Context {
    /// Whether an act belongs to the context.
    #[must_use]
    pub fn reads(act: &Recorded) -> bool {
        matches!(
            act.event,
            Event::HolidayNoticePublished(_)
                | Event::HolidayNoticeAmended(_)
                | Event::JurisdictionSet(_)
                | Event::ClockRulesAdopted(_)
                | Event::SupervisingBodyNamed(_)
        ) || Policies::from(act).is_some()
    }

    /// Takes an act in.
    pub fn apply(&mut self, act: &Recorded) {
        match &act.event {
            Event::HolidayNoticePublished(_) | Event::HolidayNoticeAmended(_) => {
                self.notices.push(act.event.clone());
                self.state_council = OnceLock::new();
            }
            Event::JurisdictionSet(set) => {
                if let Ok(time_zone) = set.time_zone.as_str().parse::<Tz>() {
                    self.jurisdictions.retain(|(site, ..)| *site != set.site);
                    self.jurisdictions.push((set.site.clone(), time_zone, set.working_days));
                }
            }
            Event::ClockRulesAdopted(rules) => {
                self.rules.push(Arc::new((**rules).clone()));
                // Stable: of two editions with one effective day, the later adopted one judges.
                self.rules.sort_by_key(|rules| rules.effective_on);
            }
            _ => self.policies.apply(act),
        }
    }

    /// The policies of supervision.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The same context as it stood on a day: without notices published later.
    #[must_use]
    pub fn as_of(&self, day: NaiveDate) -> Self {
        let mut then = self.clone();
        let known =
            |event: &Event| NoticeView::of(event).is_some_and(|notice| notice.published_on <= day);
        then.notices.retain(known);
        if then.notices.len() != self.notices.len() {
            then.state_council = OnceLock::new();
        }
        then
    }

    /// Whether it is the same [as of](Self::as_of) that day: no notice was published later.
    #[must_use]
    pub fn is_as_of(&self, day: NaiveDate) -> bool {
        self.notices.iter().filter_map(NoticeView::of).all(|notice| notice.published_on <= day)
    }

    /// What holds at a site: the setting of the deepest subtree that holds it.
    #[must_use]
    pub fn jurisdiction(&self, site: &SiteCode) -> Jurisdiction<'_> {
        let deepest = self
            .jurisdictions
            .iter()
            .filter(|(of, ..)| of.holds(site))
            .max_by_key(|(of, ..)| of.subtree_prefix().len());
        let (time_zone, rule) = deepest
            .map_or((Tz::Asia__Shanghai, WorkingDayRule::StateCouncil), |(_, zone, rule)| {
                (*zone, *rule)
            });
        let calendar = match rule {
            WorkingDayRule::StateCouncil => self.state_council(),
            WorkingDayRule::MondayToFriday => {
                self.monday_to_friday.get_or_init(|| Arc::new(Calendar::build(rule, [])))
            }
        };
        Jurisdiction { time_zone, calendar }
    }

    /// The calendar of the State Council's notices.
    #[must_use]
    pub fn state_council(&self) -> &Calendar {
        self.state_council.get_or_init(|| arranged(&self.notices))
    }

    /// The rules in force on a day; `None` before the first ones were effective.
    #[must_use]
    pub fn rules_on(&self, day: NaiveDate) -> Option<&ClockRulesAdopted> {
        self.rules.iter().rev().find(|rules| rules.effective_on <= day).map(Arc::as_ref)
    }

    /// The days on which an act of the context may change a judgement; `None` for no day.
    #[must_use]
    pub fn bears_on(act: &Recorded) -> Option<Span> {
        match &act.event {
            Event::HolidayNoticePublished(notice) => Some(year_of(notice.year, &notice.days)),
            Event::HolidayNoticeAmended(notice) => Some(year_of(notice.year, &notice.days)),
            Event::ClockRulesAdopted(rules) => {
                Some(Span { from: rules.effective_on, to: NaiveDate::MAX })
            }
            Event::JurisdictionSet(_) => Some(Span { from: NaiveDate::MIN, to: NaiveDate::MAX }),
            _ => Policies::bears_on(act),
        }
    }
}

fn arranged(notices: &[Event]) -> Arc<Calendar> {
    let notices = notices.iter().filter_map(NoticeView::of);
    Arc::new(Calendar::build(WorkingDayRule::StateCouncil, notices))
}

/// A notice bears on its year, on the end of the year before, and on whatever else it names.
fn year_of(year: u16, days: &[NoticeDay]) -> Span {
    let year = i32::from(year);
    let first = NaiveDate::from_ymd_opt(year - 1, 12, 1).unwrap_or(NaiveDate::MIN);
    let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX);
    let named = days.iter().map(|day| day.on);
    Span {
        from: named.clone().min().map_or(first, |day| day.min(first)),
        to: named.max().map_or(last, |day| day.max(last)),
    }
}

impl Jurisdiction<'_> {
    /// The civil time of an instant here, whatever offset it was written with.
    #[must_use]
    pub fn civil(&self, at: &DateTime<FixedOffset>) -> NaiveDateTime {
        at.with_timezone(&self.time_zone).naive_local()
    }

    /// The civil day of a recorded time here.
    #[must_use]
    pub fn day_of(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.time_zone).date_naive()
    }
}

/// The day after, saturating at the end of time.
#[must_use]
pub(crate) fn day_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}
