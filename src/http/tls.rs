//! TLS: the service's own certificate and key, where no proxy stands before it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why a certificate or key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("{file} cannot be read as PEM: {reason}")]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is no certificate in the file.
    #[error("there is no certificate in {0}")]
    NoCertificate(PathBuf),
    /// Key and certificate do not belong together, or are of a kind that is not known.
    #[error("the key does not fit the certificate")]
    Unfit(#[source] rustls::Error),
}

/// 身份: what the service shows itself to be.
#[derive(Clone)]
pub struct Identity(Arc<ServerConfig>);

/// The key is not shown.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

impl Identity {
    /// The identity of a chain of certificates and the key of the first.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn of(chain: &Path, key: &Path) -> Result<Self, TlsError> {
        let unreadable = |file: &Path, reason: rustls::pki_types::pem::Error| {
            TlsError::Unreadable { file: file.into(), reason: reason.to_string() }
        };
        let certificates = CertificateDer::pem_file_iter(chain)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|reason| unreadable(chain, reason))?;
        if certificates.is_empty() {
            return Err(TlsError::NoCertificate(chain.into()));
        }
        let private =
            PrivateKeyDer::from_pem_file(key).map_err(|reason| unreadable(key, reason))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder.with_no_client_auth().with_single_cert(certificates, private)
            })
            .map_err(TlsError::Unfit)?;
        Ok(Self(Arc::new(config)))
    }

    pub(super) fn config(&self) -> ServerConfig {
        ServerConfig::clone(&self.0)
    }
}
