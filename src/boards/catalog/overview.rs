//! 全市總覽.

use super::{AGE, AS_OF, each, panel};
use crate::boards::Asks::{Alerts, Rows, Series};
use crate::boards::Bucket::Day;
use crate::boards::Question::{Count, Places, Share, Trend};
use crate::boards::{Board, Choice};

const IN_TIME: &[&str] = &["early", "on_time"];

pub(super) const BOARD: Board = Board {
    name: "overview",
    chinese: "全市总览",
    english: "City overview",
    what: "全市运行是否正常，哪个县（市、区）最需要过问。Whether the city's windows run as they should, and which \
             county to ask first.",
    refresh: "1m",
    from: "now-28d",
    chooses: Choice::Counties,
    panels: &[
        AS_OF,
        AGE,
        panel!("站点上报率" "Sites reporting", Stat 4 x 4 Share [0.0 Red, 0.9 Yellow, 0.98 Green],
            "运行中的中心（室）里，上一工作日以来有人录入行为的占比。Of the sites at work, the share at which people entered \
             an act since the last working day.",
            Series(&[("sum(max by (site) (tongjian_site_silent_workdays < bool 1)) / count(max \
             by (site) (tongjian_site_silent_workdays))", "上报 reporting")])),
        panel!("在办件" "Open cases", Stat 4 x 4 Number [],
            "已收未结的办件。Cases that have come and are not finished.",
            Series(&[("sum(max without (instance, job) \
             (tongjian_open_cases{county=~\"$county\"}))", "在办 open")])),
        panel!("收件" "Received", Stat 4 x 4 Number [],
            "期内收件，与通报同一查询。Cases that came in the period, by the bulletins' own query.",
            Rows(Count("cases_received", &[]))),
        panel!("办结" "Finished", Stat 4 x 4 Number [],
            "期内办结，与通报同一查询。Cases that ended in the period, by the bulletins' own query.",
            Rows(Count("cases_finished", &[]))),
        panel!("法定按期率" "Statutory on time", Stat 6 x 7 Share [0.0 Red, 1.0 Green],
            "期内办结的法定时限中按期的占比（行政许可法第四十二条）；法定时限不容超期。Of statutory limits that ended in the period, \
             the share in time (Administrative Licensing Law, article 42).",
            Rows(Share("statutory_limits", IN_TIME))),
        panel!("承诺按期率" "Promised on time", Stat 6 x 7 Share [0.0 Red, 0.95 Yellow, 0.99 Green],
            "期内兑现的承诺时限中按期的占比；目标百分之九十九。Of promises redeemed in the period, the share in time; the \
             objective is 99 per cent.",
            Rows(Share("promised_limits", IN_TIME))),
        panel!("未了红黄牌" "Standing cards", Bars 6 x 7 Number [0.0 Green, 1.0 Red],
            "未撤未结的黄牌、红牌与严重违规。Cards that are neither withdrawn nor closed.",
            each!("tongjian_cards" "state=\"standing\", ", "card":
                "yellow" "黄牌 yellow", "red" "红牌 red", "serious" "严重违规 serious")),
        panel!("五个不到位" "Not in place", Bars 6 x 7 Number [0.0 Green, 1.0 Red],
            "已确认不到位的中心（室）数，按五类。Sites confirmed to be not in place, by the five flags.",
            each!("tongjian_flags" "state=\"confirmed\", ", "flag":
                "premises" "场所 premises", "facilities" "设施 facilities", "personnel" "人员 personnel",
                "items" "事项 items", "operation" "运转 operation")),
        panel!("县区对照" "Counties", Table 24 x 12 Number [],
        "各县（市、区）期内之数，与通报同一查询。Figures of the period by county, by the bulletins' own queries.",
        Rows(Places(&[
            ("收件 received", "cases_received", &[]),
            ("办结 finished", "cases_finished", &[]),
            ("期末在办 open", "cases_open", &[]),
            ("承诺超期 late promise", "promised_limits", &["overdue"]),
            ("法定超期 late by law", "statutory_limits", &["overdue"]),
            ("黄牌 yellow", "cards_issued", &["yellow"]),
            ("红牌 red", "cards_issued", &["red"]),
            ("投诉 complaints", "complaints_received", &[]),
            ("整改逾期 late orders", "orders_standing", &["overdue"]),
        ]))),
        panel!("承诺超期逐日" "Promises overdue by day", Lines 12 x 8 Number [],
            "每日兑现时已超期的承诺。Promises that were redeemed late, by the day they were.",
            Rows(Trend("promised_limits", &["overdue"], Day))),
        panel!("发牌逐日" "Cards by day", Lines 12 x 8 Number [],
            "每日应发的黄牌、红牌与严重违规。Cards by the day on which they fell due.",
            Rows(Trend("cards_issued", &["yellow", "red", "serious"], Day))),
        panel!("告警" "Alerts", Alerts 24 x 7 Number [],
            "正在触发或待定的告警；每条有处置手册。Alerts that fire or are pending; each has a runbook.",
            Alerts),
    ],
};
