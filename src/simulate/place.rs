//! 現場: what is remembered of a site from day to day, so that it does what it must do in time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{Datelike as _, NaiveDate};

use super::writer::Written;

/// What goes wrong at a site in a month, if anything does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SiteFault {
    /// 未開門: the doors stay shut for two days.
    DoorsShut,
    /// 離崗: a window stands empty.
    WindowEmpty,
    /// 心跳中斷: the device falls silent.
    HeartbeatLost,
    /// 時鐘偏差: the device's clock is off.
    ClockDrift,
    /// 臺帳閒置: the ledger has no entry.
    LedgerIdle,
    /// 崗位空缺: a post is left empty.
    PostVacant,
    /// 人員更換: three persons are taken away.
    StaffRotated,
    /// 人員不在冊: somebody who is not on the roster does the work.
    OffRoster,
    /// 異地錄入: acts are entered from a device of another site.
    Elsewhere,
    /// 故障未修復: what is broken stays broken.
    Unrepaired,
    /// 非辦公時間錄入: the work is entered in the evening.
    OutOfHours,
    /// 臨期扎堆: decided on the due day.
    OnDueDay,
    /// 臨期扎堆: decided in the minute before the close of business.
    BeforeClose,
    /// 批量補錄: a morning's work entered at one sitting.
    AtOneSitting,
    /// 滿意度異常: one device takes review after review.
    OneDevice,
    /// 共用賬號: an account given to a second person.
    SharedAccount,
    /// 更正過多: every other act is corrected.
    Corrected,
    /// 取號多於辦件: tickets for which there is no case.
    Tickets,
    /// 票據號跳空: receipts that no case knows.
    Receipts,
    /// 證照號跳空: licences of a short series that no case knows.
    Licences,
    /// 序號缺口: a batch of a connected system that never came in.
    SerialHole,
    /// 滿意度異常: a thousand reviews, and everybody is satisfied.
    TooGood,
}

/// 現場: one site.
#[derive(Debug, Default)]
pub(super) struct Place {
    /// When it last took a case.
    pub(super) last_case: Option<NaiveDate>,
    /// The items that it handled in the quarter.
    pub(super) handled: BTreeSet<&'static str>,
    /// The quarters in which it began an excluded procedure.
    pub(super) paused: BTreeSet<(i32, u32)>,
    /// How many it began in which.
    pub(super) pauses: BTreeMap<(i32, u32), Vec<Written>>,
    /// The last day on which the ledger was written.
    pub(super) ledger: Option<NaiveDate>,
    /// No entry is made before this day.
    pub(super) ledger_rests_until: Option<NaiveDate>,
    /// The last number of a licence, by year.
    pub(super) licences: BTreeMap<i32, u64>,
    /// How many licences were numbered, by year.
    pub(super) numbered: BTreeMap<i32, u64>,
    /// Whether a number was left out.
    pub(super) gap: bool,
    /// The last number of a licence of the additional series of a month.
    pub(super) added: BTreeMap<(i32, u32), u64>,
    /// The last serial number of the connected system.
    pub(super) serial: u32,
    /// The item that it never handles.
    pub(super) neglected: Option<&'static str>,
    /// The last cases that were decided there, with their days.
    pub(super) decided: VecDeque<(NaiveDate, String)>,
    /// The last number of a receipt of a day.
    pub(super) receipts: BTreeMap<NaiveDate, u64>,
    /// The days on which the item limited in number was asked for.
    pub(super) limited_on: Option<NaiveDate>,
    /// Reviews of a day, by device.
    pub(super) reviews: (Option<NaiveDate>, u32),
    /// What goes wrong in which month.
    pub(super) faults: BTreeMap<(i32, u32), SiteFault>,
    /// What is counted by the month: acts at windows on cases, those that were out of order.
    pub(super) counted: BTreeMap<(i32, u32), Counted>,
    /// The items whose authority here ends, with the last day.
    pub(super) expires: BTreeMap<&'static str, NaiveDate>,
    /// No case is taken before this day.
    pub(super) silent_until: Option<NaiveDate>,
    /// The months for which was drawn what goes wrong.
    pub(super) drawn: BTreeSet<(i32, u32)>,
    /// The months in which it was done.
    pub(super) done: BTreeSet<(i32, u32)>,
    /// For how many days the doors stay shut.
    pub(super) doors_shut: u32,
    /// The last sign of life of the device.
    pub(super) beat: Option<NaiveDate>,
    /// It shows none before this day.
    pub(super) silent_device_until: Option<NaiveDate>,
}

