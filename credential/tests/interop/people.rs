//! Documents to try, drawn by a seed, and the JSON they are compared as.

use super::*;

/// A repeatable stream of numbers.
pub struct Dice(pub u64);

impl Dice {
    /// 0 to `below` − 1.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    pub fn code(&mut self, last: u64) -> u8 {
        1 + self.roll(last) as u8
    }

    pub fn name(&mut self, length: usize) -> String {
        const LETTERS: &[char] = &[
            'A', 'B', 'I', 'N', 'S', 'Z', 'É', 'ő', '\'', '.', '-', 'k', '’',
        ];
        let letters = (0..length).map(|place| match place {
            0 => 'W',
            _ if place + 1 == length => 'H',
            _ if place % 9 == 7 => ' ',
            _ => LETTERS[self.roll(LETTERS.len() as u64) as usize],
        });
        letters.collect()
    }

    pub fn date(&mut self) -> Date {
        Date::from_days(self.roll(80_000) as i64 - 40_000).unwrap()
    }
}

/// A KTP whose every field was rolled, `length` letters in its texts.
pub fn any_ktp(dice: &mut Dice, length: usize, face_bytes: usize) -> Document<'static> {
    let day = 1 + dice.roll(28) + 40 * dice.roll(2);
    let nik = format!(
        "3273{:02}{day:02}{:02}{:02}{:04}",
        1 + dice.roll(99),
        1 + dice.roll(12),
        dice.roll(100),
        1 + dice.roll(9999)
    );
    let region = format!("3273{:02}{}", 1 + dice.roll(99), 1000 + dice.roll(3000));
    let words = |dice: &mut Dice| Value::Text(dice.name(length).into());
    let mut builder = ktp_builder()
        .set(&f::NIK, Value::Nik(Nik::parse(&nik).unwrap()))
        .set(&f::NAME, words(dice))
        .set(&f::BIRTH_PLACE, words(dice))
        .set(&f::BIRTH_DATE, Value::Date(dice.date()))
        .set(&f::SEX, Value::Code(dice.code(2)))
        .set(&f::BLOOD, Value::Code(dice.code(13)))
        .set(&f::ADDRESS, words(dice))
        .set(
            &f::RT_RW,
            Value::RtRw(dice.roll(1000) as u16, dice.roll(1000) as u16),
        )
        .set(&f::VILLAGE, words(dice))
        .set(&f::DISTRICT, words(dice))
        .set(&f::REGENCY, words(dice))
        .set(&f::PROVINCE, words(dice))
        .set(&f::FAITH, Value::Code(dice.code(7)))
        .set(&f::MARITAL, Value::Code(dice.code(6)))
        .set(&f::JOB, Value::Code(dice.code(88)))
        .set(&f::ISSUE_DATE, Value::Date(dice.date()))
        .set(
            &f::REGION,
            Value::Region(KodeWilayah::parse(&region).unwrap()),
        );
    if dice.roll(3) == 0 {
        let country = Value::Country(Country::parse("NL").unwrap());
        builder = builder.set(&f::NATIONALITY, country);
    }
    if dice.roll(2) == 0 {
        builder = builder.set(&f::ISSUE_PLACE, words(dice));
    }
    if face_bytes > 0 {
        builder = builder.set(&f::FACE, face(face_bytes));
    }
    builder.build().unwrap()
}

/// The same KTPs for every peer: the plain one, one with a face, one with the longest texts, and variations.
pub fn ktps() -> Vec<(String, Document<'static>)> {
    let mut dice = Dice(169);
    let mut ktps = vec![
        ("plain".to_string(), ktp()),
        (
            "with a face".into(),
            ktp_builder().set(&f::FACE, face(600)).build().unwrap(),
        ),
        ("60 letters".into(), any_ktp(&mut dice, 60, 0)),
        ("60 letters and a face".into(), any_ktp(&mut dice, 60, 900)),
    ];
    for n in 0..50 {
        let length = 2 + dice.roll(40) as usize;
        let face_bytes = match n % 5 {
            0 => 1 + dice.roll(500) as usize,
            _ => 0,
        };
        let ktp = any_ktp(&mut dice, length, face_bytes);
        ktps.push((format!("variation {n}"), ktp));
    }
    ktps
}

/// Claim 169 as JSON with the names of the standard and the numbers of our own keys, made without our encoder.
pub fn claim_169_json(document: &Document<'_>) -> Json {
    let mut expected = serde_json::Map::new();
    expected.insert("75".into(), document.kind().number.into());
    for (field, value) in document.fields() {
        let name = match field.key {
            1 => "id".to_string(),
            4 => "fullName".into(),
            8 => "dateOfBirth".into(),
            9 => "gender".into(),
            10 => "address".into(),
            13 => "nationality".into(),
            14 => "maritalStatus".into(),
            21 => "locationCode".into(),
            23 => "countryOfIssuance".into(),
            62 => "face".into(),
            own @ (24..=49 | 75..=99) => own.to_string(),
            other => panic!("key {other} is not for us to use"),
        };
        let json = match value {
            Value::Date(date) if field.key == 8 => json!(date.iso().replace('-', "")),
            Value::Face(face) => json!([{
                "data": BASE64_STANDARD.encode(&face.data), "format": 0, "subFormat": face.subformat
            }]),
            Value::Nik(nik) => json!(nik.to_string()),
            value => plain_json(value),
        };
        expected.insert(name, json);
    }
    Json::Object(expected)
}

pub fn plain_json(value: &Value<'_>) -> Json {
    match value {
        Value::Nik(nik) => json!(nik.as_u64()),
        Value::KkNumber(number) => json!(number.as_u64()),
        Value::Text(text) => json!(text),
        Value::Date(date) => json!(date.days()),
        Value::Code(code) => json!(code),
        Value::Country(country) => json!(country.as_str()),
        Value::Region(kode) => json!(kode.dotted().replace('.', "")),
        Value::RtRw(rt, rw) => json!([rt, rw]),
        Value::PostalCode(code) => json!(code),
        Value::Face(_) => panic!("a face has its own form"),
        Value::Number(number) => json!(number),
        Value::Time(minutes) => json!(minutes),
        Value::Members(rows) | Value::Rows(rows) => rows.iter().map(row_json).collect(),
    }
}

pub fn row_json(row: &Member<'_>) -> Json {
    let cells = row.values();
    cells.map(|v| v.map_or(Json::Null, plain_json)).collect()
}

/// What `claim169-core` decoded, as JSON in the same form.
pub fn decoded_json(claim: &Claim169) -> Json {
    let mut json = serde_json::to_value(claim).unwrap();
    if let (Some(faces), Some(entry)) = (&claim.face, json.get_mut("face")) {
        let faces = faces.iter().map(|face| {
            json!({
                "data": BASE64_STANDARD.encode(&face.data),
                "format": face.format.map(i64::from),
                "subFormat": face.sub_format.map(|s| s.to_value()),
            })
        });
        *entry = faces.collect();
    }
    json
}
