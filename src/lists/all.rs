//! Every list there is.

use super::List;

/// Every list.
pub static LISTS: &[List] = &[
    List {
        name: "cards",
        table: "cards",
        by: &["level", "rule", "trigger", "case_stream", "unit", "staff", "outcome"],
        site: Some("site"),
        day: "issued_on",
        undated: false,
        until: None,
        what: "紅黃牌: cards, each turn of their lives with its day",
    },
    List {
        name: "card_refutations",
        table: "card_refutations",
        by: &["rule", "level", "case_stream"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "被推翻的牌: cards of the engine that later facts speak against",
    },
    List {
        name: "card_withdrawals",
        table: "card_withdrawals",
        by: &["whose", "name"],
        site: None,
        day: "month",
        undated: false,
        until: None,
        what: "撤牌率: issued, decided and withdrawn, per unit and officer and month",
    },
    List {
        name: "admonitions_due",
        table: "admonitions_due",
        by: &[],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "年度告誡: units with so many cards in a year; a person admonishes",
    },
    List {
        name: "irregularities",
        table: "irregularities",
        by: &["rule", "kind", "object", "item", "source"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "異常: what is irregular in the acts of one matter",
    },
    List {
        name: "indicators",
        table: "indicators",
        by: &["rule", "kind", "object", "item"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "異常指標: what shows only over many matters; for a person to weigh",
    },
    List {
        name: "samples",
        table: "samples",
        by: &["case_stream"],
        site: Some("site"),
        day: "drawn_on",
        undated: false,
        until: None,
        what: "抽查樣本: cases drawn for call-back",
    },
    List {
        name: "flags",
        table: "five_in_place",
        by: &["flag", "state", "rule"],
        site: Some("site"),
        day: "from_on",
        undated: false,
        until: Some("to_on"),
        what: "五個不到位: how each site stands in each of the five",
    },
    List {
        name: "flag_evidence",
        table: "flag_evidence",
        by: &["flag", "rule", "subject"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "自動證據: what of the chronicle speaks against a flag",
    },
    List {
        name: "inspections",
        table: "inspections",
        by: &["kind", "checklist"],
        site: Some("site"),
        day: "started_on",
        undated: true,
        until: None,
        what: "督查: inspections on site, with their scores",
    },
    List {
        name: "inspection_checks",
        table: "inspection_checks",
        by: &["check_code", "flag", "result"],
        site: Some("site"),
        day: "scored_on",
        undated: false,
        until: None,
        what: "檢查項: what each check found",
    },
    List {
        name: "inspection_findings",
        table: "inspection_findings",
        by: &["kind"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "督查異常: what is irregular in inspections themselves",
    },
    List {
        name: "slips",
        table: "slips",
        by: &["flag", "colour"],
        site: Some("site"),
        day: "issued_on",
        undated: false,
        until: None,
        what: "督查單: blue, orange, red, and whether they were answered in time",
    },
    List {
        name: "rectifications",
        table: "rectifications",
        by: &["flag", "unit", "outcome"],
        site: Some("site"),
        day: "ordered_on",
        undated: false,
        until: None,
        what: "責令整改: orders, due days, reports and re-inspections",
    },
    List {
        name: "complaints",
        table: "complaints",
        by: &["route", "category", "unit", "case_stream", "finding", "competent_organ"],
        site: Some("site"),
        day: "received_on",
        undated: false,
        until: None,
        what: "投訴: complaints with their clocks and where they went",
    },
    List {
        name: "reviews",
        table: "reviews",
        by: &["rating", "bad", "unit", "case_stream"],
        site: Some("site"),
        day: "submitted_on",
        undated: false,
        until: None,
        what: "好差評: reviews, and what became of bad ones",
    },
    List {
        name: "satisfaction",
        table: "satisfaction",
        by: &["month"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "滿意度: n rated of n handled, per site and month",
    },
    List {
        name: "scores",
        table: "scores",
        by: &["period", "part"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "考核分項: the parts of a unit's month, with what was taken and why",
    },
    List {
        name: "score_totals",
        table: "score_totals",
        by: &["period", "period_kind", "ranked"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "考核總分: month, half-year and year, with the data quality beside it",
    },
    List {
        name: "unit_rankings",
        table: "unit_rankings",
        by: &["month", "parent", "level", "ranked", "notice"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "排名: units of one level; those under the least sample apart",
    },
    List {
        name: "admonitions_proposed",
        table: "admonitions_proposed",
        by: &["reason", "of"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "告誡建議: what cards of units in a row ask for; a person admonishes",
    },
    List {
        name: "window_scores",
        table: "window_scores",
        by: &["period", "post", "part"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "窗口考核: what the chronicle shows of a window's month",
    },
    List {
        name: "staff_scores",
        table: "staff_scores",
        by: &["period", "post", "part"],
        site: Some("site"),
        day: "arises_on",
        undated: false,
        until: None,
        what: "崗位考核: what the chronicle shows of a post's month",
    },
    List {
        name: "coverage_sites",
        table: "coverage_sites",
        by: &["level", "county", "township"],
        site: Some("site"),
        day: "planned_on",
        undated: true,
        until: None,
        what: "四級網絡: sites and when each step was reached",
    },
    List {
        name: "coverage_posts",
        table: "coverage_posts",
        by: &["post"],
        site: Some("site"),
        day: "from_on",
        undated: false,
        until: None,
        what: "崗位: from when to when each post was filled; the last day is the first without",
    },
];

#[cfg(test)]
mod tests {
    use super::LISTS;

    #[test]
    fn every_column_that_a_list_speaks_of_is_in_its_table() {
        for list in LISTS {
            let table = list.shown().unwrap_or_else(|| panic!("`{}` has no table", list.name));
            let named = list.by.iter().copied().chain(list.site).chain([list.day]);
            for column in named.chain(list.until) {
                let there = table.columns.iter().any(|of| of.name == column);
                assert!(there, "`{}` has no column `{column}`", list.table);
            }
        }
    }

    #[test]
    fn every_table_of_supervision_has_its_list() {
        let inner = ["_facts", "_duties"];
        let tables = tongjian_projections::supervision::TABLES.iter().map(|table| table.name);
        for table in tables.filter(|name| !inner.iter().any(|end| name.ends_with(end))) {
            assert!(LISTS.iter().any(|list| list.table == table), "`{table}` is in no list");
        }
    }
}
