//! 資料: details in clear. They are never shown by `Debug`, no error repeats one, and their memory
//! is wiped when they are dropped.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};
use tongjian_events::applicant::{DetailField, DetailFields};
use zeroize::Zeroizing;

use super::VaultError;

/// The greatest length of a detail, in characters.
const MAX_CHARS: usize = 200;
/// What is sealed is filled up to a multiple of so many bytes: the length of a name tells nothing.
const BLOCK: usize = 256;

/// 資料: an applicant's details in clear, at least one.
#[derive(Clone, PartialEq, Eq)]
pub struct Details(BTreeMap<DetailField, Zeroizing<String>>);

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What is wrong in details that were sent; what was sent is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}{rule}", .field.map(|field| format!("{field}: ")).unwrap_or_default())]
pub struct Fault {
    /// The detail at fault, where it is one.
    pub field: Option<DetailField>,
    /// The rule it breaks.
    pub rule: &'static str,
}

impl Details {
    /// Reads a JSON object of details by their names.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let fault = |rule| Fault { field: None, rule };
        let members: Map<String, Value> = serde_json::from_str(text)
            .map_err(|_| fault("a JSON object of details is expected"))?;
        let mut details = BTreeMap::new();
        for (name, value) in members {
            let field = DetailField::ALL.into_iter().find(|field| field.to_string() == name);
            let field = field.ok_or_else(|| {
                fault("the details are name, document_number, telephone, address, contact")
            })?;
            let rule = |rule| Fault { field: Some(field), rule };
            let Value::String(text) = value else { return Err(rule("text is expected")) };
            let text = Zeroizing::new(text);
            check(&text).map_err(rule)?;
            details.insert(field, text);
        }
        if details.is_empty() {
            return Err(fault("no detail is named"));
        }
        Ok(Self(details))
    }

    /// Which details they are.
    ///
    /// # Errors
    /// None: there is at least one.
    pub fn fields(&self) -> Result<DetailFields, VaultError> {
        DetailFields::new(self.0.keys().copied().collect()).map_err(VaultError::Unlawful)
    }

    /// Each detail with what it says.
    pub fn iter(&self) -> impl Iterator<Item = (DetailField, &str)> {
        self.0.iter().map(|(field, text)| (*field, text.as_str()))
    }

    /// As JSON, for whoever asked.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let member = |(field, text): (DetailField, &str)| (field.to_string(), text.into());
        Value::Object(self.iter().map(member).collect())
    }

    /// Leaves out what was not asked for.
    pub(super) fn keep(&mut self, fields: &[DetailField]) {
        self.0.retain(|field, _| fields.contains(field));
    }

    /// What is sealed: JSON, filled up with spaces.
    pub(super) fn to_plain(&self) -> Zeroizing<Vec<u8>> {
        let text = Zeroizing::new(self.to_value().to_string());
        let mut plain = Zeroizing::new(Vec::with_capacity(text.len().next_multiple_of(BLOCK)));
        plain.extend_from_slice(text.as_bytes());
        plain.resize(text.len().next_multiple_of(BLOCK), b' ');
        plain
    }

    /// Reads what was sealed.
    pub(super) fn of_plain(plain: &[u8]) -> Option<Self> {
        Self::parse(std::str::from_utf8(plain).ok()?).ok()
    }
}

fn check(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Err("the text is empty");
    }
    if text.trim().len() != text.len() || text.chars().any(char::is_control) {
        return Err("the text has white space at an end, or a control character");
    }
    if text.chars().count() > MAX_CHARS {
        return Err("the text has more than 200 characters");
    }
    Ok(())
}
