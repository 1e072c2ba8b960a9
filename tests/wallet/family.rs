//! A family of the register whose documents are in force, and the officers of its office.

use crate::support::{Answer, Data, HEADER, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::date::Date;
use ikd::clock::Clock;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// The family card.
pub const KK: &str = "3273011203150002";
/// Head of the family, 39 years old.
pub const FATHER: &str = "3273011204870011";
/// His wife.
pub const MOTHER: &str = "3273015204880012";
/// Their son, 20 years old for some months more.
pub const SON: &str = "3273011204060013";
/// Their daughter of about 9.
pub const DAUGHTER: &str = "3273015204170014";
/// A NIK that nobody has.
pub const NOBODY: &str = "3273011204870099";
/// What none of them would like to read in a log.
pub const NAMES: [&str; 4] = ["BUDI SANTOSO", "SITI AMINAH", "EKO SANTOSO", "DEWI LESTARI"];

/// The day on which the son turns 21, whenever the tests run.
pub static BIRTHDAY: LazyLock<Date> = LazyLock::new(|| {
    let today = Date::at_wib(Clock::System.now()).unwrap();
    let then = Date::from_days(i64::from(today.days()) + 120).unwrap();
    let (year, month, day) = then.ymd();
    // A day that each year has.
    Date::from_ymd(year, month, day.min(28)).unwrap()
});

/// A data directory with that family, nothing issued yet.
pub fn household() -> Data {
    let data = Data::new();
    let place = "JL UJI COBA 1,001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT";
    let parents = "BUDI SANTOSO,SITI AMINAH";
    let (year, month, day) = BIRTHDAY.ymd();
    let born = Date::from_ymd(year - 21, month, day).unwrap().iso();
    let rows = [
        format!(
            "{FATHER},{KK},{},BANDUNG,1987-04-12,1,13,1,2,88,8,1,{place},HADI,SRI RAHAYU",
            NAMES[0]
        ),
        format!(
            "{MOTHER},{KK},{},BANDUNG,1988-04-12,2,13,1,2,88,8,3,{place},,",
            NAMES[1]
        ),
        format!(
            "{SON},{KK},{},BANDUNG,{born},1,13,1,1,3,5,4,{place},{parents}",
            NAMES[2]
        ),
        format!(
            "{DAUGHTER},{KK},{},BANDUNG,2017-04-12,2,13,1,1,1,1,4,{place},{parents}",
            NAMES[3]
        ),
    ];
    let head = format!("{HEADER},ayah,ibu");
    data.write("family.csv", &format!("{head}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("family.csv")]);
    data
}

/// A picture as a camera takes it, smaller.
pub fn picture() -> Vec<u8> {
    let face = image::RgbImage::from_fn(180, 240, |x, y| {
        let (dx, dy) = (x as i32 - 90, y as i32 - 110);
        let inside = dx * dx * 2 + dy * dy < 9000;
        let shade = (x * 255 / 180) as u8;
        match inside {
            true => image::Rgb([200, 170, 150]),
            false => image::Rgb([shade / 2, shade / 3, 90]),
        }
    });
    let mut bytes = Vec::new();
    let target = &mut std::io::Cursor::new(&mut bytes);
    face.write_to(target, image::ImageFormat::Jpeg).unwrap();
    bytes
}

/// A running service, an operator and a signer of its office, and a family.
pub struct Office {
    pub data: Data,
    pub server: Server,
    pub operator: String,
    pub signer: String,
}

impl Office {
    /// Changes the newest activation as if the service had written it so.
    pub fn late(&self) {
        let newest = "activations ORDER BY id DESC LIMIT 1";
        let id = self.data.base.ids(newest).remove(0);
        let row = self.data.base.blob(&id);
        let sql = format!("UPDATE activations SET expires = expires - 600 WHERE id = {row}");
        assert_eq!(self.data.base.change(&sql), Ok(1));
        let id = uuid::Uuid::parse_str(&id).unwrap().to_string();
        self.data.ok(&["register", "accept", &id]);
    }

    pub fn new() -> Self {
        let data = household();
        let (operator, signer) = (
            data.officer("ID.3273", "operator"),
            data.officer("ID.3273", "signer"),
        );
        let server = data.serve();
        Self {
            data,
            server,
            operator,
            signer,
        }
    }

    /// The server stops and another one begins on the same data.
    pub fn restart(&mut self) {
        self.server.signal("TERM");
        self.server.child.wait().unwrap();
        self.server = self.data.serve();
    }

    /// Issues a document from the register; its id.
    pub fn issue(&self, nik: &str, kind: &str) -> String {
        let body = json!({"nik": nik, "kind": kind, "supersede": true});
        let answer = self
            .server
            .post(&self.signer, "/v1/documents", &body.to_string());
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["document"]["id"]
            .as_str()
            .unwrap()
            .to_string()
    }

    /// Changes a document: revoke, suspend, reinstate or supersede.
    pub fn change(&self, document: &str, what: &str) {
        let path = format!("/v1/documents/{document}/{what}");
        let answer = self
            .server
            .post(&self.signer, &path, r#"{"reason":"uji coba"}"#);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    pub fn open(&self, body: &Value) -> Answer {
        self.server
            .post(&self.operator, "/v1/activations", &body.to_string())
    }

    /// Opens an activation; the code.
    pub fn code(&self, nik: &str) -> String {
        self.code_of(&json!({"nik": nik}))
    }

    /// Opens an activation with a portrait from the counter; the code.
    pub fn code_with_portrait(&self, nik: &str) -> String {
        self.code_of(&json!({"nik": nik, "portrait": STANDARD.encode(picture())}))
    }

    fn code_of(&self, body: &Value) -> String {
        let answer = self.open(body);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["code"].as_str().unwrap().to_string()
    }

    /// The newest bundle, as a verifier has it.
    pub fn bundle(&self) -> credential::bundle::Bundle {
        self.data.read_bundle(&self.server.get("/bundle").body)
    }

    /// The phones of a person as officers see them.
    pub fn phones(&self, nik: &str) -> Vec<Value> {
        let body = json!({"nik": nik}).to_string();
        let answer = self
            .server
            .post(&self.operator, "/v1/devices/search", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["items"].as_array().unwrap().clone()
    }
}
