//! Words of the form: hints and mistakes by type, names of relations and stages.

use crate::domain::application::Stage;
use crate::domain::appointment::Meeting;
use crate::http::pages::Frame;
use credential::kinds::Applicant;
use credential::kinds::fields::FieldType as T;
use credential::lang::{Lang, Text};

/// What a field of that type expects, before anything is wrong; empty where it explains itself.
pub fn hint(frame: &Frame, ty: &T) -> String {
    let text = match ty {
        T::NikText | T::NikNumber => frame.t(
            "16 angka, ada di KTP atau KK",
            "16 digits, on the KTP or KK",
        ),
        T::KkNumber => frame.t(
            "16 angka di bagian atas KK",
            "16 digits at the top of the KK",
        ),
        T::DateText | T::DateDays => frame.t("Contoh: 12 4 1987", "Example: 12 4 1987"),
        T::Time => frame.t("Contoh: 06:45", "Example: 06:45"),
        T::RtRw => frame.t("Contoh: 003/007", "Example: 003/007"),
        T::PostalCode => frame.t("5 angka", "5 digits"),
        T::Country | T::Abroad => frame.t(
            "Dua huruf kode negara, misalnya ID, MY, SA, JP",
            "Two letters of the country, such as ID, MY, SA, JP",
        ),
        T::Region => frame.t(
            "10 angka kode kelurahan atau desa",
            "10 digits of the kelurahan or desa",
        ),
        _ => "",
    };
    text.to_string()
}

/// What is wrong with a value of that type, and how to mend it.
pub fn wrong(frame: &Frame, ty: &T) -> String {
    let text = match ty {
        T::NikText | T::NikNumber => frame.t("NIK harus 16 angka.", "A NIK has 16 digits."),
        T::KkNumber => frame.t("Nomor KK harus 16 angka.", "A KK number has 16 digits."),
        T::DateText | T::DateDays => frame.t(
            "tanggal ini tidak ada. Isi hari, bulan, dan tahun dengan angka.",
            "there is no such date. Give day, month and year in digits.",
        ),
        T::Text { .. } => frame.t(
            "isi dengan huruf biasa, tanpa tanda khusus.",
            "use ordinary letters, without special characters.",
        ),
        T::Code(_) => frame.t("pilih salah satu.", "choose one."),
        T::Number { .. } => frame.t("isi dengan angka.", "use digits."),
        T::Time => frame.t("isi jam seperti 06:45.", "give a time like 06:45."),
        T::RtRw => frame.t("isi seperti 003/007.", "write it like 003/007."),
        T::PostalCode => frame.t("kode pos harus 5 angka.", "a postal code has 5 digits."),
        _ => frame.t("periksa lagi isian ini.", "check this answer again."),
    };
    text.to_string()
}

/// Official lists are in capitals; a form reads better without.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if text.chars().count() > 4 && text == text.to_uppercase() => {
            first.to_uppercase().collect::<String>() + &letters.as_str().to_lowercase()
        }
        _ => text.to_string(),
    }
}

/// An applicant's relation, as a choice.
pub fn relation(applicant: Applicant) -> Text {
    let (id, en) = match applicant {
        Applicant::Oneself => ("Untuk diri saya sendiri", "For myself"),
        Applicant::HeadOfFamily => ("Saya kepala keluarganya", "I am the head of the family"),
        Applicant::Member => ("Saya anggota keluarganya", "I am a member of the family"),
        Applicant::Parent => ("Saya ayah atau ibunya", "I am the father or mother"),
        Applicant::Guardian => ("Saya walinya", "I am the guardian"),
        Applicant::Spouse => ("Saya suami atau istrinya", "I am the husband or wife"),
        Applicant::Relative => ("Saya keluarganya", "I am a relative"),
        Applicant::ChairOfRt => ("Saya ketua RT", "I am the chair of the RT"),
        Applicant::Institution => (
            "Saya dari lembaga pengampu",
            "I am from a caring institution",
        ),
        Applicant::Proxy => (
            "Saya membawa surat kuasa (F-1.07)",
            "I hold a surat kuasa (F-1.07)",
        ),
    };
    Text { id, en }
}

/// A stage in a word, and its colour.
pub fn stage(stage: Stage) -> (Text, &'static str) {
    let (id, en, tone) = match stage {
        Stage::Draft => ("Belum dikirim", "Not sent yet", "grey"),
        Stage::Submitted => ("Menunggu diperiksa", "Waiting to be checked", "info"),
        Stage::UnderVerification => ("Sedang diperiksa", "Being checked", "info"),
        Stage::NeedsCorrection => ("Perlu diperbaiki", "Needs a correction", "warn"),
        Stage::Constrained => ("Tertunda", "On hold", "warn"),
        Stage::InProcess => ("Sedang diproses", "Being processed", "info"),
        Stage::Done => ("Selesai", "Done", "good"),
        Stage::HandedOver => ("Sudah diterima", "Handed over", "good"),
        Stage::Rejected => ("Ditolak", "Rejected", "bad"),
        Stage::Cancelled => ("Dibatalkan", "Withdrawn", "grey"),
    };
    (Text { id, en }, tone)
}

