//! Code lists of a family card: relation to the head of the family, education.

use super::{Code, CodeList};

/// SHDK, status hubungan dalam keluarga. Every KK has exactly one member with code 1.
pub static FAMILY_RELATION: CodeList = CodeList {
    name: "shdk",
    codes: &[
        Code::new(1, "KEPALA KELUARGA", "Head of family"),
        Code::new(2, "SUAMI", "Husband"),
        Code::new(3, "ISTRI", "Wife"),
        Code::new(4, "ANAK", "Child"),
        Code::new(5, "MENANTU", "Child-in-law"),
        Code::new(6, "CUCU", "Grandchild"),
        Code::new(7, "ORANG TUA", "Parent"),
        Code::new(8, "MERTUA", "Parent-in-law"),
        Code::new(9, "FAMILI LAIN", "Other relative"),
        Code::new(10, "PEMBANTU", "Domestic worker"),
        Code::new(11, "LAINNYA", "Other"),
    ],
};

/// Pendidikan terakhir, as the KK prints it.
pub static EDUCATION: CodeList = CodeList {
    name: "pendidikan",
    codes: &[
        Code::new(1, "TIDAK/BELUM SEKOLAH", "No or not yet schooling"),
        Code::new(
            2,
            "BELUM TAMAT SD/SEDERAJAT",
            "Primary school, not finished",
        ),
        Code::new(3, "TAMAT SD/SEDERAJAT", "Primary school"),
        Code::new(4, "SLTP/SEDERAJAT", "Junior secondary school"),
        Code::new(5, "SLTA/SEDERAJAT", "Senior secondary school"),
        Code::new(6, "DIPLOMA I/II", "Diploma I/II"),
        Code::new(7, "AKADEMI/DIPLOMA III/S. MUDA", "Academy or diploma III"),
        Code::new(8, "DIPLOMA IV/STRATA I", "Diploma IV or bachelor"),
        Code::new(9, "STRATA II", "Master"),
        Code::new(10, "STRATA III", "Doctorate"),
    ],
};
