//! 申請人: the personal details of an applicant. They stand here sealed only: whoever holds a copy
//! of the chronicle and not the key reads nothing, and when the key is destroyed nobody does.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::shape::{bodies, words};
use crate::values::{Code, DocumentNo, StaffId, Text};

words! {
    /// 資料項: one personal detail of an applicant, a person or an organisation.
    DetailField {
        /// 姓名或名稱.
        Name,
        /// 證件號碼: of an identity document, or of an organisation's certificate.
        DocumentNumber,
        /// 聯繫電話.
        Telephone,
        /// 地址.
        Address,
        /// 聯繫人: who speaks for an organisation.
        Contact,
    }
}

impl DetailField {
    /// Every detail there is.
    pub const ALL: [Self; 5] =
        [Self::Name, Self::DocumentNumber, Self::Telephone, Self::Address, Self::Contact];
}

/// 資料項清單: which details, at least one, each once and in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<DetailField>")]
pub struct DetailFields(Vec<DetailField>);

impl DetailFields {
    /// Reads a list; `Err` says which rule it breaks.
    pub fn new(fields: Vec<DetailField>) -> Result<Self, String> {
        if fields.is_empty() {
            return Err("no detail is named".into());
        }
        if !fields.is_sorted_by(|a, b| a < b) {
            let order: Vec<_> = DetailField::ALL.iter().map(ToString::to_string).collect();
            return Err(format!("each detail stands once, in the order {}", order.join(", ")));
        }
        Ok(Self(fields))
    }

    /// The details, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[DetailField] {
        &self.0
    }
}

impl TryFrom<Vec<DetailField>> for DetailFields {
    type Error = String;
    fn try_from(fields: Vec<DetailField>) -> Result<Self, String> {
        Self::new(fields)
    }
}

impl JsonSchema for DetailFields {
    fn schema_name() -> Cow<'static, str> {
        "DetailFields".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let field = generator.subschema_for::<DetailField>();
        json_schema!({
            "type": "array", "items": field, "minItems": 1, "uniqueItems": true,
            "examples": [["name", "telephone"]],
        })
    }
}

/// 密文: what AES-256-GCM made of the details: nonce, ciphertext and tag, in base64.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Sealed(Box<str>);

impl Sealed {
    /// The least length of the text: a nonce and a tag alone.
    pub const MIN_CHARS: usize = 40;
    /// The greatest length of the text.
    pub const MAX_CHARS: usize = 8192;

    /// Reads a text; `Err` says which rule it breaks, and never repeats it.
    pub fn new(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches('=');
        let lawful = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
        let padded = text.len().is_multiple_of(4) && text.len() - digits.len() <= 2;
        if !padded || !digits.bytes().all(lawful) {
            return Err("what is sealed is base64 with its padding".into());
        }
        if !(Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.len()) {
            let (count, min, max) = (text.len(), Self::MIN_CHARS, Self::MAX_CHARS);
            return Err(format!("what is sealed has {count} characters, not {min} to {max}"));
        }
        Ok(Self(text.into()))
    }

    /// The base64.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} characters)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(&Cow::<'de, str>::deserialize(from)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for Sealed {
    fn schema_name() -> Cow<'static, str> {
        "Sealed".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let (min, max) = (Self::MIN_CHARS, Self::MAX_CHARS);
        json_schema!({
            "type": "string", "minLength": min, "maxLength": max,
            "pattern": "^([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            "examples": ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw=="],
        })
    }
}

bodies! {
    /// 密封申請人資料: personal details came in; what was sealed before is replaced by them.
    DetailsSealed {
        /// Nonce, ciphertext and tag.
        sealed: Sealed,
        /// The applicant's own key, by its number; the key itself is outside the chronicle.
        key: Code,
        /// Which details are within.
        fields: DetailFields,
    }

    /// 查閱申請人資料: details were opened for somebody. What they say is not repeated.
    DetailsDisclosed {
        /// Who asked.
        by: StaffId,
        /// What for.
        reason: Text,
        /// Which details were opened.
        fields: DetailFields,
    }

    /// 銷毀申請人資料: the applicant's key was destroyed on order; nobody opens the details again.
    DetailsDestroyed {
        /// The order.
        order: DocumentNo,
        /// Why.
        reason: Text,
    }
}
