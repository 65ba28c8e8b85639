//! 換主密鑰: every applicant's key is wrapped by another master key. What is sealed stays as it is.

use super::{MasterKey, Vault, VaultError, cipher};

/// What became of the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Wrapped anew.
    pub anew: u64,
    /// Wrapped by the new master key already.
    pub there: u64,
    /// Destroyed, since their destruction was on record.
    pub destroyed: u64,
}

impl Vault {
    /// Wraps every key anew. Broken off, it goes on where it stood when it is done again.
    ///
    /// # Errors
    /// [`VaultError`]; a key that is wrapped by neither master key is one.
    pub async fn rewrap(&self, to: &MasterKey) -> Result<Rewrapped, VaultError> {
        let from = self.master()?;
        let mut done = Rewrapped { destroyed: self.finish().await?, ..Rewrapped::default() };
        let (new, mut after) = (to.number(), String::new());
        loop {
            let keys = self.store.applicant_keys(&after).await?;
            let Some(last) = keys.last() else { return Ok(done) };
            after.clone_from(&last.applicant);
            for key in &keys {
                if key.master == new {
                    done.there += 1;
                    continue;
                }
                let clear = cipher::unwrap(from, key)?;
                let wrapped = cipher::wrap(to, &key.applicant, &clear)?;
                done.anew +=
                    u64::from(self.store.rewrap_applicant_key(&wrapped, &key.master).await?);
            }
        }
    }
}
