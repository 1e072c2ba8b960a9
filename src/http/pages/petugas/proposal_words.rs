//! Proposals in words.

use super::role_name;
use crate::domain::ids::{OfficeId, OfficerId};
use crate::domain::proposal::{Act, Content};
use crate::domain::users::Login;
use crate::failure::Outcome;
use crate::http::pages::Frame;
use crate::policies;
use crate::service::Service;
use crate::store::{Tx, officers};
use credential::kinds;

/// What is to be done.
pub fn act_name(frame: &Frame, act: Act) -> &'static str {
    match act {
        Act::OfficerAdd => frame.t("Tambah petugas", "Add an officer"),
        Act::OfficerRole => frame.t("Ubah peran petugas", "Change an officer's role"),
        Act::OfficerEnable => frame.t("Aktifkan lagi akun petugas", "Enable an officer's account"),
        Act::OfficerReset => frame.t("Atur ulang akun petugas", "Reset an officer's account"),
        Act::MandateIssue => frame.t(
            "Terbitkan kartu tanpa permohonan",
            "Issue cards without an application",
        ),
        Act::MandateEnd => frame.t(
            "Akhiri banyak dokumen dalam sehari",
            "End many documents in a day",
        ),
        Act::MandateBulk => frame.t("Terbitkan massal", "Issue in bulk"),
        Act::PolicyChange => frame.t("Ubah kebijakan kantor", "Change the office's policy"),
    }
}

/// Where it stands: tone and word.
pub fn state_words(frame: &Frame, state: &str) -> (&'static str, &'static str) {
    match state {
        "open" => (
            "warn",
            frame.t("Menunggu orang kedua", "Waits for a second person"),
        ),
        "expired" => ("grey", frame.t("Lewat 24 jam", "Older than 24 hours")),
        "withdrawn" => ("grey", frame.t("Dibatalkan", "Withdrawn")),
        "approved" => ("info", frame.t("Disetujui", "Approved")),
        _ => (
            "good",
            frame.t("Disetujui dan dijalankan", "Approved and done"),
        ),
    }
}

/// The account: name and name at the sign-in.
async fn account(tx: &mut Tx, id: OfficerId) -> Outcome<(String, String)> {
    let user = officers::user(tx, id).await?;
    Ok(match user {
        Some(user) => (
            user.officer.name,
            user.login
                .map_or_else(|| "(token)".into(), |login| login.to_string()),
        ),
        None => (id.to_string(), String::new()),
    })
}

/// Whom it is about, in one line.
pub async fn about(tx: &mut Tx, frame: &Frame, content: &Content) -> Outcome<String> {
    Ok(match content {
        Content::OfficerAdd { name, .. } => name.clone(),
        Content::OfficerRole { officer, .. }
        | Content::OfficerEnable { officer, .. }
        | Content::OfficerReset { officer, .. } => account(tx, *officer).await?.0,
        Content::MandateIssue { cards, .. } => format!("{cards} {}", frame.t("kartu", "cards")),
        Content::MandateEnd { documents, .. } => {
            format!("{documents} {}", frame.t("dokumen", "documents"))
        }
        Content::MandateBulk { kind, persons, .. } => {
            let people = frame.t("orang", "people");
            format!("{}, {persons} {people}", kind_name(frame, kind))
        }
        Content::PolicyChange { .. } => frame.t("seluruh kantor", "the whole office").into(),
    })
}

/// Until when a mandate counts.
fn counts_for(frame: &Frame) -> (&'static str, String) {
    let day = frame.t("24 jam sejak disetujui", "24 hours from the approval");
    (frame.t("Berlaku", "Counts for"), day.into())
}

/// What a kind of document is called.
fn kind_name(frame: &Frame, slug: &str) -> String {
    let kind = kinds::by_slug(slug);
    kind.map_or_else(
        || slug.to_string(),
        |kind| frame.say(&kind.name).to_string(),
    )
}

/// Everything that it says.
pub async fn facts(
    tx: &mut Tx,
    frame: &Frame,
    content: &Content,
) -> Outcome<Vec<(&'static str, String)>> {
    let role = |role| frame.say(&role_name(role)).to_string();
    let labels = (
        frame.t("Nama", "Name"),
        frame.t("Nama masuk", "Sign-in name"),
    );
    let known = |(name, login): (String, String)| vec![(labels.0, name), (labels.1, login)];
    let login_text = |login: &Login| login.to_string();
    Ok(match content {
        Content::OfficerAdd {
            login,
            name,
            role: r,
            ..
        } => {
            let mut facts = known((name.clone(), login_text(login)));
            facts.push((frame.t("Peran", "Role"), role(*r)));
            facts
        }
        Content::OfficerRole { officer, from, to } => {
            let mut facts = known(account(tx, *officer).await?);
            facts.push((frame.t("Peran sekarang", "Role now"), role(*from)));
            facts.push((frame.t("Menjadi", "Becomes"), role(*to)));
            facts
        }
        Content::OfficerEnable { officer, role: r }
        | Content::OfficerReset { officer, role: r } => {
            let mut facts = known(account(tx, *officer).await?);
            facts.push((frame.t("Peran", "Role"), role(*r)));
            facts
        }
        Content::MandateIssue { cards, .. } => vec![
            (
                frame.t("Jumlah kartu", "Number of cards"),
                cards.to_string(),
            ),
            counts_for(frame),
        ],
        Content::MandateEnd { documents, .. } => vec![
            (
                frame.t(
                    "Dokumen yang boleh dicabut, ditangguhkan, atau diganti",
                    "Documents that may be revoked, suspended or superseded",
                ),
                documents.to_string(),
            ),
            (
                frame.t("Di atas", "Beyond"),
                frame
                    .t("batas harian seorang petugas", "one officer's daily limit")
                    .into(),
            ),
            counts_for(frame),
        ],
        Content::MandateBulk {
            kind,
            region,
            supersede,
            persons,
            ..
        } => vec![
            (frame.t("Dokumen", "Document"), kind_name(frame, kind)),
            (
                frame.t("Wilayah", "Region"),
                match region.is_empty() {
                    true => frame.t("Seluruh Indonesia", "The whole country").into(),
                    false => region.clone(),
                },
            ),
            (frame.t("Banyaknya orang", "People"), persons.to_string()),
            (
                frame.t("Yang masih berlaku", "Those in force"),
                match supersede {
                    true => frame.t("diganti dengan yang baru", "are replaced by new ones"),
                    false => frame.t("dilewati", "are skipped"),
                }
                .into(),
            ),
        ],
        Content::PolicyChange { .. } => Vec::new(),
    })
}

/// Longer texts that it says, beside what they take the place of.
pub async fn texts(
    service: &Service,
    tx: &mut Tx,
    frame: &Frame,
    office: OfficeId,
    content: &Content,
) -> Outcome<Vec<(&'static str, String)>> {
    let Content::PolicyChange { from, policy } = content else {
        return Ok(Vec::new());
    };
    let replaced = match from {
        Some(from) => (
            frame.t("Kebijakan yang diganti", "Policy that it replaces"),
            from.clone(),
        ),
        None => {
            let (now, _) = policies::of_office(service, tx, office).await?;
            (frame.t("Kebijakan sekarang", "Policy now"), now.to_text())
        }
    };
    let new = (frame.t("Kebijakan baru", "New policy"), policy.clone());
    Ok(vec![new, replaced])
}
