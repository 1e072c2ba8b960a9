//! A town: one office with an officer of every role, another office, two citizens with accounts, and people to apply
//! for.

use crate::client::Client;
use crate::contract::Contract;
use crate::people::{claim, code_in, mail, text, typed};
use crate::support::{Answer, Data, HEADER, Server, row_in};
use serde_json::{Value, json};
use std::cell::{Cell, OnceCell};
use std::sync::Arc;

/// The office of the tests, and another one.
pub const OFFICE: &str = "ID.3273";
pub const ELSEWHERE: &str = "ID.3201";

/// The citizen whose applications they are: NIK, number of the family card, name.
pub const OWNER: [&str; 3] = [
    "3273015204880071",
    "3273011203150071",
    "RATNA WULANDARI KUSUMA",
];
/// Another one.
pub const STRANGER: [&str; 3] = ["3273011204870072", "3273011203150072", "HARTONO WIJAYA"];
/// The NIK that the examples of the description name.
pub const NAMED: &str = "3273015204870003";
/// The roles of officers.
pub const ROLES: [&str; 5] = ["operator", "verifier", "signer", "auditor", "admin"];

/// NIK of the n-th person who may be applied for, 1 to 199.
pub fn subject(n: u32) -> String {
    format!("327301120487{:04}", 1000 + n)
}

pub struct Town {
    pub data: Data,
    pub server: Server,
    pub nobody: Client,
    pub owner: Client,
    pub stranger: Client,
    /// In the order of [`ROLES`].
    officers: Vec<Client>,
    foreigners: Vec<Client>,
    /// Admins who signed in, made when they are first asked for.
    people: [OnceCell<Client>; 2],
    subjects: Cell<u32>,
}

fn register(data: &Data) {
    let mut rows: Vec<String> = (1..200)
        .map(|n| {
            row_in(
                &subject(n),
                &format!("32730101011{n:05}"),
                "WARGA UJI",
                "3273011001",
            )
        })
        .collect();
    rows.push(row_in(STRANGER[0], STRANGER[1], STRANGER[2], "3273011001"));
    rows.push(row_in(
        NAMED,
        // Not one of the families of the subjects.
        "3273010101190003",
        "SITI AMINAH",
        "3273011001",
    ));
    let owner = row_in(OWNER[0], OWNER[1], OWNER[2], "3273011001");
    rows.push(owner.replace("1987-04-12,1,", "1988-04-12,2,"));
    data.write("town.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("town.csv")]);
}

/// An account by letter and code; its session.
fn account(data: &Data, nobody: &Client, who: [&str; 3], born: &str, letters: usize) -> Client {
    let contact = format!("{}@contoh.id", who[0]);
    let claim = claim(who[0], who[1], born, &contact);
    let asked = nobody.post(
        "/v1/account/registrations",
        &serde_json::from_str(&claim).unwrap(),
    );
    assert_eq!(asked.status, 202, "{}", asked.text());
    let code = code_in(&mail(data, letters + 1)[letters]);
    let typed = typed(&text(&asked, "challenge"), &code);
    let opened = nobody.post(
        "/v1/account/registrations/confirm",
        &serde_json::from_str(&typed).unwrap(),
    );
    assert_eq!(opened.status, 201, "{}", opened.text());
    nobody.session(&cookie(&opened))
}

/// The session that an answer opens.
pub fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    set.split(';').next().unwrap().to_string()
}

impl Town {
    pub fn new() -> Self {
        let data = Data::new();
        register(&data);
        data.ok(&[
            "office",
            "add",
            "--iss",
            ELSEWHERE,
            "--name",
            "Dinas Lain",
            "--region",
            "3201",
        ]);
        data.ok(&["trust", "publish"]);
        let tokens = |iss| ROLES.map(|role| data.officer(iss, role));
        let (here, there) = (tokens(OFFICE), tokens(ELSEWHERE));
        let server = data.serve();
        let contract = Arc::new(Contract::of(&server));
        let nobody = Client::new(&server, &contract);
        let clients = |tokens: [String; 5]| tokens.iter().map(|t| nobody.token(t)).collect();
        Self {
            owner: account(&data, &nobody, OWNER, "1988-04-12", 0),
            stranger: account(&data, &nobody, STRANGER, "1987-04-12", 1),
            officers: clients(here),
            foreigners: clients(there),
            people: Default::default(),
            nobody,
            data,
            server,
            subjects: Cell::new(1),
        }
    }

