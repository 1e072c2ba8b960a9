//! HTTP for the object store, by the client that webhooks use too. An answer is read whole: what is published is a few
//! megabytes a file.

use async_trait::async_trait;
use axum::body::{Body, to_bytes};
use object_store::client::{
    ClientConfigKey, ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind,
    HttpRequest, HttpResponse, HttpService,
};
use std::io::ErrorKind;
use std::time::Duration;
use ureq::http::request::Parts;
use ureq::http::{Method, Request};
use ureq::tls::{RootCerts, TlsConfig};

/// Most bytes of an answer.
const ANSWER_MAX: u64 = 1 << 30;
/// Most bytes of an error that are looked at, and of what is told of it.
const ERROR_MAX: usize = 8192;
const SAID_MAX: usize = 300;

/// Makes clients.
#[derive(Debug)]
pub struct Connector {
    /// Whose certificates count.
    pub roots: RootCerts,
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let plain = options.get_config_value(&ClientConfigKey::AllowHttp);
        let tls = TlsConfig::builder().root_certs(self.roots.clone()).build();
        let config = ureq::Agent::config_builder()
            .https_only(plain.as_deref() != Some("true"))
            .tls_config(tls)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent("ikd")
            .max_idle_connections_per_host(super::AT_ONCE)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_global(Some(Duration::from_secs(300)))
            .build();
        Ok(HttpClient::new(Http(config.new_agent())))
    }
}

#[derive(Debug)]
struct Http(ureq::Agent);

#[async_trait]
impl HttpService for Http {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await;
        let body = body.map_err(|e| HttpError::new(HttpErrorKind::Unknown, e))?;
        let agent = self.0.clone();
        let exchanged = tokio::task::spawn_blocking(move || exchange(&agent, parts, &body)).await;
        exchanged
            .map_err(|e| HttpError::new(HttpErrorKind::Unknown, e))?
            .map_err(failed)
    }
}

/// Blocks.
fn exchange(agent: &ureq::Agent, parts: Parts, body: &[u8]) -> Result<HttpResponse, ureq::Error> {
    let answer = match parts.method {
        Method::PUT | Method::POST => agent.run(Request::from_parts(parts, body)),
        _ => agent.run(Request::from_parts(parts, ())),
    };
    let (parts, mut body) = answer?.into_parts();
    let mut bytes = body.with_config().limit(ANSWER_MAX).read_to_vec()?;
    if !parts.status.is_success() {
        bytes = said(&bytes).into_bytes();
    }
    Ok(HttpResponse::from_parts(parts, bytes.into()))
}

/// Code and message of an error, and no more of it: a store repeats what it was asked, the session token included.
fn said(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(&answer[..answer.len().min(ERROR_MAX)]);
    let of = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once('<')?.0)
    };
    let parts: Vec<&str> = ["Code", "Message"].into_iter().filter_map(of).collect();
    let said = parts.join(": ");
    said.chars()
        .filter(|c| !c.is_control())
        .take(SAID_MAX)
        .collect()
}

/// What may be tried again.
fn failed(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(cause) if cause.kind() == ErrorKind::ConnectionRefused => {
            HttpErrorKind::Connect
        }
        ureq::Error::Io(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn of_an_error_code_and_message_are_told() {
        let answer = b"<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature \
            we calculated\n does not match</Message><CanonicalRequest>x-amz-security-token:TOKEN</CanonicalRequest></Error>";
        assert_eq!(
            said(answer),
            "SignatureDoesNotMatch: The request signature we calculated does not match"
        );
        assert_eq!(said(b"<html>502 TOKEN</html>"), "");
        assert_eq!(said(b"<Code>Cut"), "");
        assert_eq!(said(b""), "");
    }
}
