//! Why a verdict is what it is: stable codes, and words for people.

use crate::lang::Text;

/// The four values of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Green: genuine and in force.
    Valid,
    /// Yellow: genuine, replaced by a newer document.
    Superseded,
    /// Red.
    NotValid,
    /// Grey: what is known here does not suffice. Never to be taken for valid.
    Undecided,
}

impl Outcome {
    /// Name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Superseded => "superseded",
            Self::NotValid => "not_valid",
            Self::Undecided => "undecided",
        }
    }

    /// Word on the card.
    pub fn text(self) -> Text {
        let (id, en) = match self {
            Self::Valid => ("BERLAKU", "VALID"),
            Self::Superseded => ("SUDAH DIGANTI", "SUPERSEDED"),
            Self::NotValid => ("TIDAK BERLAKU", "NOT VALID"),
            Self::Undecided => ("BELUM DAPAT DIPASTIKAN", "UNDECIDED"),
        };
        Text { id, en }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $outcome:ident, $id:literal, $en:literal;)*) => {
        /// Why. Codes never change their meaning; new ones may come.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The outcome it belongs to.
            pub fn outcome(self) -> Outcome {
                match self { $(Self::$name => Outcome::$outcome,)* }
            }

            /// What to tell a person.
            pub fn text(self) -> Text {
                match self { $(Self::$name => Text { id: $id, en: $en },)* }
            }
        }
    };
}

