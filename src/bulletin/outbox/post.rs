//! 投遞: one POST to a webhook, with the machine's own certificates where it is https.

use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use uuid::Uuid;

use super::SendError;

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What posts letters.
#[derive(Debug, Clone)]
pub struct Poster {
    agent: Agent,
}

impl Poster {
    /// One with the certificates of the machine.
    ///
    /// # Errors
    /// None at present: a machine without certificates reaches no https receiver, and says so.
    pub fn new() -> Result<Self, SendError> {
        let found = rustls_native_certs::load_native_certs();
        for error in found.errors {
            tracing::debug!(%error, "a certificate of the machine cannot be read");
        }
        let roots = found.certs.iter().map(|cert| Certificate::from_der(cert).to_owned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots.collect())))
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build()
            .new_agent();
        Ok(Self { agent })
    }

    /// Posts a letter under the id of the act that issued it. Taken is what is answered with 2xx.
    ///
    /// # Errors
    /// [`SendError::NotTaken`].
    pub async fn post(&self, url: &str, act: Uuid, body: Vec<u8>) -> Result<(), SendError> {
        let (agent, url) = (self.agent.clone(), url.to_owned());
        let posting = tokio::task::spawn_blocking(move || {
            let request = agent.post(url).content_type("application/json");
            request.header("Idempotency-Key", act.to_string()).send(&body)
        });
        let not_taken = |rule: String| SendError::NotTaken(rule);
        let answer = posting.await.map_err(|error| not_taken(error.to_string()))?;
        // The library's error may hold the address, and that a secret: only its kind is told.
        let answer = answer.map_err(|error| not_taken(kind_of(&error)))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(not_taken(format!("it answered {}", answer.status().as_u16())))
    }
}

fn kind_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time".into(),
        ureq::Error::Io(error) => format!("it cannot be reached: {}", error.kind()),
        ureq::Error::HostNotFound => "its host is not found".into(),
        ureq::Error::ConnectionFailed => "it cannot be reached".into(),
        ureq::Error::Tls(rule) => format!("TLS: {rule}"),
        ureq::Error::Rustls(error) => format!("TLS: {error}"),
        _ => "the request failed".into(),
    }
}
