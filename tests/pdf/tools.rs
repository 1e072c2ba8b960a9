//! poppler's command line tools.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether poppler is there. Where it must be (`IKD_REQUIRE` names it), its absence is a failure.
pub fn poppler() -> bool {
    if Command::new("pdftoppm").arg("-v").output().is_ok() {
        return true;
    }
    let required = std::env::var("IKD_REQUIRE").is_ok_and(|names| names.contains("poppler"));
    assert!(!required, "poppler-utils is required and not installed");
    eprintln!("SKIPPED: poppler-utils is not installed, so nothing is printed and read back");
    false
}

/// A PDF in the tests' directory, kept to be looked at.
pub fn keep(name: &str, pdf: &[u8]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pdf");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(format!("{name}.pdf"));
    std::fs::write(&path, pdf).unwrap();
    path
}

/// What a tool says about a file.
pub fn ask(tool: &str, args: &[&str], pdf: &Path) -> String {
    let mut command = Command::new(tool);
    command.args(args).arg(pdf);
    if tool == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{tool}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    // poppler before 25 expects something else in this entry than the boolean of ISO 32000-1, table 321.
    let complaints = String::from_utf8_lossy(&output.stderr);
    let complaints =
        complaints.replace("Syntax Error: Suspects object is wrong type (boolean)", "");
    assert_eq!(complaints.trim(), "", "{tool}");
    String::from_utf8(output.stdout).unwrap()
}

/// Pictures of all pages as a printer or a screen makes them.
pub fn pages(pdf: &Path, dpi: u32) -> Vec<PathBuf> {
    // Those of an earlier run may be more.
    for old in pictures(pdf) {
        std::fs::remove_file(old).unwrap();
    }
    let stem = pdf.with_extension("");
    let output = Command::new("pdftoppm")
        .args(["-r", &dpi.to_string(), "-gray", "-png"])
        .arg(pdf)
        .arg(&stem)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    pictures(pdf)
}

fn pictures(pdf: &Path) -> Vec<PathBuf> {
    let stem = pdf.with_extension("");
    let prefix = format!("{}-", stem.file_name().unwrap().to_str().unwrap());
    let mut pages: Vec<PathBuf> = std::fs::read_dir(pdf.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let number = name
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".png"));
            number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    pages.sort();
    pages
}
