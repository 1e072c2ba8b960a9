//! Words of the desk.

use crate::domain::application::{Application, Due};
use crate::domain::calendar::Calendar;
use crate::domain::rights::Act;
use crate::http::pages::Frame;
use credential::lang::Text;

pub use crate::http::pages::apply::words::{
    act, day, half_hour, meeting, moment, slot, stage, weekday,
};

/// What a button of an act says.
pub fn button(act: Act) -> Text {
    let (id, en) = match act {
        Act::Take => ("Mulai periksa", "Begin to check"),
        Act::AskCorrection => ("Minta perbaikan", "Ask for a correction"),
        Act::Constrain => ("Tunda", "Put on hold"),
        Act::Release => ("Lanjutkan", "Let it go on"),
        Act::ApproveLate => ("Setujui pelaporan terlambat", "Approve the late report"),
        Act::Complete => ("Simpan data kantor", "Save the office's data"),
        Act::Pass => (
            "Loloskan ke kepala dinas",
            "Pass on to the head of the office",
        ),
        Act::SendBack => ("Kembalikan ke verifikator", "Send back to the verifier"),
        Act::Approve => ("Setujui dan terbitkan", "Approve and issue"),
        Act::Reject => ("Tolak", "Reject"),
        Act::HandOver => ("Serahkan dokumen", "Hand the document over"),
        Act::Attend => ("Hadir", "Came"),
        Act::Miss => ("Tidak hadir", "Did not come"),
        Act::View
        | Act::Edit
        | Act::Submit
        | Act::Discard
        | Act::Cancel
        | Act::Book
        | Act::Unbook => ("Simpan", "Save"),
    };
    Text { id, en }
}

/// How long something has been there: "12 menit", "3 jam", "4 hari".
pub fn age(frame: &Frame, seconds: i64) -> String {
    match seconds.max(0) {
        s if s < 3600 => format!("{} {}", s / 60, frame.t("menit", "min")),
        s if s < 86_400 => format!("{} {}", s / 3600, frame.t("jam", "h")),
        s => format!("{} {}", s / 86_400, frame.t("hari", "d")),
    }
}

/// When the office's time is up, and whether it is.
pub fn due(frame: &Frame, a: &Application, calendar: &Calendar, now: i64) -> (String, bool) {
    match a.due {
        Due::Running(at) => (day(frame.lang, calendar.day(at)), at < now),
        Due::Paused(left) => (frame.t("berhenti", "paused").to_string(), left < 0),
        Due::Met(true) => (frame.t("tepat waktu", "in time").to_string(), false),
        Due::Met(false) => (frame.t("terlambat", "late").to_string(), false),
        Due::Idle => (String::new(), false),
    }
}
