//! Forms and bodies of requests, as far as a document's content.

use crate::common::{ISS, NOW, Office, URI};
use bytes::Bytes;
use credential::claims::{Claims, Identity, StatusRef};
use credential::date::Date;
use credential::document::{BadDocument, Country};
use credential::kinds::fields::FieldType;
use credential::kinds::{From, KINDS, Kind, Subject as About};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use credential::{Policy, Reason, verify};
use ikd::domain::completeness;
use ikd::domain::content::{self, Refused, Sources};
use ikd::domain::document::Subject;
use ikd::domain::dossier::{Answers, Dossier, People};
use ikd::domain::person::Person;
use ikd::http::bodies::Fields;
use ikd::http::pages::apply::inputs;
use ikd::http::posted::Posted;
use ikd::import::columns::{Draft, NAMES, Names};
use ikd::import::lines::{Format, Rows};
use ikd::lint::{self, For, What};
use std::sync::LazyLock;

static WORLD: LazyLock<(Office, TrustList, StatusLists)> = LazyLock::new(|| {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    (office, trust, lists)
});

/// Who applies: an adult, a child for the card of children, a foreigner for the card of residents.
static PEOPLE: LazyLock<[Person; 3]> = LazyLock::new(|| {
    let adult = Person {
        berlaku_hingga: None,
        ..read("3273010101900001", "1990-01-01")
    };
    let child = read("3273010101160001", "2016-01-01");
    let foreigner = Person {
        kewarganegaraan: Country::parse("AU").expect("a country"),
        no_kitap: Some("2C21JD0001-W".into()),
        berlaku_hingga: Some(Date::parse("2028-01-01").expect("a day")),
        ..adult.clone()
    };
    [adult, child, foreigner]
});

/// A person as an import would store them.
fn read(nik: &str, born: &str) -> Person {
    let row = format!(
        "nik,nomor_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,golongan_darah,agama,status_perkawinan,pekerjaan,\
        pendidikan,shdk,alamat,rt_rw,kode_wilayah,provinsi,kabupaten,kecamatan,kelurahan\n\
        {nik},3273010101100001,BUDI SANTOSO,BANDUNG,{born},1,13,1,1,3,5,1,JL. MERDEKA 1,001/002,\
        3273011001,JAWA BARAT,KOTA BANDUNG,SUKASARI,GEGERKALONG\n"
    );
    let cells = Rows::new(row.as_bytes(), Format::Csv, NAMES).next();
    let (_, cells) = cells.expect("a row").expect("a good row");
    let draft = Draft::parse(cells).expect("a person");
    draft.complete(Names::default()).expect("all names")
}

/// Makes what all executions share.
pub fn ready() {
    LazyLock::force(&WORLD);
    LazyLock::force(&PEOPLE);
    let under = For {
        kind: KINDS[0],
        iss: ISS,
        region: "3273",
        uri: URI,
        index: 7,
        issued: NOW,
        expires: None,
        what: What::Document(Subject(0), None),
    };
    let _ = lint::examine(Vec::new(), &under);
}

/// A form as a browser sends it: the first byte says of which kind of document, the rest is what was typed in each box,
/// with a zero byte between.
pub fn form(data: &[u8]) {
    let Some((&number, typed)) = data.split_first() else {
        return;
    };
    let kind = KINDS[usize::from(number) % KINDS.len()];
    let mut typed = typed.split(|b| *b == 0);
    let mut sent = form_urlencoded::Serializer::new(String::new());
    for name in People::NAMES
        .iter()
        .map(ToString::to_string)
        .chain(boxes(kind))
    {
        if let Some(text) = typed.next() {
            sent.append_pair(&name, &String::from_utf8_lossy(text));
        }
    }
    handed_in(kind, &Posted::parse(sent.finish().as_bytes()));
}

/// Names of a form's boxes, with the first rows of its tables.
fn boxes(kind: &Kind) -> Vec<String> {
    let asked = kind
        .fields
        .iter()
        .filter(|used| used.from == From::Applicant);
    let mut names = Vec::new();
    let mut add = |name: String, ty: &FieldType| match ty {
        FieldType::DateText | FieldType::DateDays => {
            names.extend(["hari", "bulan", "tahun"].map(|part| format!("{name}-{part}")));
        }
        _ => names.push(name),
    };
    for used in asked {
        match used.field.ty {
            FieldType::Table(table) => {
                for row in 0..2 {
                    for column in table.columns {
                        let name = format!("{}.{row}.{}", used.field.name, column.field.name);
                        add(name, &column.field.ty);
                    }
                }
            }
            ref ty => add(used.field.name.to_string(), ty),
        }
    }
    names
}

