//! The only place that reads the time of day. Everything else is given it.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

/// The service's clock: the machine's, or one set to another day for a demonstration.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    offset: TimeDelta,
}

impl Clock {
    /// A clock that reads `start` now and goes on from there.
    #[must_use]
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { offset: start - Utc::now() }
    }

    /// The time, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        let now = Utc::now() + self.offset;
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }
}
