//! 時限監察.

use super::{AGE, AS_OF, columns, each, list, panel};
use crate::boards::Asks::{Rows, Series};
use crate::boards::Bucket::Day;
use crate::boards::Question::{Count, Parts, Share, Sums, Trend};
use crate::boards::{Board, Choice};

pub(super) const BOARD: Board = Board {
    name: "deadlines",
    chinese: "时限监察",
    english: "Deadlines",
    what: "时限守住没有，哪些件将到期，停表与延期是否被滥用。Whether limits are kept, which fall due next, and whether \
             pauses and extensions are misused.",
    refresh: "1m",
    from: "now-28d",
    chooses: Choice::Counties,
    panels: &[
        AS_OF.high(8),
        AGE.high(8),
        panel!("在办件用时" "Open by share used", Bars 10 x 8 Number [],
            "在办件按已用工作时间占准许时间之比，分界为五成、八成；停表者依法停表。Open cases by the share of the allowed \
             working time that is used; the bounds are 50 and 80 per cent.",
            each!("tongjian_open_cases" "", "band":
                "lt50" "未过半 under half", "50_80" "过半 over half", "80_100" "将到期 nearly",
                "overdue" "已超期 overdue", "paused" "停表 paused", "untimed" "无时限 without limit")),
        panel!("承诺余量" "Budget left", Dial 6 x 8 Share [0.0 Red, 0.01 Yellow, 0.25 Green],
            "近二十八日承诺超期预算（百分之一）所余之比；低于零则为耗尽。What is left of the budget of late promises (1 per \
             cent) over 28 days.",
            Series(&[("1 - ((tongjian:promises_missed:ratio28d or vector(0)) / 0.01)", "余量 \
             left")])),
        panel!("预算消耗" "Burn rate", Lines 12 x 8 Number [0.0 Plain, 1.0 Yellow, 2.8 Red],
        "承诺超期率与预算之比，按一日、七日、二十八日；长过一为超支。Late promises against the budget, over 1, 7 and 28 days.",
        Series(&[
            ("(tongjian:promises_missed:ratio1d or vector(0)) / 0.01", "1 d"),
            ("(tongjian:promises_missed:ratio7d or vector(0)) / 0.01", "7 d"),
            ("(tongjian:promises_missed:ratio28d or vector(0)) / 0.01", "28 d"),
        ])),
        panel!("法定超期未结" "Statutory overdue", Stat 4 x 8 Number [0.0 Green, 1.0 Red],
            "期末法定时限已过而未结之件（行政许可法第四十二条）。Matters whose statutory limit had passed and that had not \
             ended.",
            Rows(Count("limits_overdue_open", &["statutory"]))),
        panel!("到期日办结" "On the last day", Stat 4 x 8 Share [0.0 Green, 0.3 Yellow],
            "兑现的承诺中恰在到期日办结的占比；过高则有卡点之嫌。Of promises redeemed, the share on the very last day.",
            Rows(Share("promised_limits", &["on_time"]))),
        panel!("多次告知" "Told twice", Stat 4 x 8 Number [0.0 Green, 1.0 Yellow],
            "期内显示的不止一次补正告知（行政许可法第三十二条：一次告知）。Cases in which more than one notice of what is \
             missing showed in the period; the law allows one (article 32).",
            Rows(Count("irregularities_found", &["notice_given_twice"]))),
        panel!("用时占比" "Share of the limit used", Columns 12 x 8 Number [],
            "期内兑现的承诺按所用工作日占承诺工作日之比（含依法延期）；即办件无占比，不列。Promises redeemed in the period \
             by the share of the promised working days, with lawful extensions, that they took; \
             promises of no day are left out.",
        list!("share_used", columns!(
            "band" "占比" "share",
            "number" "件" "number"
        ))),
        panel!("法定超期逐日" "Statutory overdue by day", Lines 12 x 8 Number [],
            "每日办结时已超期的法定时限（行政许可法第四十二条）。Statutory limits that ended late, by day (Administrative \
             Licensing Law, article 42).",
            Rows(Trend("statutory_limits", &["overdue"], Day))),
        panel!("临近到期" "Due next", Table 24 x 10 Number [],
        "期末仍在走的时限，最近到期者在前；停表者不列。Limits that run on the last day, the nearest first; those that \
             are paused are left out.",
        list!("due_next", columns!(
            "matter" "办件" "matter" > "cases",
            "kind" "时限" "limit" ~ true,
            "due_on" "到期" "due",
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "item" "事项" "item" > "items"
        ))),
        panel!("用时" "Days by item", Table 12 x 9 WorkingDays [],
        "兑现的承诺所用工作日，按事项：半数、九成、最长、承诺。Working days that promises took, by item: half of them, nine \
             of ten, the longest, the promise.",
        list!("item_days", columns!(
            "item" "事项" "item" > "items",
            "number" "件" "number",
            "half" "半数" "half",
            "nine_of_ten" "九成" "nine of ten",
            "longest" "最长" "longest",
            "allowed" "承诺" "promise"
        ))),
        panel!("停表事由" "Pauses", Table 6 x 9 WorkingDays [],
            "期内开始的特别程序及所扣工作日（行政许可法第四十五条）。Excluded procedures begun in the period, with the \
             working days left out (article 45).",
            Rows(Sums("pauses"))),
        panel!("延期" "Extensions", Table 6 x 9 WorkingDays [],
            "期内延期，计入者与无效者，及其工作日。Extensions of the period, those that count and those that do \
             not, with their working days.",
            Rows(Sums("extensions"))),
        panel!("到期后停表" "Paused after the due day", Table 24 x 8 Number [],
        "停表始于若不停表已到期之日或其后：有规避之嫌。Pauses that began when the limit would already have been due \
             without them.",
        list!("pauses_late", columns!(
            "matter" "办件" "matter" > "cases",
            "procedure" "事由" "procedure" ~ true,
            "from_on" "停表自" "from",
            "was_due_on" "原到期" "was due",
            "site" "站点" "site" > "sites",
            "name" "名称" "name"
        ))),
        panel!("异常" "Irregularities", Table 24 x 8 Number [],
            "期内单件异常，按种类，与通报同一查询。What showed as irregular in single matters in the period.",
            Rows(Parts("irregularities_found"))),
    ],
};
