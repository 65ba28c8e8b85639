//! 數據依據: the statement at the end of every bulletin. What the figures follow from, said so that
//! a reader with an exported chronicle can count them again.

use crate::bulletin::content::{Compared, Content, Over};
use crate::bulletin::json;
use crate::bulletin::layout::arabic_date;
use crate::bulletin::script::Converter;
use tongjian_events::values::Period;

/// How a file is checked, on any machine.
pub const VERIFY: &str = "tongjian bulletin verify FILE --chronicle EXPORT";

/// 數據依據.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Its heading.
    pub heading: String,
    /// What it says.
    pub lines: Vec<BasisLine>,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasisLine {
    /// What is told.
    pub label: String,
    /// What it is.
    pub value: String,
    /// For machines: not of words, set in a fixed width.
    pub is_code: bool,
}

pub(super) fn of(content: &Content, converter: &Converter) -> Basis {
    let basis = &content.basis;
    let say = |label: &str, value: &str| BasisLine {
        label: converter.printed(label),
        value: converter.printed(value),
        is_code: false,
    };
    let code = |label: &str, value: String| BasisLine {
        label: converter.printed(label),
        value,
        is_code: true,
    };
    let calendar = basis.calendar_position.map_or_else(
        || "隨程序所附的工作日曆".to_owned(),
        |position| format!("第{}號位置為止的工作日曆通知", position.0),
    );
    let editions = basis.rule_editions.iter();
    let editions: Vec<_> =
        editions.map(|of| format!("{}第{}版", rule(of.rule.as_str()), of.edition)).collect();
    let mut lines = vec![
        say("統計範圍", &format!("{}（{}）", content.scope_name, basis.scope)),
        say("統計期間", &days(&basis.period)),
    ];
    lines.extend(content.compared.iter().map(|with| say(compared(with), &days(&with.period))));
    lines.push(say("記錄位置", &format!("1至{}", basis.until_position.0)));
    lines.push(say("工作日曆", &calendar));
    if !editions.is_empty() {
        lines.push(say("規則版次", &editions.join("、")));
    }
    lines.push(code("內容摘要", json::digest(content)));
    lines.push(code("核驗方法", VERIFY.to_owned()));
    Basis { heading: converter.printed("數據依據"), lines }
}

/// What the rules are called that judge; one that is not known by its own name.
fn rule(name: &str) -> &str {
    match name {
        "clock-rules" => "時限規則",
        "cards" => "紅黃牌規則",
        "indicators" => "異常指標規則",
        "flags" => "五個不到位規則",
        "complaints" => "投訴評價規則",
        "scores" => "考核規則",
        "bulletins" => "通報規則",
        _ => name,
    }
}

fn days(period: &Period) -> String {
    format!("{}至{}", arabic_date(period.from_on), arabic_date(period.until_on))
}

fn compared(with: &Compared) -> &'static str {
    match with.with {
        Over::Current => "本期",
        Over::Previous => "上期",
        Over::YearBefore => "上年同期",
        Over::Earlier => "更早各期",
    }
}
