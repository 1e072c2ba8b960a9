//! `ikd-verify text`: QR texts from the command line or, one a line, from standard input.

use super::Failure;
use super::problem::Problem;
use super::report::{Place, Report};
use super::session::Session;
use credential::token::MAX_TEXT;
use std::io::{self, BufRead, Read};
use std::path::Path;

pub fn run(session: &Session, texts: &[String], brief: bool) -> Result<u8, Failure> {
    let verifier = session.verifier()?;
    let mut report = Report::new(session, brief);
    for text in texts {
        if text == "-" {
            lines(session, |place, text| {
                let judgement = verifier.judge(text, session.now);
                report.judged(&place, text, &judgement)
            })?;
        } else {
            let judgement = verifier.judge(text, session.now);
            let judged = report.judged(&Place::default(), text, &judgement);
            judged.map_err(Failure::Output)?;
        }
    }
    if report.tally.judged() == 0 {
        return Err(Problem::new("masukan kosong", "the input is empty")
            .hint("satu teks QR setiap baris", "one QR text a line")
            .into());
    }
    Ok(report.tally.exit_status())
}

/// Calls `each` with every line of standard input. A Base45 text may begin or end with a space, so only the line end
/// is cut off; empty lines are passed over; of a line too long for any QR only the beginning is kept.
fn lines(
    session: &Session,
    mut each: impl FnMut(Place, &str) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut input = io::stdin().lock();
    let failed = |e| Failure::Told(Problem::io(Path::new("stdin"), &e));
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let limit = MAX_TEXT as u64 + 2;
        let read = input.by_ref().take(limit).read_until(b'\n', &mut line);
        if read.map_err(failed)? == 0 {
            break;
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else {
            input.skip_until(b'\n').map_err(failed)?;
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if line.is_empty() {
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        let place = Place {
            file: session.json.then(|| "-".into()),
            line: Some(number),
            ..Place::default()
        };
        each(place, &text).map_err(Failure::Output)?;
    }
    Ok(())
}
