//! 好差評: what applicants think of it, given at the device of the hall.

use chrono::{DateTime, Utc};
use rand::{Rng, RngExt as _};
use serde_json::json;
use tongjian_events::instant;

use super::super::setup::device;
use super::super::writer::{instant as civil, set};
use super::{Fault, SimulateError, SiteFault, Story, When};

impl<R: Rng> Story<'_, R> {
    /// One in ten gives a review, some minutes after the end.
    pub(super) fn review(&mut self, ended: DateTime<Utc>) -> Result<(), SimulateError> {
        if !self.site.has_device() {
            return Ok(());
        }
        let quick = self.fault == Some(Fault::ReviewedTooQuickly);
        if !quick && !self.calm_one_in(10) {
            return Ok(());
        }
        let on = self.now.on;
        let reviews = &mut self.writer.place(self.number).reviews;
        if reviews.0 != Some(on) {
            *reviews = (Some(on), 0);
        }
        reviews.1 += 1;
        if reviews.1 > 4 && !quick {
            return Ok(());
        }
        let at = ended
            + match quick {
                true => chrono::TimeDelta::seconds(4),
                false => chrono::TimeDelta::minutes(self.rng.random_range(2..=15)),
            };
        let flawless = self.writer.place(self.number).has(SiteFault::TooGood, on);
        let bad = self.one_in(12) && !quick && !flawless;
        let rating = if bad { "dissatisfied" } else { "very_satisfied" };
        let mut desk = self.desk.clone();
        desk.device = Some(device(self.number));
        let stream = format!("complaint/P-{:06}", self.writer.cases);
        let about = json!({
            "unit": self.desk.site, "case": self.stream, "site": self.desk.site,
        });
        let body = json!({ "rating": rating, "channel": "device", "about": about });
        let told = ("complaint.ReviewSubmitted", body);
        let act = self.writer.write_at(&desk, at, None, &stream, told)?;
        let count = self.writer.place(self.number).count(on);
        count.reviews += 1;
        count.bad_reviews += u32::from(bad);
        if quick {
            self.plant("too_quick", on, &[act]);
        }
        if bad {
            self.put_right_a_bad_review(&stream)?;
        }
        Ok(())
    }

    /// Verified, put right, and the reviewer told, in five working days; one in a thousand is not.
    fn put_right_a_bad_review(&mut self, stream: &str) -> Result<(), SimulateError> {
        let on = self.now.on;
        let wrong = self.one_in((1_000 / self.city.faults_on(on).max(1)).max(4))
            && self.city.faults_on(on) > 0;
        let wrong = wrong.then(|| self.rng.random_range(0..3_u32));
        let (unverified, late) = (wrong == Some(0), wrong == Some(1));
        let first = self.on_working_day(if late { 7 } else { 1 })?;
        if late {
            let due = self.city.working.due(on, 5)?.on;
            self.writer.plant("bad_review", stream, super::next(due), &[]);
        }
        let desk = self.desk.clone();
        if !unverified {
            let body = json!({ "truth": "founded", "findings": "等候过久" });
            let told = ("complaint.BadReviewVerified", body);
            self.writer.write(&desk, first, None, stream, told)?;
        }
        let when = When { minute: first.minute + 30, ..first };
        let mut body = json!({ "measures": "增开窗口" });
        if wrong != Some(2) {
            let told = civil(when.on, when.minute - 10)?;
            set(&mut body, "told_reviewer_at", instant::utc_text(told));
        }
        let told = ("complaint.BadReviewRectified", body);
        let act = self.writer.write(&desk, when, None, stream, told)?;
        let shown = match wrong {
            Some(0) => Some("bad_review_not_verified"),
            Some(2) => Some("bad_review_not_fed_back"),
            _ => None,
        };
        if let Some(rule) = shown {
            self.writer.plant(rule, stream, when.on, &[act]);
        }
        Ok(())
    }
}
