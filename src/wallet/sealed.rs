//! Who a phone belongs to, and the portrait from the counter: sealed, and found again by a keyed hash.

use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::activation::ActivationCode;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use credential::document::Face;
use credential::ids::Nik;
use zeroize::Zeroizing;

/// The tables that name a person.
#[derive(Clone, Copy)]
pub(super) enum Table {
    Activations,
    Devices,
}

impl Table {
    fn cell<'a>(self, row: &'a [u8], column: &'static str) -> Cell<'a> {
        let table = match self {
            Self::Activations => "activations",
            Self::Devices => "devices",
        };
        Cell { table, row, column }
    }
}

/// The keyed hash by which a person's phones and activations are found.
pub(crate) fn index(service: &Service, nik: Nik) -> [u8; 32] {
    let digits = Zeroizing::new(nik.as_u64().to_be_bytes());
    service.crypter.index("device nik", &*digits)
}

/// The keyed hash by which a code is found.
pub(super) fn code_hash(service: &Service, code: &ActivationCode) -> [u8; 32] {
    service.crypter.index("activation code", code.bits())
}

pub(super) fn seal_nik(
    service: &Service,
    chance: &mut Chance,
    table: Table,
    row: &[u8],
    nik: Nik,
) -> Vec<u8> {
    let digits = Zeroizing::new(nik.as_u64().to_be_bytes());
    let cell = table.cell(row, "nik");
    service.crypter.seal(chance, cell, &*digits)
}

pub(super) fn open_nik(service: &Service, table: Table, row: &[u8], sealed: &[u8]) -> Outcome<Nik> {
    let wrong = || Failure::Row("a sealed NIK");
    let plain = service.crypter.open(table.cell(row, "nik"), sealed)?;
    let digits: [u8; 8] = plain.as_slice().try_into().map_err(|_| wrong())?;
    Nik::from_u64(u64::from_be_bytes(digits)).map_err(|_| wrong())
}

/// Whether the keyed hash of a row of `devices` or `activations` is of the NIK that is sealed in it. A phone whose person
/// was erased has nothing sealed in it, and a hash of nobody.
pub(crate) fn is_of(
    service: &Service,
    table: &'static str,
    row: &[u8],
    nik: &[u8],
    kept: &[u8],
) -> bool {
    let column = "nik";
    let plain = service.crypter.open(Cell { table, row, column }, nik);
    plain.is_ok_and(|digits| {
        let erased = table == "devices" && digits.is_empty();
        erased || service.crypter.index("device nik", &digits)[..] == *kept
    })
}

/// Subformat, then the picture.
pub(super) fn seal_face(
    service: &Service,
    chance: &mut Chance,
    table: Table,
    row: &[u8],
    face: &Face<'_>,
) -> Vec<u8> {
    let mut plain = Zeroizing::new(vec![face.subformat]);
    plain.extend_from_slice(&face.data);
    let cell = table.cell(row, "face");
    service.crypter.seal(chance, cell, &plain)
}

pub(super) fn open_face(
    service: &Service,
    table: Table,
    row: &[u8],
    sealed: &[u8],
) -> Outcome<Face<'static>> {
    let plain = service.crypter.open(table.cell(row, "face"), sealed)?;
    let (subformat, data) = plain
        .split_first()
        .ok_or(Failure::Row("a sealed portrait"))?;
    Ok(Face {
        subformat: *subformat,
        data: data.to_vec().into(),
    })
}
