//! Code lists of a person: sex, blood type, religion, marital status.

use super::{Code, CodeList};
use crate::lang::Text;

/// Jenis kelamin; the same numbers as Claim 169 key 9.
pub static GENDER: CodeList = CodeList {
    name: "jenis_kelamin",
    codes: &[
        Code::new(1, "LAKI-LAKI", "Male"),
        Code::new(2, "PEREMPUAN", "Female"),
    ],
};

/// Golongan darah; 13 is printed `-`.
pub static BLOOD_TYPE: CodeList = CodeList {
    name: "golongan_darah",
    codes: &[
        Code::new(1, "A", "A"),
        Code::new(2, "B", "B"),
        Code::new(3, "AB", "AB"),
        Code::new(4, "O", "O"),
        Code::new(5, "A+", "A+"),
        Code::new(6, "A-", "A-"),
        Code::new(7, "B+", "B+"),
        Code::new(8, "B-", "B-"),
        Code::new(9, "AB+", "AB+"),
        Code::new(10, "AB-", "AB-"),
        Code::new(11, "O+", "O+"),
        Code::new(12, "O-", "O-"),
        Code::new(13, "-", "-"),
    ],
};

/// Agama atau kepercayaan (seven since MK 97/PUU-XIV/2016).
pub static RELIGION: CodeList = CodeList {
    name: "agama",
    codes: &[
        Code::new(1, "ISLAM", "Islam"),
        Code::new(2, "KRISTEN", "Protestant"),
        Code::new(3, "KATHOLIK", "Catholic"),
        Code::new(4, "HINDU", "Hindu"),
        Code::new(5, "BUDHA", "Buddhist"),
        Code::new(6, "KHONGHUCU", "Confucian"),
        Code::new(
            7,
            "KEPERCAYAAN TERHADAP TUHAN YME",
            "Belief in the One Almighty God",
        ),
    ],
};

/// Status perkawinan as formulir F-1.01 and the KK number it.
pub static MARITAL_STATUS: CodeList = CodeList {
    name: "status_perkawinan",
    codes: &[
        Code::new(1, "BELUM KAWIN", "Never married"),
        Code::new(2, "KAWIN TERCATAT", "Married, registered"),
        Code::new(3, "KAWIN BELUM TERCATAT", "Married, not registered"),
        Code::new(4, "CERAI HIDUP TERCATAT", "Divorced, registered"),
        Code::new(5, "CERAI HIDUP BELUM TERCATAT", "Divorced, not registered"),
        Code::new(6, "CERAI MATI", "Widowed"),
    ],
};

/// What the KTP-el prints for an F-1.01 marital status: {2,3} KAWIN, {4,5} CERAI HIDUP.
pub fn ktp_marital(code: u64) -> Option<Text> {
    let (id, en) = match code {
        1 => ("BELUM KAWIN", "Never married"),
        2 | 3 => ("KAWIN", "Married"),
        4 | 5 => ("CERAI HIDUP", "Divorced"),
        6 => ("CERAI MATI", "Widowed"),
        _ => return None,
    };
    Some(Text { id, en })
}

/// Claim 169 key 14 for an F-1.01 marital status: 1 unmarried, 2 married, 3 divorced or widowed.
pub fn claim169_marital(code: u8) -> u8 {
    match code {
        1 => 1,
        2 | 3 => 2,
        _ => 3,
    }
}