/// What is not said to be wrong makes a document that is read as it was made, and that may be signed.
fn handed_in(kind: &'static Kind, posted: &Posted) {
    let mut dossier = Dossier::default();
    for name in People::NAMES {
        dossier.people.set(name, posted.get(name));
    }
    let asked = kind
        .fields
        .iter()
        .filter(|used| used.from == From::Applicant);
    for used in asked {
        let text = inputs::text(used.field, posted);
        if !text.is_empty() {
            dossier.answers.insert(used.field.name.to_string(), text);
        }
    }
    let _ = completeness::people(kind, &dossier);
    if completeness::answers(kind, &dossier.answers).is_empty() {
        signed(kind, &dossier.answers);
    }
}

fn signed(kind: &'static Kind, answers: &Answers) {
    let person = match kind.slug {
        "kia" => &PEOPLE[1],
        "sktt" => &PEOPLE[2],
        _ => &PEOPLE[0],
    };
    let family = [person.clone()];
    let today = Date::parse("2026-11-22").expect("a day");
    let number = "3273-LU-24112026-0001";
    let newborn = (kind.subject == About::Newborn).then(|| PEOPLE[1].nik);
    let sources = Sources {
        anchor: person,
        family: &family,
        answers,
        face: None,
        number: Some(number.to_string()),
        newborn,
        today,
    };
    let content = match content::build(kind, sources) {
        Ok(content) => content,
        // What an applicant left out or wrote wrongly was to be told before.
        Err(Refused::Content(
            BadDocument::Value { field, .. } | BadDocument::Missing { field, .. },
        )) if kind
            .fields
            .iter()
            .any(|used| used.field.name == field && used.from == From::Applicant) =>
        {
            panic!("{}: {field} was not told", kind.slug)
        }
        Err(_) => return,
    };
    let claims = Claims {
        iss: Some(ISS),
        exp: content.expires,
        nbf: None,
        iat: Some(NOW),
        cnf: None,
        status: Some(StatusRef { index: 7, uri: URI }),
        identity: Identity::Document(content.document),
    };
    let (office, trust, lists) = &*WORLD;
    let verdict = verify(
        &office.issue(&claims),
        trust,
        lists,
        NOW,
        &Policy::default(),
    );
    assert_eq!(verdict.reason(), Reason::Valid);
    let read = verdict.credential().map(|verified| verified.claims());
    assert_eq!(
        read,
        Some(claims.clone()),
        "read otherwise than it was made"
    );
    let payload = claims.encode().expect("claims that can be written");
    let subject = match kind.subject {
        About::Family => Subject(person.nomor_kk.as_u64()),
        About::Newborn => Subject(newborn.map_or(0, |nik| nik.as_u64())),
        _ => Subject(person.nik.as_u64()),
    };
    let passed = [None, Some(number)].map(|number| {
        let under = For {
            kind,
            iss: ISS,
            region: "3273",
            uri: URI,
            index: 7,
            issued: NOW,
            expires: claims.exp,
            what: What::Document(subject, number),
        };
        lint::examine(payload.clone(), &under)
    });
    assert!(passed.iter().any(Result::is_ok), "{passed:?}");
}

/// The body of a request in JSON, or what stands behind the question mark of an address.
pub fn body(data: &[u8]) {
    let mut of = vec![Fields::of_body(Ok(Bytes::copy_from_slice(data)))];
    if let Ok(text) = std::str::from_utf8(data) {
        of.push(Fields::of_query(Some(text)));
    }
    for fields in of {
        let Ok(mut fields) = fields else { continue };
        for field in KINDS.iter().flat_map(|kind| kind.fields) {
            let _ = fields.optional(field.field.name, |text| {
                credential::document::Value::parse(&field.field.ty, text)
                    .map_err(|rule| rule.to_string())
            });
        }
        let _ = fields.texts("people");
        let _ = fields.texts("answers");
        let _ = fields.number_if_any("version");
        let _ = fields.flag("late");
        let _ = fields.finish();
    }
    handed_in(KINDS[data.len() % KINDS.len()], &Posted::parse(data));
}
