//! The tables of FORMAT.md against those of the code. A table is named by a comment on the line before it.

use credential::bundle;
use credential::codes::{self, CodeList};
use credential::foreign::ForeignValue;
use credential::kinds::fields::{FIELDS, FieldType as T, KIND_KEY, column};
use credential::kinds::profiles::PROFILES;
use credential::kinds::{KK, KTP, Kind, MEMBER_COLUMNS, MEMBERS_MAX};
use credential::reason::{Outcome, Reason};
use credential::{
    Policy, claims, cose::Sign1, document, inflate, presentation, status_list, token, trust_list,
};
use std::collections::BTreeSet;

fn text() -> String {
    std::fs::read_to_string(super::docs().join("FORMAT.md")).expect("FORMAT.md")
}

/// The body of the table with that name: cells without their backquotes.
fn table(name: &str) -> Vec<Vec<String>> {
    let text = text();
    let mark = format!("<!-- table: {name} -->");
    let mut lines = text.lines().skip_while(|line| *line != mark).skip(3);
    let rows: Vec<Vec<String>> = lines
        .by_ref()
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().replace('`', "")).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "FORMAT.md has no table {name}");
    rows
}

/// The first cells of each row must be these.
fn same<const N: usize>(name: &str, expected: &[[String; N]]) {
    let found = table(name);
    let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
    for (n, want) in expected.iter().enumerate() {
        let have = found.get(n).map(|cells| &cells[..N.min(cells.len())]);
        assert_eq!(
            have.map(row),
            Some(row(want)),
            "FORMAT.md, table {name}, row {}",
            n + 1
        );
    }
    assert_eq!(
        found.len(),
        expected.len(),
        "FORMAT.md, rows of table {name}"
    );
}

pub fn of_type(ty: &T) -> String {
    match ty {
        T::NikText => "NIK as text".into(),
        T::NikNumber => "NIK as a number".into(),
        T::KkNumber => "KK number".into(),
        T::Text { max } => format!("text, 1–{max} characters"),
        T::DateText => "date as text".into(),
        T::DateDays => "date as days".into(),
        T::Code(list) => format!("code {}, 1–{}", list.name, list.last()),
        T::Claim169Marital => "1–3, derived from 27".into(),
        T::Country => "country".into(),
        T::IssuedInIndonesia => "always ID".into(),
        T::Abroad => "country other than ID".into(),
        T::Number { min, max } => format!("number, {min}–{max}"),
        T::Time => "time of day".into(),
        T::Table(table) if table.max == 1 => "table of 1 row (6.11)".into(),
        T::Table(table) => format!("table of 1–{} rows (6.11)", table.max),
        T::Region => "kode wilayah".into(),
        T::RtRw => "[RT, RW]".into(),
        T::PostalCode => "postal code".into(),
        T::Face => format!("face, at most {} bytes", document::MAX_FACE),
        T::Members => format!("1–{MEMBERS_MAX} members"),
        T::Detail => "1: core columns only".into(),
        T::Profile => format!("profile, 1–{}", PROFILES.len()),
    }
}

pub fn presence(required: bool) -> String {
    if required { "required" } else { "optional" }.into()
}

#[test]
fn registry() {
    let mut rows: Vec<_> = FIELDS
        .iter()
        .map(|f| {
            let label = [f.label.id.into(), f.label.en.into()];
            (
                f.key,
                [f.key.to_string(), f.name.into(), of_type(&f.ty)],
                label,
            )
        })
        .collect();
    let kind = ["75", "jenis_dokumen", "kind (6.3)"].map(String::from);
    rows.push((
        KIND_KEY,
        kind,
        ["Jenis Dokumen", "Kind of document"].map(String::from),
    ));
    rows.sort_by_key(|row| row.0);
    let rows: Vec<[String; 5]> = rows
        .into_iter()
        .map(|(_, [key, name, ty], [id, en])| [key, name, ty, id, en])
        .collect();
    same("registry", &rows);
}

#[test]
fn kinds() {
    let fields = |kind: &Kind| -> Vec<[String; 3]> {
        let used = kind.fields.iter();
        used.map(|u| {
            [
                u.field.key.to_string(),
                u.field.name.into(),
                presence(u.required),
            ]
        })
        .collect()
    };
    for kind in [&KTP, &KK] {
        same(&format!("kind {}", kind.slug), &fields(kind));
    }
}

