//! 通報狀態: how far a bulletin has come, folded from the acts of its stream. A step that is not
//! lawful, which anybody may have recorded, changes nothing here: one that was entered for a site
//! that does not hold the bulletin's, an approval of one's own draft, a signature without an
//! approval or under one's own, an issue without any of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Asia::Shanghai;
use tongjian_events::bulletin::{Basis, BulletinKind, BulletinSigned, BulletinVerdict};
use tongjian_events::values::{Digest, StaffId, UnitCode};
use tongjian_events::{Actor, ActorKind, Entry, Event, Recorded, StreamId};

use crate::bulletin::asked::Asked;
use crate::bulletin::content::Content;
use crate::bulletin::letter::{ByDate, Letter, Number, Standing};

/// 通報: one bulletin, as its stream tells.
#[derive(Debug, Clone)]
pub struct Bulletin {
    /// Its stream.
    pub stream: StreamId,
    /// How many acts the stream holds.
    pub version: u64,
    /// 起草: the last draft.
    pub drafted: Option<Drafted>,
    /// 歷次草稿: the digest of each draft, and its day.
    pub drafts: Vec<(Digest, NaiveDate)>,
    /// 審核: what was said of that draft last.
    pub reviewed: Option<Reviewed>,
    /// 簽發: who signed that draft.
    pub signed: Option<StaffId>,
    /// 發文字號.
    pub number: Option<Number>,
    /// 印發.
    pub issued: Option<Issued>,
    /// 更正, in the order of their numbers.
    pub errata: Vec<Erratum>,
    /// 送達, with its time.
    pub delivered: BTreeMap<UnitCode, DateTime<FixedOffset>>,
    /// 閱讀, with its time.
    pub read: BTreeMap<UnitCode, DateTime<FixedOffset>>,
    /// 外送: which receiver has the letter of the act at which position.
    pub handed_over: BTreeSet<(Digest, u64)>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// Its kind.
    pub kind: BulletinKind,
    /// Its title.
    pub title: String,
    /// What its figures follow from.
    pub basis: Basis,
    /// The digest of its content.
    pub digest: Digest,
    /// Who made it.
    pub by: Actor,
    /// The day.
    pub on: NaiveDate,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// What was said.
    pub verdict: BulletinVerdict,
    /// By whom.
    pub by: StaffId,
    /// What should change.
    pub remarks: Option<String>,
}

/// The issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The date printed on it.
    pub on: NaiveDate,
    /// To whom.
    pub recipients: Vec<UnitCode>,
    /// Who gets a copy.
    pub copies_to: Vec<UnitCode>,
    /// The position of the act.
    pub position: u64,
    /// The id of the act.
    pub act: uuid::Uuid,
}

/// An erratum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erratum {
    /// Its number, from 1.
    pub no: u32,
    /// What was wrong and what is right.
    pub corrections: Vec<String>,
    /// What the right figures follow from.
    pub basis: Basis,
    /// The digest of its content.
    pub digest: Digest,
    /// Why.
    pub reason: String,
    /// The day.
    pub on: NaiveDate,
    /// The position of the act.
    pub position: u64,
    /// The id of the act.
    pub act: uuid::Uuid,
}

impl Bulletin {
    /// A bulletin of which nothing is recorded.
    #[must_use]
    pub fn new(stream: StreamId) -> Self {
        Self {
            stream,
            version: 0,
            drafted: None,
            drafts: Vec::new(),
            reviewed: None,
            signed: None,
            number: None,
            issued: None,
            errata: Vec::new(),
            delivered: BTreeMap::new(),
            read: BTreeMap::new(),
            handed_over: BTreeSet::new(),
        }
    }

