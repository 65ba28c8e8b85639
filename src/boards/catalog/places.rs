//! 縣鄉下鑽.

use super::{AGE, AS_OF, columns, each, list, panel};
use crate::boards::Asks::{Rows, Series};
use crate::boards::Question::{Parts, Places};
use crate::boards::{Board, Choice};

pub(super) const BOARD: Board = Board {
    name: "places",
    chinese: "县乡下钻",
    english: "Counties and townships",
    what: "一县之内各乡镇、村如何，网络建到哪里，事在哪一级办。How the townships and villages of a county do, how far the \
             network has come, and at which level things are done.",
    refresh: "5m",
    from: "now-28d",
    chooses: Choice::Townships,
    panels: &[
        AS_OF.high(6),
        AGE.high(6),
        panel!("网络" "Network", Bars 16 x 6 Number [],
            "中心（室）数，按建设所至：计划、建成、验收、运行。Sites by how far they have come.",
            each!("tongjian_sites" "", "step":
                "planned" "计划 planned", "established" "建成 established",
                "accepted" "验收 accepted", "operating" "运行 operating")),
        panel!("下级对照" "Townships compared", Table 24 x 12 Number [],
        "所选县（市、区）各乡镇期内之数，与通报同一查询。Figures of the period by township, by the bulletins' own queries.",
        Rows(Places(&[
            ("收件 received", "cases_received", &[]),
            ("办结 finished", "cases_finished", &[]),
            ("期末在办 open", "cases_open", &[]),
            ("承诺超期 late promise", "promised_limits", &["overdue"]),
            ("黄牌 yellow", "cards_issued", &["yellow"]),
            ("红牌 red", "cards_issued", &["red"]),
            ("投诉 complaints", "complaints_received", &[]),
            ("检查 inspections", "inspections_held", &[]),
        ]))),
        panel!("四级覆盖" "Coverage", Table 12 x 8 Number [],
            "各级中心（室）计划、建成、验收、运行之数（级别／所至），至期末。Sites by level and step by the end of the period.",
            Rows(Parts("sites_network"))),
        panel!("事项结构" "Handled where", Table 12 x 8 Number [],
        "期内办结件在哪一级办，其中上报代理几件。At which level the cases of the period were handled, and how many \
             of them were reported up.",
        list!("handled_at", columns!(
            "level" "级别" "level" ~ true,
            "number" "办结" "finished",
            "report_up" "上报代理" "reported up"
        ))),
        panel!("转报链路" "Legs of a case", Table 24 x 10 WorkingDays [],
            "期内走完的各段所用工作日，按中心（室）级别：下级审查（行政许可法第四十三条，二十日）、上报后至收到上级结果、送达（第四十四条，十日）。\
             Working days of the legs that ended in the period, by level of the site: review below \
             (Administrative Licensing Law, article 43, 20 days), from forwarding until the upper \
             level's result, delivery (article 44, 10 days).",
        list!("legs", columns!(
            "level" "级别" "level" ~ true,
            "kind" "环节" "leg" ~ true,
            "number" "件" "number",
            "half" "半数" "half",
            "nine_of_ten" "九成" "nine of ten",
            "longest" "最长" "longest",
            "late" "逾期" "late"
        ))),
        panel!("静默站点" "Silent sites", Table 24 x 10 Number [0.0 Green, 2.0 Yellow, 5.0 Red],
            "最久无人录入行为的中心（室），以整工作日计。The sites at which people have entered nothing for the \
             longest, in whole working days.",
            Series(&[("topk(50, max by (site, name) (tongjian_site_silent_workdays * on (site) \
             group_left (name) max by (site, name) \
             (tongjian_site_info{county=~\"$county\"})))", "静默工作日 · silent working days")])),
        panel!("不到位经过" "How flags moved", Table 24 x 9 Number [],
        "期内各中心（室）五个不到位的变化。How the five flags of each site moved in the period.",
        list!("flag_spans", columns!(
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "flag" "类别" "flag" ~ true,
            "state" "状态" "state" ~ true,
            "from_on" "自" "from",
            "to_on" "至" "until",
            "rule" "规则" "rule" ~ true
        ))),
    ],
};
