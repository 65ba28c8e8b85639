//! 依據文字: what findings and evidence say of themselves, in Chinese. The projections say it in
//! English, in texts with values in them; each text stands in a table with its Chinese.

use std::sync::OnceLock;

use super::Locale;

const TABLE: &str = include_str!("../messages/details.toml");
/// How deep a value may be one of the texts again.
const DEPTH: u8 = 3;

/// 句式: a text with places for values.
#[derive(Debug)]
struct Pattern {
    /// What stands between the places, in turn.
    parts: Vec<String>,
    /// Which value stands in each place.
    places: Vec<usize>,
    chinese: String,
}

impl Pattern {
    fn of(english: &str, chinese: &str) -> Self {
        let (mut parts, mut places) = (Vec::new(), Vec::new());
        let mut rest = english;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((place, after)) = after.split_once('}') else { break };
            parts.push(before.to_owned());
            places.push(place.parse().unwrap_or_default());
            rest = after;
        }
        parts.push(rest.to_owned());
        Self { parts, places, chinese: chinese.to_owned() }
    }

    /// How much of it is said, and not left to values.
    fn said(&self) -> usize {
        self.parts.iter().map(String::len).sum()
    }

    /// The values of a text, in the order of their places; none where the text is another one.
    fn values<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, others) = self.parts.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?;
        let Some((last, middle)) = others.split_last() else {
            return rest.is_empty().then(Vec::new);
        };
        let mut values = Vec::with_capacity(self.places.len());
        for part in middle {
            let (value, after) = rest.split_once(part.as_str())?;
            values.push(value);
            rest = after;
        }
        values.push(rest.strip_suffix(last.as_str())?);
        values.iter().all(|value| !value.is_empty()).then_some(values)
    }
}

/// Every text, those that say most first.
fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let table: toml::Table = toml::from_str(TABLE).unwrap_or_default();
        let pattern = |(english, chinese): (&String, &toml::Value)| {
            chinese.as_str().map(|chinese| Pattern::of(english, chinese))
        };
        let mut all: Vec<Pattern> = table.iter().filter_map(pattern).collect();
        all.sort_by_key(|pattern| std::cmp::Reverse(pattern.said()));
        all
    })
}

impl Locale {
    /// 依據文字: what a finding or a piece of evidence says of itself, in this language; as it is where
    /// nobody has said it in Chinese.
    #[must_use]
    pub fn detail(self, text: &str) -> String {
        if self.is_chinese() { self.name(&self.within(text, DEPTH)) } else { text.to_owned() }
    }

    fn within(self, text: &str, depth: u8) -> String {
        let found = patterns().iter().find_map(|of| Some((of, of.values(text)?)));
        let Some((pattern, values)) = found.filter(|_| depth > 0) else {
            let letter = |c: char| c.is_ascii_lowercase() || c == '_';
            let is_word = !text.is_empty() && text.chars().all(letter);
            return if is_word { self.word(text) } else { text.to_owned() };
        };
        let mut said = pattern.chinese.clone();
        for (place, value) in pattern.places.iter().zip(values) {
            said = said.replace(&format!("{{{place}}}"), &self.within(value, depth - 1));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_said_in_chinese_with_its_values() {
        let said = |text: &str| Locale::Simplified.detail(text);
        assert_eq!(
            said("nobody holds the post centre_director since 2008-07-01"),
            "中心主任一岗自2008-07-01起无人"
        );
        assert_eq!(
            said(
                "received on 2008-04-01, an answer was due on 2008-04-09; nothing was answered \
                 since; accepted by law from 2008-04-01"
            ),
            "2008-04-01收件，应于2008-04-09前答复；此后未答复；自2008-04-01起依法视为受理"
        );
        assert_eq!(
            said("happened on 2008-07-01, entered on 2008-07-03, 2 working days later"),
            "2008-07-01发生，2008-07-03录入，相隔2个工作日"
        );
        let other = "something that nobody has said in Chinese";
        assert_eq!((said(other).as_str(), Locale::English.detail(other).as_str()), (other, other));
        assert!(Locale::Traditional.detail("was not filed").contains("未報備"));
    }

    #[test]
    fn each_text_keeps_its_values_in_chinese() {
        let table: toml::Table = toml::from_str(TABLE).unwrap();
        assert!(table.len() > 80);
        for (english, chinese) in &table {
            let chinese = chinese.as_str().unwrap();
            for place in Pattern::of(english, chinese).places {
                assert!(chinese.contains(&format!("{{{place}}}")), "{english}: {place}");
            }
        }
    }
}
