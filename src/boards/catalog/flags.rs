//! 五個不到位.

use super::{AGE, AS_OF, columns, each, list, panel};
use crate::boards::Asks::Rows;
use crate::boards::Bucket::Day;
use crate::boards::Colour::{Green, Red, Yellow};
use crate::boards::Question::{Parts, Places, Spans, Trend};
use crate::boards::{Board, Choice};

pub(super) const BOARD: Board = Board {
    name: "flags",
    chinese: "五个不到位",
    english: "Five not in place",
    what: "哪些中心（室）场所、设施、人员、事项、运转不到位，凭什么说。Which sites lack premises, facilities, personnel, items \
             or operation, and on what evidence.",
    refresh: "5m",
    from: "now-28d",
    chooses: Choice::Counties,
    panels: &[
        AS_OF.high(7),
        AGE.high(7),
        panel!("已确认" "Confirmed now", Bars 8 x 7 Number [],
            "已确认不到位之数，按五类。What is confirmed now, by the five flags.",
            each!("tongjian_flags" "state=\"confirmed\", ", "flag":
                "premises" "场所 premises", "facilities" "设施 facilities", "personnel" "人员 personnel",
                "items" "事项 items", "operation" "运转 operation")),
        panel!("疑似" "Suspected now", Bars 8 x 7 Number [],
            "疑似不到位、尚未确认之数，按五类。What is suspected now and not confirmed, by the five flags.",
            each!("tongjian_flags" "state=\"suspected\", ", "flag":
                "premises" "场所 premises", "facilities" "设施 facilities", "personnel" "人员 personnel",
                "items" "事项 items", "operation" "运转 operation")),
        panel!("五类 × 县区" "Flags by county", Table 24 x 10 Number [],
        "期末已确认不到位之数，与通报同一查询。What was confirmed on the last day, by county, by the bulletins' own \
             query.",
        Rows(Places(&[
            ("场所 premises", "flags_standing", &["premises/confirmed"]),
            ("设施 facilities", "flags_standing", &["facilities/confirmed"]),
            ("人员 personnel", "flags_standing", &["personnel/confirmed"]),
            ("事项 items", "flags_standing", &["items/confirmed"]),
            ("运转 operation", "flags_standing", &["operation/confirmed"]),
            ("疑似 suspected", "flags_standing", &[
                "premises/suspected", "facilities/suspected", "personnel/suspected",
                "items/suspected", "operation/suspected",
            ]),
        ]))),
        panel!("站点状态" "Sites by day", States 24 x 14 Number [],
        "期内有不到位的中心（室），逐日最重状态，最重最久者在前。Sites that were not in place in the period: the \
         gravest state of each day.",
        Rows(Spans(include_str!("../../../dashboards/panels/site_states.sql"), &[
            ("到位 in place", Green), ("疑似 suspected", Yellow), ("已确认 confirmed", Red),
        ]))),
        panel!("新确认" "Newly confirmed", Lines 12 x 8 Number [],
            "每日新确认不到位之数。What was newly confirmed, by day.",
            Rows(Trend("flags_changed", &[
                "premises/confirmed", "facilities/confirmed", "personnel/confirmed",
                "items/confirmed", "operation/confirmed",
            ], Day))),
        panel!("解除" "Cleared", Lines 12 x 8 Number [],
            "每日解除之数。What was cleared, by day.",
            Rows(Trend("flags_changed", &[
                "premises/cleared", "facilities/cleared", "personnel/cleared", "items/cleared",
                "operation/cleared",
            ], Day))),
        panel!("存续" "Standing longest", Table 24 x 9 Number [],
        "期末疑似或已确认不到位的中心（室），最久者在前；重复次数为一年内再犯。Flags that stood on the last day, the longest first, \
             with how often they came back.",
        list!("flags_open", columns!(
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "flag" "类别" "flag" ~ true,
            "state" "状态" "state" ~ true,
            "from_on" "自" "since",
            "recurrences" "重复" "again",
            "rule" "规则" "rule" ~ true
        ))),
        panel!("证据" "Evidence", Table 12 x 8 Number [],
        "期内编年所显之证据，按规则。What of the chronicle spoke against a flag in the period, by rule.",
        list!("evidence", columns!(
            "flag" "类别" "flag" ~ true,
            "rule" "规则" "rule" ~ true,
            "number" "数" "number"
        ))),
        panel!("督查单在册" "Slips by state", Bars 12 x 8 Number [],
            "全部督查单现状。All slips so far, by how they stand.",
            each!("tongjian_supervision_slips" "", "state":
                "answered" "已答复 answered", "not_due" "未到期 not due", "overdue" "超期 overdue")),
        panel!("从未办理" "Items never handled", Table 24 x 9 Number [],
        "站点公布而至期末从未办理的事项，同类站点均有办理者；最久者在前。Items that a site holds out and was found never \
             to have handled though its peers do, the longest first.",
        list!("items_unused", columns!(
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "item" "事项" "item" > "items",
            "from_on" "自" "since"
        ))),
        panel!("督查" "Inspections", Table 12 x 8 Number [],
            "期内督查，按种类。Inspections of the period, by kind.",
            Rows(Parts("inspections_held"))),
        panel!("督查单" "Slips", Table 12 x 8 Number [],
            "期内督查单，按颜色。Supervision slips of the period, by colour.",
            Rows(Parts("slips_issued"))),
    ],
};
