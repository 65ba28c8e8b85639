//! 摘要: the digest of a content. What is reviewed, signed and issued is named by it.

use tongjian_events::values::Digest;

use super::content::Content;
use super::json;
use super::life::LifeError;

impl Content {
    /// SHA-256 of its canonical JSON.
    ///
    /// # Errors
    /// [`LifeError::Unlawful`] when that is no digest, which it is.
    pub fn digest(&self) -> Result<Digest, LifeError> {
        Digest::new(&json::digest(self)).map_err(LifeError::Unlawful)
    }
}
