//! JSON: a letter whole, as every format carries it, and the digest of what it says.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::content::Content;
use super::letter::Letter;

/// The letter as a file of its own: indented, one line feed at the end, members in order of their
/// names.
#[must_use]
pub fn file(letter: &Letter) -> String {
    let mut text = format!("{:#}", value(letter));
    text.push('\n');
    text
}

/// The letter in one line, as it stands inside another format.
#[must_use]
pub fn line(letter: &Letter) -> String {
    value(letter).to_string()
}

/// The letter that a JSON text is.
#[must_use]
pub fn embedded(text: &str) -> Option<Letter> {
    serde_json::from_str(text).ok()
}

/// 內容摘要: SHA-256 of the content in canonical JSON (RFC 8785: no white space, members in order
/// of their names; all numbers are whole).
#[must_use]
pub fn digest(content: &Content) -> String {
    let hash = Sha256::digest(value(content).to_string().as_bytes());
    hash.iter().fold(String::from("sha-256:"), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Nothing in a letter is without a form in JSON: its maps have names for keys.
fn value<T: Serialize>(of: &T) -> serde_json::Value {
    serde_json::to_value(of).unwrap_or_default()
}
