//! Small tables that stand under one key: who moves, the other persons of a deed, another address, and the answers
//! that belong together. On the wire a table is an array of rows, a row an array of exactly its columns, `null` where
//! a column is absent.

use super::{Field, FieldType as T};
use crate::kinds::MEMBERS_MAX;

/// The columns of a table and how many rows it may have; it has at least one.
#[derive(Debug)]
pub struct Table {
    /// Columns in wire and printed order; the key of each is its place.
    pub columns: &'static [Cell],
    /// Most rows. 1: a group of fields rather than a list.
    pub max: usize,
}

/// A column of a table.
#[derive(Debug)]
pub struct Cell {
    /// Name, type and label.
    pub field: &'static Field,
    /// Whether every row must have it. A kind may ask for more (`Rule::Columns`).
    pub required: bool,
}

pub(in crate::kinds) const fn must(field: &'static Field) -> Cell {
    Cell {
        field,
        required: true,
    }
}

pub(in crate::kinds) const fn may(field: &'static Field) -> Cell {
    Cell {
        field,
        required: false,
    }
}

/// Who moves, in the order of form F-1.03.
pub static MOVERS: Table = Table {
    columns: &[
        must(&mover::NIK),
        must(&mover::NAME),
        must(&mover::RELATION),
    ],
    max: MEMBERS_MAX,
};

/// Persons beside the one of keys 1 and 4: the other spouse, adoptive parents.
pub static PERSONS: Table = Table {
    columns: &[
        must(&person::NAME),
        may(&person::NIK),
        may(&person::BIRTH_PLACE),
        may(&person::BIRTH_DATE),
        may(&person::NATIONALITY),
        may(&person::FATHER),
        may(&person::MOTHER),
    ],
    max: 2,
};

/// An address beside the one of keys 10, 21 and 29–34: where somebody moves to, or came from.
pub static PLACE: Table = Table {
    columns: &[
        must(&place::ADDRESS),
        may(&place::RT_RW),
        may(&place::VILLAGE),
        may(&place::DISTRICT),
        may(&place::REGENCY),
        may(&place::PROVINCE),
        may(&place::POSTAL_CODE),
        may(&place::REGION),
    ],
    max: 1,
};

/// The answers of form F-1.03 about a move. Its classification follows from the two regions (`codes::move_class`).
pub static MOVE: Table = Table {
    columns: &[
        must(&moving::REASON),
        must(&moving::EXTENT),
        may(&moving::STAYING_KK),
        may(&moving::MOVING_KK),
    ],
    max: 1,
};

/// The answers of form F-2.01 about a birth or stillbirth.
pub static BIRTH: Table = Table {
    columns: &[
        must(&birth::PLACE),
        must(&birth::PLURALITY),
        may(&birth::ATTENDANT),
        may(&birth::WEEKS),
        may(&birth::DETERMINED_BY),
    ],
    max: 1,
};

/// Columns of [`MOVERS`].
pub mod mover {
    use super::{Field, T};
    use crate::codes::FAMILY_RELATION;
    use crate::lang::Text;

    fields! {
        NIK = 0, "nik", T::NikNumber, "NIK", "Identity number (NIK)";
        NAME = 1, "nama", T::Text { max: 60 }, "Nama", "Name";
        RELATION = 2, "shdk", T::Code(&FAMILY_RELATION), "SHDK", "Relation to head of family";
    }
}

/// Columns of [`PERSONS`].
pub mod person {
    use super::{Field, T};
    use crate::lang::Text;

    fields! {
        NAME = 0, "nama", T::Text { max: 60 }, "Nama", "Name";
        NIK = 1, "nik", T::NikNumber, "NIK", "Identity number (NIK)";
        BIRTH_PLACE = 2, "tempat_lahir", T::Text { max: 60 }, "Tempat Lahir", "Place of birth";
        BIRTH_DATE = 3, "tanggal_lahir", T::DateDays, "Tanggal Lahir", "Date of birth";
        NATIONALITY = 4, "kewarganegaraan", T::Country, "Kewarganegaraan", "Nationality";
        FATHER = 5, "ayah", T::Text { max: 60 }, "Nama Ayah", "Father's name";
        MOTHER = 6, "ibu", T::Text { max: 60 }, "Nama Ibu", "Mother's name";
    }
}

/// Columns of [`PLACE`].
pub mod place {
    use super::{Field, T};
    use crate::lang::Text;

    fields! {
        ADDRESS = 0, "alamat", T::Text { max: 120 }, "Alamat", "Address";
        RT_RW = 1, "rt_rw", T::RtRw, "RT/RW", "RT/RW (neighbourhood)";
        VILLAGE = 2, "kelurahan", T::Text { max: 60 }, "Kel/Desa", "Village";
        DISTRICT = 3, "kecamatan", T::Text { max: 60 }, "Kecamatan", "District";
        REGENCY = 4, "kabupaten", T::Text { max: 60 }, "Kabupaten/Kota", "Regency/city";
        PROVINCE = 5, "provinsi", T::Text { max: 60 }, "Provinsi", "Province";
        POSTAL_CODE = 6, "kode_pos", T::PostalCode, "Kode Pos", "Postal code";
        REGION = 7, "kode_wilayah", T::Region, "Kode Wilayah", "Region code";
    }
}

/// Columns of [`MOVE`].
pub mod moving {
    use super::{Field, T};
    use crate::codes::{KK_STATUS, MOVE_EXTENT, MOVE_REASON};
    use crate::lang::Text;

    fields! {
        REASON = 0, "alasan_pindah", T::Code(&MOVE_REASON), "Alasan Pindah", "Reason of the move";
        EXTENT = 1, "jenis_kepindahan", T::Code(&MOVE_EXTENT), "Jenis Kepindahan", "Who of the family moves";
        STAYING_KK = 2, "status_kk_tinggal", T::Code(&KK_STATUS), "Status KK yang Tidak Pindah", "Family card of those who stay";
        MOVING_KK = 3, "status_kk_pindah", T::Code(&KK_STATUS), "Status KK yang Pindah", "Family card of those who move";
    }
}

/// Columns of [`BIRTH`].
pub mod birth {
    use super::{Field, T};
    use crate::codes::{
        BIRTH_ATTENDANT, BIRTH_PLACE_KIND, BIRTH_PLURALITY, STILLBIRTH_DETERMINED_BY,
    };
    use crate::lang::Text;

    fields! {
        PLACE = 0, "tempat_dilahirkan", T::Code(&BIRTH_PLACE_KIND), "Tempat Dilahirkan", "Kind of place of birth";
        PLURALITY = 1, "jenis_kelahiran", T::Code(&BIRTH_PLURALITY), "Jenis Kelahiran", "Single or multiple birth";
        ATTENDANT = 2, "penolong_kelahiran", T::Code(&BIRTH_ATTENDANT), "Penolong Kelahiran", "Birth attendant";
        WEEKS = 3, "lama_kandungan", T::Number { min: 28, max: 45 }, "Lama dalam Kandungan (minggu)", "Weeks of pregnancy";
        DETERMINED_BY = 4, "yang_menentukan", T::Code(&STILLBIRTH_DETERMINED_BY), "Yang Menentukan", "Determined by";
    }
}
