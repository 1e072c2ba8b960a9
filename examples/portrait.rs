//! Reduces photographs as the service does, to look at and to measure: `portrait IN OUT.webp [IN OUT.webp …]`.

use ikd::render::portrait;
use std::process::ExitCode;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    for pair in names.chunks(2) {
        let [from, to] = pair else {
            eprintln!("usage: portrait IN OUT.webp [IN OUT.webp …]");
            return ExitCode::from(2);
        };
        let file = match std::fs::read(from) {
            Ok(file) => file,
            Err(e) => {
                eprintln!("{from}: {e}");
                return ExitCode::from(2);
            }
        };
        let written = match portrait::reduce(&file) {
            Ok(face) => std::fs::write(to, &face.data),
            Err(e) => {
                eprintln!("{from}: {e}");
                return ExitCode::from(1);
            }
        };
        if let Err(e) = written {
            eprintln!("{to}: {e}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
