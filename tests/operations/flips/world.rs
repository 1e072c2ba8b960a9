//! A small service with something in every table that the check is to protect.

use crate::estate::attach;
use crate::phone::Phone;
use crate::support::{Data, HEADER, row_in};
use crate::town::{OFFICE, OWNER, Town, subject};
use crate::use_cases;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::officer::Actor;
use ikd::domain::tlog::note::{Checkpoint, Note};
use ikd::domain::tlog::proof::Head;
use ikd::gate::hold;
use ikd::store::status_lists;
use serde_json::json;
use tokio::runtime::Runtime;

/// Name of a witness.
const WITNESS: &str = "witness.example/dukcapil";

/// Data of a service that has stopped, the log as files in `files`, and a head that was kept elsewhere.
pub struct World {
    pub data: Data,
    pub kept: Head,
}

impl World {
    /// Applications, files, phones, agencies, sessions, proposals, mandates, a bulk job, a witness.
    pub fn of_a_town() -> Self {
        let mut town = Town::new();
        let own = json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": OWNER[0]}});
        let begun = town.owner.ok("POST", "/v1/applications", Some(&own));
        let application = begun["application"]["id"].as_str().unwrap();
        attach(&town.owner, application, "kk_lama");
        town.lead(application, "handed_over");
        town.at("needs_correction");
        Self::appointment(&town);
        let card = json!({"nik": OWNER[0], "kind": "ktp"});
        let signer = town.officer("signer");
        signer.ok("POST", "/v1/documents", Some(&card));
        let who = json!({"nik": OWNER[0]});
        for phone in 1..3 {
            let opened = town
                .officer("operator")
                .ok("POST", "/v1/activations", Some(&who));
            Phone::new(phone).redeemed(&town.server, opened["code"].as_str().unwrap());
        }
        town.officer("operator")
            .ok("POST", "/v1/activations", Some(&who));
        town.agree("PUT", "/v1/policy", &json!({"policy": "sla_days = 5"}));
        town.agree("POST", "/v1/mandates", &json!({"cards": 3}));
        let asked = json!({"ends": 3});
        town.admin(0).ok("POST", "/v1/mandates", Some(&asked));
        let data = &town.data;
        let terms = [
            "--kinds",
            "ktp,kk",
            "--region",
            "3273",
            "--elements",
            "kind,status",
            "--from",
            "2026-01-01",
            "--to",
            "2099-12-31",
        ];
        let add = |name, more: &[&str]| {
            data.ok(&[&["agency", "add", "--name", name][..], &terms, more].concat())
        };
        let gone = add("Bank Tutup", &[]).after("agency ");
        add("Bank Uji", &[]);
        add("Bank Kait", &["--webhook", "https://kait.contoh.id/ikd"]);
        data.ok(&["agency", "cut-off", &gone, "--reason", "selesai"]);
        town.server.signal("TERM");
        town.server.child.wait().unwrap();
        let data = town.data;
        let rows: Vec<String> = (1..5)
            .map(|n| {
                row_in(
                    &format!("32730212048700{n:02}"),
                    &format!("32730201011000{n:02}"),
                    "WARGA JAUH",
                    "3273021001",
                )
            })
            .collect();
        data.write(
            "regions.csv",
            "kode,nama\n32,JAWA BARAT\n32.73,KOTA BANDUNG\n",
        );
        data.ok(&["import", "regions", &data.path("regions.csv")]);
        data.write("far.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
        data.ok(&["import", "persons", &data.path("far.csv")]);
        data.ok(&[
            "bulk", "plan", "--alone", "--kind", "ktp", "--region", "327302",
        ]);
        data.ok(&["bulk", "run"]);
        data.ok(&["keys", "add", "--office", OFFICE, "--standby"]);
        data.ok(&["keys", "add", "--office", OFFICE]);
        data.ok(&["trust", "publish"]);
        data.ok(&["data-key", "add"]);
        Self::watched(data)
    }

    /// Somebody answered for what the next list changes, which is not signed yet.
    fn answered_for(data: &Data) {
        let work = async {
            let service = use_cases::service(data, Clock::System).await;
            let mut tx = service.db.begin().await.unwrap();
            let lists = status_lists::all(&mut tx).await.unwrap();
            let (chance, list) = (&mut Chance::System, &lists[0]);
            let confirmed = hold::confirm(&service, &mut tx, chance, Actor::Local, list, 3, "uji");
            confirmed.await.unwrap();
            tx.commit().await.unwrap();
            service.db.close().await;
        };
        Runtime::new().unwrap().block_on(work);
    }

    /// A card is applied for, and a time for the visit taken.
    fn appointment(town: &Town) {
        let people = json!({"relation": "oneself", "subject_nik": subject(190)});
        let body = json!({"kind": "ktp", "office": OFFICE, "people": people});
        let begun = town.owner.ok("POST", "/v1/applications", Some(&body));
        let id = begun["application"]["id"].as_str().unwrap();
        attach(&town.owner, id, "kk");
        town.owner.step(id, "submit", None);
        let address = format!("/v1/applications/{id}/appointment");
        let slots = town.owner.read(&format!("{address}/slots"));
        let starts = json!({"starts": slots["items"][0]["starts"]});
        town.owner.ok("POST", &address, Some(&starts));
    }

    /// Where a key was stolen: lists are closed, and what it signed is issued anew.
    pub fn of_a_theft() -> Self {
        let data = Data::with_people(3);
        data.ok(&["keys", "add", "--office", OFFICE, "--standby"]);
        data.ok(&["trust", "publish"]);
        let id = data.issue(1, "ktp");
        data.issue(2, "ktp");
        data.ok(&["revoke", &id, "--reason", "lost"]);
        let list = data.ok(&["keys", "list"]).out;
        let active = list
            .lines()
            .find(|l| l.contains(" issuer ") && l.contains(" active "));
        let kid = active.unwrap().split_whitespace().next().unwrap();
        data.ok(&["keys", "compromise", kid]);
        Self::watched(data)
    }

    fn watched(data: Data) -> Self {
        data.ok(&["status", "publish"]);
        data.ok(&["bundle", "export", &data.path("bundle")]);
        Self::answered_for(&data);
        let folder = data.path("files");
        data.ok(&["audit", "seal", "--to", &folder]);
        let keys = data.path("witness");
        let witness = data.ok(&["witness", "key", &keys, "--name", WITNESS]).out;
        let config = data.file("data/config.toml");
        let text = std::fs::read_to_string(&config).unwrap();
        let text = format!("{text}\n[log]\nwitnesses = [\"{}\"]\n", witness.trim());
        std::fs::write(&config, text).unwrap();
        let key = std::fs::read_dir(&keys)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let list = data.ok(&["keys", "list"]).out;
        let log = list
            .split_whitespace()
            .find(|word| word.starts_with("ikd.log/"));
        let (state, cosigned) = (data.path("seen"), data.path("cosigned"));
        data.ok(&[
            "witness",
            "cosign",
            "--from",
            &folder,
            "--key",
            key.to_str().unwrap(),
            "--name",
            WITNESS,
            "--state",
            &state,
            "--log-key",
            log.unwrap(),
            "--out",
            &cosigned,
        ]);
        data.ok(&["audit", "cosignature", &cosigned]);
        data.ok(&[
            "audit",
            "seal",
            "--to",
            &folder,
            "--out",
            &data.path("head"),
        ]);
        let note = std::fs::read_to_string(data.file("head")).unwrap();
        let kept = Checkpoint::parse(Note::parse(&note).unwrap().text());
        let kept = kept.unwrap().head;
        Self { data, kept }
    }
}
