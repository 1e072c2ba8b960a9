//! What is attached to applications, named once: the same paper has the same slug wherever it is asked for.

use super::{Attachment, Need};
use crate::lang::Text;

const fn paper(slug: &'static str, id: &'static str, en: &'static str) -> Attachment {
    Attachment {
        slug,
        label: Text { id, en },
        need: Need::Always,
    }
}

impl Attachment {
    /// Asked for only where that applies.
    pub(super) const fn when(self, id: &'static str, en: &'static str) -> Self {
        Self {
            need: Need::When(Text { id, en }),
            ..self
        }
    }
}

pub(super) const KK: Attachment = paper("kk", "Kartu Keluarga", "Family card (KK)");
pub(super) const KTP: Attachment = paper("ktp", "KTP-el", "Identity card (KTP-el)");
pub(super) const PARENTS_KTP: Attachment = paper(
    "ktp_orang_tua",
    "KTP-el kedua orang tua atau wali",
    "Identity cards of both parents or of the guardian",
);
pub(super) const WITNESSES_KTP: Attachment = paper(
    "ktp_saksi",
    "KTP-el dua orang saksi",
    "Identity cards of two witnesses",
);
pub(super) const MARRIAGE: Attachment = paper(
    "buku_nikah",
    "Buku nikah atau kutipan akta perkawinan",
    "Marriage book or certificate of marriage",
);
pub(super) const DIVORCE: Attachment = paper(
    "akta_perceraian",
    "Kutipan akta perceraian",
    "Certificate of divorce",
);
pub(super) const BIRTH_DEED: Attachment = paper(
    "akta_kelahiran",
    "Kutipan akta kelahiran",
    "Certificate of birth",
);
pub(super) const PASSPORT: Attachment = paper("paspor", "Paspor", "Passport");
pub(super) const ITAS: Attachment = paper(
    "itas",
    "Izin tinggal terbatas (ITAS)",
    "Limited stay permit (ITAS)",
);
pub(super) const ITAP: Attachment = paper(
    "itap",
    "Izin tinggal tetap (ITAP)",
    "Permanent stay permit (ITAP)",
);
pub(super) const DECISION: Attachment = paper(
    "putusan_pengadilan",
    "Salinan putusan atau penetapan pengadilan",
    "Copy of the court's decision",
);
pub(super) const POLICE_LOSS: Attachment = paper(
    "surat_kehilangan",
    "Surat kehilangan dari kepolisian",
    "Police report of the loss",
);
pub(super) const BIRTH_LETTER: Attachment = paper(
    "surat_lahir",
    "Surat keterangan lahir dari rumah sakit, bidan, atau F-2.03",
    "Birth letter of the hospital or midwife, or form F-2.03",
);
pub(super) const DEATH_LETTER: Attachment = paper(
    "surat_kematian",
    "Surat kematian dari dokter, kepala desa/lurah, atau kepolisian",
    "Death letter of a physician, the village head or the police",
);
pub(super) const FAITH_LETTER: Attachment = paper(
    "surat_pemuka_agama",
    "Surat perkawinan dari pemuka agama",
    "Marriage letter of the religious official",
);
/// F-1.07, of whoever applies for somebody else with a mandate.
pub(super) const MANDATE: Attachment = Attachment {
    need: Need::Delegated,
    ..paper(
        "surat_kuasa",
        "Surat kuasa (F-1.07) atau bukti perwalian",
        "Power of attorney (F-1.07) or proof of guardianship",
    )
};
/// Any other paper of one kind alone.
pub(super) const fn other(slug: &'static str, id: &'static str, en: &'static str) -> Attachment {
    paper(slug, id, en)
}
