//! What is wrong with what was typed, in plain words.

use super::super::{Frame, Wrongs};
use super::digits;
use crate::domain::contact::Contact;
use credential::date::Date;
use credential::ids::{Nik, NomorKk};

pub(super) fn nik(frame: &Frame, text: &str) -> Result<Nik, Wrongs> {
    Nik::parse(&digits(text)).map_err(|_| {
        Wrongs::one(
            "nik",
            frame.t(
                "NIK adalah 16 angka. Lihat lagi KTP-el atau Kartu Keluarga Anda.",
                "The NIK has 16 digits. Look again at your KTP-el or family card.",
            ),
        )
    })
}

pub(super) fn nomor_kk(frame: &Frame, text: &str) -> Result<NomorKk, Wrongs> {
    NomorKk::parse(&digits(text)).map_err(|_| Wrongs::one(
"nomor_kk",
frame
            .t(
                "Nomor KK adalah 16 angka di bagian atas Kartu Keluarga, bukan NIK.",
                "The KK number has 16 digits and stands at the top of the family card; it is not the NIK.",
            ),
))
}

pub(super) fn born(frame: &Frame, day: &str, month: &str, year: &str) -> Result<Date, Wrongs> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let date = number(year)
        .filter(|year| (1000..10_000).contains(year))
        .zip(number(month))
        .zip(number(day))
        .and_then(|((y, m), d)| Date::from_ymd(y as i32, m, d));
    date.ok_or_else(|| {
        Wrongs::one(
            "lahir",
            frame.t(
                "Isi dengan angka: tanggal, bulan, dan tahun 4 angka, misalnya 7, 11, 1987.",
                "Use numbers: day, month and a year of 4 digits, like 7, 11, 1987.",
            ),
        )
    })
}

pub(super) fn too_young(frame: &Frame) -> Wrongs {
    Wrongs::one(
"lahir",
frame
            .t(
                "Akun hanya untuk yang berumur 17 tahun atau lebih. Dokumen anak diurus lewat akun orang tuanya.",
                "Accounts are for people of 17 years or more. A parent's account handles a child's documents.",
            ),
)
}

pub(super) fn contact(frame: &Frame, text: &str) -> Result<Contact, Wrongs> {
    Contact::parse(text).map_err(|_| Wrongs::one(
"kontak",
frame
            .t(
                "Tulis satu alamat email, misalnya nama@contoh.id, atau satu nomor ponsel, misalnya 0812 3456 7890.",
                "Type one e-mail address, like nama@contoh.id, or one phone number, like 0812 3456 7890.",
            ),
))
}

pub(super) fn same_contact(frame: &Frame) -> Wrongs {
    Wrongs::one(
        "kontak",
        frame.t(
            "Itu alamat yang sudah dipakai akun Anda. Tulis yang baru.",
            "That is the address your account has already. Type the new one.",
        ),
    )
}

pub(super) fn wrong_code(frame: &Frame) -> String {
    frame
        .t(
            "Kode tidak cocok, sudah dipakai, atau sudah lebih dari 10 menit. Periksa angkanya, atau minta kode baru.",
            "The code does not fit, was used, or is older than 10 minutes. Check the digits, or ask for a new code.",
        )
        .to_string()
}
