//! Over TLS by itself: with a certificate of its own making, what browsers are told, and that nobody
//! is answered in clear.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The service in a process of its own.
struct Service {
    child: Child,
    address: String,
    /// What it said of the first administrator.
    password: String,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tongjian"))
            .args(["serve", "--no-watch", "--listen", "127.0.0.1:0", "--data", "tls.db"])
            .args(["--tls-certificate", "chain.pem", "--tls-key", "key.pem"])
            .current_dir(folder)
            .env("TONGJIAN_LOG", "info")
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let once = said.find(|line| line.contains("with the password")).unwrap();
        let password = once.split_once("with the password ").unwrap().1;
        let password = password.split(',').next().unwrap().to_owned();
        let mut logged = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(logged.read_line(&mut line).unwrap() > 0, "it ended before it listened");
            if let Some((_, address)) = line.trim().split_once("listening address=") {
                break address.to_owned();
            }
        };
        std::thread::spawn(move || logged.read_to_end(&mut Vec::new()));
        Self { child, address, password }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who trusts these certificates, and no others.
fn trusting(certificates: Vec<Certificate<'static>>) -> Agent {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(certificates)))
        .unversioned_rustls_crypto_provider(provider)
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(Duration::from_secs(20)))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .new_agent()
}

#[test]
fn with_a_certificate_it_answers_over_tls_and_not_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(folder.path().join("chain.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let service = Service::start(folder.path());
    let (address, own) = (&service.address, Certificate::from_der(made.cert.der()).to_owned());
    let agent = trusting(vec![own]);
    let form = agent.get(format!("https://{address}/login")).call().unwrap();
    assert_eq!(form.status(), 200);
    let sts = form.headers().get("strict-transport-security").unwrap().to_str().unwrap();
    assert!(sts.starts_with("max-age=63072000"), "{sts}");
    let fields = [("account", "administrator"), ("password", service.password.as_str())];
    let inside = agent.post(format!("https://{address}/login")).send_form(fields).unwrap();
    assert_eq!(inside.status(), 303);
    let cookie = inside.headers().get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.starts_with("__Host-tongjian=") && cookie.contains("Secure"), "{cookie}");
    // Nobody is answered in clear, and nobody is taken in who does not know the certificate.
    let clear = agent.get(format!("http://{address}/login")).call();
    assert!(clear.is_err(), "{clear:?}");
    let stranger = trusting(Vec::new()).get(format!("https://{address}/login")).call();
    assert!(stranger.is_err(), "{stranger:?}");
}
