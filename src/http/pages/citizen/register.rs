//! Opening an account: NIK, KK number, date of birth, contact, code.

use super::super::{Frame, Wrongs};
use super::{CodePage, Kept, digits, lead_on, shown, words};
use crate::accounts::{self, Claim};
use crate::domain::code::Code;
use crate::domain::ids::ChallengeId;
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::{OldCookie, set_cookie};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

const STEPS: u8 = 5;

/// The questions, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ask {
    Nik,
    Card,
    Born,
    Contact,
}

impl Ask {
    const ALL: [Self; 4] = [Self::Nik, Self::Card, Self::Born, Self::Contact];

    /// In the field `langkah`.
    fn name(self) -> &'static str {
        match self {
            Self::Nik => "nik",
            Self::Card => "kk",
            Self::Born => "lahir",
            Self::Contact => "kontak",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ask| ask.name() == name)
    }

    fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|ask| *ask < self)
    }
}

/// What was typed so far, as it was typed.
#[derive(Default)]
struct Typed {
    nik: String,
    nomor_kk: String,
    day: String,
    month: String,
    year: String,
    contact: String,
}

impl Typed {
    fn of(posted: &Posted) -> Self {
        let text = |name: &str| posted.get(name).chars().take(300).collect();
        Self {
            nik: text("nik"),
            nomor_kk: text("nomor_kk"),
            day: text("lahir-hari"),
            month: text("lahir-bulan"),
            year: text("lahir-tahun"),
            contact: text("kontak"),
        }
    }

    /// The answers to all questions but one.
    fn kept(&self, but: Option<Ask>) -> Vec<Kept> {
        let all = [
            (Ask::Nik, "nik", &self.nik),
            (Ask::Card, "nomor_kk", &self.nomor_kk),
            (Ask::Born, "lahir-hari", &self.day),
            (Ask::Born, "lahir-bulan", &self.month),
            (Ask::Born, "lahir-tahun", &self.year),
            (Ask::Contact, "kontak", &self.contact),
        ];
        let others = all
            .into_iter()
            .filter(|(ask, _, value)| Some(*ask) != but && !value.is_empty());
        others
            .map(|(_, name, value)| Kept::new(name, value.clone()))
            .collect()
    }

    /// The first answers up to a question that are wrong, with the question to go back to.
    fn judged(
        &self,
        frame: &Frame,
        app: &Shared,
        upto: Ask,
    ) -> Result<Option<Claim>, (Ask, Wrongs)> {
        let nik = words::nik(frame, &self.nik).map_err(|w| (Ask::Nik, w))?;
        if upto == Ask::Nik {
            return Ok(None);
        }
        let nomor_kk = words::nomor_kk(frame, &self.nomor_kk).map_err(|w| (Ask::Card, w))?;
        if upto == Ask::Card {
            return Ok(None);
        }
        let born = words::born(frame, &self.day, &self.month, &self.year);
        let born = born.map_err(|w| (Ask::Born, w))?;
        if accounts::old_enough(&app.service, born).is_err() {
            return Err((Ask::Born, words::too_young(frame)));
        }
        if upto == Ask::Born {
            return Ok(None);
        }
        let contact = words::contact(frame, &self.contact).map_err(|w| (Ask::Contact, w))?;
        Ok(Some(Claim {
            nik,
            nomor_kk,
            born,
            contact,
        }))
    }
}

#[derive(Template)]
#[template(path = "akun/daftar.html")]
struct Question {
    frame: Frame,
    ask: &'static str,
    step: u8,
    steps: u8,
    /// Whether there is a question before.
    back: bool,
    typed: Typed,
    kept: Vec<Kept>,
    wrongs: Wrongs,
}

