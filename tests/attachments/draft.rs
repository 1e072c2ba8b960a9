//! The draft that somebody holds: answers filled in, files attached, and all of it still there after a refusal.

use crate::client::*;
use crate::people::{FATHER, household};
use crate::pictures;
use crate::support::{Answer, Data, Server};
use credential::kinds::{From, Kind, by_slug};

/// The paper that tests attach to; the family card stands beside it and must stay.
pub const PAPER: &str = "surat_lahir_mati";
/// What the citizens' draft asks for.
const KIND: &str = "sk-lahir-mati";

/// A draft with answers and the family card attached.
pub struct Draft {
    pub client: Client,
    /// `/permohonan/{id}`
    pub path: String,
    csrf: String,
    questions: Vec<String>,
}

/// The names of the questions, in the form's order.
fn questions(kind: &Kind, before: &[&str]) -> Vec<String> {
    let fields = kind.fields.iter().filter(|u| u.from == From::Applicant);
    let mut all: Vec<String> = before.iter().map(|s| s.to_string()).collect();
    all.extend(fields.map(|u| u.field.name.to_string()));
    all.extend(kind.filing.attachments.iter().map(|a| a.slug.to_string()));
    all.push("contact".into());
    all
}

impl Draft {
    /// Begins one.
    pub fn begin(client: &Client, slug: &str, who: (&str, &str), before: &[&str]) -> Self {
        let page = format!("/ajukan/{slug}");
        let begun = client.fill(&page, &page, &[who]);
        assert_eq!(begun.status, 303, "{}", begun.text());
        let path = begun.header("location").strip_suffix("/isi/1");
        Self {
            path: path.unwrap().to_string(),
            csrf: client.csrf(),
            client: client.clone(),
            questions: questions(by_slug(slug).unwrap(), before),
        }
    }

    /// A citizen's, with answers and the family card.
    pub fn of_citizen(client: &Client) -> Self {
        let draft = Self::begin(client, KIND, ("untuk", FATHER), &[]);
        draft.answer("anak_ke", &[("anak_ke", "3")]);
        draft.answer("tempat_peristiwa", &[("tempat_peristiwa", "RUMAH UJI 7")]);
        let contact = [("email", "kenari@contoh.id"), ("phone", "081234567890")];
        draft.answer("contact", &contact);
        draft.takes("kk", &jpeg(pictures::photo(300, 200)));
        draft
    }

    /// An operator's at the counter, with answers and the family card.
    pub fn of_operator(client: &Client) -> Self {
        let draft = Self::begin(client, KIND, ("x", "y"), &["applicant", "subject"]);
        let (name, nik) = (
            ("applicant_name", "BUDI SANTOSO"),
            ("applicant_nik", FATHER),
        );
        draft.answer("applicant", &[name, nik]);
        let subject = [("subject_nik", FATHER), ("relation", "parent")];
        draft.answer("subject", &subject);
        draft.answer("anak_ke", &[("anak_ke", "3")]);
        draft.takes("kk", &jpeg(pictures::photo(300, 200)));
        draft
    }

    /// The same after the server was started again.
    pub fn at(self, server: &Server) -> Self {
        let client = Client::new(server, self.client.cookie.clone());
        Self { client, ..self }
    }

    fn step(&self, question: &str) -> String {
        let at = self.questions.iter().position(|q| q == question).unwrap();
        format!("{}/isi/{}", self.path, at + 1)
    }

    fn answer(&self, question: &str, fields: &[(&str, &str)]) {
        let step = self.step(question);
        let answered = self.client.fill(&step, &step, fields);
        assert_eq!(answered.status, 303, "{question}: {}", answered.text());
    }

    pub fn upload(&self, slug: &str, file: &Sent) -> Answer {
        let path = format!("{}/lampiran/{slug}", self.path);
        self.client.upload(&path, &self.csrf, file)
    }

    /// Sends a file that is taken; its address.
    pub fn takes(&self, slug: &str, file: &Sent) -> String {
        let before = self.shown(slug);
        let answer = self.upload(slug, file);
        assert_eq!(answer.status, 303, "{}", told(&answer));
        let after = self.shown(slug);
        after.or(before).expect("the page shows what was attached")
    }

    /// Address of the file that the question shows.
    pub fn shown(&self, slug: &str) -> Option<String> {
        addresses(&self.client.get(&self.step(slug)).text()).pop()
    }

    /// Takes all files of one kind out.
    pub fn remove(&self, slug: &str) -> Answer {
        let action = format!("{}/lampiran/{slug}/hapus", self.path);
        self.client.fill(&self.step(slug), &action, &[])
    }

    /// Every answer as it is shown before it is handed in, and every file.
    pub fn all(&self) -> (String, Vec<Vec<u8>>) {
        let page = self.client.get(&format!("{}/periksa", self.path));
        assert_eq!(page.status, 200, "the draft is still a draft");
        let html = page.text();
        let begin = html.find("<dl class=\"answers\">").unwrap();
        let end = html.find("</dl>").unwrap();
        let answers = html[begin..end].to_string();
        let file = |path: &String| {
            let file = self.client.get(path);
            assert_eq!(file.status, 200, "{path}");
            file.body
        };
        let files = addresses(&answers).iter().map(file).collect();
        (answers, files)
    }

    /// A file that is not taken: the page says so with these words, still asks for a file, and nothing else changed.
    pub fn refuses(&self, what: &str, file: &Sent, words: &str) {
        let before = self.all();
        let filled = before.0.contains(">3<");
        assert!(
            filled && before.1.len() == 1,
            "a draft that has something to lose"
        );
        let answer = self.upload(PAPER, file);
        assert_eq!(answer.status, 422, "{what}: {}", told(&answer));
        assert!(answer.header("content-type").starts_with("text/html"));
        let said = told(&answer);
        assert!(said.contains("Belum benar"), "{what}: {said}");
        assert!(said.contains(words), "{what}: {said}");
        let again = format!("action=\"{}/lampiran/{PAPER}\"", self.path);
        assert!(
            answer.text().contains(&again),
            "{what}: the page asks again"
        );
        assert_eq!(self.all(), before, "{what}: the draft");
    }
}

/// A family, a server, and a draft of the father's.
pub fn scene() -> (Data, Server, Draft) {
    let data = household();
    let server = data.serve();
    let client = Client::citizen(&data, &server);
    let draft = Draft::of_citizen(&client);
    (data, server, draft)
}
