//! The ways out: a mail server or a folder, and webhooks. Built once from the settings.

use super::fault::Fault;
use super::target::Target;
use super::webhook::{self, Post, Secret};
use super::{Address, Letter};
use crate::config::{Config, DataDir};
use crate::domain::ids::NoticeId;
use crate::failure::{Failure, Outcome};
use crate::files;
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use ureq::http::Uri;

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// Something ready to go out.
pub enum Parcel {
    /// A letter to one person.
    Letter {
        /// The same with every try.
        id: NoticeId,
        /// When it is sent, epoch seconds.
        at: i64,
        /// The letter.
        letter: Letter,
    },
    /// A request to an agency.
    Post(Post),
}

/// How letters leave.
enum Way {
    Smtp(Smtp),
    /// Into files of this folder: for development and the demonstration.
    Folder(PathBuf),
    Nowhere,
}

/// Delivers parcels.
pub struct Courier {
    mail: Way,
    from: Mailbox,
    gateway: Option<(Target, Secret)>,
    folder: Option<PathBuf>,
    timeout: Duration,
}

impl Courier {
    /// From the settings; tells what is wrong with them.
    pub fn new(config: &Config, data: &DataDir) -> Outcome<Self> {
        let development = !config.web.is_https();
        let timeout = Duration::from_secs(u64::from(config.notify.timeout.max(1)));
        // Where the service is for the public, nobody looks for letters in a folder.
        let folder = development.then(|| data.mail());
        let from: Mailbox = config.mail.from.parse().map_err(|_| {
            setting(
                "mail.from",
                "must be like Dukcapil <no-reply@example.go.id>",
            )
        })?;
        let mail = match (&config.mail.smtp, &folder) {
            (Some(url), _) => Way::Smtp(smtp(url, config, data, &from, timeout)?),
            (None, Some(folder)) => Way::Folder(folder.clone()),
            (None, None) => Way::Nowhere,
        };
        let gateway = match &config.notify.webhook {
            None => None,
            Some(url) => {
                let target = Target::gateway(url, development)
                    .map_err(|e| setting("notify.webhook", e.rule))?;
                let file = config.notify.secret_file.as_deref();
                let file = file.ok_or_else(|| setting("notify.secret_file", "is missing"))?;
                let secret = Secret::parse(&first_line(data, file)?)
                    .map_err(|e| setting("notify.secret_file", e.rule))?;
                Some((target, secret))
            }
        };
        Ok(Self {
            mail,
            from,
            gateway,
            folder,
            timeout,
        })
    }

    /// Delivers one parcel, in twice the configured time at most.
    pub async fn deliver(&self, parcel: Parcel) -> Result<(), Fault> {
        let limit = self.timeout * 2;
        let delivered = tokio::time::timeout(limit, self.dispatch(parcel));
        delivered.await.unwrap_or(Err(Fault::Timeout))
    }

    async fn dispatch(&self, parcel: Parcel) -> Result<(), Fault> {
        match parcel {
            Parcel::Post(post) => self.post(post).await,
            Parcel::Letter { id, at, letter } => match &letter.to {
                Address::Email(_) => self.mail(id, at, &letter).await,
                Address::Phone(phone) => {
                    let message = serde_json::json!({
                        "to": format!("+{}", phone.digits()),
                        "subject": letter.subject,
                        "text": letter.text,
                    });
                    self.message(id, at, message.to_string().into_bytes()).await
                }
            },
        }
    }

    async fn post(&self, post: Post) -> Result<(), Fault> {
        let timeout = self.timeout;
        let posted = tokio::task::spawn_blocking(move || webhook::post(&post, timeout));
        posted.await.unwrap_or(Err(Fault::Local))
    }

    async fn message(&self, id: NoticeId, at: i64, body: Vec<u8>) -> Result<(), Fault> {
        match (&self.gateway, &self.folder) {
            (Some((target, secret)), _) => {
                let post = Post {
                    target: target.clone(),
                    secret: secret.clone(),
                    id,
                    at,
                    media_type: "application/json",
                    body,
                };
                self.post(post).await
            }
            (None, Some(folder)) => into_folder(folder, &format!("{id}.json"), &body),
            (None, None) => Err(Fault::NoWay),
        }
    }