impl Question {
    fn answer(frame: Frame, ask: Ask, typed: Typed, wrongs: Wrongs) -> Response {
        let frame = match ask {
            Ask::Nik => frame.titled("Berapa NIK Anda?", "What is your NIK?"),
            Ask::Card => frame.titled("Berapa nomor KK Anda?", "What is your KK number?"),
            Ask::Born => frame.titled("Kapan Anda lahir?", "When were you born?"),
            Ask::Contact => frame.titled("Ke mana kode dikirim?", "Where shall the code go?"),
        };
        let status = match wrongs.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let page = Self {
            ask: ask.name(),
            step: ask as u8 + 1,
            steps: STEPS,
            back: ask.before().is_some(),
            kept: typed.kept(Some(ask)),
            typed,
            wrongs,
            frame,
        };
        shown(status, &page.frame, &page)
    }
}

/// `GET /daftar`
pub(super) async fn begin(frame: Frame) -> Response {
    Question::answer(frame, Ask::Nik, Typed::default(), Wrongs::default())
}

/// `POST /daftar`: one answer, or back to the question before.
pub(super) async fn step(
    State(app): State<Shared>,
    frame: Frame,
    client: ClientAddress,
    posted: Posted,
) -> Result<Response, Problem> {
    let typed = Typed::of(&posted);
    let asked = Ask::parse(posted.get("langkah")).unwrap_or(Ask::Nik);
    if !posted.get("kembali").is_empty() {
        let ask = asked.before().unwrap_or(Ask::Nik);
        return Ok(Question::answer(frame, ask, typed, Wrongs::default()));
    }
    let claim = match typed.judged(&frame, &app, asked) {
        Ok(Some(claim)) => claim,
        Ok(None) => {
            let next = Ask::ALL
                .into_iter()
                .find(|ask| *ask > asked)
                .unwrap_or(Ask::Contact);
            return Ok(Question::answer(frame, next, typed, Wrongs::default()));
        }
        Err((ask, wrong)) => return Ok(Question::answer(frame, ask, typed, wrong)),
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let asked = accounts::start_registration(service, chance, &client.key(), &claim).await;
    match asked {
        Ok(sent) => Ok(code_page(frame, &typed, &sent.challenge.to_string()).answer()),
        Err(Failure::Invalid(_)) => {
            let wrong = words::too_young(&frame);
            Ok(Question::answer(frame, Ask::Born, typed, wrong))
        }
        Err(e) => Err(e.into()),
    }
}

fn code_page(frame: Frame, typed: &Typed, challenge: &str) -> CodePage {
    let frame = frame.titled("Masukkan kode", "Type the code");
    let lead = match frame.t("id", "en") {
        "id" => format!(
            "Kalau data Anda cocok, kode 6 angka sudah dikirim ke {}. Kalau tidak cocok, surat di sana mengatakan sebabnya.",
            typed.contact
        ),
        _ => format!(
            "If the data match, a code of 6 digits was sent to {}. If they do not, the letter there says why.",
            typed.contact
        ),
    };
    let mut kept = typed.kept(None);
    kept.push(Kept::new("tantangan", challenge));
    let mut again_kept = typed.kept(None);
    again_kept.push(Kept::new("langkah", Ask::Contact.name()));
    CodePage {
        frame,
        lead,
        action: "/daftar/kode",
        kept,
        again: "/daftar",
        again_kept,
        two: false,
        step: STEPS,
        steps: STEPS,
        wrongs: Wrongs::default(),
    }
}

/// `POST /daftar/kode`
pub(super) async fn code(
    State(app): State<Shared>,
    frame: Frame,
    client: ClientAddress,
    OldCookie(old): OldCookie,
    posted: Posted,
) -> Result<Response, Problem> {
    let challenge = posted.get("tantangan");
    let page = |frame| code_page(frame, &Typed::of(&posted), challenge);
    let (Ok(id), Ok(code)) = (
        ChallengeId::parse(challenge),
        Code::parse(&digits(posted.get("kode"))),
    ) else {
        return Ok(page(frame).wrong());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let (origin, old) = (client.key(), old.as_deref());
    let opened = accounts::confirm_registration(service, chance, &origin, old, id, code).await?;
    Ok(match opened {
        Some((_, token)) => lead_on("/akun?pesan=baru", set_cookie(&app, &token)),
        None => page(frame).wrong(),
    })
}
