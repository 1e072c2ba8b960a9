//! The semester report: what each agency used, as CSV and JSON (Permendagri 102/2019).

use crate::store::agency_usage::Usage;
use serde_json::{Value, json};

/// A time in the report.
fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |t| t.to_string())
}

/// RFC 4180, with a line of titles.
pub fn csv(rows: &[Usage]) -> String {
    let mut text =
        String::from("half_year,agency,name,mode,pulls,pushes,events,last_used,cut_off\r\n");
    for row in rows {
        let cells = [
            row.half.clone(),
            row.agency.to_string(),
            quoted(&row.name),
            row.mode.clone(),
            row.pulls.to_string(),
            row.pushes.to_string(),
            row.events.to_string(),
            time(row.last_used),
            row.cut_off.map(time).unwrap_or_default(),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell that a spreadsheet takes as text: an apostrophe before what it would take as a formula.
fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// An array of objects with the same names as the columns of [`csv`].
pub fn json(rows: &[Usage]) -> Value {
    let object = |row: &Usage| {
        json!({
            "half_year": row.half,
            "agency": row.agency.to_string(),
            "name": row.name,
            "mode": row.mode,
            "pulls": row.pulls,
            "pushes": row.pushes,
            "events": row.events,
            "last_used": time(row.last_used),
            "cut_off": row.cut_off.map(time),
        })
    };
    rows.iter().map(object).collect()
}
