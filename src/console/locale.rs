//! 語言: in which language a page is written, and the messages of each. Chinese is written in
//! simplified characters; the traditional ones are converted from them.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::OnceLock;

use tongjian_events::CATALOG;
use tongjian_projections::clock::Standing;
use tongjian_projections::finding::FindingKind;

use crate::bulletin::letter::Script;
use crate::bulletin::script::Converter;
use crate::bulletin::terms;

mod details;
mod names;

/// 語言.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// 簡體中文.
    #[default]
    Simplified,
    /// 繁體中文.
    Traditional,
    /// English.
    English,
}

type Messages = HashMap<String, String>;

const CHINESE: &str = include_str!("messages/zh-Hans.toml");
const ENGLISH: &str = include_str!("messages/en.toml");

impl Locale {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Simplified, Self::Traditional, Self::English];

    /// Its tag, as `lang` says it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Simplified => "zh-Hans",
            Self::Traditional => "zh-Hant",
            Self::English => "en",
        }
    }

    /// What it calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Simplified => "简体",
            Self::Traditional => "繁體",
            Self::English => "English",
        }
    }

    /// The language of a tag.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag)
    }

    /// Whether it is Chinese.
    #[must_use]
    pub const fn is_chinese(self) -> bool {
        !matches!(self, Self::English)
    }

    fn messages(self) -> &'static Messages {
        static SIMPLIFIED: OnceLock<Messages> = OnceLock::new();
        static TRADITIONAL: OnceLock<Messages> = OnceLock::new();
        static ENGLISH_OF: OnceLock<Messages> = OnceLock::new();
        match self {
            Self::Simplified => SIMPLIFIED.get_or_init(|| flat(CHINESE)),
            Self::English => ENGLISH_OF.get_or_init(|| flat(ENGLISH)),
            Self::Traditional => TRADITIONAL.get_or_init(|| {
                let converted = |(key, text)| (key, written(Script::Traditional, text));
                flat(CHINESE).into_iter().map(converted).collect()
            }),
        }
    }

    /// A message; its key where there is none, which a test forbids.
    #[must_use]
    pub fn t(self, key: &str) -> &str {
        self.messages().get(key).map_or(key, |text| text.as_str())
    }

    /// A message with its values in the place of `{0}`, `{1}`, ….
    #[must_use]
    pub fn tf(self, key: &str, values: &[&dyn Display]) -> String {
        let mut text = self.t(key).to_owned();
        for (at, value) in values.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), &value.to_string());
        }
        text
    }

    /// A Chinese text of ours or of a name that was recorded, in the characters of this language;
    /// in English where it is ours, else as it was recorded.
    #[must_use]
    pub fn name(self, text: &str) -> String {
        match self {
            Self::Simplified => written(Script::Simplified, text.to_owned()),
            Self::Traditional => written(Script::Traditional, text.to_owned()),
            Self::English => names::in_english(text),
        }
    }

    /// A word of the read tables or of an event, such as `yellow` or `post_vacant`.
    #[must_use]
    pub fn word(self, word: &str) -> String {
        let own = format!("word.{word}");
        let message = self.t(&own);
        if message != own {
            return message.to_owned();
        }
        if !self.is_chinese() {
            return humanized(word);
        }
        let standing = Standing::from_name(word).map(Standing::chinese);
        let finding = FindingKind::ALL.iter().find(|kind| kind.as_str() == word);
        let found = standing.or_else(|| finding.map(|kind| kind.chinese()));
        self.name(found.unwrap_or_else(|| terms::said(word)))
    }

    /// An event by its wire name: its Chinese gloss, or its English name in words.
    #[must_use]
    pub fn event(self, wire: &str) -> String {
        let row = CATALOG.iter().find(|row| row.wire_name() == wire);
        match row {
            Some(row) if self.is_chinese() => self.name(row.chinese),
            Some(row) => spaced(row.name),
            None => wire.to_owned(),
        }
    }
}

/// The messages of a file, each under its section's name and its own.
fn flat(text: &str) -> Messages {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    let mut all = Messages::new();
    for (section, messages) in table {
        for (key, message) in messages.as_table().into_iter().flatten() {
            if let Some(message) = message.as_str() {
                all.insert(format!("{section}.{key}"), message.to_owned());
            }
        }
    }
    all
}

/// A text in a script; as it is where the words that are built in cannot be read.
fn written(script: Script, text: String) -> String {
    if text.is_ascii() {
        return text;
    }
    Converter::of(script).map_or_else(|_| text.clone(), |converter| converter.printed(&text))
}

/// `post_vacant` as `post vacant`.
fn humanized(word: &str) -> String {
    word.replace('_', " ")
}

/// `ApplicationAccepted` as `Application accepted`.
fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for (at, c) in name.chars().enumerate() {
        if at > 0 && c.is_ascii_uppercase() {
            out.push(' ');
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests;