reasons! {
    /// Signature, scope, time and status are all in order.
    Valid = "valid", Valid,
        "Dokumen asli dan masih berlaku.", "Genuine and in force.";
    /// Status 3.
    Superseded = "superseded", Superseded,
        "Dokumen asli, tetapi sudah diganti dengan dokumen yang lebih baru. Mintalah yang terbaru.",
        "Genuine, but replaced by a newer document. Ask for the newest one.";
    /// Not Base45 of zlib: a QR of something else.
    NotADocument = "not_a_document", NotValid,
        "QR ini bukan dokumen kependudukan bertanda tangan.", "This QR is not a signed population document.";
    /// It inflates to more than 64 KiB.
    TooLarge = "too_large", NotValid,
        "Isi QR melebihi batas ukuran.", "The QR's content exceeds the size limit.";
    /// Not a COSE_Sign1, or damaged CBOR.
    NotCose = "not_cose", NotValid,
        "Isi QR bukan dokumen bertanda tangan (COSE_Sign1).", "The QR's content is not a signed document (COSE_Sign1).";
    /// COSE_Encrypt or COSE_Encrypt0.
    Encrypted = "encrypted", NotValid,
        "Isi QR terenkripsi; dokumen kependudukan tidak pernah dienkripsi.", "The QR's content is encrypted; population documents never are.";
    /// No signature or no algorithm.
    Unsigned = "unsigned", NotValid,
        "Isi QR tidak ditandatangani.", "The QR's content is not signed.";
    /// An algorithm other than EdDSA.
    UnsupportedAlgorithm = "unsupported_algorithm", NotValid,
        "Algoritma tanda tangan tidak diterima.", "The signature algorithm is not accepted.";
    /// Not the one form that our issuers write.
    NotCanonical = "not_canonical", NotValid,
        "Bentuk isi QR tidak sesuai dengan yang diterbitkan Dukcapil.", "The QR's content is not in the form that Dukcapil issues.";
    /// Signed, but the claims break the rules.
    Malformed = "malformed", NotValid,
        "Isi dokumen tidak memenuhi aturan.", "The document's content breaks the rules.";
    /// The signature does not fit the content.
    BadSignature = "bad_signature", NotValid,
        "Tanda tangan tidak cocok: dokumen palsu atau diubah.", "The signature does not fit: forged or altered.";
    /// `iss` is not the one of the key.
    IssuerMismatch = "issuer_mismatch", NotValid,
        "Penerbit yang tertulis bukan pemilik kunci.", "The named issuer does not own the key.";
    /// The region is outside the key's scope.
    OutsideRegion = "outside_region", NotValid,
        "Kantor penerbit tidak berwenang atas wilayah ini.", "The issuing office has no authority over this region.";
    /// The kind is outside the key's scope.
    OutsideKind = "outside_kind", NotValid,
        "Kantor penerbit tidak berwenang atas jenis dokumen ini.", "The issuing office has no authority over this kind of document.";
    /// Issued outside the key's time window, or after it was retired.
    OutsideKeyWindow = "outside_key_window", NotValid,
        "Diterbitkan di luar masa berlaku kunci kantor penerbit.", "Issued outside the period of the issuing office's key.";
    /// Issued since the key is compromised.
    KeyCompromised = "key_compromised", NotValid,
        "Kunci kantor penerbit telah bocor sebelum dokumen ini terbit.", "The issuing office's key was compromised before this was issued.";
    /// `exp` has passed.
    Expired = "expired", NotValid,
        "Masa berlaku dokumen sudah habis.", "The document has expired.";
    /// `nbf` or `iat` lies ahead.
    NotYetValid = "not_yet_valid", NotValid,
        "Dokumen belum mulai berlaku.", "The document is not valid yet.";
    /// Status 1.
    Revoked = "revoked", NotValid,
        "Dokumen telah dicabut.", "The document has been revoked.";
    /// Status 2.
    Suspended = "suspended", NotValid,
        "Dokumen sedang dibekukan.", "The document is suspended.";
    /// The list has no such index.
    StatusOutOfRange = "status_out_of_range", NotValid,
        "Nomor status dokumen tidak ada dalam daftar.", "The document's status number is not in the list.";
    /// A status this format does not define.
    StatusUnknown = "status_unknown", NotValid,
        "Status dokumen tidak dikenal.", "The document's status is not known.";
    /// Bound to a phone's key, shown without its proof.
    HolderProofMissing = "holder_proof_missing", NotValid,
        "Dokumen ini hanya berlaku bila ditunjukkan langsung dari ponsel pemiliknya.", "This document counts only when its holder's phone shows it live.";
    /// The proof is not by the holder's key, or was made for another credential.
    HolderProofInvalid = "holder_proof_invalid", NotValid,
        "Bukti dari ponsel tidak cocok: bukan ponsel pemiliknya yang menunjukkan.", "The phone's proof does not fit: it is not its holder's phone that shows it.";
    /// The proof is too old.
    HolderProofStale = "holder_proof_stale", NotValid,
        "QR ini sudah lewat waktunya, mungkin foto atau rekaman layar. Minta ditunjukkan langsung dari ponsel pemiliknya.",
        "This QR is stale: perhaps a photo or recording of a screen. Ask to see it live on its holder's phone.";
    /// The proof's time lies ahead.
    HolderProofAhead = "holder_proof_ahead", NotValid,
        "Jam ponsel mendahului jam alat ini. Samakan jam keduanya, lalu pindai lagi.", "The phone's clock is ahead of this device's. Set both, then scan again.";
    /// The proof is meant for another verifier.
    WrongAudience = "wrong_audience", NotValid,
        "QR ini dibuat untuk pihak lain, bukan untuk di sini.", "This QR was made for somebody else, not for here.";
    /// The proof does not repeat the verifier's nonce, or repeats one that nobody here asked for.
    WrongNonce = "wrong_nonce", NotValid,
        "QR ini bukan jawaban atas permintaan yang baru ditampilkan. Ulangi permintaannya.", "This QR does not answer the request that was just shown. Ask again.";
    /// A proof around a credential that is not bound to any phone.
    NotHolderBound = "not_holder_bound", NotValid,
        "Dokumen ini tidak terikat pada ponsel, sehingga bukti dari ponsel tidak berarti.", "This document is not bound to a phone, so a phone's proof means nothing.";
    /// The key is not in the trust list.
    UnknownIssuer = "unknown_issuer", Undecided,
        "Penerbit tidak dikenal oleh daftar kepercayaan di sini. Perbarui bundel, lalu pindai lagi.",
        "The issuer is not in the trust list held here. Update the bundle and scan again.";
    /// A kind, key or claim that this version does not know.
    NewerFormat = "newer_format", Undecided,
        "Tanda tangan sah, tetapi jenis dokumen ini belum dikenal versi pemeriksa ini. Perbarui pemeriksa.",
        "Properly signed, but this version does not know this kind of document. Update the verifier.";
    /// The clock is behind the trust list's time of issue.
    ClockBehind = "clock_behind", Undecided,
        "Jam perangkat ini tertinggal. Betulkan tanggal dan jam, lalu pindai lagi.",
        "This device's clock is behind. Set date and time and scan again.";
    /// The trust list's successor is overdue.
    TrustListStale = "trust_list_stale", Undecided,
        "Daftar kepercayaan sudah kedaluwarsa. Perbarui bundel, lalu pindai lagi.",
        "The trust list is out of date. Update the bundle and scan again.";
    /// No status list of that name.
    StatusListMissing = "status_list_missing", Undecided,
        "Daftar status untuk dokumen ini tidak ada di sini. Perbarui bundel, lalu pindai lagi.",
        "The status list for this document is missing here. Update the bundle and scan again.";
    /// The status list is past its time or older than the policy allows.
    StatusListStale = "status_list_stale", Undecided,
        "Daftar status sudah kedaluwarsa. Perbarui bundel, lalu pindai lagi.",
        "The status list is out of date. Update the bundle and scan again.";
}
