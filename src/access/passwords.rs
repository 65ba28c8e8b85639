//! 口令: what shows that somebody is who he says. Only an Argon2id verifier is kept, in the cabinet.
//! Every try is counted before it is judged, so that many at once are no way round the limit.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::AccessError;
use super::issue::random;
use crate::store::Store;
use crate::store::cabinet::{Drawer, Keeping};

/// The fewest characters of a password.
const SHORTEST: usize = 10;
/// The most bytes of one: hashing takes longer the longer it is.
const LONGEST: usize = 256;
/// So many wrong tries in a row are only mistakes.
const MISTAKES: u32 = 4;
/// The first wait, which doubles with each further try.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
/// No wait is longer.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// How often a write is tried again after another was quicker.
const TRIES: u32 = 20;

/// Each hash takes 19 MiB and a core; so many are made at a time.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);

/// 驗證值: what is kept of a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verifier {
    /// The Argon2id hash as a PHC string.
    phc: String,
    /// Whether it must be changed before anything else is done.
    pub(crate) once: bool,
    /// Whether somebody logged in with it.
    #[serde(default)]
    used: bool,
    /// Tries since the last right one.
    failures: u32,
    /// Until when none is judged.
    locked_until: Option<DateTime<Utc>>,
    /// How often the password was set: sessions of an earlier one hold no longer.
    pub(crate) edition: u64,
}

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tried {
    /// It is the password.
    Right(Verifier),
    /// It is not, or there is none.
    Wrong,
    /// Too many were wrong; none is judged until then.
    Locked(DateTime<Utc>),
}

/// Whether a password may be set.
///
/// # Errors
/// Says in words which rule it breaks.
pub(crate) fn lawful(account: &str, password: &str) -> Result<(), String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("a password has at least {SHORTEST} characters"));
    }
    if password.len() > LONGEST {
        return Err(format!("a password has at most {LONGEST} bytes"));
    }
    if password.to_lowercase().contains(&account.to_lowercase()) {
        return Err("a password does not hold the name of its account".into());
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < 5 {
        return Err("a password has at least five different characters".into());
    }
    Ok(())
}

/// A password that nobody chose, for this account: one that by chance holds its name is drawn
/// again.
pub(crate) fn drawn_for(account: &str) -> Result<String, AccessError> {
    let mut rule = String::new();
    for _ in 0..1_000 {
        let grouped = drawn()?;
        let plain = grouped.replace('-', "");
        for password in [grouped, plain] {
            match lawful(account, &password) {
                Ok(()) => return Ok(password),
                Err(broken) => rule = broken,
            }
        }
    }
    Err(AccessError::Unlawful(rule))
}

/// A password that nobody chose: 16 letters and digits of 31, 79 bits, in groups that can be typed.
fn drawn() -> Result<String, AccessError> {
    const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let bytes = random::<16>()?;
    let letter = |byte: &u8| char::from(*LETTERS.get(usize::from(byte % 31)).unwrap_or(&b'a'));
    let letters: Vec<char> = bytes.iter().map(letter).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// The verifier of an account.
pub(crate) async fn of(store: &Store, account: &str) -> Result<Option<Verifier>, AccessError> {
    let kept = store.kept(Drawer::Passwords, account).await?;
    kept.map(|kept| serde_json::from_str(&kept.body).map_err(unreadable)).transpose()
}

/// Sets a password. With `once` it must be changed before anything else is done; with `new` only
/// where there is none yet. Answers whether it was set.
pub(crate) async fn set(
    store: &Store,
    account: &str,
    password: &str,
    once: bool,
    new: bool,
) -> Result<bool, AccessError> {
    lawful(account, password).map_err(AccessError::Unlawful)?;
    let phc = hashed(password.to_owned()).await?;
    change(store, account, |held| {
        let edition = held.map_or(0, |held| held.edition) + 1;
        let phc = phc.clone();
        let set = Verifier { phc, once, used: false, failures: 0, locked_until: None, edition };
        (!new || held.is_none()).then_some(set)
    })
    .await
    .map(|set| set.is_some())
}

/// What a password is told for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To log in, for which one that was drawn is good once.
    LogIn,
    /// To set another, by whoever is logged in.
    Change,
}

