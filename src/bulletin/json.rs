//! JSON: a letter whole, as every format carries it, and the digest of what it says.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::content::Content;
use super::letter::Letter;
use crate::access::hex;

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

/// The content in canonical JSON (RFC 8785: no white space, members in order of their names; all
/// numbers are whole): what is hashed, and what is kept.
#[must_use]
pub fn canonical(content: &Content) -> String {
    value(content).to_string()
}

/// 內容摘要: SHA-256 of the content in canonical JSON.
#[must_use]
pub fn digest(content: &Content) -> String {
    let hash = <[u8; 32]>::from(Sha256::digest(canonical(content).as_bytes()));
    format!("sha-256:{}", hex(&hash))
}

/// Nothing in a letter is without a form in JSON: its maps have names for keys.
fn value<T: Serialize>(of: &T) -> serde_json::Value {
    serde_json::to_value(of).unwrap_or_default()
}
