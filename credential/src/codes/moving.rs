//! Code lists of moves and of foreigners' stays (form F-1.03 of Permendagri 109/2019).

use super::{Code, CodeList};
use crate::ids::KodeWilayah;

/// Alasan pindah.
pub static MOVE_REASON: CodeList = CodeList {
    name: "alasan_pindah",
    codes: &[
        Code::new(1, "PEKERJAAN", "Work"),
        Code::new(2, "PENDIDIKAN", "Education"),
        Code::new(3, "KEAMANAN", "Safety"),
        Code::new(4, "KESEHATAN", "Health"),
        Code::new(5, "PERUMAHAN", "Housing"),
        Code::new(6, "KELUARGA", "Family"),
        Code::new(7, "LAINNYA", "Other"),
    ],
};

/// Klasifikasi kepindahan. Not on the wire: it follows from the two regions, see [`move_class`].
pub static MOVE_CLASS: CodeList = CodeList {
    name: "klasifikasi_pindah",
    codes: &[
        Code::new(1, "DALAM SATU DESA/KELURAHAN", "Within one village"),
        Code::new(2, "ANTAR DESA/KELURAHAN", "Between villages"),
        Code::new(3, "ANTAR KECAMATAN", "Between districts"),
        Code::new(4, "ANTAR KAB/KOTA", "Between regencies or cities"),
        Code::new(5, "ANTAR PROVINSI", "Between provinces"),
    ],
};

/// The classification of a move between two regions: by the largest unit whose border it crosses.
pub fn move_class(from: &KodeWilayah, to: &KodeWilayah) -> u8 {
    let (from, to) = (from.digits(), to.digits());
    let same = |digits: usize| matches!((from.get(..digits), to.get(..digits)), (Some(a), Some(b)) if a == b);
    match () {
        () if same(10) => 1,
        () if same(6) => 2,
        () if same(4) => 3,
        () if same(2) => 4,
        () => 5,
    }
}

/// Jenis kepindahan.
pub static MOVE_EXTENT: CodeList = CodeList {
    name: "jenis_kepindahan",
    codes: &[
        Code::new(1, "KEPALA KELUARGA", "Head of the family"),
        Code::new(
            2,
            "KEPALA KELUARGA DAN SELURUH ANGGOTA",
            "Head of the family and all members",
        ),
        Code::new(
            3,
            "KEPALA KELUARGA DAN SEBAGIAN ANGGOTA",
            "Head of the family and some members",
        ),
        Code::new(4, "ANGGOTA KELUARGA", "Members of the family"),
    ],
};

/// Status KK of those who move or stay.
pub static KK_STATUS: CodeList = CodeList {
    name: "status_kk",
    codes: &[
        Code::new(1, "NUMPANG KK", "Joins another family card"),
        Code::new(2, "MEMBUAT KK BARU", "Gets a new family card"),
    ],
};

/// Tipe sponsor of a foreigner with an ITAS.
pub static SPONSOR_TYPE: CodeList = CodeList {
    name: "tipe_sponsor",
    codes: &[
        Code::new(1, "ORGANISASI INTERNASIONAL", "International organisation"),
        Code::new(2, "PERORANGAN", "Private person"),
        Code::new(3, "PEMERINTAH", "Government"),
        Code::new(4, "TANPA SPONSOR", "No sponsor"),
        Code::new(5, "PERUSAHAAN", "Company"),
    ],
};