#[test]
fn what_is_made_from_the_table() {
    super::update();
    let found = text();
    let made = super::kind_sections::put_into(&found);
    let mut lines = found.lines().zip(made.lines()).enumerate();
    if let Some((n, (found, made))) = lines.find(|(_, (a, b))| a != b) {
        panic!(
            "FORMAT.md, line {}: found {found:?}, the code makes {made:?}",
            n + 1
        );
    }
    assert_eq!(found.len(), made.len());
}

#[test]
fn every_kind_fits_a_symbol_that_phones_read() {
    for kind in super::statements::kinds() {
        let (plain, long) = super::long::versions(kind);
        println!("| {} | {plain} | {long} |", kind.slug);
        assert!(long <= 25, "{}: version {long}", kind.slug);
    }
}

#[test]
fn columns() {
    let rows: Vec<_> = MEMBER_COLUMNS
        .iter()
        .map(|c| {
            let core = if c.core { "core" } else { "—" };
            let f = c.field;
            let start = [
                f.key.to_string(),
                f.name.into(),
                of_type(&f.ty),
                presence(c.required),
            ];
            let [key, name, ty, presence] = start;
            let label = f.label;
            [
                key,
                name,
                ty,
                presence,
                core.into(),
                label.id.into(),
                label.en.into(),
            ]
        })
        .collect();
    same("columns", &rows);
    assert_eq!(column::FIELDS.len(), MEMBER_COLUMNS.len());
}

#[test]
fn code_lists() {
    let mut lists: Vec<&CodeList> = vec![];
    let columns = MEMBER_COLUMNS.iter().map(|column| column.field);
    let tables = FIELDS.iter().filter_map(|field| field.table());
    let cells = tables.flat_map(|table| table.columns.iter().map(|column| column.field));
    for field in FIELDS.iter().copied().chain(columns).chain(cells) {
        if let T::Code(list) = field.ty
            && !lists.iter().any(|l| l.name == list.name)
        {
            lists.push(list);
        }
    }
    // Not on the wire: it follows from two regions.
    lists.push(&codes::MOVE_CLASS);
    for list in &lists {
        let rows = list.codes.iter();
        let rows: Vec<_> = rows
            .map(|code| {
                [
                    code.number.to_string(),
                    code.text.id.into(),
                    code.text.en.into(),
                ]
            })
            .collect();
        same(&format!("codes {}", list.name), &rows);
    }
    assert_eq!(text().matches("<!-- table: codes ").count(), lists.len());
    let rows: Vec<_> = (1..=codes::MARITAL_STATUS.last())
        .map(|code| {
            let printed = codes::ktp_marital(u64::from(code)).unwrap();
            let derived = codes::claim169_marital(code).to_string();
            [
                code.to_string(),
                printed.id.into(),
                printed.en.into(),
                derived,
            ]
        })
        .collect();
    same("marital", &rows);
}

#[test]
fn reasons() {
    let rows = Reason::ALL.iter();
    let rows: Vec<[String; 3]> = rows
        .map(|r| [r.code(), r.outcome().code(), r.text().en].map(String::from))
        .collect();
    same("reasons", &rows);
    use Outcome::*;
    let outcomes = [Valid, Superseded, NotValid, Undecided];
    for (row, outcome) in table("outcomes").iter().zip(outcomes) {
        let text = outcome.text();
        assert_eq!(
            [&row[0], &row[2], &row[3]],
            [outcome.code(), text.id, text.en]
        );
    }
}

