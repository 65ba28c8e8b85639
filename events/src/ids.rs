//! Who and what an act is about: streams, sites. Two kinds of identifier never share a type.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Defines [`StreamKind`] from one list of wire names.
macro_rules! stream_kinds {
    ($( $(#[$doc:meta])* $name:ident = $wire:literal )*) => {
        /// What a stream is about. Each kind has its own events.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum StreamKind { $( $(#[$doc])* $name, )* }

        impl StreamKind {
            /// Every kind, in the order of the catalogue.
            pub const ALL: &'static [StreamKind] = &[ $( StreamKind::$name, )* ];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( StreamKind::$name => $wire, )* }
            }
        }
    };
}

stream_kinds! {
    /// 辦件: one application, from receipt to filing.
    Case = "case"
    /// 窗口: one window of a site.
    Window = "window"
    /// 中心(室): a centre or a village room.
    Site = "site"
    /// 事項: an item of the catalogue.
    Item = "item"
    /// 人員: a member of staff.
    Staff = "staff"
    /// 督查: an inspection, its slips and its orders.
    Inspection = "inspection"
    /// 紅黃牌: one card.
    Card = "card"
    /// 投訴: one complaint or review.
    Complaint = "complaint"
    /// 通報: one bulletin.
    Bulletin = "bulletin"
    /// 規則: one rule set, policy or grant of access.
    Policy = "policy"
    /// 日歷: the notices of the working calendar, and where they hold.
    Calendar = "calendar"
    /// 申請人: the sealed details of one applicant.
    Applicant = "applicant"
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StreamKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("`{text}` is no kind of stream; the kinds are {}", known.join(", "))
        })
    }
}

/// 流: one subject's own sequence of acts, written `kind/name`, such as `case/0012`.
///
/// The name is the sender's own and kept to the letter: `NA`, `007` and `南通-1` are names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    kind: StreamKind,
    text: Box<str>,
}

impl StreamId {
    /// The greatest length of a name, in bytes of UTF-8.
    pub const MAX_NAME_BYTES: usize = 200;

    /// A stream of this kind and name; `Err` says which rule the name breaks.
    pub fn new(kind: StreamKind, name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Err(format!("the {kind} stream has an empty name"));
        }
        if name.len() > Self::MAX_NAME_BYTES {
            return Err(format!(
                "the stream name has {} bytes, at most {} are allowed",
                name.len(),
                Self::MAX_NAME_BYTES
            ));
        }
        if name.trim().len() != name.len() || name.chars().any(char::is_control) {
            return Err(format!(
                "the stream name {name:?} has white space at an end or a control character"
            ));
        }
        Ok(Self { kind, text: format!("{kind}/{name}").into() })
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> StreamKind {
        self.kind
    }

    /// The name without its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text.split_once('/').map_or("", |(_, name)| name)
    }

    /// The whole identifier, `kind/name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for StreamId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, name) = text
            .split_once('/')
            .ok_or_else(|| format!("`{text}` is no stream; write it as kind/name"))?;
        Self::new(kind.parse()?, name)
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for StreamId {
    fn schema_name() -> Cow<'static, str> {
        "StreamId".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let kinds: Vec<_> = StreamKind::ALL.iter().map(|kind| kind.as_str()).collect();
        json_schema!({ "type": "string", "pattern": format!("^({})/.+$", kinds.join("|")) })
    }
}

/// 機構代碼: a site by its administrative code (行政區劃代碼), or by a code of its own.
///
/// Twelve digits are read as a code of the official division: two for the province, two for the
/// city, two for the county, three for the township, three for the village, zeros for "all of it".
/// `320681000000` (啟東) therefore holds `320681105000` and `320681105201`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SiteCode(Box<str>);

impl SiteCode {
    /// Reads a code: 1 to 64 letters, digits, `.`, `-` or `_`.
    pub fn new(text: &str) -> Result<Self, String> {
        let lawful = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if text.is_empty() || text.chars().count() > 64 || !text.chars().all(lawful) {
            return Err(format!(
                "`{text}` is no site code: 1 to 64 letters, digits, `.`, `-` or `_`"
            ));
        }
        Ok(Self(text.into()))
    }

    /// The code as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The prefix that every code of this site's subtree begins with.
    #[must_use]
    pub fn subtree_prefix(&self) -> &str {
        let code: &str = &self.0;
        if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return code;
        }
        let ends = [(9, "000"), (6, "000"), (4, "00"), (2, "00")];
        let mut end = 12;
        for (at, zeros) in ends {
            if code.get(at..end) != Some(zeros) {
                break;
            }
            end = at;
        }
        code.get(..end).unwrap_or(code)
    }

    /// Whether `other` is this site or lies below it.
    #[must_use]
    pub fn holds(&self, other: &SiteCode) -> bool {
        other.0.starts_with(self.subtree_prefix())
            && (self.subtree_prefix().len() < self.0.len() || self.0 == other.0)
    }
}

impl fmt::Display for SiteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SiteCode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for SiteCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(&Cow::<'de, str>::deserialize(from)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for SiteCode {
    fn schema_name() -> Cow<'static, str> {
        "SiteCode".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[\\p{L}\\p{N}._-]{1,64}$" })
    }
}
