//! Two citizens of two families, two offices, and applications of the first citizen in the first office.

use crate::browser::{Browser, invite};
use crate::support::{Answer, Data, HEADER, Server, base64_decode};
use serde_json::{Value, json};
use std::time::Duration;

pub const OWNER: &str = "3273011204870011";
pub const OWNER_KK: &str = "3273011203150002";
pub const OTHER: &str = "3273011204870077";
const OTHER_KK: &str = "3273011203150077";
const CHILD: &str = "3273015204170013";
/// Nobody but the owner and the first office may read these.
pub const MARKS: [&str; 5] = [OWNER, OWNER_KK, CHILD, "BUDI RAHASIA", "DEWI RAHASIA"];

/// Who asks, with what a client of theirs sends.
#[derive(Clone)]
pub struct Asker {
    pub name: String,
    pub headers: Vec<(String, String)>,
    /// The token of forms.
    pub csrf: String,
}

pub struct Scene {
    pub data: Data,
    pub server: Server,
    pub owner: Asker,
    pub operator: Asker,
    pub draft: String,
    pub submitted: String,
    pub done: String,
    pub document: String,
    pub officer: String,
    pub attachment: String,
    pub upload: String,
    /// Numbers and ids that are the owner's alone.
    pub secrets: Vec<String>,
}

