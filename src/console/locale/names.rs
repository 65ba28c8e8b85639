//! 名稱: names of ours in English. What a city recorded stays as it is: a name is not translated.

use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../messages/names.toml");

fn table() -> &'static HashMap<String, String> {
    static NAMES: OnceLock<HashMap<String, String>> = OnceLock::new();
    NAMES.get_or_init(|| toml::from_str(TABLE).unwrap_or_default())
}

/// A name of ours, or an article of a law, in English; as it is where it is none.
pub(super) fn in_english(text: &str) -> String {
    if let Some(name) = table().get(text) {
        return name.clone();
    }
    cited(text).unwrap_or_else(|| text.to_owned())
}

/// `行政許可法第三十八條、第七十二條` as the law's name with its articles.
fn cited(text: &str) -> Option<String> {
    let (law, articles) = text.split_once('第')?;
    let law = table().get(law)?;
    let article = |text: &str| number(text.trim_start_matches('第').strip_suffix('條')?);
    let articles: Option<Vec<String>> =
        articles.split('、').map(|text| article(text).map(|no| no.to_string())).collect();
    Some(format!("{law}, art. {}", articles?.join(", ")))
}

/// A number below a hundred in Chinese.
fn number(text: &str) -> Option<u32> {
    let digit = |text: &str| {
        let mut all = "一二三四五六七八九".chars().zip(1..);
        all.find(|(c, _)| text.chars().eq([*c])).map(|(_, value)| value)
    };
    let Some((tens, ones)) = text.split_once('十') else { return digit(text) };
    let tens = if tens.is_empty() { 1 } else { digit(tens)? };
    Some(tens * 10 + if ones.is_empty() { 0 } else { digit(ones)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tongjian_projections::finding::FindingKind;

    #[test]
    fn what_findings_cite_is_said_in_english() {
        assert_eq!(
            in_english("行政許可法第三十八條、第七十二條"),
            "Administrative Licensing Law, art. 38, 72"
        );
        assert_eq!(in_english("行政許可法第五十條"), "Administrative Licensing Law, art. 50");
        assert_eq!(in_english("启东市某镇便民服务中心"), "启东市某镇便民服务中心");
        for kind in FindingKind::ALL {
            let source = kind.source();
            // A number of a document is cited as it is.
            assert!(source.contains('〔') || in_english(source).is_ascii(), "{source}");
        }
    }

    #[test]
    fn every_shipped_checklist_has_english_names() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/events/data/policies");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if !path.to_string_lossy().contains("checklist_") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let list: serde_json::Value = serde_json::from_str(&text).unwrap();
            let checks = list["checks"].as_array().unwrap().iter().chain([&list]);
            for name in checks.map(|of| of["name"].as_str().unwrap()) {
                assert!(in_english(name).is_ascii(), "{name}");
            }
        }
    }
}
