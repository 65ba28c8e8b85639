//! 會話: who is logged in. The browser holds 256 random bits; the cabinet holds their digest, whose
//! account it is and until when.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::issue::{hex, random};
use super::{AccessError, digest_of, passwords};
use crate::store::Store;
use crate::store::cabinet::{Drawer, Keeping};

/// A session that nobody used for so long has ended.
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// A session ends after so long, used or not.
const LONGEST: TimeDelta = TimeDelta::hours(12);
/// That it is used is written down so often.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// 會話: somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The account.
    pub(crate) account: String,
    /// What every form sends back, so that no page of another origin can act here.
    pub(crate) csrf: String,
    since: DateTime<Utc>,
    seen: DateTime<Utc>,
    /// Which of the account's passwords it was begun with.
    edition: u64,
    /// Whether the password must be changed before anything else is done.
    #[serde(skip)]
    pub(crate) must_change: bool,
}

impl Session {
    fn ends_at(&self) -> DateTime<Utc> {
        (self.seen + IDLE).min(self.since + LONGEST)
    }

    /// Whether this is what its forms send back.
    pub(crate) fn sent_back(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

/// Begins a session of somebody whose password was right; answers what the browser shall hold.
pub(crate) async fn begin(
    store: &Store,
    account: &str,
    edition: u64,
    now: DateTime<Utc>,
) -> Result<String, AccessError> {
    store.let_ended_go(now).await?;
    let secret = hex(&random::<32>()?);
    let session = Session {
        account: account.into(),
        csrf: hex(&random::<16>()?),
        since: now,
        seen: now,
        edition,
        must_change: false,
    };
    keep(store, key(&secret), &session, None).await?;
    Ok(secret)
}

/// The session of what a browser holds, if it has not ended.
pub(crate) async fn of(
    store: &Store,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<Session>, AccessError> {
    let key = key(secret);
    let Some(kept) = store.kept(Drawer::Sessions, &key).await? else { return Ok(None) };
    let Ok(mut session) = serde_json::from_str::<Session>(&kept.body) else { return Ok(None) };
    let verifier = passwords::of(store, &session.account).await?;
    let verifier = verifier.filter(|verifier| verifier.edition == session.edition);
    let Some(verifier) = verifier.filter(|_| now < session.ends_at()) else {
        store.let_go(Drawer::Sessions, &key).await?;
        return Ok(None);
    };
    session.must_change = verifier.once;
    if now - session.seen >= SEEN_EVERY {
        session.seen = now;
        keep(store, key, &session, Some(kept.version)).await?;
    }
    Ok(Some(session))
}

/// Ends a session.
pub(crate) async fn end(store: &Store, secret: &str) -> Result<(), AccessError> {
    store.let_go(Drawer::Sessions, &key(secret)).await?;
    Ok(())
}

/// What a browser holds is kept nowhere, only its digest.
fn key(secret: &str) -> String {
    hex(&digest_of(secret))
}

async fn keep(
    store: &Store,
    key: String,
    session: &Session,
    over: Option<u64>,
) -> Result<(), AccessError> {
    let body = serde_json::to_string(session);
    let body = body.map_err(|source| AccessError::Cabinet(source.to_string()))?;
    let ends_at = Some(session.ends_at());
    // Where another request was quicker, it wrote the same.
    store.keep(Keeping { drawer: Drawer::Sessions, key, body, over, ends_at }).await?;
    Ok(())
}
