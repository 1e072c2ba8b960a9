//! Code lists of civil events: births, stillbirths, deaths (form F-2.01 of Permendagri 109/2019).

use super::{Code, CodeList};

/// Tempat dilahirkan: the kind of place, not its name.
pub static BIRTH_PLACE_KIND: CodeList = CodeList {
    name: "tempat_dilahirkan",
    codes: &[
        Code::new(1, "RS/RUMAH BERSALIN", "Hospital or maternity home"),
        Code::new(2, "PUSKESMAS", "Community health centre"),
        Code::new(3, "POLINDES", "Village maternity post"),
        Code::new(4, "RUMAH", "Home"),
        Code::new(5, "LAINNYA", "Other"),
    ],
};

/// Jenis kelahiran.
pub static BIRTH_PLURALITY: CodeList = CodeList {
    name: "jenis_kelahiran",
    codes: &[
        Code::new(1, "TUNGGAL", "Single"),
        Code::new(2, "KEMBAR 2", "Twins"),
        Code::new(3, "KEMBAR 3", "Triplets"),
        Code::new(4, "KEMBAR 4", "Quadruplets"),
        Code::new(5, "LAINNYA", "Other"),
    ],
};

/// Penolong kelahiran.
pub static BIRTH_ATTENDANT: CodeList = CodeList {
    name: "penolong_kelahiran",
    codes: &[
        Code::new(1, "DOKTER", "Physician"),
        Code::new(2, "BIDAN/PERAWAT", "Midwife or nurse"),
        Code::new(3, "DUKUN", "Traditional birth attendant"),
        Code::new(4, "LAINNYA", "Other"),
    ],
};

/// Yang menentukan lahir mati.
pub static STILLBIRTH_DETERMINED_BY: CodeList = CodeList {
    name: "yang_menentukan",
    codes: &[
        Code::new(1, "DOKTER", "Physician"),
        Code::new(2, "BIDAN/PERAWAT", "Midwife or nurse"),
        Code::new(3, "TENAGA KESEHATAN", "Health worker"),
        Code::new(4, "KEPOLISIAN", "Police"),
        Code::new(5, "LAINNYA", "Other"),
    ],
};

/// Yang menerangkan kematian. The cause of death is not part of the format: it is health or crime data (UU PDP Ps 4),
/// and the kutipan does not print it.
pub static CERTIFIER: CodeList = CodeList {
    name: "yang_menerangkan",
    codes: &[
        Code::new(1, "DOKTER", "Physician"),
        Code::new(2, "TENAGA KESEHATAN", "Health worker"),
        Code::new(3, "KEPOLISIAN", "Police"),
        Code::new(4, "LAINNYA", "Other"),
    ],
};

/// Peristiwa penting, as part E of F-2.01 numbers them.
pub static EVENT: CodeList = CodeList {
    name: "jenis_peristiwa",
    codes: &[
        Code::new(1, "KELAHIRAN", "Birth"),
        Code::new(2, "PERKAWINAN", "Marriage"),
        Code::new(3, "PERCERAIAN", "Divorce"),
        Code::new(4, "KEMATIAN", "Death"),
        Code::new(5, "PENGANGKATAN ANAK", "Adoption"),
        Code::new(
            6,
            "PELEPASAN KEWARGANEGARAAN RI",
            "Renunciation of citizenship",
        ),
    ],
};
