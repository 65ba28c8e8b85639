//! 限流: how often one may come. Systems with a token are not slowed down here: the queue of the
//! appender says when it is full.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// From one address so many tries to log in or to show a token that is not known, at once.
const TRIES: NonZeroU32 = at_most(20);
/// And then one every so long.
const TRY_EVERY: Duration = Duration::from_secs(3);
/// By one account so many requests at once.
const REQUESTS: NonZeroU32 = at_most(200);
/// And then so many a second.
const REQUESTS_A_SECOND: NonZeroU32 = at_most(40);
/// Who has not come for long is forgotten every so many requests.
const FORGET_EVERY: u32 = 4096;

const fn at_most(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Somebody comes too often.
#[derive(Debug, thiserror::Error)]
pub enum TooOften {
    /// From this address too much was tried.
    #[error("too many tries from this address; wait a little")]
    Tries,
    /// This account asks too much.
    #[error("the account `{0}` asks too often; wait a little")]
    Requests(String),
}

/// Who came how often.
#[derive(Debug)]
pub struct Limits {
    tries: DefaultKeyedRateLimiter<IpAddr>,
    requests: DefaultKeyedRateLimiter<String>,
    seen: AtomicU32,
}

impl Default for Limits {
    fn default() -> Self {
        let tries = Quota::with_period(TRY_EVERY).unwrap_or(Quota::per_minute(TRIES));
        let requests = Quota::per_second(REQUESTS_A_SECOND).allow_burst(REQUESTS);
        Self {
            tries: RateLimiter::keyed(tries.allow_burst(TRIES)),
            requests: RateLimiter::keyed(requests),
            seen: AtomicU32::new(0),
        }
    }
}

impl Limits {
    /// A try to log in, or with a token that is not known.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(super) fn tries(&self, from: IpAddr) -> Result<(), TooOften> {
        self.forget();
        self.tries.check_key(&from).map_err(|_| TooOften::Tries)
    }

    /// A request of somebody who is logged in.
    ///
    /// # Errors
    /// [`TooOften`].
    pub(super) fn requests(&self, account: &str) -> Result<(), TooOften> {
        self.forget();
        let checked = self.requests.check_key(&account.to_owned());
        checked.map_err(|_| TooOften::Requests(account.into()))
    }

    /// Memory does not grow with who once came.
    fn forget(&self) {
        if self.seen.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.tries.retain_recent();
            self.requests.retain_recent();
        }
    }
}
