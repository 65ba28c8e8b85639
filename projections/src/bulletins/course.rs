//! 辦文: the course of one bulletin, step by step in the order they happened: draft, review,
//! signature, number, issue, errata, close. What a step may not do is irregular, and carries the
//! bulletin no further.

use std::collections::BTreeMap;

use tongjian_events::bulletin::{
    BulletinDrafted, BulletinErratumIssued, BulletinIssued, BulletinNumbered, BulletinReviewed,
    BulletinSigned, BulletinVerdict,
};
use tongjian_events::values::{Digest, StaffId};
use tongjian_events::{ActorKind, Event};

use super::{Irregular, Moment, Reached, day_of};
use crate::Cell;
use crate::context::Jurisdiction;
use crate::matter::Effective;

/// 狀態: how far a bulletin has lawfully come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// 草稿.
    #[default]
    Drafted,
    /// 退回修改.
    Returned,
    /// 已審核.
    Reviewed,
    /// 已簽發.
    Signed,
    /// 已印發.
    Issued,
}

impl Standing {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Returned => "returned",
            Self::Reviewed => "reviewed",
            Self::Signed => "signed",
            Self::Issued => "issued",
        }
    }
}

type Act<'a> = &'a Effective<'a>;

/// The course so far.
#[derive(Default)]
pub(super) struct Course<'a> {
    /// The drafts before the issue; the last one is in force.
    drafts: Vec<(Act<'a>, &'a BulletinDrafted)>,
    /// Approvals by another than the drafter that were not taken back.
    approvals: Vec<(Act<'a>, &'a Digest)>,
    /// How often it was drafted.
    pub(super) drafted: u64,
    /// The last review of the draft in force.
    pub(super) review: Option<(Act<'a>, BulletinVerdict)>,
    /// The last signature under the draft in force.
    pub(super) signature: Option<(Act<'a>, &'a StaffId)>,
    /// The first number.
    pub(super) number: Option<(Act<'a>, &'a BulletinNumbered)>,
    /// The issue: the one that everything carried, or else the first.
    pub(super) issue: Option<(Act<'a>, &'a BulletinIssued)>,
    pub(super) errata: Vec<(Act<'a>, &'a BulletinErratumIssued)>,
    pub(super) closed: Option<Act<'a>>,
    pub(super) standing: Standing,
    pub(super) irregular: Vec<Irregular>,
}

/// Who did something, if a person did.
fn person(act: Act<'_>) -> Option<&StaffId> {
    let person = matches!(act.act.actor_kind, ActorKind::Staff | ActorKind::Inspector);
    person.then_some(&act.act.actor)
}

fn moment(act: Act<'_>) -> Moment {
    (act.at.timestamp_micros(), act.position())
}

