//! Files that people import.

use ikd::import::columns::{Draft, NAMES, Names};
use ikd::import::lines::{Cells, Format, Rows, quote};
use ikd::regions;

/// The first byte says which file it is: people or regions, CSV or JSON Lines.
pub fn import(data: &[u8]) {
    let Some((&what, file)) = data.split_first() else {
        return;
    };
    let format = if what & 1 == 0 {
        Format::Csv
    } else {
        Format::Jsonl
    };
    let columns = if what & 2 == 0 { NAMES } else { regions::NAMES };
    let lines = file.iter().filter(|b| **b == b'\n').count() as u64 + 1;
    let mut last = 0;
    for row in Rows::new(file, format, columns) {
        let line = match &row {
            Ok((line, _)) => *line,
            Err(bad) => bad.line,
        };
        assert!(line > last && line <= lines, "line {line} of {lines}");
        last = line;
        let Ok((_, cells)) = row else { continue };
        same_again(&cells, columns);
        if what & 2 == 0 {
            person(cells);
        } else {
            let _ = regions::region(&cells);
        }
    }
}

/// What was read is read again after it was written by us.
fn same_again(cells: &Cells, columns: &'static [&'static str]) {
    if cells.iter().any(|(_, text)| text.contains(['\n', '\r'])) || cells.is_empty() {
        return;
    }
    let line = |texts: Vec<&str>| texts.into_iter().map(quote).collect::<Vec<_>>().join(",");
    let head = line(cells.iter().map(|(name, _)| name.as_str()).collect());
    let row = line(cells.iter().map(|(_, text)| text.as_str()).collect());
    if row.trim().is_empty() {
        return;
    }
    let file = format!("{head}\n{row}\n");
    let mut again = Rows::new(file.as_bytes(), Format::Csv, columns);
    let Some(Ok((2, read))) = again.next() else {
        panic!("a row that we wrote is not read");
    };
    assert_eq!(&read, cells);
}

/// A row that is taken says of a person what the columns say.
fn person(cells: Cells) {
    let nik = cells.iter().find(|(name, _)| name == "nik");
    let nik = nik.map(|(_, text)| text.trim().to_string());
    let Ok(draft) = Draft::parse(cells) else {
        return;
    };
    let known = || Some("X".to_string());
    let names = Names {
        provinsi: known(),
        kabupaten: known(),
        kecamatan: known(),
        kelurahan: known(),
    };
    if let Ok(person) = draft.complete(names) {
        assert_eq!(Some(person.nik.to_string()), nik);
        assert!(person.rt <= 999 && person.rw <= 999);
        assert!(!person.nama.trim().is_empty());
    }
}
