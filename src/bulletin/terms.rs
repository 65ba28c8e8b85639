//! 用語: how the words of the read tables are said in a bulletin.

use tongjian_projections::finding::FindingKind;

const TERMS: &[(&str, &str)] = &[
    // Levels of cards.
    ("reminder", "提示"),
    ("warning", "預警"),
    ("yellow", "黃牌"),
    ("red", "紅牌"),
    ("serious", "嚴重違規"),
    // The five flags and their states.
    ("premises", "場所"),
    ("facilities", "設施"),
    ("personnel", "人員"),
    ("items", "事項"),
    ("operation", "運轉"),
    // Excluded procedures.
    ("hearing", "聽證"),
    ("tender", "招標"),
    ("auction", "拍賣"),
    ("inspection", "檢驗"),
    ("testing", "檢測"),
    ("quarantine", "檢疫"),
    ("appraisal", "鑑定"),
    ("expert_review", "專家評審"),
    // Grounds of appeal.
    ("lawful_pause_not_recorded", "合法特別程序未錄入"),
    ("system_failure", "系統故障"),
    ("entry_error", "錄入錯誤"),
    ("force_majeure", "不可抗力"),
    ("applicants_delay", "申請人原因"),
    ("duplicate_case", "重複辦件"),
    // Complaints.
    ("overtime", "超時"),
    ("attitude", "服務態度"),
    ("absence", "空崗脫崗"),
    ("charging", "違規收費"),
    ("refusal", "推諉拒辦"),
    ("procedure", "程序違規"),
    ("integrity", "廉潔問題"),
    ("other", "其他"),
    ("verified", "屬實"),
    ("partly_verified", "部分屬實"),
    ("not_verified", "不屬實"),
    ("cannot_be_verified", "無法查實"),
    // How they came.
    ("counter", "來訪"),
    ("telephone", "來電"),
    ("letter", "來信"),
    ("online", "網上"),
    ("hotline", "通過12345熱線"),
    ("box", "通過意見箱"),
    // Levels of sites.
    ("municipal", "市級"),
    ("county", "縣(市、區)級"),
    ("township", "鄉(鎮)級"),
    ("village", "村(社區)級"),
    // Triggers of cards.
    ("promise_nearly_due", "承諾時限將至"),
    ("receipt_notice_nearly_due", "受理期限將至"),
    ("step_overdue", "環節超時"),
    ("consecutive_warnings", "連續預警"),
    ("promise_overdue", "超承諾時限"),
    ("notice_repeated", "重複告知"),
    ("refusal_without_reasons", "不予受理未說明理由"),
    ("negative_decision_not_filed", "否定未報備"),
    ("late_entry", "補錄超期"),
    ("lower_review_overdue", "下級審查超期"),
    ("statute_overdue", "超法定時限"),
    ("card_unanswered", "逾期不答覆"),
    ("unlawful_charge", "違規收費"),
    ("conforming_application_refused", "應受理未受理"),
    ("record_altered", "刪改記錄"),
    ("data_falsified", "數據造假"),
    ("card_repeated", "同一事項再次發牌"),
    ("retaliation", "打擊報復"),
    ("excluded_procedure_misused", "特別程序濫用"),
    ("rectification_overdue", "整改超期"),
    ("outside_circulation", "體外循環"),
    ("other_violation", "其他違規"),
    // Indicators.
    ("D02", "批量補錄"),
    ("D03", "秒批"),
    ("D04", "零辦件"),
    ("D05", "辦件量缺口"),
    ("D06", "證照號缺號"),
    ("D07", "特別程序濫用"),
    ("D08", "拆分重置"),
    ("D10", "兩張皮"),
    ("D11", "非辦公時間錄入"),
    ("D12", "撤牌異常"),
    ("D13", "臨期扎堆"),
    ("D14", "滿意度異常"),
    ("D15", "插隊"),
    ("D16", "收費異常"),
    ("D17", "身份異常"),
    ("D18", "時鐘偏差"),
    ("D19", "序號缺口"),
    ("D20", "改動記錄"),
    ("D21", "抽查不符"),
    // What a rule itself did not say.
    ("none", "未載明"),
];

/// A word as it is said; a word that is not known, as it is.
pub(crate) fn said(word: &str) -> &str {
    TERMS.iter().find(|(of, _)| *of == word).map_or(word, |(_, said)| said)
}

/// A kind of irregularity as it is said: a finding of one matter, or a rule over many.
pub(super) fn finding(word: &str) -> &str {
    let kind = FindingKind::ALL.iter().find(|kind| kind.as_str() == word);
    kind.map_or_else(|| said(word), |kind| kind.chinese())
}

/// 地名: the place that a centre serves, by the centre's name.
pub(super) fn area(name: &str) -> &str {
    const CENTRES: [&str; 8] = [
        "行政审批中心",
        "行政審批中心",
        "行政服务中心",
        "行政服務中心",
        "便民服务中心",
        "便民服務中心",
        "便民服务室",
        "便民服務室",
    ];
    let area = CENTRES.iter().find_map(|centre| name.strip_suffix(centre));
    area.filter(|area| !area.is_empty()).unwrap_or(name)
}
