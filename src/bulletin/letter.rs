//! 公文要素: what makes a content a letter of the bureau: its number, its date, to whom it goes,
//! and which standard lays it out.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::content::Content;

/// 公文: a content and what it was issued under. Every format is made of this and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// The bulletin's stream, such as `bulletin/monthly-2008-07-320600000000`.
    pub stream: String,
    /// How far it has come.
    pub standing: Standing,
    /// 發文字號, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Number>,
    /// 成文日期: the day of issue; of the draft, while it is one.
    pub dated_on: NaiveDate,
    /// 主送機關.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// 抄送機關.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies_to: Vec<String>,
    /// 主題詞, printed by the older standard.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subject_words: Vec<String>,
    /// 發文機關: the body that it is dated by, where that has another name than the one of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The erratum that this letter is; none for the bulletin itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erratum_no: Option<u32>,
    /// What it says, which is often held elsewhere as well.
    pub content: Arc<Content>,
}

impl Letter {
    /// 發文機關: the name of the body on the date of the letter, which stands at its head, under it
    /// and in the imprint.
    #[must_use]
    pub fn body(&self) -> &str {
        self.issuer.as_deref().unwrap_or(&self.content.body)
    }
}

/// 以日期定: what a letter has by its date.
#[derive(Debug, Clone, Default)]
pub struct ByDate {
    /// 主題詞.
    pub subject_words: Vec<String>,
    /// 發文機關, where it has another name than the one of the period.
    pub issuer: Option<String>,
}

/// 狀態: how far a bulletin has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 草稿; printed as such on every page.
    Drafted,
    /// 已審核.
    Reviewed,
    /// 已簽發.
    Signed,
    /// 已印發.
    Issued,
}

/// 發文字號, such as 通監發〔2008〕12號.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// 發文機關代字.
    pub organ_code: String,
    /// The year.
    pub year: u16,
    /// 發文順序號, from 1, without gaps in a year.
    pub serial_no: u32,
}

impl std::fmt::Display for Number {
    /// As the standards write it: hexagonal brackets, no leading zero, no 第.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}〔{}〕{}號", self.organ_code, self.year, self.serial_no)
    }
}

/// 公文格式: the standard by which a letter is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Profile {
    /// GB/T 9704-1999: subject words, and the date in Chinese numerals.
    #[serde(rename = "gbt9704-1999")]
    Of1999,
    /// GB/T 9704-2012, for what is dated on or after 1 July 2012.
    #[serde(rename = "gbt9704-2012")]
    Of2012,
}

/// 文字: the characters it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// 簡體.
    #[default]
    Simplified,
    /// 繁體.
    Traditional,
}

impl Profile {
    /// The standard that holds on a day.
    #[must_use]
    pub fn on(day: NaiveDate) -> Self {
        match NaiveDate::from_ymd_opt(2012, 7, 1) {
            Some(first) if day >= first => Self::Of2012,
            _ => Self::Of1999,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Profile};

    #[test]
    fn the_newer_standard_holds_from_july_2012() {
        assert_eq!(Profile::on("2012-06-30".parse().unwrap()), Profile::Of1999);
        assert_eq!(Profile::on("2012-07-01".parse().unwrap()), Profile::Of2012);
    }

    #[test]
    fn a_number_has_hexagonal_brackets_and_no_leading_zero() {
        let number = Number { organ_code: "通監發".into(), year: 2008, serial_no: 12 };
        assert_eq!(number.to_string(), "通監發〔2008〕12號");
    }
}
