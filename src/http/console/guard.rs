//! Who may ask, and how a refusal reads.

use super::Console;
use crate::http::whole::Whole;
use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;

/// Why the page's request is not carried out, in a sentence for the person in front of it.
#[derive(Debug)]
pub(super) struct Fault(StatusCode, String);

impl Fault {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self(status, text.into())
    }

    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(super) fn forbidden(text: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, text)
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "the console could not reach the store");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "暂时读写不了数据，请稍后再试")
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

pub(super) type Answered = Result<Json<Value>, Fault>;

/// A JSON body, refused in our words.
pub(super) struct Ask<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Ask<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let json = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if json.is_none_or(|kind| kind.split(';').next().unwrap_or_default().trim() != "application/json") {
            return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "只接受 application/json"));
        }
        let Whole(body) = Whole::from_request(request, state).await.map_err(|refused| {
            let text = match refused.status() {
                StatusCode::PAYLOAD_TOO_LARGE => "太长了，发不出去",
                StatusCode::REQUEST_TIMEOUT => "请求来得太慢，请再试一次",
                _ => "请求读不懂",
            };
            Fault::new(refused.status(), text)
        })?;
        // Where the reader stumbled, without what stands there.
        let read = serde_json::from_slice(&body)
            .map_err(|error| Fault::bad(format!("请求读不懂：第 {} 列", error.column())));
        read.map(Self)
    }
}

pub(super) async fn guard(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/console/api/");
    let mut response = match admits(&console.settings.hosts, request.method(), request.headers(), api) {
        Ok(()) => next.run(request).await,
        Err(fault) => fault.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, if api { "no-store" } else { "no-cache" }),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// `127.0.0.1:8080` without its port.
fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

/// Whether a request comes from the page itself, or from somebody at this machine. `hosts` are names besides the
/// loopback ones.
fn admits(hosts: &[String], method: &Method, headers: &HeaderMap, api: bool) -> Result<(), Fault> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let Some(host) = text("host") else { return Err(Fault::bad("缺少 Host")) };
    let name = without_port(host);
    let here = name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        || hosts.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !here {
        return Err(Fault::forbidden("本页只能用本机地址打开，例：http://127.0.0.1"));
    }
    let posts = *method == Method::POST;
    match text("sec-fetch-site") {
        None | Some("same-origin") => {}
        // Typed into the address bar, or a link to the page itself.
        Some("none") if !posts => {}
        Some(_) if !posts && !api => {}
        Some(_) => return Err(Fault::forbidden("请求不是本页发出的")),
    }
    if let Some(origin) = text("origin")
        && posts
    {
        let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if !own.is_some_and(|own| own.eq_ignore_ascii_case(host)) {
            return Err(Fault::forbidden("请求不是本页发出的"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_without_its_port() {
        for (host, name) in [
            ("127.0.0.1:8080", "127.0.0.1"),
            ("localhost", "localhost"),
            ("[::1]:80", "::1"),
            ("a.b:1", "a.b"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }

    #[test]
    fn only_the_page_itself_and_this_machine_are_let_in() {
        let hosts = ["desk.local".to_owned()];
        let asks = |method: Method, api: bool, pairs: &[(&'static str, &'static str)]| {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            admits(&hosts, &method, &headers, api).is_ok()
        };
        let here = ("host", "127.0.0.1:8080");
        for (method, api, headers, let_in) in [
            (Method::GET, false, vec![here], true),
            (Method::GET, false, vec![("host", "localhost:1")], true),
            (Method::GET, false, vec![("host", "[::1]:1")], true),
            (Method::GET, false, vec![("host", "DESK.local")], true),
            // A foreign name that resolves to this machine.
            (Method::GET, false, vec![("host", "evil.example:8080")], false),
            (Method::GET, false, vec![("host", "127.0.0.1.evil.example")], false),
            (Method::GET, false, vec![("host", "192.168.1.5:8080")], false),
            (Method::GET, false, vec![], false),
            (Method::GET, false, vec![here, ("sec-fetch-site", "cross-site")], true),
            (Method::GET, true, vec![here, ("sec-fetch-site", "cross-site")], false),
            (Method::GET, true, vec![here, ("sec-fetch-site", "none")], true),
            (Method::POST, true, vec![here], true),
            (Method::POST, true, vec![here, ("origin", "http://127.0.0.1:8080")], true),
            (Method::POST, true, vec![here, ("origin", "http://127.0.0.1:9090")], false),
            (Method::POST, true, vec![here, ("origin", "https://evil.example")], false),
            (Method::POST, true, vec![here, ("origin", "null")], false),
            (Method::POST, true, vec![here, ("sec-fetch-site", "same-site")], false),
            (Method::POST, true, vec![here, ("sec-fetch-site", "none")], false),
        ] {
            assert_eq!(asks(method.clone(), api, &headers), let_in, "{method} {headers:?}");
        }
    }
}
