//! A judgement as JSON for programs. Claims appear only where their signature and the key's scope were checked.

use crate::verifier::Judgement;
use crate::words::{hex, rfc3339};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::claims::{Claims, Identity};
use credential::codes;
use credential::date::Date;
use credential::document::{Document, Face, Member, Value, move_class_code};
use credential::foreign::{ForeignIdentity, ForeignValue};
use credential::kinds::MEMBER_COLUMNS;
use credential::kinds::fields::{Field, FieldType as T, MARITAL, PROFILE};
use credential::lang::Text;
use credential::trust_list::KeyState;
use credential::verify::{Shown, Verified};
use serde_json::{Map, Value as Json, json};

/// The judgement's members: `verdict`, `reason`, `message`, `freshness`, `judged_at`, `detail`, `issuer`,
/// `shown`, `claims`.
/// Times are RFC 3339 in UTC; what is not known is null.
pub fn judgement(judgement: &Judgement) -> Map<String, Json> {
    let freshness = judgement.freshness();
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| object.insert(name.into(), value);
    put("verdict", judgement.outcome().code().into());
    put("reason", judgement.reason().code().into());
    put("message", text(judgement.reason().text()));
    put(
        "freshness",
        json!({
            "trust_list_version": freshness.trust_list_version,
            "trust_list_issued": rfc3339(freshness.trust_list_issued),
            "status_list_issued": freshness.status_list_issued.map(rfc3339),
            "as_of": rfc3339(freshness.as_of()),
        }),
    );
    put("judged_at", rfc3339(judgement.now()).into());
    put(
        "detail",
        judgement.detail().map(|d| format!("{d:?}")).into(),
    );
    let credential = judgement.credential();
    put("issuer", credential.map(issuer).into());
    put("shown", credential.map(|c| shown(c, judgement)).into());
    put("claims", credential.map(|c| claims(&c.claims())).into());
    object
}

/// `{"how": "static"}`, `{"how": "live", "seconds_ago", "audience"}` or `{"how": "unproven"}`.
fn shown(credential: &Verified, judgement: &Judgement) -> Json {
    match credential.shown() {
        Shown::Static => json!({"how": "static"}),
        Shown::Live { audience, .. } => json!({
            "how": "live",
            "seconds_ago": judgement.shown_ago(),
            "audience": audience,
        }),
        Shown::Unproven => json!({"how": "unproven"}),
    }
}

fn issuer(credential: &Verified) -> Json {
    let issuer = credential.issuer();
    json!({"iss": issuer.iss, "office": issuer.office, "kid": issuer.key_id().to_string()})
}

fn text(text: Text) -> Json {
    json!({"id": text.id, "en": text.en})
}

/// All claims of a credential: CWT claims, and the document or the foreign identity.
fn claims(claims: &Claims<'_>) -> Json {
    let status = claims.status.map(|s| json!({"idx": s.index, "uri": s.uri}));
    let mut object = Map::new();
    let mut put = |name: &str, value: Json| object.insert(name.into(), value);
    put("iss", claims.iss.into());
    put("issued", claims.iat.map(rfc3339).into());
    put("not_before", claims.nbf.map(rfc3339).into());
    put("expires", claims.exp.map(rfc3339).into());
    put("status", status.into());
    put("holder_bound", claims.cnf.is_some().into());
    match &claims.identity {
        Identity::Document(content) => put("document", document(content, claims)),
        Identity::Foreign(identity) => put("identity", foreign(identity)),
    };
    object.into()
}

/// A document's fields by their names in the kinds table, in printed order. `tanggal_terbit` is there also where the
/// wire leaves it to the time of issue; `berlaku_hingga` is null for life, and absent
/// from what a phone shows, whose `expires` is that of the copy on the phone; `klasifikasi_pindah` follows from the regions.
fn document(document: &Document<'_>, claims: &Claims<'_>) -> Json {
    let kind = document.kind();
    let mut object = Map::new();
    object.insert(
        "jenis_dokumen".into(),
        json!({"kode": kind.number, "slug": kind.slug, "teks": text(kind.name)}),
    );
    if let Some(profile) = document.profile() {
        let profile =
            json!({"kode": profile.number, "slug": profile.slug, "teks": text(profile.name)});
        object.insert(PROFILE.name.into(), profile);
    }
    let fields = document.uses().iter().map(|used| used.field);
    for field in fields.filter(|field| !field.ty.is_derived()) {
        if let Some(content) = document.get(field) {
            object.insert(field.name.into(), value(field, content, kind.number == 1));
        }
    }
    if let Some(class) = move_class_code(document) {
        let printed = codes::MOVE_CLASS.text(u64::from(class));
        let class = json!({"kode": class, "teks": printed.map(text)});
        object.insert(codes::MOVE_CLASS.name.into(), class);
    }
    let issued = claims.issue_date().map(Date::iso);
    object.insert("tanggal_terbit".into(), issued.into());
    if claims.cnf.is_none() {
        let until = claims.exp.and_then(Date::at_wib).map(Date::iso);
        object.insert("berlaku_hingga".into(), until.into());
    }
    object.into()
}

