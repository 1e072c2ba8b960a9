//! Claims, lists and keys as a vector states them in words: read back by the test and encoded again.

use super::page::{Page, Vector, hex, unhex};
use super::walk::instant;
use credential::claims::{Claims, Identity, StatusRef};
use credential::document::{Builder, Face, Member, Value};
use credential::holder::HolderKey;
use credential::kinds::fields::{FIELDS, Field, FieldType};
use credential::kinds::{MEMBER_COLUMNS, by_slug, profiles};
use credential::trust_list::{Issuer, KeyState, Profile, TrustList};

pub const FACE: &str = "foto";

/// Writes what the claims say.
pub fn state(page: &mut Page, claims: &Claims<'_>) {
    let document = claims.document().expect("a document");
    page.value("iss", claims.iss.unwrap());
    let time = |page: &mut Page, name: &str, seconds: Option<i64>| {
        if let Some(seconds) = seconds {
            page.comment(&instant(seconds));
            page.value(name, seconds);
        }
    };
    time(page, "exp", claims.exp);
    time(page, "nbf", claims.nbf);
    time(page, "iat", claims.iat);
    match &claims.cnf {
        Some(HolderKey::Ed25519(key)) => page.value("cnf-ed25519", hex(key)),
        Some(HolderKey::P256 { x, y_odd }) => {
            page.comment(
                "The compressed point (SEC1): 02 where y is even, 03 where it is odd, then x.",
            );
            page.value(
                "cnf-p256",
                format_args!("{:02x}{}", 2 + u8::from(*y_odd), hex(x)),
            );
        }
        None => {}
    }
    let status = claims.status.unwrap();
    page.value("status", format_args!("{} {}", status.index, status.uri));
    page.value("kind", document.kind().slug);
    if let Some(profile) = document.profile() {
        page.value("profile", profile.slug);
    }
    for (field, value) in document.fields() {
        match value {
            _ if field.ty.is_derived() => {}
            Value::Face(face) => {
                page.value("foto-subformat", face.subformat);
                page.hex(FACE, &face.data);
            }
            Value::Members(members) => {
                for member in members {
                    let columns = MEMBER_COLUMNS.iter().filter_map(|column| {
                        let value = member.get(column.field)?;
                        Some(format!("{}={}", column.field.name, plain(value)))
                    });
                    let columns: Vec<_> = columns.collect();
                    page.value("member", columns.join(" | "));
                }
            }
            Value::Code(_) if matches!(field.ty, FieldType::Detail) => {
                page.value("core-only", "yes")
            }
            value => page.value(&format!("field {}", field.name), plain(value)),
        }
    }
}

/// A value as `Value::parse` takes it.
fn plain(value: &Value<'_>) -> String {
    match value {
        Value::Nik(nik) => nik.to_string(),
        Value::KkNumber(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Date(date) => date.iso(),
        Value::Code(code) => code.to_string(),
        Value::Country(country) => country.as_str().into(),
        Value::Region(kode) => kode.digits().into(),
        Value::RtRw(rt, rw) => format!("{rt:03}/{rw:03}"),
        Value::PostalCode(code) => code.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        Value::Rows(rows) => {
            let row = |row: &Member<'_>| {
                let cells: Vec<_> = row.values().map(|v| v.map_or("-".into(), plain)).collect();
                cells.join(" | ")
            };
            let rows: Vec<_> = rows.iter().map(row).collect();
            rows.join("; ")
        }
        Value::Face(_) | Value::Members(_) => unreachable!("written in their own way"),
    }
}

/// The claims that a vector states.
pub fn claims(vector: &Vector) -> Claims<'_> {
    let kind = by_slug(vector.get("kind")).expect("kind");
    let mut builder = match vector.find("profile") {
        Some(slug) => Builder::of_profile(profiles::by_slug(slug).expect("profile")),
        None => Builder::new(kind),
    };
    for (name, value) in &vector.items {
        if let Some(name) = name.strip_prefix("field ") {
            let field = FIELDS.iter().find(|f| f.name == name).expect("field");
            builder = builder.set(field, parse(field, value));
        }
    }
    let members: Vec<_> = vector.all("member").map(member).collect();
    if !members.is_empty() {
        builder = builder.set(&credential::kinds::fields::MEMBERS, Value::Members(members));
    }
    if let Some(data) = vector.block(FACE) {
        let subformat = vector.number("foto-subformat") as u8;
        let face = Face {
            subformat,
            data: data.into(),
        };
        builder = builder.set(&credential::kinds::fields::FACE, Value::Face(face));
    }
    if vector.find("core-only").is_some() {
        builder = builder.set(&credential::kinds::fields::DETAIL, Value::Code(1));
    }
    let document = builder.build().expect("a document");
    let number = |name| vector.find(name).map(|n| n.parse().expect("a time"));
    let (index, uri) = vector.get("status").split_once(' ').expect("status");
    Claims {
        iss: Some(vector.get("iss")),
        exp: number("exp"),
        nbf: number("nbf"),
        iat: number("iat"),
        cnf: holder(vector),
        status: Some(StatusRef {
            index: index.parse().expect("index"),
            uri,
        }),
        identity: Identity::Document(document),
    }
}

fn holder(vector: &Vector) -> Option<HolderKey> {
    if let Some(point) = vector.find("cnf-p256") {
        return Some(HolderKey::from_sec1(&unhex(point)).expect("a key"));
    }
    let key = unhex(vector.find("cnf-ed25519")?);
    let key = key.try_into().expect("32 bytes");
    Some(HolderKey::from_ed25519(&key).expect("a key"))
}

fn parse(field: &Field, value: &str) -> Value<'static> {
    Value::parse(&field.ty, value).unwrap_or_else(|e| panic!("{}: {e}", field.name))
}

fn member(line: &str) -> Member<'static> {
    let mut row = vec![None; MEMBER_COLUMNS.len()];
    for part in line.split(" | ") {
        let (name, value) = part.split_once('=').expect("name=value");
        let mut columns = MEMBER_COLUMNS.iter();
        let at = columns.position(|c| c.field.name == name).expect("column");
        row[at] = Some(parse(MEMBER_COLUMNS[at].field, value));
    }
    Member::new(row)
}

/// One line for each issuer of a trust list.
pub fn issuer(issuer: &Issuer) -> String {
    let kinds: Vec<_> = issuer.kinds.iter().map(u8::to_string).collect();
    format!(
        "{} iss={} office=\"{}\" region={} kinds={} from={} until={} state={} profile={}",
        issuer.key_id(),
        issuer.iss,
        issuer.office,
        if issuer.region.is_empty() {
            "-"
        } else {
            &issuer.region
        },
        if kinds.is_empty() {
            "-".into()
        } else {
            kinds.join(",")
        },
        issuer.not_before,
        issuer.not_after,
        match issuer.state {
            KeyState::Active => "active".into(),
            KeyState::Retired(since) => format!("retired@{since}"),
            KeyState::Compromised(since) => format!("compromised@{since}"),
        },
        match issuer.profile {
            Profile::Canonical => "canonical",
            Profile::Foreign => "foreign",
        }
    )
}

/// What a trust list says.
pub fn trust(page: &mut Page, list: &TrustList) {
    page.value("version", list.version);
    page.comment(&instant(list.issued));
    page.value("issued", list.issued);
    page.comment(&instant(list.next_update));
    page.value("next-update", list.next_update);
    page.value("root", hex(&list.root));
    for publisher in &list.publishers {
        page.value("publisher", hex(publisher.as_bytes()));
    }
    for one in list.issuers() {
        page.value("issuer", issuer(one));
    }
}
