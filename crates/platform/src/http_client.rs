//! The one way to a TLS connection and to an HTTP client.
//!
//! reqwest is built without a crypto provider (`rustls-no-provider`), so that ring is the only one in
//! the tree; a bare `reqwest::Client::new()` panics at run time. The roots are Mozilla's, compiled
//! in: a container without CA files works the same as a laptop.

use std::sync::Arc;
use std::time::Duration;

/// No client could be built; the program cannot talk to any platform.
#[derive(Debug, thiserror::Error)]
pub enum HttpClientError {
    /// rustls refused its own configuration.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// reqwest refused the client (for instance an unreadable proxy setting).
    #[error("the HTTP client could not be built: {0}")]
    Client(#[from] reqwest::Error),
}

/// TLS as every connection of this program uses it: ring, TLS 1.2 and 1.3, Mozilla's roots.
pub fn tls_config() -> Result<rustls::ClientConfig, HttpClientError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// A client whose calls end after `timeout` at the latest.
///
/// It follows no redirect: the addresses carry keys, and no platform redirects its API.
/// With `no_proxy` the environment's `HTTPS_PROXY` is left aside, as tests on the loopback need it.
pub fn client(timeout: Duration, no_proxy: bool) -> Result<reqwest::Client, HttpClientError> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls_config()?)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(5)))
        .user_agent(concat!("deskmate/", env!("CARGO_PKG_VERSION")));
    let builder = if no_proxy { builder.no_proxy() } else { builder };
    Ok(builder.build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_be_built_without_a_global_crypto_provider() {
        client(Duration::from_secs(1), true).expect("ring and the roots are compiled in");
    }
}