/// What an act of the timeline is called.
pub fn act(name: &str) -> Text {
    let (id, en) = match name {
        "edit" => ("Isian diubah", "Answers changed"),
        "submit" => ("Permohonan dikirim", "Application handed in"),
        "take" => ("Petugas mulai memeriksa", "An officer began to check"),
        "ask-correction" => (
            "Petugas meminta perbaikan",
            "An officer asked for a correction",
        ),
        "constrain" => ("Ditunda", "Put on hold"),
        "release" => ("Dilanjutkan", "Goes on"),
        "approve-late" => ("Pelaporan terlambat disetujui", "Late report approved"),
        "complete" => ("Data kantor dilengkapi", "Office data filled in"),
        "pass" => ("Berkas lolos pemeriksaan", "Papers passed the check"),
        "send-back" => ("Diperiksa ulang", "Checked again"),
        "approve" => ("Disetujui dan diterbitkan", "Approved and issued"),
        "reject" => ("Ditolak", "Rejected"),
        "hand-over" => ("Dokumen diserahkan", "Document handed over"),
        "book" => ("Janji temu dipesan", "Appointment booked"),
        "unbook" => ("Janji temu dibatalkan", "Appointment given up"),
        "attend" => ("Hadir di kantor", "Came to the office"),
        "miss" => (
            "Tidak hadir pada janji temu",
            "Did not come to the appointment",
        ),
        "cancel" => ("Dibatalkan pemohon", "Withdrawn by the applicant"),
        _ => ("Tercatat", "Recorded"),
    };
    Text { id, en }
}

/// A second as people read it, in the office's zone.
pub fn moment(lang: Lang, at: i64, calendar: &crate::domain::calendar::Calendar) -> String {
    let local = at + calendar.zone.offset();
    let minutes = local.rem_euclid(86_400) / 60;
    let (hour, minute) = (minutes / 60, minutes % 60);
    let zone = calendar.zone.name();
    format!(
        "{}, {hour:02}.{minute:02} {zone}",
        day(lang, calendar.day(at))
    )
}

/// A half hour as people read it: "09.30–10.00 WIB".
pub fn half_hour(starts: i64, calendar: &crate::domain::calendar::Calendar) -> String {
    let clock = |at: i64| {
        let minutes = (at + calendar.zone.offset()).rem_euclid(86_400) / 60;
        format!("{:02}.{:02}", minutes / 60, minutes % 60)
    };
    let ends = starts + crate::domain::appointment::SLOT;
    format!("{}–{} {}", clock(starts), clock(ends), calendar.zone.name())
}

/// An appointment's day and half hour as people read them.
pub fn slot(lang: Lang, starts: i64, calendar: &crate::domain::calendar::Calendar) -> String {
    let day = weekday(lang, calendar.day(starts));
    format!("{day}, {}", half_hour(starts, calendar))
}

/// What came of an appointment: tone and word.
pub fn meeting(frame: &Frame, state: Meeting) -> (&'static str, &'static str) {
    match state {
        Meeting::Booked => ("info", frame.t("dipesan", "booked")),
        Meeting::Kept(_) => ("good", frame.t("hadir", "came")),
        Meeting::Missed(_) => ("bad", frame.t("tidak hadir", "did not come")),
        Meeting::Cancelled => ("warn", frame.t("dibatalkan", "given up")),
    }
}

/// A day with the name of its weekday.
pub fn weekday(lang: Lang, of: credential::date::Date) -> String {
    const ID: [&str; 7] = [
        "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu",
    ];
    const EN: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    // 1970-01-01 was a Thursday.
    let index = (i64::from(of.days()) + 3).rem_euclid(7) as usize;
    let names = match lang {
        Lang::Id => ID,
        Lang::En => EN,
    };
    format!(
        "{}, {}",
        names.get(index).copied().unwrap_or_default(),
        day(lang, of)
    )
}

/// A day as people read it.
pub fn day(lang: Lang, day: credential::date::Date) -> String {
    const ID: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, date) = day.ymd();
    let names = match lang {
        Lang::Id => ID,
        Lang::En => EN,
    };
    let name = names.get(month as usize - 1).copied().unwrap_or_default();
    format!("{date} {name} {year}")
}