fn value(field: &Field, value: &Value<'_>, on_ktp: bool) -> Json {
    match value {
        Value::Nik(nik) => nik.to_string().into(),
        Value::KkNumber(number) => number.to_string().into(),
        Value::Text(text) => text.as_ref().into(),
        Value::Date(date) => date.iso().into(),
        Value::Code(number) => code(field, *number, on_ktp),
        Value::Country(country) => country.as_str().into(),
        Value::Region(region) => region.dotted().into(),
        Value::RtRw(rt, rw) => format!("{rt:03}/{rw:03}").into(),
        Value::PostalCode(number) => number.to_string().into(),
        Value::Face(face) => picture(face),
        Value::Number(number) => (*number).into(),
        Value::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60).into(),
        Value::Members(members) => {
            let columns = || MEMBER_COLUMNS.iter().map(|column| column.field);
            members.iter().map(|row| cells(row, columns())).collect()
        }
        Value::Rows(rows) => {
            let columns = field.table().map_or(&[][..], |table| table.columns);
            let columns = || columns.iter().map(|column| column.field);
            rows.iter().map(|row| cells(row, columns())).collect()
        }
    }
}

fn code(field: &Field, number: u8, on_ktp: bool) -> Json {
    let T::Code(list) = field.ty else {
        return number.into();
    };
    let printed = match on_ktp && *field == MARITAL {
        true => codes::ktp_marital(u64::from(number)),
        false => list.text(u64::from(number)),
    };
    json!({"kode": number, "teks": printed.map(text)})
}

fn picture(face: &Face<'_>) -> Json {
    json!({"media_type": face.media_type(), "base64": STANDARD.encode(&face.data)})
}

/// A row of a table by the names of its columns.
fn cells(row: &Member<'_>, columns: impl Iterator<Item = &'static Field>) -> Json {
    let mut object = Map::new();
    for field in columns {
        if let Some(content) = row.get(field) {
            object.insert(field.name.into(), value(field, content, false));
        }
    }
    object.into()
}

/// A foreign identity by the standard names of Claim 169; binary values as Base64.
fn foreign(identity: &ForeignIdentity<'_>) -> Json {
    let mut object = Map::new();
    for (name, value) in identity.fields() {
        let value = match value {
            ForeignValue::Text(text) => text.into(),
            ForeignValue::Number(number) => number.into(),
            ForeignValue::Bytes(bytes) => STANDARD.encode(bytes).into(),
        };
        object.insert(name.into(), value);
    }
    if let Some((data, subformat)) = identity.face() {
        let face = json!({"subformat": subformat, "base64": STANDARD.encode(data)});
        object.insert("face".into(), face);
    }
    object.into()
}

/// What `trust show` and `trust update` tell: root, versions and times.
pub fn trust(root: &[u8; 32], bundle: Option<&credential::bundle::Bundle>) -> Map<String, Json> {
    let mut object = Map::new();
    object.insert("root".into(), hex(root).into());
    let Some(bundle) = bundle else {
        object.insert("bundle".into(), Json::Null);
        return object;
    };
    let issuers: Vec<Json> = bundle
        .trust
        .issuers()
        .map(|issuer| {
            json!({
                "kid": issuer.key_id().to_string(),
                "iss": issuer.iss,
                "office": issuer.office,
                "region": issuer.region,
                "kinds": issuer.kinds,
                "not_before": rfc3339(issuer.not_before),
                "not_after": rfc3339(issuer.not_after),
                "state": state(issuer.state).0,
                "state_since": state(issuer.state).1.map(rfc3339),
            })
        })
        .collect();
    let lists: Vec<Json> = bundle
        .statuses
        .iter()
        .map(|(iss, list)| {
            json!({
                "iss": iss,
                "uri": list.sub,
                "issued": rfc3339(list.iat),
                "expires": list.exp.map(rfc3339),
                "entries": list.list.len(),
            })
        })
        .collect();
    object.insert(
        "bundle".into(),
        json!({"issued": rfc3339(bundle.issued), "expires": rfc3339(bundle.expires)}),
    );
    object.insert(
        "trust_list".into(),
        json!({
            "version": bundle.trust.version,
            "issued": rfc3339(bundle.trust.issued),
            "next_update": rfc3339(bundle.trust.next_update),
            "issuers": issuers,
        }),
    );
    object.insert("status_lists".into(), lists.into());
    object
}

fn state(state: KeyState) -> (&'static str, Option<i64>) {
    match state {
        KeyState::Active => ("active", None),
        KeyState::Retired(since) => ("retired", Some(since)),
        KeyState::Compromised(since) => ("compromised", Some(since)),
    }
}

/// What `trust show` and `trust update` tell of a national bundle: version, times, how many indexes are in which state.
#[cfg(feature = "national")]
pub fn national(head: &credential::national::Head) -> Map<String, Json> {
    let [valid, revoked, suspended, superseded] = head.coverage.states;
    let mut object = Map::new();
    object.insert("version".into(), head.version.into());
    object.insert("issued".into(), rfc3339(head.issued).into());
    object.insert("expires".into(), rfc3339(head.expires).into());
    object.insert("trust_version".into(), head.trust_version.into());
    object.insert("lists".into(), head.coverage.shards.into());
    let states = json!({
        "valid": valid, "revoked": revoked, "suspended": suspended, "superseded": superseded,
    });
    object.insert("statuses".into(), states);
    object
}
