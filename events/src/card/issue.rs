//! 發牌: cards as they are issued, told, answered and decided upon.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AppealGround, AppealOutcome, CardClosure, CardColour, CardLevel, Recipient, Subject};
use crate::ids::StreamId;
use crate::shape::bodies;
use crate::values::{
    Code, Digest, Edition, Instant, Name, Position, ScoreHundredths, StaffId, Text, UnitCode,
    WorkingDays,
};

bodies! {
    /// 預警: something is about to go wrong, or went wrong in a small way.
    WarningRaised {
        /// Whom it is about.
        subject: Subject,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// What happened, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<Text>,
        /// Within how many working days it must be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_working_days: Option<WorkingDays>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 黃牌: the promise was broken, or a duty of form.
    YellowCardIssued {
        /// Whom it is about.
        subject: Subject,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// What happened, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<Text>,
        /// Within how many working days it must be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_working_days: Option<WorkingDays>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 紅牌: the law was broken, or a yellow card was not answered.
    RedCardIssued {
        /// Whom it is about.
        subject: Subject,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// What happened, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<Text>,
        /// Within how many working days it must be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_working_days: Option<WorkingDays>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 嚴重違規: data were falsified, or a red card repeated; to be handed over.
    SeriousViolationMarked {
        /// Whom it is about.
        subject: Subject,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// What happened, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<Text>,
        /// Within how many working days it must be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_working_days: Option<WorkingDays>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 單位牌: a card for a unit as a whole.
    UnitCardIssued {
        /// Yellow or red.
        colour: CardColour,
        /// The unit, and the site where it concerns one.
        subject: Subject,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// What happened, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<Text>,
        /// Within how many working days it must be answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_working_days: Option<WorkingDays>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 告牌: somebody was told of the card.
    CardNotified {
        /// In which capacity.
        to: Recipient,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
        /// How.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        means: Option<Name>,
    }

    /// 答覆紅黃牌: the unit answered.
    CardAnswered {
        /// What it said.
        answer: Text,
    }

    /// 申訴: the unit or the person appealed.
    CardAppealed {
        /// On which ground.
        ground: AppealGround,
        /// What was said.
        statement: Text,
        /// Digests of what can be shown for it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Digest>,
    }

    /// 申訴決定: an officer who did not issue the card decided on the appeal.
    AppealDecided {
        /// What was decided.
        outcome: AppealOutcome,
        /// Who decided.
        decided_by: StaffId,
        /// Why.
        reasons: Text,
    }

    /// 紅黃牌升級: a card of a higher level takes this one's place.
    CardEscalated {
        /// The higher level.
        to: CardLevel,
        /// The new card, as `card/…`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<StreamId>,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// 到期時刻: from when the rule held; earlier than the act where nobody watched meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fell_due_at: Option<Instant>,
    }

    /// 結牌: the card is done with.
    CardClosed {
        /// How.
        closure: CardClosure,
    }

    /// 記分: points were posted against a unit or a person.
    PointsPosted {
        /// The unit.
        unit: UnitCode,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        staff: Option<StaffId>,
        /// How many; what is taken is negative.
        points_hundredths: ScoreHundredths,
        /// The part of the score they belong to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Code>,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
    }
}
