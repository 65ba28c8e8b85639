//! 時限: one legal clock of one matter: when it started, when it is due under which reading, how
//! it ended. A clock knows no today; its standing on a day is asked with that day.

use chrono::NaiveDate;
use serde::Serialize;

/// Which clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// 受理期限: to accept, to refuse acceptance, or to tell everything that is missing (art. 32).
    Receipt,
    /// 承諾時限: the promise on the acceptance notice.
    Promised,
    /// 法定時限: the statute's limit (art. 42).
    Statutory,
    /// 下級審查期限: the lower level's review before it reports up (art. 43).
    LowerReview,
    /// 上級環節: the time the level above has the file; not charged to the window.
    UpperLeg,
    /// 送達期限: from the decision to its delivery (art. 44).
    Delivery,
    /// 環節時限: one step of the flow.
    Step,
    /// 協辦單位時限: one co-unit of a joint handling.
    CoUnit,
    /// 現場踏勘期限: the site visit.
    SiteVisit,
    /// 聽證組織期限: the hearing (art. 47).
    Hearing,
    /// 延續決定期限: a decision before the licence expires (art. 50).
    Renewal,
    /// 紅黃牌答覆期限: the answer to a card.
    CardReply,
    /// 投訴受理期限: whether a complaint is accepted.
    ComplaintAcceptance,
    /// 投訴答覆期限: the answer to a complaint.
    ComplaintAnswer,
    /// 信訪復查復核期限: the review of a petition's answer, asked for by the complainant.
    ComplaintReview,
    /// 差評整改期限: a bad review is verified, put right and answered.
    BadReview,
}

impl ClockKind {
    /// The name on the wire and in the read tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Promised => "promised",
            Self::Statutory => "statutory",
            Self::LowerReview => "lower_review",
            Self::UpperLeg => "upper_leg",
            Self::Delivery => "delivery",
            Self::Step => "step",
            Self::CoUnit => "co_unit",
            Self::SiteVisit => "site_visit",
            Self::Hearing => "hearing",
            Self::Renewal => "renewal",
            Self::CardReply => "card_reply",
            Self::ComplaintAcceptance => "complaint_acceptance",
            Self::ComplaintAnswer => "complaint_answer",
            Self::ComplaintReview => "complaint_review",
            Self::BadReview => "bad_review",
        }
    }

    /// 中文名.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Receipt => "受理期限",
            Self::Promised => "承諾時限",
            Self::Statutory => "法定時限",
            Self::LowerReview => "下級審查期限",
            Self::UpperLeg => "上級環節",
            Self::Delivery => "送達期限",
            Self::Step => "環節時限",
            Self::CoUnit => "協辦單位時限",
            Self::SiteVisit => "現場踏勘期限",
            Self::Hearing => "聽證組織期限",
            Self::Renewal => "延續決定期限",
            Self::CardReply => "紅黃牌答覆期限",
            Self::ComplaintAcceptance => "投訴受理期限",
            Self::ComplaintAnswer => "投訴答覆期限",
            Self::ComplaintReview => "信訪復查復核期限",
            Self::BadReview => "差評整改期限",
        }
    }
}

/// How long a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "unit", content = "count", rename_all = "snake_case")]
pub enum Limit {
    /// So many working days after the start day (art. 82).
    WorkingDays(u32),
    /// So many calendar days after the start day; rolls forward off a day off.
    CalendarDays(u32),
    /// To a fixed day.
    FixedDay,
    /// Without limit: the time is shown, not judged.
    None,
}

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 完成: what it waited for was done.
    Done,
    /// 終止: the matter ended otherwise, such as by withdrawal.
    Stopped,
}

impl Ending {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Stopped => "stopped",
        }
    }
}