    async fn mail(&self, id: NoticeId, at: i64, letter: &Letter) -> Result<(), Fault> {
        let message = self.compose(id, at, letter).ok_or(Fault::Local)?;
        match &self.mail {
            Way::Smtp(server) => match server.send(message).await {
                Ok(_) => Ok(()),
                Err(e) => Err(fault(&e)),
            },
            Way::Folder(folder) => into_folder(folder, &format!("{id}.eml"), &message.formatted()),
            Way::Nowhere => Err(Fault::NoWay),
        }
    }

    fn compose(&self, id: NoticeId, at: i64, letter: &Letter) -> Option<Message> {
        let Address::Email(to) = &letter.to else {
            return None;
        };
        let seconds = Duration::from_secs(u64::try_from(at).ok()?);
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.mailer().clone()))
            .date(SystemTime::UNIX_EPOCH + seconds)
            // The same with every try, so that a mailbox can tell a repetition.
            .message_id(Some(format!("<{id}@{domain}>")))
            .subject(one_line(&letter.subject))
            .singlepart(SinglePart::plain(letter.text.clone()))
            .ok()
    }
}

/// A header has one line; more would be another header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn into_folder(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Fault> {
    let written =
        files::make_directory(folder).and_then(|()| files::write_secret(&folder.join(name), bytes));
    written.map_err(|_| Fault::Local)
}

fn setting(name: &str, rule: &str) -> Failure {
    Failure::field(&format!("config.toml: {name}"), rule)
}

fn first_line(data: &DataDir, file: &Path) -> Outcome<zeroize::Zeroizing<String>> {
    let bytes = zeroize::Zeroizing::new(files::read(&data.path().join(file), 4096)?);
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    Ok(zeroize::Zeroizing::new(
        text.lines().next().unwrap_or_default().to_string(),
    ))
}

fn smtp(
    url: &str,
    config: &Config,
    data: &DataDir,
    from: &Mailbox,
    timeout: Duration,
) -> Outcome<Smtp> {
    let wrong = || {
        setting(
            "mail.smtp",
            "must be smtps://host or smtp://host, with :port where it is another than 465 or 587, and nothing more",
        )
    };
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let authority = uri.authority().ok_or_else(wrong)?;
    if authority.as_str().contains('@') || !matches!(uri.path(), "" | "/") {
        return Err(wrong());
    }
    let host = authority.host().trim_matches(['[', ']']);
    let builder: AsyncSmtpTransportBuilder = match uri.scheme_str() {
        Some("smtps") => Smtp::relay(host).map_err(|_| wrong())?,
        Some("smtp") if is_here(host) => Smtp::builder_dangerous(host),
        Some("smtp") => Smtp::starttls_relay(host).map_err(|_| wrong())?,
        _ => return Err(wrong()),
    };
    let builder = match authority.port_u16() {
        Some(port) => builder.port(port),
        None => builder,
    };
    let builder = match (&config.mail.user, &config.mail.password_file) {
        (Some(user), Some(file)) => {
            let password = first_line(data, file)?;
            builder.credentials(Credentials::new(user.clone(), password.to_string()))
        }
        (None, None) => builder,
        _ => {
            return Err(setting(
                "mail.user",
                "and mail.password_file belong together",
            ));
        }
    };
    let name = ClientId::Domain(from.email.domain().to_string());
    Ok(builder.hello_name(name).timeout(Some(timeout)).build())
}

/// A mail server on this machine needs no encryption on the way to it.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn fault(error: &lettre::transport::smtp::Error) -> Fault {
    if let Some(code) = error.status() {
        return Fault::Smtp(u16::from(code));
    }
    if error.is_timeout() {
        return Fault::Timeout;
    }
    if error.is_tls() {
        return Fault::Tls;
    }
    Fault::Unreachable
}
