//! The printed lines of a document: labels and values in one column, groups under a heading, lists as tables.

use super::layout::{Style, aligned};
use super::members::grid;
use credential::document::{Group, Row};

/// All lines in printed order. What follows a group stands in a column of its own.
pub fn printed(rows: &[Row], style: &Style) -> String {
    let mut text = String::new();
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let table = first.group.map(|group| group.name);
        let same = |row: &&Row| row.group.map(|group| group.name) == table;
        let (part, after) = rest.split_at(rest.iter().take_while(same).count());
        match first.group {
            None => text += &lines(part, style),
            Some(group) => text += &table_of(group, part, style),
        }
        rest = after;
    }
    text
}

fn lines(rows: &[Row], style: &Style) -> String {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.label.to_string(), row.text.clone()))
        .collect();
    aligned(&rows, style)
}

/// A heading, then the lines of a single row, or a table of several.
fn table_of(group: Group, cells: &[Row], style: &Style) -> String {
    let heading = match group.rows {
        1 => group.label.to_string(),
        n => format!("{} ({n})", group.label),
    };
    let heading = format!("\n {}\n", style.paint("1", &heading));
    let body = match group.rows {
        1 => lines(cells, style),
        _ => several(cells, style),
    };
    heading + &body + "\n"
}

fn several(cells: &[Row], style: &Style) -> String {
    let mut columns: Vec<(&str, &str)> = vec![];
    for cell in cells {
        if !columns.iter().any(|(name, _)| *name == cell.name) {
            columns.push((cell.name, cell.label));
        }
    }
    let row = |n: usize| -> Vec<String> {
        let of_row = |cell: &&Row| cell.group.is_some_and(|group| group.row == n);
        let of_row: Vec<_> = cells.iter().filter(of_row).collect();
        columns
            .iter()
            .map(|(name, _)| {
                let cell = of_row.iter().find(|cell| cell.name == *name);
                cell.map_or_else(|| "-".into(), |cell| cell.text.clone())
            })
            .collect()
    };
    let count = cells
        .first()
        .and_then(|cell| cell.group)
        .map_or(0, |g| g.rows);
    let headings = columns.iter().map(|(_, label)| label.to_string());
    grid(headings, (0..count).map(row), style)
}