    /// How far it has come; `None` before the first draft.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        let approved = |reviewed: &Reviewed| reviewed.verdict == BulletinVerdict::Approved;
        self.drafted.as_ref()?;
        Some(match (&self.issued, &self.signed) {
            (Some(_), _) => Standing::Issued,
            (None, Some(_)) => Standing::Signed,
            _ if self.reviewed.as_ref().is_some_and(approved) => Standing::Reviewed,
            _ => Standing::Drafted,
        })
    }

    /// Whether the draft was sent back.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.reviewed.as_ref().is_some_and(|of| of.verdict == BulletinVerdict::Returned)
    }

    /// The basis of the figures that hold: of the last erratum, or else of what was drafted.
    #[must_use]
    pub fn last_basis(&self) -> Option<&Basis> {
        let erratum = self.errata.last().map(|erratum| &erratum.basis);
        erratum.or(self.drafted.as_ref().map(|drafted| &drafted.basis))
    }

    /// The basis before an erratum.
    #[must_use]
    pub fn basis_before(&self, no: u32) -> Option<&Basis> {
        let before = self.errata.iter().rev().find(|erratum| erratum.no < no);
        before.map(|of| &of.basis).or(self.drafted.as_ref().map(|drafted| &drafted.basis))
    }

    /// What its draft asks of the chronicle.
    #[must_use]
    pub fn asked(&self) -> Option<Asked> {
        let Drafted { kind, basis, .. } = self.drafted.as_ref()?;
        Some(Asked { kind: *kind, period: basis.period, scope: basis.scope.clone() })
    }

    /// Takes an act of the stream in.
    pub fn apply(&mut self, act: &Recorded) {
        self.version = act.place.stream_version;
        // Whoever got it says so for itself.
        let of_receiver = matches!(act.event, Event::BulletinDelivered(_) | Event::BulletinRead(_));
        if !of_receiver && !self.bears(act) {
            return;
        }
        match &act.event {
            _ if self.issued.is_some() => self.after_issue(act),
            Event::BulletinNumbered(body) if self.number.is_none() => {
                self.number = Some(Number {
                    organ_code: body.organ_code.as_str().into(),
                    year: body.year.get(),
                    serial_no: body.serial_no.get(),
                });
            }
            Event::BulletinIssued(body) if self.signed.is_some() && self.number.is_some() => {
                self.issued = Some(Issued {
                    on: body.issued_on,
                    recipients: body.recipients.clone(),
                    copies_to: body.copies_to.clone(),
                    position: act.place.position,
                    act: act.submission.id,
                });
            }
            _ => self.before_issue(act),
        }
    }

    /// Whether an act was entered for a site that holds what the bulletin is about: a county does
    /// nothing with the bulletin of its city. Nothing comes before a draft.
    fn bears(&self, act: &Recorded) -> bool {
        let source = &act.submission.source;
        let is_ours = matches!(source.entry, Entry::Engine | Entry::Import);
        let scope = match &act.event {
            Event::BulletinDrafted(body) => Some(&body.basis.scope),
            _ => self.drafted.as_ref().map(|drafted| &drafted.basis.scope),
        };
        scope.is_some_and(|scope| is_ours || source.site.holds(scope))
    }

    fn before_issue(&mut self, act: &Recorded) {
        let drafted = self.drafted.as_ref();
        let by = &act.submission.actor.id;
        match &act.event {
            Event::BulletinDrafted(body) => {
                let on = day_of(act);
                self.drafts.push((body.content_digest.clone(), on));
                self.drafted = Some(Drafted {
                    kind: body.kind,
                    title: body.title.as_str().into(),
                    basis: body.basis.clone(),
                    digest: body.content_digest.clone(),
                    by: act.submission.actor.clone(),
                    on,
                });
                (self.reviewed, self.signed) = (None, None);
            }
            Event::BulletinReviewed(body)
                if drafted.is_some_and(|drafted| {
                    let own = body.verdict == BulletinVerdict::Approved && drafted.is_by(by);
                    drafted.digest == body.content_digest && !own
                }) =>
            {
                self.reviewed = Some(Reviewed {
                    verdict: body.verdict,
                    by: by.clone(),
                    remarks: body.remarks.as_ref().map(|text| text.as_str().into()),
                });
                self.signed = None;
            }
            Event::BulletinSigned(body) if self.may_be_signed(act, body) => {
                self.signed = Some(body.signer.clone());
            }
            _ => {}
        }
    }

    /// Whether the draft is approved and this signs it: by another than who approved it, in the
    /// signer's own name where it is not the record of a past.
    fn may_be_signed(&self, act: &Recorded, body: &BulletinSigned) -> bool {
        let approved = self.reviewed.as_ref().filter(|of| of.verdict == BulletinVerdict::Approved);
        let submission = &act.submission;
        self.drafted.as_ref().is_some_and(|drafted| drafted.digest == body.content_digest)
            && approved.is_some_and(|approved| approved.by != body.signer)
            && (submission.actor.id == body.signer || submission.source.entry == Entry::Import)
    }

    fn after_issue(&mut self, act: &Recorded) {
        let at = act.submission.occurred_at;
        match &act.event {
            Event::BulletinDelivered(body) => {
                self.delivered.entry(body.unit.clone()).or_insert(at);
            }
            Event::BulletinRead(body) => {
                self.read.entry(body.unit.clone()).or_insert(at);
            }
            Event::BulletinErratumIssued(body) => self.errata.push(Erratum {
                no: body.erratum_no.get(),
                corrections: body.corrections.iter().map(|text| text.as_str().into()).collect(),
                basis: body.basis.clone(),
                digest: body.content_digest.clone(),
                reason: body.reason.as_str().into(),
                on: day_of(act),
                position: act.place.position,
                act: act.submission.id,
            }),
            Event::BulletinHandedOver(body) => {
                self.handed_over.insert((body.receiver.clone(), body.letter_of.0));
            }
            _ => {}
        }
    }

    /// The erratum of this number.
    #[must_use]
    pub fn erratum(&self, no: u32) -> Option<&Erratum> {
        self.errata.iter().find(|erratum| erratum.no == no)
    }

    /// 成文日期: of the bulletin itself, or of one of its errata. `None` before the first draft, and
    /// where there is no such erratum.
    #[must_use]
    pub fn dated_on(&self, erratum_no: Option<u32>) -> Option<NaiveDate> {
        match erratum_no {
            Some(no) => Some(self.erratum(no)?.on),
            None => {
                let issued = self.issued.as_ref().map(|issued| issued.on);
                issued.or(self.drafted.as_ref().map(|drafted| drafted.on))
            }
        }
    }

    /// The letter of a content: the bulletin itself, or one of its errata. `None` before the first
    /// draft, and where there is no such erratum.
    #[must_use]
    pub fn letter(
        &self,
        content: Arc<Content>,
        erratum_no: Option<u32>,
        by_date: ByDate,
    ) -> Option<Letter> {
        let named = |units: &[UnitCode]| units.iter().map(|unit| unit.as_str().into()).collect();
        let issued = self.issued.as_ref();
        Some(Letter {
            stream: self.stream.to_string(),
            standing: self.standing()?,
            number: issued.and(self.number.clone()),
            dated_on: self.dated_on(erratum_no)?,
            recipients: issued.map(|issued| named(&issued.recipients)).unwrap_or_default(),
            copies_to: issued.map(|issued| named(&issued.copies_to)).unwrap_or_default(),
            subject_words: by_date.subject_words,
            issuer: by_date.issuer,
            erratum_no,
            content,
        })
    }
}

impl Drafted {
    /// Whether this person made it; what the engine made nobody did.
    #[must_use]
    pub fn is_by(&self, person: &StaffId) -> bool {
        self.by.kind != ActorKind::System && self.by.id == *person
    }
}

fn day_of(act: &Recorded) -> NaiveDate {
    act.submission.occurred_at.with_timezone(&Shanghai).date_naive()
}
