//! Signed webhooks by the convention of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

use super::fault::Fault;
use super::target::{Guard, Reach, Target};
use crate::chance::Chance;
use crate::domain::ids::NoticeId;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::ids::BadId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::Duration;
use ureq::unversioned::transport::DefaultConnector;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
/// Most of an answer that is read.
const ANSWER_MAX: u64 = 64 * 1024;

/// The key of a webhook's signatures. Does not print.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A new one of 256 random bits.
    pub fn draw(chance: &mut Chance) -> Self {
        Self(Zeroizing::new(chance.bytes::<32>().to_vec()))
    }

    /// Reads `whsec_` and the Base64 of 24 to 64 bytes.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "webhook secret",
            rule: "must be whsec_ and the Base64 of 24 to 64 bytes",
        };
        let encoded = text.strip_prefix(PREFIX).ok_or(wrong)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| wrong)?;
        let bytes = Zeroizing::new(bytes);
        match bytes.len() {
            24..=64 => Ok(Self(bytes)),
            _ => Err(wrong),
        }
    }

    /// The text to hand out, once.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&*self.0)))
    }

    /// The value of `webhook-signature`: `v1,` and the Base64 of HMAC-SHA-256 of `id.timestamp.body`.
    pub fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0)
            .expect("HMAC takes keys of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// A request to make.
pub struct Post {
    /// Where to.
    pub target: Target,
    /// The key of its signature.
    pub secret: Secret,
    /// The same with every try, so that the other side can tell a repetition.
    pub id: NoticeId,
    /// When it is sent, epoch seconds.
    pub at: i64,
    /// Media type of the body.
    pub media_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// Makes the request: no redirect, no proxy, no more of the answer than is needed. Blocks.
pub fn post(post: &Post, timeout: Duration) -> Result<(), Fault> {
    let config = ureq::Agent::config_builder()
        .https_only(post.target.reach() != Reach::Loopback)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .user_agent("ikd")
        .timeout_global(Some(timeout))
        .build();
    let guard = Guard::new(post.target.reach());
    let agent = ureq::Agent::with_parts(config, DefaultConnector::default(), guard);
    let id = post.id.to_string();
    let sent = agent
        .post(post.target.url())
        .header("content-type", post.media_type)
        .header("webhook-id", &id)
        .header("webhook-timestamp", post.at.to_string())
        .header(
            "webhook-signature",
            post.secret.signature(&id, post.at, &post.body),
        )
        .send(&post.body[..]);
    let mut answer = sent.map_err(|e| fault(&e))?;
    let status = answer.status();
    // What it says is of no interest; a short answer is read so that the other side can finish it.
    let _ = answer
        .body_mut()
        .with_config()
        .limit(ANSWER_MAX)
        .read_to_vec();
    if status.is_success() {
        return Ok(());
    }
    Err(Fault::Http(status.as_u16()))
}

fn fault(error: &ureq::Error) -> Fault {
    match error {
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => Fault::Target,
        ureq::Error::Timeout(_) => Fault::Timeout,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => Fault::Tls,
        ureq::Error::StatusCode(status) => Fault::Http(*status),
        _ => Fault::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_is_that_of_the_convention() {
        // The example of the Standard Webhooks specification.
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ok();
        let body = br#"{"test": 2432232314}"#;
        let signature =
            secret.map(|s| s.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body));
        assert_eq!(
            signature.as_deref(),
            Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        );
    }

    #[test]
    fn secrets_read_back() {
        let secret = Secret::draw(&mut Chance::seeded(3));
        let again = Secret::parse(&secret.expose());
        assert!(again.is_ok_and(|again| again.0 == secret.0));
        for bad in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            assert!(Secret::parse(bad).is_err(), "{bad}");
        }
    }
}
