//! 發證: tokens are made and revoked here. The text of a token exists only in what is returned.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tongjian_events::values::{Code, Digest, Name, StaffId, Text};
use tongjian_events::{
    Act, Actor, ActorKind, Entry, Row, SiteCode, Source, StreamKind, Submission, policy,
};
use uuid::{NoContext, Timestamp, Uuid};

use super::{AccessError, Grants, STREAM, digest_of};
use crate::store::{Command, Expected, Store};

/// What a token shall allow.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The token's name, by which it is revoked.
    pub name: String,
    /// Who holds it.
    pub holder: String,
    /// The sites whose subtrees it covers; none means the whole network.
    pub sites: Vec<SiteCode>,
    /// The kinds of stream it may append to.
    pub may_append: Vec<StreamKind>,
    /// Whether it may read.
    pub may_read: bool,
    /// The last day on which it holds.
    pub until_on: Option<NaiveDate>,
}

/// Grants access in the name of whoever sits at the machine.
///
/// # Errors
/// As [`issue_token_as`].
pub async fn issue_token(
    store: &Store,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<String, AccessError> {
    issue_token_as(store, wanted, &operator()?, now).await
}

/// Revokes a token in the name of whoever sits at the machine.
///
/// # Errors
/// As [`revoke_token_as`].
pub async fn revoke_token(
    store: &Store,
    name: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    revoke_token_as(store, name, reason, &operator()?, now).await
}

/// Grants access and answers the token's text, `tj_` and 64 hexadecimal digits (256 bits), which
/// is kept nowhere. `by` is who does it.
///
/// # Errors
/// [`AccessError`]; a token of the same name that holds already is one, or that it would allow
/// nothing.
pub async fn issue_token_as(
    store: &Store,
    wanted: Wanted,
    by: &StaffId,
    now: DateTime<Utc>,
) -> Result<String, AccessError> {
    if !wanted.may_read && wanted.may_append.is_empty() {
        return Err(AccessError::Idle);
    }
    let grants = Grants::of(store).await?;
    if grants.holds(&wanted.name) {
        return Err(AccessError::Held(wanted.name));
    }
    let token = draw()?;
    let body = policy::AccessGranted {
        token: Code::new(&wanted.name).map_err(AccessError::Unlawful)?,
        digest: Digest::new(&format!("sha-256:{}", hex(&digest_of(&token))))
            .map_err(AccessError::Unlawful)?,
        holder: Name::new(&wanted.holder).map_err(AccessError::Unlawful)?,
        sites: wanted.sites,
        may_append: wanted.may_append,
        may_read: wanted.may_read,
        until_on: wanted.until_on,
    };
    append(store, &grants, "policy.AccessGranted", &body, by, now).await?;
    Ok(token)
}

/// Revokes the token of this name.
///
/// # Errors
/// [`AccessError`]; that no token of this name holds is one.
pub async fn revoke_token_as(
    store: &Store,
    name: &str,
    reason: &str,
    by: &StaffId,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let grants = Grants::of(store).await?;
    if !grants.holds(name) {
        return Err(AccessError::NotHeld(name.into()));
    }
    let body = policy::AccessRevoked {
        token: Code::new(name).map_err(AccessError::Unlawful)?,
        reason: Text::new(reason).map_err(AccessError::Unlawful)?,
    };
    append(store, &grants, "policy.AccessRevoked", &body, by, now).await
}

/// Appends an operator's act to the stream of grants, if nobody else did meanwhile.
pub(super) async fn append<B: Serialize>(
    store: &Store,
    grants: &Grants,
    event: &str,
    body: &B,
    by: &StaffId,
    now: DateTime<Utc>,
) -> Result<(), AccessError> {
    let unlawful = |source: serde_json::Error| AccessError::Unlawful(source.to_string());
    let version = tongjian_events::CATALOG.iter().find(|row| row.wire_name() == event);
    let submission = Submission {
        id: id_at(now),
        stream: STREAM.parse().map_err(AccessError::Unlawful)?,
        event: event.into(),
        version: version.map_or(1, |row: &Row| row.version),
        occurred_at: now.fixed_offset(),
        actor: Actor {
            kind: if *by == operator()? { ActorKind::Machine } else { ActorKind::Staff },
            id: by.clone(),
            role: Some(Name::new("operator").map_err(AccessError::Unlawful)?),
            on_behalf_of: None,
        },
        source: Source {
            site: SiteCode::new(crate::engine::SITE).map_err(AccessError::Unlawful)?,
            window: None,
            device: None,
            system: None,
            entry: Entry::Connected,
        },
        evidence: Vec::new(),
        causation: None,
        correlation: None,
        body: serde_json::value::to_raw_value(body).map_err(unlawful)?,
    };
    let expected = match grants.version() {
        0 => Expected::New,
        version => Expected::Exact(version),
    };
    let stream = submission.stream.clone();
    let act = Act::check(submission).map_err(crate::store::AppendError::Refused)?;
    store.append(Command { stream, expected, acts: vec![act], received_at: now }).await?;
    Ok(())
}

/// A UUIDv7 of this time.
fn id_at(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// Who acts where nobody is logged in: whoever sits at the machine.
///
/// # Errors
/// None for the name as written here.
pub fn operator() -> Result<StaffId, AccessError> {
    StaffId::new("tongjian").map_err(AccessError::Unlawful)
}

fn draw() -> Result<String, AccessError> {
    Ok(format!("tj_{}", hex(&random::<32>()?)))
}

/// Random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], AccessError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|source| AccessError::NoRandomBytes(source.to_string()))?;
    Ok(bytes)
}

/// Lower-case hexadecimal.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
