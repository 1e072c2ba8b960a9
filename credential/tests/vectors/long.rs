//! The size of each kind with long names: a document whose every field and column is filled in, optional ones too.

use super::scene::{claims, issue};
use super::statements;
use credential::date::Date;
use credential::document::{Builder, Country, Document, Member, Value};
use credential::ids::{KodeWilayah, Nik, NomorKk};
use credential::kinds::fields::{self as f, Field, FieldType as T, tables::Table};
use credential::kinds::{Kind, Rule};
use credential::token::pack;

/// Characters that a symbol of each version holds in alphanumeric mode at error correction M (ISO/IEC 18004).
const CAPACITY: [usize; 40] = [
    20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600, 656, 734, 816, 909, 970,
    1035, 1134, 1248, 1326, 1451, 1542, 1637, 1732, 1839, 1994, 2113, 2238, 2369, 2506, 2632, 2780,
    2894, 3054, 3220, 3391,
];

/// People who move in the long document.
const MOVERS: usize = 6;

/// Names and places as long as real ones get: 33 to 58 letters.
const LONG: [&str; 12] = [
    "RADEN AJENG KUSUMANINGTYAS PRABANDARI SURYOATMODJO",
    "MUHAMMAD FATHURRAHMAN AL-GHIFARI HIDAYATULLAH NASUTION",
    "CHRISTOPHORUS BENEDICTUS WIJAYAKUSUMA TANDJUNGPURA",
    "SITI NURHALIZAH RAHMAWATI PUTRI MAHARANI KARTANEGARA",
    "YOHANES BAPTISTA KRISTIANTO HUTAGALUNG SIMANJUNTAK",
    "KABUPATEN KEPULAUAN SIAU TAGULANDANG BIARO",
    "ANAK AGUNG GDE RAI WIRABUANA DIKSA PUTRA SUKAWATI",
    "FRANSISKA MAGDALENA OKTAVIANI ROMPAS-KALIGIS TUMBELAKA",
    "KECAMATAN PEMATANG SIANTAR MARTOBA TIMUR LAUT",
    "ABDURRAHMAN WAHID SASTROSUBROTO NOTONEGORO WIDODO",
    "PENGADILAN NEGERI KABUPATEN HULU SUNGAI TENGAH",
    "DAERAH ISTIMEWA YOGYAKARTA HADININGRAT",
];

/// The smallest version that a text fits at error correction M.
pub fn version(text: &str) -> usize {
    let fits = |capacity: &usize| *capacity >= text.len();
    1 + CAPACITY.iter().position(fits).expect("fits one symbol")
}

/// The versions of a kind's vector and of its long document.
pub fn versions(kind: &'static Kind) -> (usize, usize) {
    let token = |document: Document<'_>, exp: Option<i64>| {
        let mut claims = claims(document);
        claims.exp = exp;
        version(&pack(&issue(&claims, "office")))
    };
    let statement = statements::read(kind);
    let stated = statement.claims();
    let mut plain = Builder::new(kind);
    for (field, value) in stated.document().expect("a document").fields() {
        // A face is measured with the KTP-el.
        if !field.ty.is_derived() && !matches!(field.ty, T::Face) {
            plain = plain.set(field, value.clone());
        }
    }
    (
        token(plain.build().expect("a document"), stated.exp),
        token(document(kind), Some(1_909_069_199)),
    )
}

fn document(kind: &'static Kind) -> Document<'static> {
    let fields = kind.fields.iter().map(|used| used.field);
    let own = fields.filter(|field| !field.ty.is_derived() && !matches!(field.ty, T::Face));
    let filled = own.fold(Builder::new(kind), |builder, field| {
        builder.set(field, value(kind, field, usize::from(field.key)))
    });
    filled
        .build()
        .unwrap_or_else(|e| panic!("{}: {e}", kind.slug))
}

fn text(max: usize, seed: usize) -> Value<'static> {
    let mut text = LONG[seed % LONG.len()].to_string();
    if max > 60 {
        text = format!("PERUMAHAN {text} BLOK C{seed} NO. {seed}");
    }
    if max < 60 {
        text = format!("{seed:04}/SK-{}/{}", &text[..8], 2026 + seed).replace(' ', "X");
    }
    text.truncate(max);
    Value::Text(text.into())
}

/// Births come first, then deeds, decisions, events and what lies ahead, so that every order of dates holds.
fn date(field: &Field) -> Date {
    let year = match field.name {
        "tanggal_lahir" => 1987,
        "tanggal_akta" => 2015,
        "tanggal_keputusan" => 2024,
        "izin_tinggal_sampai" => 2029,
        _ => 2026,
    };
    Date::from_ymd(year, 11, 19).unwrap()
}

fn value(kind: &Kind, field: &'static Field, seed: usize) -> Value<'static> {
    match &field.ty {
        T::NikText | T::NikNumber => {
            let nik = format!(
                "3273{:02}6707{:02}{:04}",
                1 + seed % 30,
                60 + seed % 40,
                1 + seed
            );
            Value::Nik(Nik::parse(&nik).unwrap())
        }
        T::KkNumber => Value::KkNumber(NomorKk::parse("3273010101200001").unwrap()),
        T::Text { max } => text(*max, seed),
        T::DateText | T::DateDays => Value::Date(date(field)),
        T::Code(list) => Value::Code(list.last()),
        T::Country | T::Abroad => Value::Country(Country::parse("NL").unwrap()),
        T::Region => Value::Region(KodeWilayah::parse("3273011001").unwrap()),
        T::RtRw => Value::RtRw(112, 107),
        T::PostalCode => Value::PostalCode(40_152),
        T::Number { max, .. } => Value::Number(*max),
        T::Time => Value::Time(1425),
        T::Table(table) => Value::Rows(rows(kind, field, table)),
        T::Face
        | T::Members
        | T::Detail
        | T::Profile
        | T::Claim169Marital
        | T::IssuedInIndonesia => {
            unreachable!("{}: not in a long document", field.name)
        }
    }
}

fn rows(kind: &Kind, field: &'static Field, table: &'static Table) -> Vec<Member<'static>> {
    let fixed = kind.rules.iter().find_map(|rule| match rule {
        Rule::Rows(of, rows) if *of == field => Some(*rows),
        _ => None,
    });
    let count = match field {
        _ if *field == f::MOVERS => MOVERS,
        _ => fixed.unwrap_or(table.max),
    };
    let row = |n: usize| {
        let columns = table.columns.iter().map(|column| column.field);
        let cells = columns.map(|c| Some(value(kind, c, 31 * (n + 1) + 7 * usize::from(c.key))));
        Member::new(cells.collect())
    };
    (0..count).map(row).collect()
}