/// One clock, with all that follows if nothing further happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// Which clock.
    pub kind: ClockKind,
    /// Which step, unit or procedure, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The start day, which is not counted.
    pub started_on: NaiveDate,
    /// The act that started it.
    pub started_by: u64,
    /// The first day on which it is known to run: later than the start where it runs
    /// retroactively, as after a deemed acceptance.
    pub arises_on: NaiveDate,
    /// How long it runs, without extensions.
    pub limit: Limit,
    /// Days added by a valid extension, in the limit's unit.
    pub extended_by: u32,
    /// The due day under the rule in force; absent where there is no limit, or where the days lie
    /// outside the calendar's tables.
    pub due_on: Option<NaiveDate>,
    /// The due day if no excluded procedure had stopped the clock.
    pub due_without_pauses: Option<NaiveDate>,
    /// The due day when the whole of each excluded procedure is left out.
    pub due_if_excess_excluded: Option<NaiveDate>,
    /// The due day when only the declared time of each is left out.
    pub due_if_excess_counted: Option<NaiveDate>,
    /// Whether the due day may still move, because a notice for its days is not known.
    pub provisional: bool,
    /// The day on which a still open excluded procedure stopped it.
    pub paused_since: Option<NaiveDate>,
    /// The last day of a still open procedure's declared time, where only that is left out.
    pub pause_counts_until: Option<NaiveDate>,
    /// The day on which it ended.
    pub ended_on: Option<NaiveDate>,
    /// The act that ended it.
    pub ended_by: Option<u64>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// Working days used from start to end, without those left out; absent while it runs.
    pub used_working_days: Option<i64>,
    /// Working days past the due day at its end; 0 when kept, absent while it runs.
    pub overdue_working_days: Option<i64>,
    /// The edition of the rules it was judged by, where rules bear on it.
    pub rule_edition: Option<u32>,
    /// The acts its due day rests on, in order of position.
    pub grounds: Vec<u64>,
}

/// 狀態: what a clock shows on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 未起算: not yet known to run on that day.
    NotYet,
    /// 計時中: running, not yet due.
    Running,
    /// 暫停: stopped by an excluded procedure.
    Paused,
    /// 按期: done by the end of the due day.
    Met,
    /// 超期: the due day passed first. Certain from its end on, not only when somebody decides.
    Missed,
    /// 終止: ended otherwise before the due day passed.
    Stopped,
    /// 矛盾: it ended before it began; neither kept nor missed until the record is corrected.
    Contradictory,
}

impl Standing {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotYet => "not_yet",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Stopped => "stopped",
            Self::Contradictory => "contradictory",
        }
    }

    /// 中文名.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::NotYet => "未起算",
            Self::Running => "計時中",
            Self::Paused => "暫停",
            Self::Met => "按期",
            Self::Missed => "超期",
            Self::Stopped => "終止",
            Self::Contradictory => "矛盾",
        }
    }

    /// Reads a name of the wire.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::NotYet,
            Self::Running,
            Self::Paused,
            Self::Met,
            Self::Missed,
            Self::Stopped,
            Self::Contradictory,
        ]
        .into_iter()
        .find(|standing| standing.as_str() == name)
    }
}

impl Clock {
    /// What the clock shows at the end of a day.
    #[must_use]
    pub fn standing(&self, as_of: NaiveDate) -> Standing {
        if as_of < self.arises_on {
            return Standing::NotYet;
        }
        let late = |day: NaiveDate| self.due_on.is_some_and(|due| day > due);
        match self.ended_on.filter(|end| *end <= as_of) {
            Some(end) if end < self.started_on => Standing::Contradictory,
            Some(end) if late(end) => Standing::Missed,
            Some(_) if self.ending == Some(Ending::Stopped) => Standing::Stopped,
            Some(_) => Standing::Met,
            None if self.is_paused(as_of) => Standing::Paused,
            None if late(as_of) => Standing::Missed,
            None => Standing::Running,
        }
    }

    /// The day after the due day, where it did not end by then, or has not ended: from then on it
    /// shows [`Standing::Missed`], unless a pause holds it.
    #[must_use]
    pub fn late_from(&self) -> Option<NaiveDate> {
        let due = self.due_on?;
        self.ended_on.is_none_or(|end| end > due).then(|| due.succ_opt())?
    }

    /// Whether an open excluded procedure holds the clock on that day.
    fn is_paused(&self, as_of: NaiveDate) -> bool {
        let Some(since) = self.paused_since else { return false };
        as_of >= since && self.pause_counts_until.is_none_or(|until| as_of <= until)
    }
}
