//! `ikd demo`

use super::context::say;
use super::error::CliError;
use super::serve;
use crate::chance::Chance;
use crate::demo::{self, Demo as Made, desk};
use crate::wallet::Opened;
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;

/// Show everything at once.
#[derive(Debug, Args)]
pub struct Demo {
    /// Port to serve on; the next free one if it is taken, 0 for any.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// End after the story instead of serving.
    #[arg(long)]
    pub no_serve: bool,
    /// Other numbers invent other people.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many people to invent; some hundreds at least.
    #[arg(long, default_value_t = demo::PEOPLE, value_parser = clap::value_parser!(u32).range(300..=1_000_000))]
    pub people: u32,
    /// So many applications more, in every state, for looking at a full office.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub applications: u32,
}

/// Tells the story, then serves.
pub async fn run(data: PathBuf, args: Demo) -> Result<u8, CliError> {
    let dir = if data == Path::new("ikd-data") {
        PathBuf::from("demo-data")
    } else {
        data
    };
    say("ikd demo: invented people, development keys, nothing of it counts anywhere\n");
    let mut tell = |line: String| say(line);
    let size = demo::Size {
        people: args.people as usize,
        applications: args.applications as usize,
    };
    if args.no_serve {
        let made = demo::run(&dir, args.seed, size, None, &mut tell).await?;
        made.service.db.close().await;
        return Ok(0);
    }
    // Bound before the story, so that its letters name the port that is free.
    let listener = free(args.port).await?;
    let address = listener
        .local_addr()
        .map_err(|e| CliError::trouble(e.to_string(), ""))?;
    let made = demo::run(&dir, args.seed, size, Some(address), &mut tell).await?;
    let opened = demo::phone::offer(&made.service, &mut Chance::System, made.holder).await?;
    for line in next(&made, &opened, &dir, address) {
        say(line);
    }
    serve::quiet_logs();
    serve::serve(made.service, listener).await
}

/// The port, or the next one that is free.
async fn free(port: u16) -> Result<TcpListener, CliError> {
    for port in port..=port.saturating_add(20) {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        if let Ok(listener) = TcpListener::bind(address).await {
            return Ok(listener);
        }
    }
    Err(CliError::trouble(
        format!("no port from {port} on is free"),
        "choose another with --port",
    ))
}

/// How to call `ikd-verify` from here: built beside this command, or by cargo.
fn verifier() -> String {
    let beside = std::env::current_exe()
        .ok()
        .map(|exe| exe.with_file_name("ikd-verify"));
    match beside.filter(|path| path.is_file()) {
        Some(path) => path.display().to_string(),
        None => "cargo run -q -p ikd-verifier --".into(),
    }
}

fn next(made: &Made, opened: &Opened, dir: &Path, address: SocketAddr) -> Vec<String> {
    let (dir, base) = (dir.display(), format!("http://{address}"));
    let token = &*made.token;
    let verify = verifier();
    let (ktp, kk, nik) = (made.ktp, made.kk, made.other.nik);
    let mut lines = people(made, &dir.to_string(), &base);
    lines.extend(phone(opened, &base));
    lines.extend(vec![
        String::new(),
        "Try next, in another terminal:".into(),
        String::new(),
        format!("  # scan the pictures offline (exit code 0 valid, 1 not valid)"),
        format!("  {verify} --store {dir}/verifier scan {dir}/ktp.png {dir}/kk.png"),
        String::new(),
        "  # act as an officer of the office of Bandung".into(),
        format!("  TOKEN={token}"),
        format!("  curl -s -H \"Authorization: Bearer $TOKEN\" {base}/v1/documents"),
        format!(
            "  curl -s -H \"Authorization: Bearer $TOKEN\" -d '{{\"nik\":\"{nik}\",\"kind\":\"ktp\"}}' {base}/v1/documents"
        ),
        format!(
            "  curl -s -H \"Authorization: Bearer $TOKEN\" {base}/v1/documents/{kk}/qr.png -o kk.png"
        ),
        format!(
            "  curl -s -H \"Authorization: Bearer $TOKEN\" -d '{{\"reason\":\"moved away\"}}' {base}/v1/documents/{kk}/suspend"
        ),
        format!(
            "  curl -s -H \"Authorization: Bearer $TOKEN\" {base}/v1/documents/{ktp}   # revoked a moment ago"
        ),
        String::new(),
        "  # what anybody may fetch".into(),
        format!(
            "  curl -s {base}/bundle -o new.bundle && {verify} --store {dir}/verifier trust update new.bundle"
        ),
        format!("  curl -si {base}/status/ID.3273/0 -o /dev/null -D -"),
        format!("  curl -s {base}/.well-known/jwks.json"),
        String::new(),
        format!("  # the API: {base}/docs      stop: Ctrl-C"),
        String::new(),
    ]);
    lines
}

/// How to put documents on a phone and show them.
fn phone(opened: &Opened, base: &str) -> Vec<String> {
    let link = opened.code.link(base);
    vec![
        String::new(),
        format!(
            "A phone for {}, who got a new KTP-el; the link counts once and for ten minutes:",
            opened.name
        ),
        format!("  {link}"),
        "  open it in a browser, choose a PIN and what to show; a picture of the QR counts for a minute at".into(),
        format!("  {base}/pemindai. Then stop the service: both go on without it"),
    ]
}

/// Who can sign in, and with what.
fn people(made: &Made, dir: &str, base: &str) -> Vec<String> {
    let ikd = std::env::current_exe().map_or("ikd".into(), |exe| exe.display().to_string());
    let mut lines = vec![
        String::new(),
        format!(
            "Officers sign in at {base}/petugas/masuk, password {}",
            desk::PASSWORD
        ),
    ];
    for officer in &made.officers {
        lines.push(format!("  {:<12} {}", officer.login, officer.role.name()));
    }
    lines.push(format!(
        "  the second step asks for a code; in place of a phone: {ikd} --data {dir} officer code NAME"
    ));
    lines.push(String::new());
    lines.push(format!(
        "Citizens sign in at {base}/masuk with their NIK; the code lies in {dir}/mail"
    ));
    for citizen in made.citizens.iter().take(3) {
        let p = &citizen.person;
        lines.push(format!(
            "  {}  KK {}  born {}  {}",
            p.nik,
            p.nomor_kk,
            p.tanggal_lahir.iso(),
            p.nama
        ));
    }
    lines.push(String::new());
    lines.push(format!(
        "Applications, open to whoever has number and code at {base}/status"
    ));
    for filed in &made.filed {
        let code = filed.code.as_deref().map_or("", String::as_str);
        lines.push(format!(
            "  {:<20} {:<16} {}  {code}",
            filed.stage.name(),
            filed.kind.slug,
            filed.registration.as_deref().unwrap_or("-")
        ));
    }
    lines
}
