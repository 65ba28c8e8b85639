//! 加密: AES-256-GCM, with a nonce drawn for each use. What is sealed is bound to the applicant and
//! to the key's number, so that no ciphertext and no wrapped key can stand in another's place.

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit as _};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tongjian_events::applicant::Sealed;
use tongjian_events::values::ApplicantRef;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Details, MasterKey, VaultError};
use crate::store::WrappedKey;

const NONCE_BYTES: usize = 12;

/// 256 bits of a key, wiped when they are dropped.
pub(super) type KeyBytes = Zeroizing<[u8; 32]>;

/// 申請人密鑰: one applicant's key in clear.
pub(super) struct SubjectKey {
    pub(super) number: String,
    pub(super) clear: KeyBytes,
}

impl SubjectKey {
    pub(super) fn draw() -> Result<Self, VaultError> {
        let mut number = [0; 16];
        fill(&mut number)?;
        let number = uuid::Builder::from_random_bytes(number).into_uuid();
        Ok(Self { number: Uuid::to_string(&number), clear: draw_key()? })
    }
}

/// 256 bits from the machine's source of randomness.
pub(super) fn draw_key() -> Result<KeyBytes, VaultError> {
    let mut key = Zeroizing::new([0; 32]);
    fill(&mut *key)?;
    Ok(key)
}

fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|source| VaultError::NoRandomBytes(source.to_string()))
}

/// What a ciphertext is bound to: each part with its length, so that no two lists are alike.
fn bound(parts: [&str; 3]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

/// Nonce, ciphertext and tag.
fn encrypt(key: &KeyBytes, plain: &[u8], aad: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_BYTES];
    fill(&mut nonce)?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(**key));
    let sealed = cipher.encrypt(&nonce.into(), Payload { msg: plain, aad });
    let sealed = sealed.map_err(|_| VaultError::Unlawful("the details are too long".into()))?;
    Ok([&nonce[..], &sealed].concat())
}

/// What was encrypted, or nothing where a single bit differs.
fn decrypt(key: &KeyBytes, sealed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, msg) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(**key));
    cipher.decrypt(&(*nonce).into(), Payload { msg, aad }).ok().map(Zeroizing::new)
}

/// Seals details with the applicant's key.
pub(super) fn seal(
    key: &KeyBytes,
    applicant: &ApplicantRef,
    number: &str,
    details: &Details,
) -> Result<Sealed, VaultError> {
    let aad = bound(["tongjian details 1", applicant.as_str(), number]);
    let sealed = encrypt(key, &details.to_plain(), &aad)?;
    Sealed::new(&BASE64_STANDARD.encode(sealed)).map_err(VaultError::Unlawful)
}

/// Opens what was sealed for this applicant with the key of this number.
pub(super) fn open(
    key: &KeyBytes,
    applicant: &ApplicantRef,
    number: &str,
    sealed: &Sealed,
) -> Result<Details, VaultError> {
    let broken = || VaultError::SealBroken { applicant: applicant.to_string() };
    let aad = bound(["tongjian details 1", applicant.as_str(), number]);
    let bytes = BASE64_STANDARD.decode(sealed.as_str()).map_err(|_| broken())?;
    let plain = decrypt(key, &bytes, &aad).ok_or_else(broken)?;
    Details::of_plain(&plain).ok_or_else(broken)
}

/// Wraps an applicant's key by the master key.
pub(super) fn wrap(
    master: &MasterKey,
    applicant: &str,
    key: &SubjectKey,
) -> Result<WrappedKey, VaultError> {
    let aad = bound(["tongjian wrapped key 1", applicant, &key.number]);
    Ok(WrappedKey {
        applicant: applicant.into(),
        key: key.number.clone(),
        master: master.number(),
        wrapped: encrypt(master.bytes(), &*key.clear, &aad)?,
    })
}

/// Unwraps an applicant's key.
pub(super) fn unwrap(master: &MasterKey, wrapped: &WrappedKey) -> Result<SubjectKey, VaultError> {
    let given = master.number();
    if wrapped.master != given {
        let (key, wanted) = (wrapped.key.clone(), wrapped.master.clone());
        return Err(VaultError::OtherMasterKey { key, wanted, given });
    }
    let aad = bound(["tongjian wrapped key 1", &wrapped.applicant, &wrapped.key]);
    let broken = || VaultError::KeyBroken { key: wrapped.key.clone() };
    let plain = decrypt(master.bytes(), &wrapped.wrapped, &aad).ok_or_else(broken)?;
    let clear = <[u8; 32]>::try_from(plain.as_slice()).map_err(|_| broken())?;
    Ok(SubjectKey { number: wrapped.key.clone(), clear: Zeroizing::new(clear) })
}
