//! 主密鑰: the key that wraps the applicants' keys. It is a file outside the database, for its
//! owner's eyes only, and is never written anywhere else.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::VaultError;
use super::cipher::{self, KeyBytes};
use crate::access::hex;
use crate::engine;

/// More than a key and its line end need.
const MOST_BYTES: u64 = 256;

/// 主密鑰.
#[derive(Clone)]
pub struct MasterKey(KeyBytes);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.number())
    }
}

/// Why a master key could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file cannot be read or written.
    #[error("the master key `{}` cannot be read or written", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read it.
    #[error(
        "the master key `{}` has mode {mode:03o}: others may read it; chmod 600",
        path.display()
    )]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It holds no key.
    #[error(
        "`{}` holds no master key: 32 bytes as 64 hexadecimal digits or in base64",
        path.display()
    )]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The machine gave no random bytes.
    #[error(transparent)]
    Draw(#[from] VaultError),
}

impl MasterKey {
    /// Draws a key.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn draw() -> Result<Self, VaultError> {
        cipher::draw_key().map(Self)
    }

    /// Reads a key's file, which nobody but its owner may read.
    ///
    /// # Errors
    /// [`MasterKeyError`]; what the file holds is not repeated.
    pub fn read(path: &Path) -> Result<Self, MasterKeyError> {
        let failed = |source| MasterKeyError::File { path: path.into(), source };
        let file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(MasterKeyError::OpenToOthers { path: path.into(), mode });
        }
        let mut text = Zeroizing::new(Vec::new());
        file.take(MOST_BYTES).read_to_end(&mut text).map_err(failed)?;
        let key = std::str::from_utf8(&text).ok().and_then(|text| parse(text.trim()));
        key.map(Self).ok_or_else(|| MasterKeyError::NoKey { path: path.into() })
    }

    /// Draws a key and writes it into a file that is not there yet, for its owner alone.
    ///
    /// # Errors
    /// [`MasterKeyError`]; a file that is there stays as it is.
    pub fn make(path: &Path) -> Result<Self, MasterKeyError> {
        let key = Self::draw()?;
        let failed = |source| MasterKeyError::File { path: path.into(), source };
        let mut new = OpenOptions::new();
        let mut file = new.write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
        let text = Zeroizing::new(hex(&*key.0) + "\n");
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(key)
    }

    /// The key's number: the beginning of a digest of its 256 random bits, from which nothing of
    /// it follows.
    #[must_use]
    pub fn number(&self) -> String {
        let digest = engine::digest(&[b"tongjian master key 1", &*self.0]);
        hex(digest.get(..8).unwrap_or_default())
    }

    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.0
    }
}

fn parse(text: &str) -> Option<KeyBytes> {
    let bytes = match text.len() {
        64 => of_hex(text)?,
        _ => Zeroizing::new(BASE64_STANDARD.decode(text).ok()?),
    };
    <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
}

fn of_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |at: usize| text.get(at..at + 2).filter(|two| !two.starts_with('+'));
    let byte = |at: usize| u8::from_str_radix(digit(at)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    bytes.map(Zeroizing::new)
}
