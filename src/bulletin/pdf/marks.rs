//! 印記: what a file says that it was made of. It stands among the keywords of its metadata (XMP),
//! where any reader of PDF shows it, as `name=value`.

use std::collections::BTreeMap;

use crate::bulletin::json;
use crate::bulletin::letter::{Letter, Script};

/// What a file says that it was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// The bulletin's stream.
    pub stream: String,
    /// The erratum that it is.
    pub erratum_no: Option<u32>,
    /// 內容摘要.
    pub content_digest: String,
    /// The position up to which it was counted.
    pub until_position: u64,
    /// In which characters it is.
    pub script: Script,
    /// The digests of the font files that it was set in, by the names of the fonts.
    pub fonts: BTreeMap<String, String>,
}

const FONT: &str = "font:";

impl Marks {
    pub(super) fn of(letter: &Letter, script: Script, fonts: BTreeMap<String, String>) -> Self {
        Self {
            stream: letter.stream.clone(),
            erratum_no: letter.erratum_no,
            content_digest: json::digest(&letter.content),
            until_position: letter.content.basis.until_position.0,
            script,
            fonts,
        }
    }

    /// What the file is named by inside: the same for the same letter, and for no other.
    pub(super) fn ident(&self) -> String {
        self.keywords().join(" ")
    }

    /// As keywords. None of them holds a comma, at which they are told apart.
    pub(super) fn keywords(&self) -> Vec<String> {
        let script = match self.script {
            Script::Simplified => "simplified",
            Script::Traditional => "traditional",
        };
        let mut pairs = vec![
            ("stream".to_owned(), self.stream.clone()),
            ("content".to_owned(), self.content_digest.clone()),
            ("until-position".to_owned(), self.until_position.to_string()),
            ("script".to_owned(), script.to_owned()),
        ];
        pairs.extend(self.erratum_no.map(|no| ("erratum".to_owned(), no.to_string())));
        let fonts = self.fonts.iter();
        pairs.extend(fonts.map(|(name, digest)| (format!("{FONT}{name}"), digest.clone())));
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect()
    }

    /// Reads them out of a file.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let metadata = after(bytes, b"<?xpacket begin")?;
        let keywords = after(metadata, b"<pdf:Keywords>")?;
        let until = keywords.iter().position(|byte| *byte == b'<')?;
        let keywords = std::str::from_utf8(keywords.get(..until)?).ok()?;
        let pairs = keywords.split(',').filter_map(|word| {
            let (name, value) = word.trim().split_once('=')?;
            Some((unescaped(name)?, unescaped(value)?))
        });
        let pairs: BTreeMap<_, _> = pairs.collect();
        let fonts = pairs.iter().filter_map(|(name, digest)| {
            name.strip_prefix(FONT).map(|name| (name.to_owned(), digest.clone()))
        });
        Some(Self {
            stream: pairs.get("stream")?.clone(),
            erratum_no: pairs.get("erratum").map(|no| no.parse()).transpose().ok()?,
            content_digest: pairs.get("content")?.clone(),
            until_position: pairs.get("until-position")?.parse().ok()?,
            script: match pairs.get("script")?.as_str() {
                "simplified" => Script::Simplified,
                "traditional" => Script::Traditional,
                _ => return None,
            },
            fonts: fonts.collect(),
        })
    }

    /// The fonts that one of the two was set in and the other not.
    pub(super) fn other_fonts(&self, ours: &Self) -> Vec<String> {
        let names = self.fonts.keys().chain(ours.fonts.keys());
        let mut other: Vec<_> =
            names.filter(|name| self.fonts.get(*name) != ours.fonts.get(*name)).cloned().collect();
        other.sort_unstable();
        other.dedup();
        other
    }
}

fn after<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    bytes.get(at + mark.len()..)
}

/// Letters, digits and what XML and a list of keywords leave alone; the rest as `%XX`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b':' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::{escaped, unescaped};

    #[test]
    fn any_name_is_read_back_from_the_keywords() {
        for name in ["bulletin/monthly-2008-07", "100%, a=b <&> \"栟茶\"", "", "\n"] {
            let written = escaped(name);
            assert!(!written.contains([',', '=', '<', ' ', '&']), "{written}");
            assert_eq!(unescaped(&written).as_deref(), Some(name));
        }
        assert_eq!(unescaped("%G0"), None);
        assert_eq!(unescaped("%e"), None);
    }
}
