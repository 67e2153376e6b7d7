//! The one way to a WebSocket: with this program's TLS and roots ([`http_client`]), through the environment's proxy where there
//! is one, bounded in time and in size.
//!
//! A WebSocket says nothing of a peer that has died: it stays "connected" as long as nobody writes. Whoever uses one sends
//! pings and counts what comes back.

use crate::http_client::{self, HttpClientError};
use crate::proxy::Proxy;
use reqwest::Url;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Longest message or frame that is read, bytes.
const MOST: usize = 1 << 20;

/// What a WebSocket runs over: TCP, with TLS or (to this very machine only) without.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// An open WebSocket.
pub type Socket = WebSocketStream<Box<dyn Io>>;

/// Why there is no connection. Never holds the address, which carries a ticket or a key.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Not `wss://…`, nor `ws://` to this very machine.
    #[error("the address is no wss address")]
    Address,
    /// No TLS on this machine.
    #[error(transparent)]
    Tls(#[from] HttpClientError),
    /// The machine cannot be reached.
    #[error("not reachable: {0}")]
    Unreachable(std::io::ErrorKind),
    /// What `HTTPS_PROXY` names is no `http://…` proxy.
    #[error("HTTPS_PROXY names no http proxy")]
    ProxyAddress,
    /// The proxy cannot be reached.
    #[error("the proxy of HTTPS_PROXY is not reachable: {0}")]
    Proxy(std::io::ErrorKind),
    /// The proxy does not let the connection through.
    #[error("the proxy of HTTPS_PROXY answered HTTP {0}")]
    ProxyRefused(u16),
    /// The server answered the handshake with this HTTP status.
    #[error("the handshake was answered with HTTP {0}")]
    Refused(u16),
    /// The server did not speak the protocol.
    #[error("the handshake broke")]
    Broken,
    /// It took too long.
    #[error("too slow")]
    Slow,
}

/// Opens a WebSocket; address, TLS and handshake together take at most `patience`.
///
/// # Errors
/// [`ConnectError`].
pub async fn connect(url: &str, patience: Duration) -> Result<Socket, ConnectError> {
    tokio::time::timeout(patience, open(url)).await.unwrap_or(Err(ConnectError::Slow))
}

async fn open(url: &str) -> Result<Socket, ConnectError> {
    let address = Url::parse(url).map_err(|_| ConnectError::Address)?;
    let host = address.host_str().ok_or(ConnectError::Address)?;
    let here = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    let secure = match address.scheme() {
        "wss" => true,
        "ws" if here => false,
        _ => return Err(ConnectError::Address),
    };
    let port = address.port_or_known_default().ok_or(ConnectError::Address)?;
    let bare = host.trim_matches(['[', ']']).to_owned();
    let unreachable = |error: std::io::Error| ConnectError::Unreachable(error.kind());
    let proxy = if here { None } else { Proxy::of_environment(host)? };
    let tcp = match proxy {
        Some(proxy) => proxy.connect(host, port).await?,
        None => TcpStream::connect((bare.as_str(), port)).await.map_err(unreachable)?,
    };
    // Acknowledgements are small and wanted at once.
    tcp.set_nodelay(true).map_err(unreachable)?;
    let io: Box<dyn Io> = if secure {
        let name = rustls::pki_types::ServerName::try_from(bare).map_err(|_| ConnectError::Address)?;
        let tls = TlsConnector::from(Arc::new(http_client::tls_config()?));
        Box::new(tls.connect(name, tcp).await.map_err(unreachable)?)
    } else {
        Box::new(tcp)
    };
    let bounds = WebSocketConfig::default().max_message_size(Some(MOST)).max_frame_size(Some(MOST));
    let opened = tokio_tungstenite::client_async_with_config(url, io, Some(bounds)).await;
    match opened {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::Error::Http(response)) => Err(ConnectError::Refused(response.status().as_u16())),
        Err(tungstenite::Error::Io(error)) => Err(unreachable(error)),
        Err(_) => Err(ConnectError::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_secure_addresses_outside_of_this_machine() {
        for url in ["ws://example.com/connect", "http://127.0.0.1/", "wss:", "", "not an address"] {
            let error = connect(url, Duration::from_secs(5)).await.err();
            assert!(matches!(error, Some(ConnectError::Address)), "{url}: {error:?}");
        }
    }
}