impl<'a> Course<'a> {
    pub(super) fn of(acts: &'a [Effective<'a>]) -> Self {
        let mut course = Self::default();
        for act in acts {
            match &*act.event {
                Event::BulletinDrafted(body) => course.draft_made(act, body),
                Event::BulletinReviewed(body) => course.reviewed(act, body),
                Event::BulletinSigned(body) => course.signed(act, body),
                Event::BulletinNumbered(body) => course.numbered(act, body),
                Event::BulletinIssued(body) => course.issued(act, body),
                Event::BulletinErratumIssued(body) => course.erratum(act, body),
                Event::PeriodClosed(_) => course.period_closed(act),
                _ => {}
            }
        }
        course
    }

    /// The draft in force.
    pub(super) fn draft(&self) -> Option<(Act<'a>, &'a BulletinDrafted)> {
        self.drafts.last().copied()
    }

    fn find(&mut self, kind: &'static str, act: Act<'_>, other: Option<Act<'_>>, detail: String) {
        let positions = other.into_iter().chain([act]).map(Effective::position).collect();
        self.irregular.push(Irregular::new(kind, act.on(), positions, detail));
    }

    /// Whether it was already issued: then a step before the issue comes too late.
    fn too_late(&mut self, act: Act<'a>, step: &str) -> bool {
        let issue = self.issue.filter(|_| self.standing == Standing::Issued);
        if let Some((issue, _)) = issue {
            let detail = format!("{step} on {}, issued on {}", act.on(), issue.on());
            self.find("step_after_issue", act, Some(issue), detail);
        }
        issue.is_some()
    }

    fn in_force(&self, digest: &Digest) -> bool {
        self.draft().is_some_and(|(_, draft)| draft.content_digest == *digest)
    }

    /// A draft of another content begins anew; the same content drafted again changes nothing.
    fn draft_made(&mut self, act: Act<'a>, body: &'a BulletinDrafted) {
        self.drafted += 1;
        if self.too_late(act, "drafted") {
            return;
        }
        if !self.in_force(&body.content_digest) {
            (self.review, self.signature) = (None, None);
            self.standing = Standing::Drafted;
        }
        self.drafts.push((act, body));
    }

    fn reviewed(&mut self, act: Act<'a>, body: &'a BulletinReviewed) {
        if self.too_late(act, "reviewed") {
            return;
        }
        let digest = &body.content_digest;
        let of = |(_, draft): &&(Act<'a>, &BulletinDrafted)| draft.content_digest == *digest;
        if !self.drafts.iter().any(|draft| of(&draft)) {
            let detail = format!("{digest} was reviewed on {}, and is of no draft", act.on());
            self.find("reviewed_without_draft", act, None, detail);
            return;
        }
        let mut own = self.drafts.iter().filter(of).map(|(drafted, _)| *drafted);
        let own = own.find(|drafted| person(act).is_some() && person(drafted) == person(act));
        if let Some(drafted) = own {
            let who = &act.act.actor;
            let detail = format!("{who} drafted it on {} and reviewed it", drafted.on());
            self.find("reviewed_by_drafter", act, Some(drafted), detail);
        }
        let in_force = self.in_force(digest);
        if in_force {
            self.review = Some((act, body.verdict));
        }
        match body.verdict {
            BulletinVerdict::Returned => {
                self.approvals.retain(|(_, approved)| *approved != digest);
                if in_force {
                    self.signature = None;
                    self.standing = Standing::Returned;
                }
            }
            BulletinVerdict::Approved if own.is_none() => {
                self.approvals.push((act, digest));
                if in_force && self.standing != Standing::Signed {
                    self.standing = Standing::Reviewed;
                }
            }
            BulletinVerdict::Approved => {}
        }
    }

    fn signed(&mut self, act: Act<'a>, body: &'a BulletinSigned) {
        if self.too_late(act, "signed") {
            return;
        }
        let digest = &body.content_digest;
        let review = self.approvals.iter().rfind(|(_, approved)| *approved == digest);
        let review = review.map(|(review, _)| *review);
        let in_force = self.in_force(digest);
        let mut lawful = in_force;
        let draft = self.draft().map(|(drafted, _)| drafted);
        let last = self.approvals.last().map(|(review, _)| *review);
        let on = act.on();
        match (review, last) {
            (None, None) => {
                let detail = format!("signed on {on}, no review by another approved it");
                self.find("signed_without_review", act, draft, detail);
                lawful = false;
            }
            (None, Some(last)) => {
                let detail = format!("{digest} was signed on {on}, another content was approved");
                self.find("signed_unreviewed_content", act, Some(last), detail);
                lawful = false;
            }
            (Some(review), _) if person(review) == Some(&body.signer) => {
                let detail = format!("{} reviewed it on {} and signed", body.signer, review.on());
                self.find("signed_by_reviewer", act, Some(review), detail);
                lawful = false;
            }
            (Some(_), _) if !in_force => {
                let detail = format!("{digest} was signed on {on}, a later draft is in force");
                self.find("signed_superseded_draft", act, draft, detail);
            }
            (Some(_), _) => {}
        }
        if in_force {
            self.signature = Some((act, &body.signer));
        }
        if lawful {
            self.standing = Standing::Signed;
        }
    }

    fn numbered(&mut self, act: Act<'a>, body: &'a BulletinNumbered) {
        if let Some((first, of)) = self.number {
            let detail = format!(
                "{}〔{}〕{} was given on {}, it has {}〔{}〕{}",
                body.organ_code,
                body.year,
                body.serial_no,
                act.on(),
                of.organ_code,
                of.year,
                of.serial_no
            );
            self.find("numbered_twice", act, Some(first), detail);
            return;
        }
        self.number = Some((act, body));
        if self.standing != Standing::Signed && self.standing != Standing::Issued {
            let detail = format!("numbered on {}, not signed", act.on());
            self.find("numbered_before_signed", act, None, detail);
        }
    }

    fn issued(&mut self, act: Act<'a>, body: &'a BulletinIssued) {
        let draft = self.draft();
        let approved = draft.is_some_and(|(_, draft)| {
            self.approvals.iter().any(|(_, approved)| **approved == draft.content_digest)
        });
        if let Some((first, _)) = self.issue {
            let detail = format!("issued on {} and again on {}", first.on(), act.on());
            self.find("issued_twice", act, Some(first), detail);
        }
        let drafted = draft.map(|(drafted, _)| drafted);
        let steps = [
            (draft.is_some(), "issued_without_draft", "nothing was drafted"),
            (approved, "issued_without_review", "no review by another approved the draft"),
            (self.signature.is_some(), "issued_without_signature", "the draft was not signed"),
            (self.number.is_some(), "issued_without_number", "it has no number"),
        ];
        for (_, kind, what) in steps.into_iter().filter(|(done, ..)| !done) {
            self.find(kind, act, drafted, format!("issued on {}, {what}", act.on()));
        }
        let lawful = self.standing == Standing::Signed && self.number.is_some();
        if lawful || self.issue.is_none() {
            self.issue = Some((act, body));
        }
        if lawful {
            self.standing = Standing::Issued;
        }
    }

    fn erratum(&mut self, act: Act<'a>, body: &'a BulletinErratumIssued) {
        let (last, on) = (self.errata.last().copied(), act.on());
        let no = body.erratum_no.get();
        if self.issue.is_none() {
            let detail = format!("erratum {no} came on {on}, nothing was issued");
            self.find("erratum_before_issue", act, None, detail);
        }
        let next = last.map_or(1, |(_, last)| last.erratum_no.get().saturating_add(1));
        if no != next {
            let detail = format!("erratum {no} came on {on}, the next is {next}");
            self.find("erratum_out_of_order", act, last.map(|(last, _)| last), detail);
        }
        let before = last.map(|(act, last)| (act, &last.basis));
        let before = before.or(self.draft().map(|(act, draft)| (act, &draft.basis)));
        if let Some((before, basis)) = before {
            let (until, of) = (body.basis.until_position.0, basis.until_position.0);
            if until <= of {
                let detail =
                    format!("erratum {no} reads until {until}, what it corrects until {of}");
                self.find("erratum_basis_not_later", act, Some(before), detail);
            }
            if (&body.basis.scope, body.basis.period) != (&basis.scope, basis.period) {
                let detail = format!(
                    "erratum {no} is of {}, {} to {}",
                    body.basis.scope, body.basis.period.from_on, body.basis.period.until_on
                );
                self.find("erratum_of_another_period", act, Some(before), detail);
            }
        }
        self.errata.push((act, body));
    }

    /// A close that stands in the stream of no bulletin is nobody's step.
    fn period_closed(&mut self, act: Act<'a>) {
        if let Some(first) = self.closed {
            let detail = format!("closed on {} and again on {}", first.on(), act.on());
            self.find("period_closed_twice", act, Some(first), detail);
            return;
        }
        self.closed = Some(act);
        if self.issue.is_none() && self.draft().is_some() {
            let detail = format!("closed on {}, nothing was issued", act.on());
            self.find("closed_before_issue", act, None, detail);
        }
    }

    /// One line per unit that it is addressed to or that it reached.
    pub(super) fn reached(
        &mut self,
        units: &BTreeMap<String, Reached>,
        place: &Jurisdiction<'_>,
    ) -> Vec<Vec<Cell>> {
        let mut lines: BTreeMap<String, (Option<&'static str>, Reached)> = BTreeMap::new();
        for (unit, reached) in units {
            self.out_of_order(unit, reached, place);
            lines.insert(unit.clone(), (None, reached.clone()));
        }
        if let Some((_, body)) = self.issue {
            let copies = body.copies_to.iter().map(|unit| (unit, "copy"));
            for (unit, word) in copies.chain(body.recipients.iter().map(|unit| (unit, "main"))) {
                lines.entry(unit.to_string()).or_default().0 = Some(word);
            }
        }
        let day = |moment: Option<Moment>| moment.map(|moment| day_of(moment, place)).into();
        let line = |(unit, (word, reached)): (String, (Option<&'static str>, Reached))| {
            let word = word.map_or(Cell::Null, Cell::Word);
            vec![unit.into(), word, day(reached.delivered), day(reached.read)]
        };
        lines.into_iter().map(line).collect()
    }

    fn out_of_order(&mut self, unit: &str, reached: &Reached, place: &Jurisdiction<'_>) {
        let issue = self.issue.map(|(act, _)| moment(act));
        let steps = [
            (reached.delivered, issue, "delivered_before_issue", "was issued"),
            (reached.read, reached.delivered, "read_before_delivered", "was delivered there"),
        ];
        for (did, before, kind, what) in steps {
            let Some(did) = did.filter(|did| before.is_none_or(|before| *did < before)) else {
                continue;
            };
            let on = day_of(did, place);
            let detail = format!("{unit} on {on}, before the bulletin {what}");
            let positions = before.map(|(_, at)| at).into_iter().chain([did.1]).collect();
            self.irregular.push(Irregular::new(kind, on, positions, detail));
        }
    }
}
