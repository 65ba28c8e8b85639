//! 版面: what stands on the sheet of a letter, and in which order.

use std::sync::Arc;

use tongjian::bulletin::json;
use tongjian::bulletin::letter::{Letter, Profile, Script, Standing};
use tongjian::bulletin::sheet::{Element, Sheet, Span};

use super::sample;

fn sheet(letter: &Letter) -> Sheet {
    Sheet::of(letter, Script::Simplified).unwrap()
}

fn kind(element: &Element) -> &'static str {
    match element {
        Element::Mark(_) => "mark",
        Element::Number(_) => "number",
        Element::RedRule => "rule",
        Element::Title(_) => "title",
        Element::Recipients(_) => "recipients",
        Element::Heading(_) => "heading",
        Element::Paragraph(_) => "paragraph",
        Element::Table(_) => "table",
        Element::Chart(_) => "chart",
        Element::AnnexNote(_) => "note",
        Element::Signature(_) => "signature",
        Element::Annex { .. } => "annex",
        Element::Basis(_) => "basis",
        Element::Imprint(_) => "imprint",
    }
}

#[test]
fn the_order_is_the_standards() {
    let order: Vec<_> = sheet(&sample::letter()).elements.iter().map(kind).collect();
    let expected = "mark number rule title recipients heading paragraph heading table chart \
                    heading heading paragraph heading paragraph note signature annex table basis \
                    imprint";
    assert_eq!(order.join(" "), expected);
}

#[test]
fn a_letter_of_2008_has_what_the_older_standard_asks_for() {
    let sheet = sheet(&sample::letter());
    assert_eq!(sheet.profile, Profile::Of1999);
    assert_eq!(sheet.elements[0], Element::Mark("南通市监察局文件".into()));
    assert_eq!(sheet.elements[1], Element::Number("通监发〔2008〕12号".into()));
    let recipients = "各县（市、区）监察局，市各有关单位：";
    assert_eq!(sheet.elements[4], Element::Recipients(recipients.into()));
    let signature = sheet.elements.iter().find_map(|element| match element {
        Element::Signature(signature) => Some(signature),
        _ => None,
    });
    let signature = signature.unwrap();
    assert_eq!((&signature.body, signature.date.as_str()), (&None, "二〇〇八年八月七日"));
    let Some(Element::Imprint(imprint)) = sheet.elements.last() else { panic!("no imprint") };
    let words = imprint.subject_words.as_ref().unwrap();
    assert_eq!(words.words, ["行政审批", "电子监察", "通报"]);
    assert_eq!(imprint.copies_to.as_deref(), Some("抄送：市委办公室，市政府办公室。"));
    assert_eq!(imprint.printed_on, "2008年8月7日印发");
}

#[test]
fn a_letter_of_2026_has_what_the_newer_standard_asks_for() {
    let mut letter = sample::letter();
    letter.dated_on = "2026-08-07".parse().unwrap();
    let sheet = sheet(&letter);
    let Some(Element::Imprint(imprint)) = sheet.elements.last() else { panic!("no imprint") };
    assert_eq!((sheet.profile, &imprint.subject_words), (Profile::Of2012, &None));
    let signed = sheet.elements.iter().any(|element| match element {
        Element::Signature(signature) => {
            signature.date == "2026年8月7日" && signature.body.as_deref() == Some("南通市监察局")
        }
        _ => false,
    });
    assert!(signed);
}

#[test]
fn sentences_keep_their_figures_and_get_the_punctuation_of_print() {
    let sheet = sheet(&sample::letter());
    let Element::Paragraph(spans) = &sheet.elements[6] else { panic!("no paragraph") };
    let text: String = spans
        .iter()
        .map(|span| match span {
            Span::Text(text) | Span::Figure { text, .. } => text.as_str(),
        })
        .collect();
    assert_eq!(
        text,
        "7月份，全市各级窗口共收件1177件，上月为1020件；办结1160件，按时办结率99.87%，\
         收费12345.05元。"
    );
    let figures = spans.iter().filter(|span| matches!(span, Span::Figure { .. })).count();
    assert_eq!(figures, 5);
}

#[test]
fn every_bulletin_ends_with_what_its_figures_follow_from() {
    let letter = sample::letter();
    let sheet = sheet(&letter);
    let basis = sheet.elements.iter().find_map(|element| match element {
        Element::Basis(basis) => Some(basis),
        _ => None,
    });
    let basis = basis.unwrap();
    let lines: Vec<_> =
        basis.lines.iter().map(|line| format!("{}：{}", line.label, line.value)).collect();
    assert_eq!(basis.heading, "数据依据");
    assert_eq!(
        lines,
        [
            "统计范围：南通市（320600000000）",
            "统计期间：2008年7月1日至2008年7月31日",
            "上期：2008年6月1日至2008年6月30日",
            "记录位置：1至48211",
            "工作日历：第9号位置为止的工作日历通知",
            "规则版次：红黄牌规则第1版",
            &format!("内容摘要：{}", json::digest(&letter.content)),
            "核验方法：tongjian bulletin verify FILE --chronicle EXPORT",
        ]
    );
}

#[test]
fn what_is_not_issued_says_so_and_what_has_no_number_too() {
    let mut letter = sample::letter();
    letter.number = None;
    for (standing, word) in [
        (Standing::Drafted, Some("草稿")),
        (Standing::Reviewed, Some("草稿（已审核）")),
        (Standing::Signed, Some("草稿（已签发，未印发）")),
        (Standing::Issued, None),
    ] {
        letter.standing = standing;
        assert_eq!(sheet(&letter).watermark.as_deref(), word);
    }
    assert_eq!(sheet(&letter).elements[1], Element::Number("（未编号）".into()));
    letter.erratum_no = Some(2);
    assert_eq!(sheet(&letter).elements[1], Element::Number("（未编号）（第2号更正）".into()));
}

#[test]
fn the_digest_changes_with_one_figure_and_with_nothing_else() {
    let content = sample::content();
    let digest = json::digest(&content);
    let reread = serde_json::from_str(&serde_json::to_string_pretty(&content).unwrap()).unwrap();
    assert_eq!(json::digest(&reread), digest);
    let mut other = content;
    other.figures.get_mut("cases_received").unwrap().value = Some(1_178);
    assert_ne!(json::digest(&other), digest);
    assert_eq!(digest.len(), "sha-256:".len() + 64);
}

#[test]
fn a_letter_of_json_is_read_back() {
    let letter = sample::letter();
    let file = json::file(&letter);
    assert!(file.ends_with("}\n"));
    assert_eq!(json::embedded(&file), Some(letter.clone()));
    assert_eq!(json::embedded(&json::line(&letter)), Some(letter));
    assert_eq!(json::embedded("{}"), None);
}

#[test]
fn a_chart_of_nothing_is_left_out_and_its_table_stays() {
    let mut letter = sample::letter();
    let ours = |name: &str| name.starts_with("flags/");
    for (name, figure) in &mut Arc::make_mut(&mut letter.content).figures {
        if ours(name) {
            figure.value = Some(0);
        }
    }
    let sheet = Sheet::of(&letter, Script::Simplified).unwrap();
    let charts = sheet.elements.iter().filter(|element| matches!(element, Element::Chart(_)));
    let tables = sheet.elements.iter().filter(|element| matches!(element, Element::Table(_)));
    assert_eq!((charts.count(), tables.count()), (0, 2));
}
