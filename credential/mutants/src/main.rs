//! Writes a copy of a crate's sources in which every mutant is there at once, asleep: `MUTANT=17` wakes number 17.
//! So all of them are built once, where changing the text for each would build the crate and its tests thousands of times.
//!
//! `ikd-mutants SRC OUT [SKIP]` prints one line a mutant: number, file and line, function, what it does. SKIP names a file
//! with the descriptions of those that do not compile.
//!
//! The mutants are those of cargo-mutants (https://mutants.rs): a function returns a constant at once, an operator is
//! another, a negation is left out, an arm of a match is left out where a wildcard follows, a guard always or never holds.
//! Not in constants and `const fn`, nor inside of macros' arguments.

mod render;
mod values;
mod visit;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What wakes a mutant, put into the crate. `MUTANT_REACH=FILE` wakes none: the number of each that a run comes by is
/// appended to that file, once.
const SWITCH: &str = r#"
/// Which mutant is awake.
#[doc(hidden)]
pub mod mutant {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
    use std::sync::Mutex;
    const RECORDS: u32 = u32::MAX - 1;
    const NOT_READ: u32 = u32::MAX;
    static AWAKE: AtomicU32 = AtomicU32::new(NOT_READ);
    static REACHED: [AtomicBool; ALL + 1] = [const { AtomicBool::new(false) }; ALL + 1];
    static FILE: Mutex<Option<std::fs::File>> = Mutex::new(None);
    /// Whether this one is.
    #[inline(always)]
    pub fn m(number: u32) -> bool {
        let awake = AWAKE.load(Relaxed);
        if awake >= RECORDS { ask(number) } else { awake == number }
    }
    #[cold]
    fn ask(number: u32) -> bool {
        if AWAKE.load(Relaxed) == NOT_READ {
            AWAKE.store(read(), Relaxed);
        }
        let awake = AWAKE.load(Relaxed);
        if awake == RECORDS && !REACHED[number as usize].swap(true, Relaxed) {
            let mut file = FILE.lock().unwrap();
            let file = file.get_or_insert_with(|| {
                let name = std::env::var_os("MUTANT_REACH").unwrap();
                std::fs::File::options().create(true).append(true).open(name).unwrap()
            });
            file.write_all(format!("{number}\n").as_bytes()).unwrap();
        }
        awake == number
    }
    fn read() -> u32 {
        if std::env::var_os("MUTANT_REACH").is_some() {
            return RECORDS;
        }
        std::env::var("MUTANT").ok().and_then(|n| n.parse().ok()).unwrap_or(0)
    }
}
"#;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (source, out) = (Path::new(&arguments[1]), Path::new(&arguments[2]));
    let skip = arguments
        .get(3)
        .map(|file| fs::read_to_string(file).unwrap_or_default());
    let skip: BTreeSet<String> = skip
        .iter()
        .flat_map(|s| s.lines())
        .map(String::from)
        .collect();
    let mut files = Vec::new();
    sources(source, &mut files);
    let mut number = 0;
    // The last, because it holds how many there are.
    files.sort_by_key(|path| path.ends_with("lib.rs"));
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(source).unwrap();
        let parsed = syn::parse_file(&text).unwrap();
        // A file of tests alone is as it was.
        let is_test = name.ends_with("tests.rs");
        let mut found = visit::Found::new(&text, name.to_str().unwrap(), &skip, &mut number);
        if !is_test {
            syn::visit::Visit::visit_file(&mut found, &parsed);
        }
        for line in &found.listed {
            println!("{line}");
        }
        let mut made = render::render(&text, &found.edits, 0..text.len());
        if name == Path::new("lib.rs") {
            made += &SWITCH.replace("ALL", &number.to_string());
        }
        let to = out.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, made).unwrap();
    }
}
