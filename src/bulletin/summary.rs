//! 通報概況: a bulletin as lists show it, and all that its stream tells of it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use tongjian_events::bulletin::{BulletinKind, BulletinVerdict};
use tongjian_events::values::Period;
use utoipa::ToSchema;

use super::letter::Standing;
use super::life::Bulletin;

/// 概況.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Summary {
    /// Its name: that of its stream, without the kind of stream.
    pub id: String,
    /// Its kind: `weekly`, `monthly`, `quarterly`, `half_yearly`, `yearly`, `special`.
    #[schema(value_type = String)]
    pub kind: BulletinKind,
    /// The site whose subtree it covers.
    pub scope: String,
    /// Its days.
    #[schema(value_type = Object)]
    pub period: Period,
    /// Its title.
    pub title: String,
    /// How far it has come: `drafted`, `reviewed`, `signed`, `issued`.
    #[schema(value_type = String)]
    pub standing: Standing,
    /// Whether the draft was sent back.
    pub returned: bool,
    /// 發文字號.
    pub number: Option<String>,
    /// 成文日期.
    pub issued_on: Option<NaiveDate>,
    /// The position that its figures follow from.
    pub until_position: u64,
    /// The digest of its content.
    pub content_digest: String,
    /// How many errata there are.
    pub errata: usize,
    /// How many units got it.
    pub delivered: usize,
    /// How many of them opened it.
    pub read: usize,
    /// How many acts its stream holds.
    pub version: u64,
}

/// 經過: all that was done with it.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// In short.
    #[serde(flatten)]
    pub summary: Summary,
    /// Who drafted it.
    pub drafted_by: String,
    /// What a review said last.
    pub review: Option<Review>,
    /// Who signed it.
    pub signed_by: Option<String>,
    /// 主送.
    pub recipients: Vec<String>,
    /// 抄送.
    pub copies_to: Vec<String>,
    /// 更正.
    pub corrected: Vec<Corrected>,
    /// Who got it, when, and when it was opened.
    pub receipts: Vec<Receipt>,
}

/// 審核.
#[derive(Debug, Clone, Serialize)]
pub struct Review {
    /// What was said.
    pub verdict: BulletinVerdict,
    /// By whom.
    pub by: String,
    /// What should change.
    pub remarks: Option<String>,
}

/// 更正.
#[derive(Debug, Clone, Serialize)]
pub struct Corrected {
    /// Its number.
    pub no: u32,
    /// The day.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
    /// What was wrong and what is right.
    pub corrections: Vec<String>,
    /// The position that the right figures follow from.
    pub until_position: u64,
    /// The digest of its content.
    pub content_digest: String,
}

/// 送達.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// The unit.
    pub unit: String,
    /// When it got it.
    #[serde(with = "tongjian_events::instant")]
    pub delivered_at: DateTime<FixedOffset>,
    /// When it opened it.
    pub read_at: Option<String>,
}

impl Summary {
    /// The summary of a bulletin; `None` before the first draft.
    #[must_use]
    pub fn of(bulletin: &Bulletin) -> Option<Self> {
        let drafted = bulletin.drafted.as_ref()?;
        Some(Self {
            id: bulletin.stream.name().into(),
            kind: drafted.kind,
            scope: drafted.basis.scope.to_string(),
            period: drafted.basis.period,
            title: drafted.title.clone(),
            standing: bulletin.standing()?,
            returned: bulletin.is_returned(),
            number: bulletin.number.as_ref().map(ToString::to_string),
            issued_on: bulletin.issued.as_ref().map(|issued| issued.on),
            until_position: drafted.basis.until_position.0,
            content_digest: drafted.digest.to_string(),
            errata: bulletin.errata.len(),
            delivered: bulletin.delivered.len(),
            read: bulletin.read.len(),
            version: bulletin.version,
        })
    }
}

impl History {
    /// The history of a bulletin; `None` before the first draft.
    #[must_use]
    pub fn of(bulletin: &Bulletin) -> Option<Self> {
        let issued = bulletin.issued.as_ref();
        let names = |units: &Vec<tongjian_events::values::UnitCode>| {
            units.iter().map(ToString::to_string).collect()
        };
        let at = |at: &DateTime<FixedOffset>| tongjian_events::instant::text(at);
        Some(Self {
            summary: Summary::of(bulletin)?,
            drafted_by: bulletin.drafted.as_ref()?.by.id.to_string(),
            review: bulletin.reviewed.as_ref().map(|review| Review {
                verdict: review.verdict,
                by: review.by.to_string(),
                remarks: review.remarks.clone(),
            }),
            signed_by: bulletin.signed.as_ref().map(ToString::to_string),
            recipients: issued.map(|of| names(&of.recipients)).unwrap_or_default(),
            copies_to: issued.map(|of| names(&of.copies_to)).unwrap_or_default(),
            corrected: bulletin
                .errata
                .iter()
                .map(|erratum| Corrected {
                    no: erratum.no,
                    on: erratum.on,
                    reason: erratum.reason.clone(),
                    corrections: erratum.corrections.clone(),
                    until_position: erratum.basis.until_position.0,
                    content_digest: erratum.digest.to_string(),
                })
                .collect(),
            receipts: bulletin
                .delivered
                .iter()
                .map(|(unit, delivered_at)| Receipt {
                    unit: unit.to_string(),
                    delivered_at: *delivered_at,
                    read_at: bulletin.read.get(unit).map(at),
                })
                .collect(),
        })
    }
}