/// 月計: what was done at a site in a month.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) acts: u32,
    pub(super) decided: u32,
    pub(super) decided_with_days: u32,
    pub(super) on_due_day: Vec<Written>,
    pub(super) before_close: Vec<Written>,
    pub(super) out_of_hours: Vec<Written>,
    pub(super) off_roster: Vec<Written>,
    pub(super) elsewhere: Vec<Written>,
    pub(super) corrections: Vec<Written>,
    pub(super) cases: u32,
    pub(super) tickets: u32,
    pub(super) open_tickets: Vec<Written>,
    pub(super) reviews: u32,
    pub(super) bad_reviews: u32,
    pub(super) flattering: Vec<Written>,
}

/// What a site began, by its number.
type Begun<'p> = (u32, &'p [Written]);

/// 特別程序多於他處: the sites that began more excluded procedures in a quarter than the mean of all
/// that began any and three standard deviations, of eleven or more:
/// two, where all others began one.
pub(super) fn beyond_others(places: &BTreeMap<u32, Place>) -> Vec<(u32, NaiveDate, &[Written])> {
    let mut quarters: BTreeMap<(i32, u32), Vec<Begun<'_>>> = BTreeMap::new();
    for (number, place) in places {
        for (quarter, begun) in &place.pauses {
            quarters.entry(*quarter).or_default().push((*number, begun));
        }
    }
    let mut found = Vec::new();
    for ((year, of), sites) in quarters {
        let n = sites.len() as u64;
        let sum: u64 = sites.iter().map(|(_, begun)| begun.len() as u64).sum();
        let squares: u64 = sites.iter().map(|(_, begun)| (begun.len() as u64).pow(2)).sum();
        let apart = |begun: &[Written]| (n * begun.len() as u64).saturating_sub(sum);
        let over = |begun: &[Written]| apart(begun).pow(2) > 9 * (n * squares - sum * sum);
        let beyond = sites.into_iter().filter(|(_, begun)| n >= 11 && over(begun));
        found.extend(beyond.map(|(number, begun)| (number, after((year, of * 3 + 3)), begun)));
    }
    found
}

/// The month of a day.
pub(super) fn month(on: NaiveDate) -> (i32, u32) {
    (on.year(), on.month())
}

/// The quarter of a day.
pub(super) fn quarter(on: NaiveDate) -> (i32, u32) {
    (on.year(), (on.month0()) / 3)
}

/// The quarter after that of a day.
pub(super) fn quarter_after(on: NaiveDate) -> (i32, u32) {
    let (year, of) = quarter(on);
    if of == 3 { (year + 1, 0) } else { (year, of + 1) }
}

/// The first day after a month.
pub(super) fn after((year, month): (i32, u32)) -> NaiveDate {
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MAX)
}

impl Counted {
    /// What the month of a site shows that only its counts can tell: the rule, and the acts.
    fn shown(&self) -> Vec<(&'static str, &[Written])> {
        let over =
            |part: usize, whole: u32, percent: u64| part as u64 * 100 > u64::from(whole) * percent;
        let few = u64::from(self.cases) * 100 < u64::from(self.tickets) * 90;
        let satisfied = u64::from(self.reviews - self.bad_reviews);
        let good = satisfied * 1_000 >= u64::from(self.reviews) * 999;
        [
            (
                "out_of_hours",
                &self.out_of_hours,
                self.acts >= 50 && over(self.out_of_hours.len(), self.acts, 20),
            ),
            (
                "too_many_corrections",
                &self.corrections,
                self.acts >= 50 && over(self.corrections.len(), self.acts, 10),
            ),
            (
                "on_due_day",
                &self.on_due_day,
                self.decided_with_days >= 10
                    && over(self.on_due_day.len(), self.decided_with_days, 40),
            ),
            (
                "right_before_close",
                &self.before_close,
                self.decided >= 10 && over(self.before_close.len(), self.decided, 40),
            ),
            ("staff_off_roster", &self.off_roster, self.off_roster.len() > 3),
            ("acts_elsewhere", &self.elsewhere, self.elsewhere.len() > 3),
            ("fewer_cases_than_tickets", &self.open_tickets, self.tickets >= 20 && few),
            ("too_good", &self.flattering, self.reviews > 1_000 && good),
        ]
        .into_iter()
        .filter(|(.., shows)| *shows)
        .map(|(rule, acts, _)| (rule, acts.as_slice()))
        .collect()
    }
}

impl Place {
    /// What its months show by their counts: the rule, the first day after the month, the acts.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&'static str, NaiveDate, &[Written])> {
        self.counted.iter().flat_map(|(month, counted)| {
            counted.shown().into_iter().map(|(rule, acts)| (rule, after(*month), acts))
        })
    }

    /// Whether something goes wrong there in the month of a day.
    pub(super) fn has(&self, fault: SiteFault, on: NaiveDate) -> bool {
        self.faults.get(&month(on)) == Some(&fault)
    }

    /// What is counted in the month of a day.
    pub(super) fn count(&mut self, on: NaiveDate) -> &mut Counted {
        self.counted.entry(month(on)).or_default()
    }
}