/// The code in the letter to an address.
fn code_for(data: &Data, address: &str) -> String {
    let folder = data.dir.path().join("data/mail");
    for _ in 0..200 {
        let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let letters = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        let found = letters
            .filter(|letter| letter.contains(&format!("To: {address}")))
            .find_map(|letter| code_in(&letter));
        if let Some(code) = found {
            return code;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("no letter with a code");
}

fn code_in(letter: &str) -> Option<String> {
    let (head, body) = letter.split_once("\r\n\r\n")?;
    let body = match head.to_lowercase().contains("transfer-encoding: base64") {
        true => {
            let text: String = body.split_whitespace().collect();
            String::from_utf8(base64_decode(&text)).ok()?
        }
        false => body.replace("=\r\n", ""),
    };
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    body.lines()
        .map(str::trim)
        .find(is_code)
        .map(str::to_string)
}

fn bearer(name: &str, token: &str) -> Asker {
    Asker {
        name: name.into(),
        headers: vec![("authorization".into(), format!("Bearer {token}"))],
        csrf: String::new(),
    }
}

/// An account, opened over the API.
fn citizen(data: &Data, server: &Server, name: &str, nik: &str, kk: &str) -> Asker {
    let claim = json!({"nik": nik, "nomor_kk": kk, "tanggal_lahir": "1987-04-12",
        "contact": format!("{name}@contoh.id")});
    let asked = server.ask(
        "POST",
        "/v1/account/registrations",
        &[],
        claim.to_string().as_bytes(),
    );
    let challenge = asked.json()["challenge"].clone();
    let typed =
        json!({"challenge": challenge, "code": code_for(data, &format!("{name}@contoh.id"))});
    let opened = server.ask(
        "POST",
        "/v1/account/registrations/confirm",
        &[],
        typed.to_string().as_bytes(),
    );
    assert_eq!(opened.status, 201, "{}", opened.text());
    with_session(server, name, &opened)
}

fn with_session(server: &Server, name: &str, opened: &Answer) -> Asker {
    let cookie = opened
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_string();
    of_cookie(server, name, cookie)
}

fn of_cookie(server: &Server, name: &str, cookie: String) -> Asker {
    let mut headers = vec![("cookie".to_string(), cookie)];
    let session = server.ask("GET", "/v1/session", &headers, b"").json();
    let csrf = session["csrf"].as_str().unwrap().to_string();
    headers.push(("x-csrf-token".into(), csrf.clone()));
    Asker {
        name: name.into(),
        headers,
        csrf,
    }
}

impl Scene {
    pub fn new() -> Self {
        let data = Data::new();
        let place = "JL UJI COBA 1,001/002,3273011001,BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT";
        let rows = [
            format!("{OWNER},{OWNER_KK},BUDI RAHASIA,BANDUNG,1987-04-12,1,13,1,2,88,8,1,{place}"),
            format!("{CHILD},{OWNER_KK},DEWI RAHASIA,BANDUNG,2017-04-12,2,13,1,1,1,1,4,{place}"),
            format!("{OTHER},{OTHER_KK},ANDI LAIN,BANDUNG,1987-04-12,1,13,1,2,88,8,1,{place}"),
        ];
        data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
        data.ok(&["import", "persons", &data.path("people.csv")]);
        data.ok(&[
            "office",
            "add",
            "--iss",
            "ID.3274",
            "--region",
            "3274",
            "--name",
            "Kantor Lain",
        ]);
        data.officer("ID.3274", "operator");
        let tokens = ["operator", "verifier", "signer"].map(|role| data.officer("ID.3273", role));
        let server = data.serve();
        let owner = citizen(&data, &server, "budi", OWNER, OWNER_KK);
        let [operator, verifier, signer] = tokens.map(|token| bearer("officer", &token));
        let mut scene = Self {
            data,
            server,
            owner,
            operator,
            draft: String::new(),
            submitted: String::new(),
            done: String::new(),
            document: String::new(),
            officer: String::new(),
            attachment: String::new(),
            upload: String::new(),
            secrets: MARKS.map(String::from).to_vec(),
        };
        scene.file(&verifier, &signer);
        scene
    }

    pub fn ask(&self, who: &Asker, method: &str, path: &str, body: &Value) -> Answer {
        self.server
            .ask(method, path, &who.headers, body.to_string().as_bytes())
    }

    fn ok(&self, who: &Asker, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(who, method, path, body);
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path}: {}",
            answer.text()
        );
        answer.json()
    }

    /// The owner's application for a kind, as a draft; its id.
    fn begin(&mut self, kind: &str) -> String {
        let people = json!({"applicant_nik": OWNER, "applicant_name": "BUDI RAHASIA", "relation": "head_of_family",
            "subject_nik": OWNER, "email": "budi@contoh.id"});
        let body = json!({"kind": kind, "people": people});
        let begun = self.ask(&self.owner, "POST", "/v1/applications", &body);
        assert_eq!(begun.status, 201, "{}", begun.text());
        let address = begun.header("location");
        address.rsplit('/').next().unwrap().to_string()
    }

    fn submit(&mut self, id: &str, slug: &str) {
        let path = format!("/v1/applications/{id}");
        let paper = ikd::demo::applications::paper(3);
        let files = format!("{path}/attachments?slug={slug}");
        let sent = self.server.ask("POST", &files, &self.owner.headers, &paper);
        assert_eq!(sent.status, 201, "{}", sent.text());
        let view = self.ok(&self.owner, "GET", &path, &Value::Null);
        let answers = json!({"version": view["version"], "people": {"relation": "oneself"}});
        if slug == "kk" {
            self.ok(&self.owner, "PUT", &format!("{path}/answers"), &answers);
        }
        let view = self.ok(&self.owner, "GET", &path, &Value::Null);
        assert_eq!(view["missing"], json!([]), "{view}");
        let done = self.ok(&self.owner, "POST", &format!("{path}/submit"), &json!({}));
        let number = done["application"]["registration"].as_str();
        let number = number.or(done["registration"].as_str());
        self.secrets
            .push(number.unwrap_or_else(|| panic!("{done}")).to_string());
    }

    fn file(&mut self, verifier: &Asker, signer: &Asker) {
        self.done = self.begin("kk");
        let done = self.done.clone();
        self.submit(&done, "kk_lama");
        let path = format!("/v1/applications/{done}");
        self.ok(verifier, "POST", &format!("{path}/take"), &json!({}));
        self.ok(verifier, "POST", &format!("{path}/pass"), &json!({}));
        self.ok(signer, "POST", &format!("{path}/approve"), &json!({}));
        let document = self.ok(
            &self.owner,
            "GET",
            &format!("{path}/document"),
            &Value::Null,
        );
        self.document = document["id"].as_str().unwrap().to_string();
        let files = self.ok(
            &self.owner,
            "GET",
            &format!("{path}/attachments"),
            &Value::Null,
        );
        self.attachment = files["items"][0]["id"].as_str().unwrap().to_string();
        self.submitted = self.begin("ktp");
        let submitted = self.submitted.clone();
        self.submit(&submitted, "kk");
        let path = format!("/v1/applications/{submitted}/appointment");
        let slots = self.ok(&self.owner, "GET", &format!("{path}/slots"), &Value::Null);
        let starts = &slots["items"][5]["starts"];
        self.ok(&self.owner, "POST", &path, &json!({ "starts": starts }));
        self.draft = self.begin("sk-pindah");
        let announced = json!({"slug": "kk", "size": 100, "sha256": "00".repeat(32)});
        let path = format!("/v1/applications/{}/uploads", self.draft);
        let upload = self.ok(&self.owner, "POST", &path, &announced);
        self.upload = upload["id"].as_str().unwrap().to_string();
        self.officer = self
            .data
            .texts("SELECT lower(hex(id)) FROM officers ORDER BY id LIMIT 1")[0]
            .clone();
        self.secrets.extend([
            self.draft.clone(),
            self.submitted.clone(),
            self.done.clone(),
        ]);
        self.secrets.extend([
            self.document.clone(),
            self.attachment.clone(),
            self.upload.clone(),
        ]);
    }

    /// Everybody to whom the owner's things are nothing: by cookie and by token, citizens and officers.
    pub fn strangers(&self) -> Vec<Asker> {
        let (data, server) = (&self.data, &self.server);
        let mut all = vec![Asker {
            name: "nobody".into(),
            headers: Vec::new(),
            csrf: String::new(),
        }];
        all.push(citizen(data, server, "andi", OTHER, OTHER_KK));
        let begun = server.ask(
            "POST",
            "/v1/applications",
            &[],
            br#"{"kind":"kk","office":"ID.3273"}"#,
        );
        assert_eq!(begun.status, 201, "{}", begun.text());
        all.push(with_session(server, "guest", &begun));
        for role in ["operator", "verifier", "signer", "auditor", "admin"] {
            all.push(bearer(
                &format!("{role} of the other office"),
                &data.officer("ID.3274", role),
            ));
        }
        for role in ["operator", "signer", "admin"] {
            let (_, one_time) = invite(data, "ID.3274", role, role);
            let mut browser = Browser::new(server);
            browser.first_sign_in(role, &one_time);
            all.push(of_cookie(
                server,
                &format!("{role} of the other office, by cookie"),
                format!("ikd={}", browser.cookie()),
            ));
        }
        all
    }
}