    fn of<'a>(all: &'a [Client], role: &str) -> &'a Client {
        &all[ROLES.iter().position(|r| *r == role).unwrap()]
    }

    /// The officer of the office in that role.
    pub fn officer(&self, role: &str) -> &Client {
        Self::of(&self.officers, role)
    }

    /// The first or the second admin of the office who signed in: what takes two people is refused to tokens.
    pub fn admin(&self, n: usize) -> &Client {
        self.people[n].get_or_init(|| {
            let person = self.data.person(&self.server, OFFICE, "admin");
            self.nobody.token(&person)
        })
    }

    /// What the first admin proposes and the second one approves.
    pub fn agree(&self, method: &str, path: &str, body: &Value) {
        let proposed = self.admin(0).ok(method, path, Some(body));
        let proposal = &proposed["proposal"];
        let approve = format!("/v1/proposals/{}/approve", proposal["id"].as_str().unwrap());
        let seen = json!({"hash": proposal["hash"]});
        self.admin(1).ok("POST", &approve, Some(&seen));
    }

    /// The one of the other office.
    pub fn foreigner(&self, role: &str) -> &Client {
        Self::of(&self.foreigners, role)
    }

    /// The server stops and another one begins on the same data.
    pub fn restart(&mut self) {
        self.server.signal("TERM");
        self.server.child.wait().unwrap();
        self.server = self.data.serve();
        let base = self.server.base.clone();
        let all = [&mut self.nobody, &mut self.owner, &mut self.stranger];
        let officers = self.officers.iter_mut().chain(&mut self.foreigners);
        let people = self.people.iter_mut().filter_map(OnceCell::get_mut);
        for client in all.into_iter().chain(officers).chain(people) {
            client.base.clone_from(&base);
        }
    }

    /// Body of a new application of the owner for a family card, each for another family.
    pub fn wish(&self) -> Value {
        let n = self.subjects.replace(self.subjects.get() + 1);
        json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": subject(n)}})
    }

    /// A draft of the owner; its id.
    pub fn draft(&self) -> String {
        let begun = self
            .owner
            .ok("POST", "/v1/applications", Some(&self.wish()));
        begun["application"]["id"].as_str().unwrap().to_string()
    }

    /// An application of the owner in that state.
    pub fn at(&self, state: &str) -> String {
        let id = self.draft();
        self.lead(&id, state);
        id
    }

    /// Leads a draft of the owner to a state; how they see it then.
    pub fn lead(&self, id: &str, state: &str) -> Value {
        let note = json!({"note": "Mohon foto ulang."});
        let handed =
            json!({"how": "collected", "originals_checked": true, "old_card_withdrawn": false});
        let steps: &[(&str, &str)] = match state {
            "draft" => &[],
            "submitted" => &[("owner", "submit")],
            "under_verification" => &[("owner", "submit"), ("operator", "take")],
            "needs_correction" => &[("owner", "submit"), ("operator", "ask-correction")],
            "constrained" => &[("owner", "submit"), ("operator", "constrain")],
            "in_process" => &TO_SIGN[..3],
            "done" => &TO_SIGN[..4],
            "handed_over" => &TO_SIGN,
            "rejected" => &[("owner", "submit"), ("verifier", "reject")],
            "cancelled" => &[("owner", "submit"), ("owner", "cancel")],
            other => panic!("no way to {other}"),
        };
        for (who, act) in steps {
            let client = if *who == "owner" {
                &self.owner
            } else {
                self.officer(who)
            };
            let body = match *act {
                "ask-correction" | "constrain" | "reject" => Some(&note),
                "hand-over" => Some(&handed),
                _ => None,
            };
            client.step(id, act, body);
        }
        let view = self.owner.read(&format!("/v1/applications/{id}"));
        assert_eq!(view["state"], state);
        view
    }
}

const TO_SIGN: [(&str, &str); 5] = [
    ("owner", "submit"),
    ("operator", "take"),
    ("verifier", "pass"),
    ("signer", "approve"),
    ("operator", "hand-over"),
];