/// Judges a try.
pub(crate) async fn judge(
    store: &Store,
    (account, password): (&str, &str),
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Tried, AccessError> {
    let mut locked = None;
    let counted = change(store, account, |held| {
        let mut held = held?.clone();
        locked = held.locked_until.filter(|until| *until > now);
        if locked.is_some() {
            return None;
        }
        held.failures = held.failures.saturating_add(1);
        let over = held.failures.saturating_sub(MISTAKES);
        let doubled = 1_i32.checked_shl(over.saturating_sub(1)).filter(|times| *times > 0);
        let wait = doubled.map_or(LONGEST_WAIT, |times| (FIRST_WAIT * times).min(LONGEST_WAIT));
        held.locked_until = (over > 0).then(|| now + wait);
        Some(held)
    })
    .await?;
    if let Some(until) = locked {
        // As long as every other try, or it would tell that there is such an account.
        hashed(password.to_owned()).await?;
        return Ok(Tried::Locked(until));
    }
    let Some(held) = counted else {
        // A name without a password takes as long as one with a wrong password.
        hashed(password.to_owned()).await?;
        return Ok(Tried::Wrong);
    };
    let is_used_up = |held: &Verifier| purpose == Purpose::LogIn && held.once && held.used;
    if !fits(password.to_owned(), held.phc.clone()).await? || is_used_up(&held) {
        return Ok(Tried::Wrong);
    }
    let right = change(store, account, |now| {
        let now = now.filter(|now| now.edition == held.edition && !is_used_up(now))?;
        Some(Verifier { failures: 0, locked_until: None, used: true, ..now.clone() })
    });
    Ok(right.await?.map_or(Tried::Wrong, Tried::Right))
}

/// Forgets the password of an account.
pub(crate) async fn forget(store: &Store, account: &str) -> Result<(), AccessError> {
    store.let_go(Drawer::Passwords, account).await?;
    Ok(())
}

/// Writes what `with` makes of what is kept, again where another was quicker; answers it.
async fn change(
    store: &Store,
    account: &str,
    mut with: impl FnMut(Option<&Verifier>) -> Option<Verifier>,
) -> Result<Option<Verifier>, AccessError> {
    for _ in 0..TRIES {
        let kept = store.kept(Drawer::Passwords, account).await?;
        let held = kept.as_ref().map(|kept| serde_json::from_str::<Verifier>(&kept.body));
        let held = held.transpose().map_err(unreadable)?;
        let Some(next) = with(held.as_ref()) else { return Ok(None) };
        let keeping = Keeping {
            drawer: Drawer::Passwords,
            key: account.into(),
            body: serde_json::to_string(&next).map_err(unreadable)?,
            over: kept.map(|kept| kept.version),
            ends_at: None,
        };
        if store.keep(keeping).await? {
            return Ok(Some(next));
        }
    }
    Err(AccessError::Cabinet("others change this account again and again".into()))
}

fn unreadable(source: serde_json::Error) -> AccessError {
    AccessError::Cabinet(format!("what is kept cannot be read: {source}"))
}

async fn hashed(password: String) -> Result<String, AccessError> {
    let hash =
        move || Argon2::default().hash_password(password.as_bytes()).map(|phc| phc.to_string());
    let hashed = at_a_time(hash).await?;
    hashed.map_err(|source| AccessError::Cabinet(format!("the password was not hashed: {source}")))
}

async fn fits(password: String, phc: String) -> Result<bool, AccessError> {
    let judge = move || {
        let parsed = PasswordHash::new(&phc)?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    };
    let judged: Result<bool, argon2::password_hash::phc::Error> = at_a_time(judge).await?;
    judged.map_err(|source| AccessError::Cabinet(format!("the verifier is not one: {source}")))
}

/// Does what takes a core beside what is answered.
async fn at_a_time<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AccessError> {
    let stopped = |source: &dyn std::fmt::Display| AccessError::Cabinet(source.to_string());
    let _one = AT_A_TIME.acquire().await.map_err(|source| stopped(&source))?;
    tokio::task::spawn_blocking(work).await.map_err(|source| stopped(&source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_drawn_for_accounts_with_the_shortest_of_names() {
        for account in ["a", "li", "-", "z9"] {
            for _ in 0..200 {
                let password = drawn_for(account).unwrap_or_default();
                assert_eq!(lawful(account, &password), Ok(()), "{account}: {password}");
            }
        }
    }
}
