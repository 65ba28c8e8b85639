//! 摘要: the digest of a content. What is reviewed, signed and issued is named by it.

use sha2::{Digest as _, Sha256};
use tongjian_events::values::Digest;

use super::content::Content;
use super::life::LifeError;
use crate::access::hex;

impl Content {
    /// The bytes that are hashed: canonical JSON (RFC 8785: no white space, members in the order of
    /// their names; all numbers are whole).
    ///
    /// # Errors
    /// [`LifeError::Unwritable`] when it cannot be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, LifeError> {
        Ok(serde_json::to_value(self)?.to_string().into_bytes())
    }

    /// SHA-256 of its bytes.
    ///
    /// # Errors
    /// [`LifeError::Unwritable`].
    pub fn digest(&self) -> Result<Digest, LifeError> {
        let text = format!("sha-256:{}", hex(&<[u8; 32]>::from(Sha256::digest(self.bytes()?))));
        Digest::new(&text).map_err(LifeError::Unlawful)
    }
}