#[test]
fn limits() {
    let policy = Policy::default();
    assert_eq!(policy.max_status_age, None);
    let rows = [
        ("characters of a QR text", token::MAX_TEXT as u64),
        (
            "bytes a QR's zlib stream inflates to",
            inflate::MAX_INFLATED as u64,
        ),
        ("depth of CBOR", credential::cbor::gate::MAX_DEPTH as u64),
        ("latest time", claims::TIME_MAX),
        ("bytes of iss", claims::ISS_MAX as u64),
        ("bytes of a list's name", claims::URI_MAX as u64),
        ("bytes of a face", document::MAX_FACE as u64),
        ("members of a family", MEMBERS_MAX as u64),
        ("entries of a shard", u64::from(status_list::SHARD)),
        (
            "bytes a status list inflates to",
            status_list::MAX_LIST as u64,
        ),
        ("nested root rotations", trust_list::MAX_ROTATIONS as u64),
        ("keys of a root", trust_list::MAX_ROOT_KEYS as u64),
        ("clock skew, seconds", policy.clock_skew as u64),
        ("life of a proof, seconds", presentation::LIFE as u64),
        ("skew of a phone's clock, seconds", policy.proof_skew as u64),
        (
            "characters of an audience",
            presentation::AUDIENCE_MAX as u64,
        ),
    ];
    same(
        "limits",
        &rows.map(|(name, value)| [name.into(), value.to_string()]),
    );
}

#[test]
fn types() {
    let found: Vec<_> = table("types")
        .into_iter()
        .map(|row| row[1].clone())
        .collect();
    let expected = [
        "none",
        status_list::TYP,
        trust_list::TYP,
        trust_list::ROTATION_TYP,
        bundle::TYP,
        credential::national::TYP,
        credential::national::DELTA_TYP,
        credential::publication::TYP,
    ];
    assert_eq!(found, expected);
}

/// The keys of a map in a vector's payload.
fn keys(value: &ciborium::Value) -> BTreeSet<String> {
    let entries = value.as_map().expect("a map").iter();
    entries
        .map(|(key, _)| i128::from(key.as_integer().expect("a number")).to_string())
        .collect()
}

#[test]
fn keys_of_claims() {
    let payload = |file: &str| -> ciborium::Value {
        let vector = super::load(file);
        let sign1 = Sign1::parse_canonical(vector.bytes("token")).unwrap();
        ciborium::from_reader(sign1.payload).unwrap()
    };
    let listed = |name: &str| -> BTreeSet<String> {
        table(name).into_iter().map(|row| row[0].clone()).collect()
    };
    assert_eq!(listed("trust-claims"), keys(&payload("trust-list.txt")));
    let several = super::load("trust-list-quorum.txt");
    let several = credential::cose::sign::Sign::parse_canonical(several.bytes("token")).unwrap();
    let several = keys(&ciborium::from_reader(several.payload).unwrap());
    let claims_of_several = &listed("trust-claims") | &listed("quorum-claims");
    assert_eq!(claims_of_several, several);
    assert_eq!(listed("status-claims"), keys(&payload("status-small.txt")));
    assert_eq!(listed("bundle-claims"), keys(&payload("bundle.txt")));
    let of_head = keys(&payload("publication.txt"));
    assert_eq!(listed("publication-claims"), of_head);
    let trust = payload("trust-list.txt");
    let (_, issuers) = trust
        .as_map()
        .unwrap()
        .iter()
        .find(|(_, v)| v.is_array())
        .unwrap();
    let all: BTreeSet<_> = issuers.as_array().unwrap().iter().flat_map(keys).collect();
    assert_eq!(listed("issuer-entry"), all);
    use claims::key::*;
    let known = [ISS, EXP, NBF, IAT, CNF, IDENTITY, STATUS].map(|key| key.to_string());
    assert_eq!(listed("credential-claims"), BTreeSet::from(known));
}

#[test]
fn names_of_foreign_keys() {
    let mut expected = vec![];
    for row in table("foreign-names") {
        for pair in row.chunks(2).filter(|pair| !pair[0].is_empty()) {
            expected.push((pair[0].parse::<u8>().unwrap(), pair[1].clone()));
        }
    }
    expected.sort();
    let names = super::foreign::names();
    assert_eq!(expected, names);
    assert_eq!(names.len(), 23);
}

/// Names as the decoder gives them, from a token that has every standard key.
pub fn names<'a>(
    fields: impl Iterator<Item = (&'static str, ForeignValue<'a>)>,
) -> Vec<(u8, String)> {
    fields
        .map(|(name, value)| match value {
            ForeignValue::Number(key) => (key as u8, name.to_string()),
            _ => unreachable!("all are numbers"),
        })
        .collect()
}
