//! The letters that carry codes. They hold no NIK and no name, and no address to follow: a letter that looks like ours
//! and has a link is not ours.

use crate::chance::Chance;
use crate::domain::code::Code;
use crate::domain::contact::Contact;
use crate::failure::{Failure, Outcome};
use crate::outbox::{self, Address};
use crate::service::Service;
use crate::store::Tx;
use zeroize::Zeroizing;

/// What is written to a citizen: Indonesian first, then English.
pub(super) struct Letter {
    subject: &'static str,
    text: Zeroizing<String>,
}

/// Stores a letter; where there is no contact, to nobody, with the same work.
pub(super) async fn send(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    to: Option<&Contact>,
    letter: Letter,
) -> Outcome<()> {
    let to = to.map_or(outbox::NOBODY, Contact::as_str);
    let letter = outbox::Letter {
        to: Address::parse(to).map_err(|e| Failure::field("contact", e.rule))?,
        subject: letter.subject.to_string(),
        text: letter.text.to_string(),
    };
    outbox::mail(service, tx, chance, letter).await
}

const NEVER_TELL: &str = "Jangan beri tahu kode ini kepada siapa pun, juga tidak kepada petugas. Kode berlaku 10 menit \
dan hanya untuk satu kali.\nKalau Anda tidak memintanya, abaikan surat ini: tanpa kode tidak terjadi apa-apa.";
const NEVER_TELL_EN: &str = "Tell nobody this code, officers included. It works once, for 10 minutes.\n\
If you did not ask for it, ignore this letter: nothing happens without the code.";

fn with_code(subject: &'static str, id: &str, en: &str, code: &Code) -> Letter {
    let digits = code.digits();
    let text = format!(
        "{id}\n\n    {digits}\n\n{NEVER_TELL}\n\n---\n{en}\n\n    {digits}\n\n{NEVER_TELL_EN}\n"
    );
    Letter {
        subject,
        text: Zeroizing::new(text),
    }
}

pub(super) fn code_to_register(code: &Code) -> Letter {
    with_code(
        "Kode pendaftaran akun Dukcapil",
        "Kode untuk membuka akun Dukcapil Anda:",
        "The code to open your Dukcapil account:",
        code,
    )
}

/// Goes to whoever asked for an account with data that do not match, or for a NIK that has one.
pub(super) fn no_match() -> Letter {
    let text = "Seseorang meminta akun Dukcapil dengan alamat ini. Akun tidak dapat dibuka karena salah satu dari ini:\n\
\n- NIK, nomor KK, dan tanggal lahir yang diketik tidak cocok dengan data kependudukan;\
\n- NIK itu sudah punya akun. Kalau itu akun Anda, pilih Masuk.\n\
\nPeriksa Kartu Keluarga Anda lalu coba lagi, atau datang ke kantor Dukcapil dengan KK dan KTP-el. Gratis.\n\
Kalau Anda tidak memintanya, abaikan surat ini.\n\
\n---\nSomebody asked for a Dukcapil account with this address. It cannot be opened for one of these reasons:\n\
\n- the NIK, KK number and date of birth typed do not match the register;\
\n- that NIK has an account already. If it is yours, choose Sign in.\n\
\nCheck your family card and try again, or come to the office with it. It is free.\n\
If you did not ask for it, ignore this letter.\n";
    Letter {
        subject: "Akun Dukcapil belum dapat dibuka",
        text: Zeroizing::new(text.to_string()),
    }
}

pub(super) fn code_to_sign_in(code: &Code) -> Letter {
    with_code(
        "Kode masuk akun Dukcapil",
        "Kode untuk masuk ke akun Dukcapil Anda:",
        "The code to sign in to your Dukcapil account:",
        code,
    )
}

pub(super) fn code_to_leave(code: &Code) -> Letter {
    with_code(
        "Kode untuk mengganti alamat akun Dukcapil",
        "Akun Dukcapil Anda akan memakai alamat lain. Kode dari alamat lama:",
        "Your Dukcapil account is about to use another address. The code of the old address:",
        code,
    )
}

pub(super) fn code_to_arrive(code: &Code) -> Letter {
    with_code(
        "Kode untuk alamat baru akun Dukcapil",
        "Alamat ini akan dipakai sebuah akun Dukcapil. Kode dari alamat baru:",
        "This address is about to be used by a Dukcapil account. The code of the new address:",
        code,
    )
}

pub(super) fn code_to_close(code: &Code) -> Letter {
    with_code(
        "Kode untuk menutup akun Dukcapil",
        "Akun Dukcapil Anda akan ditutup dan datanya dihapus. Kode untuk menutupnya:",
        "Your Dukcapil account is about to be closed and its data erased. The code to close it:",
        code,
    )
}
