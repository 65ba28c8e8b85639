//! 紅黃牌與整改.

use super::{AGE, AS_OF, columns, each, list, panel};
use crate::boards::Asks::Rows;
use crate::boards::Bucket::Month;
use crate::boards::Question::{Count, Parts, Trend};
use crate::boards::{Board, Choice};

pub(super) const BOARD: Board = Board {
    name: "cards",
    chinese: "红黄牌与整改",
    english: "Cards and rectification",
    what: "发了什么牌，依哪条规则，答复、申诉、整改得如何，通报了什么。Which cards were issued, by which rule, how they were \
             answered, appealed and made good, and what was bulletined.",
    refresh: "5m",
    from: "now-90d",
    chooses: Choice::Counties,
    panels: &[
        AS_OF,
        AGE,
        panel!("黄牌" "Yellow", Stat 4 x 4 Number [],
            "期内应发黄牌，与通报同一查询。Yellow cards of the period, by the bulletins' own query.",
            Rows(Count("cards_issued", &["yellow"]))),
        panel!("红牌" "Red", Stat 4 x 4 Number [],
            "期内应发红牌，与通报同一查询。Red cards of the period, by the bulletins' own query.",
            Rows(Count("cards_issued", &["red"]))),
        panel!("严重违规" "Serious", Stat 4 x 4 Number [],
            "期内严重违规，与通报同一查询。Serious violations of the period, by the bulletins' own query.",
            Rows(Count("cards_issued", &["serious"]))),
        panel!("黄转升级" "Escalated", Stat 4 x 4 Share [],
            "期内黄牌中已升级者之比。Of yellow cards of the period, the share that led to a graver one.",
            list!("escalated", columns!("share" "占比" "share"))),
        panel!("黄牌现状" "Yellow by state", Bars 6 x 6 Number [],
            "全部黄牌现状：未了、已结、已撤。All yellow cards so far, by how they stand.",
            each!("tongjian_cards" "card=\"yellow\", ", "state":
                "standing" "未了 standing", "closed" "已结 closed", "withdrawn" "已撤 withdrawn")),
        panel!("红牌现状" "Red by state", Bars 6 x 6 Number [],
            "全部红牌现状：未了、已结、已撤。All red cards so far, by how they stand.",
            each!("tongjian_cards" "card=\"red\", ", "state":
                "standing" "未了 standing", "closed" "已结 closed", "withdrawn" "已撤 withdrawn")),
        panel!("严重违规现状" "Serious by state", Bars 6 x 6 Number [],
            "全部严重违规现状：未了、已结、已撤。All serious cards so far, by how they stand.",
            each!("tongjian_cards" "card=\"serious\", ", "state":
                "standing" "未了 standing", "closed" "已结 closed", "withdrawn" "已撤 withdrawn")),
        panel!("整改现状" "Orders by state", Bars 6 x 6 Number [],
            "全部责令整改现状：到位、未到期、逾期。All orders to rectify so far, by how they stand.",
            each!("tongjian_rectification_orders" "", "state":
                "rectified" "到位 rectified", "not_due" "未到期 not due", "overdue" "逾期 overdue")),
        panel!("发牌逐月" "Cards by month", Columns 12 x 8 Number [],
            "每月应发的黄牌、红牌与严重违规。Yellow, red and serious cards by the month in which they fell due.",
            Rows(Trend("cards_issued", &["yellow", "red", "serious"], Month))),
        panel!("发牌规则" "By rule", Table 12 x 8 Number [],
            "期内之牌所依规则。Cards of the period by the rule they cite.",
            Rows(Parts("cards_by_rule"))),
        panel!("未了之牌" "Standing cards", Table 24 x 10 Number [],
        "期末未结未撤之牌，最重者在前。Cards that were neither closed nor withdrawn on the last day, the \
             gravest first.",
        list!("cards_standing", columns!(
            "card" "牌" "card" > "cards",
            "level" "级" "level" ~ true,
            "rule" "规则" "rule",
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "issued_on" "发牌" "issued",
            "reply_due_on" "答复到期" "reply due",
            "answered_on" "答复" "answered"
        ))),
        panel!("答复" "Answers", Table 6 x 7 Number [],
            "期内应答复之牌：按期、逾期、未答。Cards whose answer was due in the period.",
            Rows(Parts("card_answers"))),
        panel!("申诉" "Appeals", Table 6 x 7 Number [],
            "期内申诉，按理由。Cards appealed in the period, by ground.",
            Rows(Parts("cards_appealed"))),
        panel!("撤牌" "Withdrawn", Table 6 x 7 Number [],
            "期内撤牌，按申诉理由；撤牌多则规则有误。Cards withdrawn in the period, by the ground of the appeal.",
            Rows(Parts("cards_withdrawn"))),
        panel!("整改" "Orders", Table 6 x 7 Number [],
            "期末未整改：未到期与逾期。Orders not fulfilled on the last day.",
            Rows(Parts("orders_standing"))),
        panel!("未整改清单" "Orders to rectify", Table 24 x 8 Number [],
        "期末未整改之令，先到期者在前。Orders that were not fulfilled on the last day, the longest due first.",
        list!("orders_open", columns!(
            "site" "站点" "site" > "sites",
            "name" "名称" "name",
            "flag" "类别" "flag" ~ true,
            "order_code" "文号" "order",
            "ordered_on" "责令" "ordered",
            "due_on" "到期" "due",
            "inspection" "督查" "inspection" > "inspections"
        ))),
        panel!("整改用时" "Days to rectify", Table 24 x 8 Number [],
        "期内整改到位所用自然日，按县（市、区）：半数、九成、最长，及责令所许最长与逾期之数。Calendar days \
             until orders were fulfilled, of those fulfilled in the period, beside the longest \
             that an order allowed.",
        list!("rectified_in" and SQLite, columns!(
            "place" "代码" "code" > "places",
            "name" "名称" "name",
            "number" "件" "number",
            "half" "半数" "half",
            "nine_of_ten" "九成" "nine of ten",
            "longest" "最长" "longest",
            "allowed" "所许" "allowed",
            "late" "逾期" "late"
        ))),
        panel!("通报" "Bulletins", Table 24 x 8 Number [],
        "期间落在所示时段内的通报：截至序号与内容摘要可据以重算。Bulletins of the time that is shown; position and digest \
             let anyone count them again.",
        list!("bulletins", columns!(
            "bulletin" "通报" "bulletin" > "bulletins",
            "title" "题名" "title",
            "from_on" "自" "from",
            "until_on" "至" "until",
            "standing" "状态" "standing" ~ true,
            "issued_on" "印发" "issued",
            "errata" "更正" "errata",
            "delivered" "送达" "delivered",
            "opened" "阅读" "read",
            "until_position" "截至序号" "position",
            "content_digest" "内容摘要" "digest"
        ))),
    ],
};
