//! 窗口負荷.

use super::{AGE, AS_OF, columns, each, list, panel};
use crate::boards::Asks::{Rows, Series};
use crate::boards::Question::{Count, Parts, Share, Sums};
use crate::boards::{Board, Choice};

pub(super) const BOARD: Board = Board {
    name: "windows",
    chinese: "窗口负荷",
    english: "Windows",
    what: "窗口何时忙，办得怎样，群众怎么说。No person is named: 只到站点与岗位。When windows are busy, how they do, and \
             what applicants say; sites and posts only.",
    refresh: "5m",
    from: "now-28d",
    chooses: Choice::Counties,
    panels: &[
        AS_OF,
        AGE,
        panel!("受理" "Accepted", Stat 4 x 4 Number [],
            "期内受理，含视为受理。Cases accepted in the period, by the window or by silence.",
            Rows(Count("cases_accepted", &[]))),
        panel!("视为受理" "Deemed accepted", Stat 4 x 4 Number [0.0 Green, 1.0 Yellow],
            "逾期未告知而视为受理（行政许可法第三十二条）。Accepted by silence (Administrative Licensing Law, article \
             32).",
            Rows(Count("cases_accepted", &["deemed"]))),
        panel!("半期办结" "Within half", Stat 4 x 4 Share [],
            "所用工作日不过承诺之半者之比。Of promises redeemed, the share that took no more than half of it.",
            Rows(Share("handling_days", &["half"]))),
        panel!("投诉" "Complaints", Stat 4 x 4 Number [0.0 Green, 1.0 Yellow],
            "期内投诉。Complaints of the period.",
            Rows(Count("complaints_received", &[]))),
        panel!("受理节律" "Hour and weekday", Heat 14 x 12 Number [],
        "受理件按时辰与星期。Cases accepted by hour and weekday.",
        list!("hours" and SQLite, columns!(
            "hour" "时" "hour",
            "monday" "一" "Mon",
            "tuesday" "二" "Tue",
            "wednesday" "三" "Wed",
            "thursday" "四" "Thu",
            "friday" "五" "Fri",
            "saturday" "六" "Sat",
            "sunday" "日" "Sun"
        ))),
        panel!("在办最多" "Most open cases", Bars 10 x 12 Number [],
            "在办件最多的十个中心（室）。The ten sites with most open cases.",
            Series(&[("topk(10, max by (site, name) (tongjian_site_open_cases * on (site) \
             group_left (name) max by (site, name) \
             (tongjian_site_info{county=~\"$county\"})))", "{{name}}")])),
        panel!("窗口类别" "Windows by kind", Table 24 x 7 Number [],
            "期末在册窗口，及期内收件、受理，按行为所在窗口之类别；未指明在册窗口者归无。Windows on the last day, and cases \
             received and accepted in the period, by the kind of the window that acted; acts that \
             name no registered window stand under none.",
        list!("window_kinds" and SQLite, columns!(
            "kind" "类别" "kind" ~ true,
            "windows" "窗口" "windows",
            "received" "收件" "received",
            "accepted" "受理" "accepted"
        ))),
        panel!("办理方式" "Handling", Table 8 x 7 Number [],
            "期内收件，按办理方式。Cases of the period by how they are handled.",
            Rows(Parts("cases_received"))),
        panel!("办结结果" "Outcomes", Table 8 x 7 Number [],
            "期内办结，按结果。Cases that ended in the period, by what came out.",
            Rows(Parts("cases_finished"))),
        panel!("收费" "Fees", Table 8 x 7 Yuan [],
            "期内收费行为与金额，元。Acts on money of the period, in yuan.",
            Rows(Sums("fees"))),
        panel!("投诉类别" "Complaints by kind", Table 8 x 7 Number [],
            "期内投诉，按类别。Complaints of the period, by category.",
            Rows(Parts("complaints_received"))),
        panel!("投诉答复" "Answers to complaints", Table 8 x 7 Number [],
            "期内应答复的投诉：按期、逾期、未答（信访工作条例）。Complaints whose answer was due in the period.",
            Rows(Parts("complaint_answers"))),
        panel!("投诉认定" "Findings", Table 8 x 7 Number [],
            "期内认定的投诉，按认定。Complaints decided in the period, by what came out.",
            Rows(Parts("complaint_findings"))),
        panel!("评价" "Reviews", Table 8 x 7 Number [],
            "期内评价，按等次。Reviews of the period, by rating.",
            Rows(Parts("reviews"))),
        panel!("差评" "Bad reviews", Table 8 x 7 Number [],
            "期内差评：已整改、已核实、未处理。Bad reviews of the period.",
            Rows(Parts("bad_reviews"))),
        panel!("投诉现状" "Complaints by state", Bars 8 x 7 Number [],
            "全部投诉现状。All complaints so far, by how they stand.",
            each!("tongjian_complaints" "", "state":
                "answered" "已答复 answered", "not_due" "未到期 not due", "overdue" "超期 overdue")),
        panel!("每岗在办" "Open per post", Table 12 x 10 Number [],
            "期末在办件与在岗岗位之比，最高者在前；无人在岗者列首，无比值。Cases open on the last day for each post that was \
             filled, the most first; sites without a filled post stand first.",
        list!("open_per_post", columns!(
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "open" "在办" "open",
            "posts" "岗" "posts",
            "per_post" "每岗" "per post"
        ))),
        panel!("千件投诉" "Complaints per 1,000", Table 12 x 10 Number [],
            "期内每千件收件之投诉，按县（市、区），及其中至期末认定属实或部分属实者。Complaints of the period for each \
             thousand cases received, and how many of them were found true, wholly or in part.",
        list!("complaint_rate", columns!(
            "place" "代码" "code" > "places",
            "name" "名称" "name",
            "cases" "收件" "cases",
            "complaints" "投诉" "complaints",
            "upheld" "属实" "found true",
            "per_thousand" "每千件" "per 1,000"
        ))),
        panel!("补传" "From act to record", Columns 24 x 8 Number [],
            "期内行为自发生至入账之时：断网补传者晚。Acts of the period by the time from the act to its \
             record; windows over poor lines send late.",
        list!("recorded_after" and SQLite, columns!(
            "band" "时延" "time",
            "number" "行为" "acts"
        ))),
        panel!("评价覆盖" "Reviews per case", Table 24 x 12 Number [],
            "期内办结件至期末有评价者之比，按县（市、区）；占比低则满意率无说服力（国办发〔2019〕51号）。Of the cases that ended in the \
             period, the share reviewed by its last day; where it is low, ratings say little \
             (General Office of the State Council, 2019, no. 51).",
        list!("rating_coverage", columns!(
            "place" "代码" "code" > "places",
            "name" "名称" "name",
            "finished" "办结" "finished",
            "rated" "有评价" "reviewed",
            "share" "占比" "share"
        ))),
    ],
};
