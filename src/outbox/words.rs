//! What an applicant is told when their application reaches a stage: plain words, Indonesian and English. No NIK, no
//! name of anybody else, no reason: those stand behind the registration number and its code.

use super::Letter;
use super::recipients::Recipient;
use crate::domain::application::Stage;
use crate::domain::registration::Registration;
use credential::date::wib_text;
use credential::lang::{Lang, Text};

/// The sentence of each stage; a draft has none.
fn sentence(stage: Stage) -> Option<Text> {
    let (id, en) = match stage {
        Stage::Draft => return None,
        Stage::Submitted => (
            "Permohonan Anda sudah kami terima.",
            "We have received your application.",
        ),
        Stage::UnderVerification => (
            "Permohonan Anda sedang diperiksa petugas.",
            "An officer is checking your application.",
        ),
        Stage::NeedsCorrection => (
            "Permohonan Anda perlu diperbaiki. Buka halaman status untuk melihat apa yang harus diperbaiki.",
            "Your application needs a correction. Open the status page to see what to correct.",
        ),
        Stage::Constrained => (
            "Permohonan Anda tertunda. Anda tidak perlu melakukan apa pun; kami melanjutkannya secepatnya.",
            "Your application is on hold. You need not do anything; we go on as soon as we can.",
        ),
        Stage::InProcess => (
            "Permohonan Anda lolos pemeriksaan dan sedang diproses.",
            "Your application passed the check and is being processed.",
        ),
        Stage::Done => (
            "Dokumen Anda sudah selesai. Buka halaman status untuk mengunduh atau melihat cara mengambilnya.",
            "Your document is ready. Open the status page to download it or to see how to collect it.",
        ),
        Stage::HandedOver => (
            "Dokumen Anda sudah diserahkan.",
            "Your document has been handed over.",
        ),
        Stage::Rejected => (
            "Permohonan Anda ditolak. Buka halaman status untuk membaca alasannya. Anda dapat mengajukan lagi.",
            "Your application was rejected. Open the status page to read why. You may apply again.",
        ),
        Stage::Cancelled => (
            "Permohonan Anda sudah dibatalkan.",
            "Your application has been cancelled.",
        ),
    };
    Some(Text { id, en })
}

/// The registration number without all but its last four characters.
pub fn masked(registration: &Registration) -> String {
    let compact = registration.compact();
    let last = compact.len().saturating_sub(4);
    format!("****-****-****-{}", &compact[last..])
}

/// The letter about a stage reached at that second; `public_url` is the address of the service.
pub fn letter(to: Recipient, stage: Stage, at: i64, public_url: &str) -> Option<Letter> {
    let sentence = sentence(stage)?;
    let (first, second) = match to.lang {
        Lang::Id => (sentence.id, sentence.en),
        Lang::En => (sentence.en, sentence.id),
    };
    let number = masked(&to.registration);
    let name: String = to.greeting.chars().filter(|c| !c.is_control()).collect();
    let url = public_url.trim_end_matches('/');
    let time = wib_text(at);
    let text = format!(
        "Yth. {name},\n\n\
         {first}\n{second}\n\n\
         Nomor registrasi / Registration number: {number}\n\
         Waktu / Time: {time}\n\n\
         Lihat status / See the status:\n{url}/status\n\n\
         Layanan ini gratis. Petugas tidak pernah meminta uang, kode, atau kata sandi.\n\
         This service is free. Officers never ask for money, codes or passwords.\n"
    );
    Some(Letter {
        to: to.address,
        subject: format!("Dukcapil: status permohonan {number}"),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::outbox::Address;

    #[test]
    fn every_stage_has_words_and_the_number_is_masked() {
        let registration = Registration::draw(&mut Chance::seeded(5));
        for stage in Stage::ALL {
            for lang in [Lang::Id, Lang::En] {
                let Ok(address) = Address::parse("siti@contoh.id") else {
                    panic!("address");
                };
                let to = Recipient {
                    address,
                    lang,
                    greeting: "SITI\r\nAMINAH".into(),
                    registration: registration.clone(),
                };
                let Some(letter) = letter(to, stage, 1_790_000_000, "https://ikd.example/") else {
                    assert_eq!(stage, Stage::Draft);
                    continue;
                };
                let text = format!("{}\n{}", letter.subject, letter.text);
                assert!(text.contains("Yth. SITIAMINAH,"), "{text}");
                assert!(text.contains("https://ikd.example/status\n"), "{text}");
                let compact = registration.compact();
                assert!(text.contains(&format!("****-****-****-{}", &compact[12..])));
                assert!(!text.contains(&compact[..4]) && !text.contains(&compact[8..12]));
                let english = sentence(stage).map(|s| s.en).unwrap_or_default();
                let indonesian = sentence(stage).map(|s| s.id).unwrap_or_default();
                let places = (text.find(indonesian), text.find(english));
                assert_eq!(places.0 < places.1, lang == Lang::Id, "{text}");
            }
        }
    }
}
