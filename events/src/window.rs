//! 窗口: one window of a site, from its registration to its day's work: opening, inquiries,
//! queue tickets. Whether it stood empty is a projection's business.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::SiteCode;
use crate::policy::TimeOfDay;
use crate::shape::{bodies, words};
use crate::values::{Code, DayOfMonth, ItemCode, Name, StaffId, Text, UnitCode, WindowId};

words! {
    /// 窗口類別: the four kinds of the seed; presence is judged by the kind.
    WindowKind {
        /// 常設窗口: open whenever its site is open.
        Permanent,
        /// 定期辦公窗口: open inside its published timetable only.
        Periodic,
        /// 機動窗口: opened when there is need.
        Mobile,
        /// 代理窗口: served by somebody else on the unit's behalf.
        Agency,
    }

    /// 星期: a day of the week.
    Weekday {
        /// 星期一.
        Monday,
        /// 星期二.
        Tuesday,
        /// 星期三.
        Wednesday,
        /// 星期四.
        Thursday,
        /// 星期五.
        Friday,
        /// 星期六.
        Saturday,
        /// 星期日.
        Sunday,
    }
}

/// 開放時段: one span of opening on each of the named days; local time of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningSlot {
    /// The days of the week it holds on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// The days of the month it holds on, for windows that come with the market.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days_of_month: Vec<DayOfMonth>,
    /// From when.
    pub opens: TimeOfDay,
    /// Until when.
    pub closes: TimeOfDay,
}

bodies! {
    /// 窗口登記: a window was set up at a site.
    WindowRegistered {
        /// The site.
        site: SiteCode,
        /// Its kind.
        kind: WindowKind,
        /// Its number at the site, as `source.window` names it; the stream's own name where
        /// absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<WindowId>,
        /// What its sign says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Name>,
        /// The unit that sits there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<UnitCode>,
        /// The items handled there; all of the unit's where none is named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ItemCode>,
    }

    /// 窗口撤銷: the window is no longer kept.
    WindowWithdrawn {
        /// Why.
        reason: Text,
    }

    /// 開窗: the window began its day's work.
    WindowOpened {
        /// Who sits there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
    }

    /// 關窗: the window ended its day's work.
    WindowClosed {
        /// Why, if before its time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 公布窗口時刻: when a periodic window is open was made known.
    WindowTimetablePublished {
        /// The first day it holds.
        effective_on: NaiveDate,
        /// The spans of opening.
        slots: Vec<OpeningSlot>,
    }

    /// 窗口類別變更: the window became one of another kind.
    WindowKindChanged {
        /// The kind it has now.
        kind: WindowKind,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 窗口遷移: the window moved.
    WindowRelocated {
        /// The site it is at now.
        site: SiteCode,
        /// Where in that site.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Text>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// 咨詢: somebody asked; the first person asked answers for it (首問負責制).
    InquiryReceived {
        /// The inquiry's number.
        inquiry: Code,
        /// 首問責任人: the first person asked.
        first_asked: StaffId,
        /// The item asked about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemCode>,
        /// What was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<Text>,
    }

    /// 咨詢轉交: the first person asked led the inquirer to the competent one.
    InquiryHandedOver {
        /// The inquiry's number.
        inquiry: Code,
        /// To whom.
        to: UnitCode,
        /// Which member of its staff took it over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
    }

    /// 咨詢答覆: the inquirer got an answer.
    InquiryAnswered {
        /// The inquiry's number.
        inquiry: Code,
        /// What was answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Text>,
    }

    /// 取號: a queue ticket was drawn.
    TicketIssued {
        /// The ticket's number.
        ticket: Code,
        /// The item it was drawn for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemCode>,
    }

    /// 叫號: a queue ticket was called.
    TicketCalled {
        /// The ticket's number.
        ticket: Code,
    }

    /// 指定扎口收費窗口: all fees of these units are paid here and nowhere else.
    PaymentWindowDesignated {
        /// The units whose fees are paid here.
        units: Vec<UnitCode>,
        /// The account they go to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<Code>,
        /// The first day it holds.
        effective_on: NaiveDate,
    }
}
