//! 好差評: reviews by applicants, and what the unit does about bad ones.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::card::Subject;
use crate::shape::{bodies, words};
use crate::values::{ApplicantRef, Code, Edition, Instant, Period, Position, Text, UnitCode};

words! {
    /// 評價等級: the five levels.
    Rating {
        /// 非常滿意.
        VerySatisfied,
        /// 滿意.
        Satisfied,
        /// 基本滿意.
        FairlySatisfied,
        /// 不滿意.
        Dissatisfied,
        /// 非常不滿意.
        VeryDissatisfied,
    }

    /// 評價渠道: how a review came.
    ReviewChannel {
        /// 評價器.
        Device,
        /// 網上.
        Online,
        /// 短信.
        Message,
        /// 電話.
        Telephone,
        /// 紙質.
        Paper,
    }

    /// 差評核實結果: what a bad review turned out to be.
    ReviewTruth {
        /// 屬實.
        Founded,
        /// 誤評.
        Mistaken,
        /// 惡意評價.
        Malicious,
    }
}

bodies! {
    /// 好差評: an applicant reviewed a service.
    ReviewSubmitted {
        /// The level.
        rating: Rating,
        /// How it came.
        channel: ReviewChannel,
        /// What was reviewed.
        about: Subject,
        /// Who, as an opaque reference.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reviewer: Option<ApplicantRef>,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Text>,
    }

    /// 差評核實: the reviewer was called back and the matter looked into.
    BadReviewVerified {
        /// What it turned out to be.
        truth: ReviewTruth,
        /// What was found.
        findings: Text,
    }

    /// 差評整改: the matter was put right.
    BadReviewRectified {
        /// What was done.
        measures: Text,
        /// When the reviewer was told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told_reviewer_at: Option<Instant>,
    }

    /// 評價申訴: the unit says that the review is mistaken or malicious.
    ReviewAppealed {
        /// Which unit.
        by: UnitCode,
        /// Why.
        reasons: Text,
    }

    /// 滿意度異常: an authority holds a unit's reviews to be unlikely.
    SatisfactionAnomalyFlagged {
        /// Whose reviews.
        subject: Subject,
        /// In which period.
        period: Period,
        /// The rule applied.
        rule: Code,
        /// The rule's edition.
        rule_edition: Edition,
        /// The positions it rests on.
        grounds: Vec<Position>,
        /// What is unlikely about them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matter: Option<Text>,
    }
}
