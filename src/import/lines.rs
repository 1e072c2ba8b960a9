//! Rows of CSV or JSON Lines, read one line at a time in bounded memory.
//!
//! No column of ours can hold a line break, so a record is a line: a quote that is never closed spoils its own line
//! and not the rest of the file.

use super::BadRow;
use std::io::BufRead;

/// Longest line in bytes.
pub const LINE_MAX: usize = 64 * 1024;

/// A row: values by name of column, as the file has them.
pub type Cells = Vec<(String, String)>;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Comma or semicolon separated, with a header.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// By the end of a file's name.
    pub fn of_path(path: &std::path::Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::Jsonl),
            _ => None,
        }
    }
}

/// Rows of a file.
pub struct Rows<R> {
    input: R,
    format: Format,
    header: Option<Header>,
    columns: &'static [&'static str],
    line: u64,
    /// Bytes read so far, for progress.
    pub bytes: u64,
    over: bool,
}

struct Header {
    names: Vec<String>,
    separator: char,
}

enum Line {
    Text(String),
    Bad(&'static str),
    End,
}

impl<R: BufRead> Rows<R> {
    /// Reads rows with these columns; an unknown column in a CSV header is an error of the whole file.
    pub fn new(input: R, format: Format, columns: &'static [&'static str]) -> Self {
        Self {
            input,
            format,
            header: None,
            columns,
            line: 0,
            bytes: 0,
            over: false,
        }
    }

    fn bad(&self, column: &str, reason: impl Into<String>) -> BadRow {
        BadRow {
            line: self.line,
            column: column.to_string(),
            reason: reason.into(),
        }
    }

    /// The next line without its end and, at the begin of the file, without a byte order mark.
    fn read_line(&mut self) -> Line {
        let mut bytes = Vec::new();
        self.line += 1;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(_) => {
                    self.over = true;
                    return Line::Bad("the file cannot be read further");
                }
            };
            let end = buffer.iter().position(|b| *b == b'\n');
            let (part, used) = match end {
                Some(end) => (&buffer[..end], end + 1),
                None => (buffer, buffer.len()),
            };
            let at_end = buffer.is_empty();
            // What is beyond the limit is passed over, not kept.
            if bytes.len() <= LINE_MAX {
                bytes.extend_from_slice(&part[..part.len().min(LINE_MAX + 1)]);
            }
            self.input.consume(used);
            self.bytes += used as u64;
            if at_end && bytes.is_empty() {
                return Line::End;
            }
            if at_end || end.is_some() {
                break;
            }
        }
        if bytes.len() > LINE_MAX {
            return Line::Bad("the line is longer than 65536 bytes");
        }
        let Ok(text) = String::from_utf8(bytes) else {
            return Line::Bad("the line is not UTF-8");
        };
        let text = match self.line {
            1 => text.strip_prefix('\u{feff}').unwrap_or(&text),
            _ => &text,
        };
        Line::Text(text.trim_end_matches('\r').to_string())
    }

    fn csv(&mut self, line: &str) -> Option<Result<Cells, BadRow>> {
        let Some(header) = &self.header else {
            return match self.header(line) {
                Ok(header) => {
                    self.header = Some(header);
                    None
                }
                Err(bad) => {
                    self.over = true;
                    Some(Err(bad))
                }
            };
        };
        let cells = match split(line, header.separator) {
            Ok(cells) => cells,
            Err(reason) => return Some(Err(self.bad("", reason))),
        };
        if cells.len() != header.names.len() {
            let (has, wanted) = (cells.len(), header.names.len());
            return Some(Err(
                self.bad("", format!("has {has} cells, the header has {wanted}"))
            ));
        }
        Some(Ok(header.names.iter().cloned().zip(cells).collect()))
    }

    fn header(&self, line: &str) -> Result<Header, BadRow> {
        let separator = if line.contains(';') && !line.contains(',') {
            ';'
        } else {
            ','
        };
        let names = split(line, separator).map_err(|reason| self.bad("", reason))?;
        let names: Vec<String> = names
            .iter()
            .map(|n| n.trim().to_ascii_lowercase())
            .collect();
        for (n, name) in names.iter().enumerate() {
            if !self.columns.contains(&name.as_str()) {
                let known = self.columns.join(", ");
                let number = n + 1;
                return Err(self.bad(
                    "",
                    format!("the header's column {number} is not known; known are: {known}"),
                ));
            }
            if names[..n].contains(name) {
                return Err(self.bad(name, "stands in the header twice"));
            }
        }
        Ok(Header { names, separator })
    }

    fn json(&self, line: &str) -> Result<Cells, BadRow> {
        use serde_json::Value as Json;
        let Ok(Json::Object(object)) = serde_json::from_str::<Json>(line) else {
            return Err(self.bad("", "is not a JSON object"));
        };
        let mut cells = Cells::new();
        for (name, value) in object {
            if !self.columns.contains(&name.as_str()) {
                let known = self.columns.join(", ");
                return Err(self.bad("", format!("has an unknown name; known are: {known}")));
            }
            let text = match value {
                Json::Null => String::new(),
                Json::String(text) => text,
                Json::Number(number) => number.to_string(),
                _ => return Err(self.bad(&name, "must be text or a number")),
            };
            cells.push((name, text));
        }
        Ok(cells)
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<(u64, Cells), BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            let text = match self.read_line() {
                Line::End => return None,
                Line::Bad(reason) => {
                    // Without its header a CSV file cannot be read.
                    self.over |= self.format == Format::Csv && self.header.is_none();
                    return Some(Err(self.bad("", reason)));
                }
                Line::Text(text) => text,
            };
            if text.trim().is_empty() {
                continue;
            }
            let cells = match self.format {
                Format::Csv => self.csv(&text),
                Format::Jsonl => Some(self.json(&text)),
            };
            if let Some(cells) = cells {
                return Some(cells.map(|cells| (self.line, cells)));
            }
        }
        None
    }
}

/// The cells of a CSV line (RFC 4180, without line breaks in quotes).
fn split(line: &str, separator: char) -> Result<Vec<String>, &'static str> {
    let (mut cells, mut cell) = (Vec::new(), String::new());
    let mut chars = line.chars().peekable();
    let mut quoted = false;
    let mut closed = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => (quoted, closed) = (false, true),
            '"' if cell.is_empty() && !closed => quoted = true,
            '"' => return Err("has a quote in the middle of a cell"),
            c if c == separator && !quoted => {
                cells.push(std::mem::take(&mut cell));
                closed = false;
            }
            _ if closed => return Err("has text after a closing quote"),
            c => cell.push(c),
        }
    }
    if quoted {
        return Err("has a quote that is never closed");
    }
    cells.push(cell);
    Ok(cells)
}

/// A text as a CSV cell.
pub fn quote(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], format: Format) -> Vec<Result<(u64, Cells), BadRow>> {
        Rows::new(text, format, &["kode", "nama"]).collect()
    }

    #[test]
    fn splits_as_rfc_4180_says() {
        let yes = |line: &str| split(line, ',').unwrap();
        assert_eq!(yes("a,b"), ["a", "b"]);
        assert_eq!(yes(",\"x, \"\"y\"\"\","), ["", "x, \"y\"", ""]);
        for bad in ["\"a", "a\"b", "\"a\"b", "\"a\"\"", "\"\"\"a,b"] {
            assert!(split(bad, ',').is_err(), "{bad}");
        }
    }

    #[test]
    fn an_open_quote_spoils_one_line_alone() {
        let found = rows(
            b"\xef\xbb\xbfkode,nama\r\n32,\"open\n11,ACEH\n",
            Format::Csv,
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].as_ref().unwrap_err().line, 2);
        let cell = |n: &str, v: &str| (n.to_string(), v.to_string());
        assert_eq!(
            found[1],
            Ok((3, vec![cell("kode", "11"), cell("nama", "ACEH")]))
        );
    }

    #[test]
    fn bad_files_are_told_apart() {
        for (text, format, reason) in [
            (
                &b"kode,what\n1,2\n"[..],
                Format::Csv,
                "column 2 is not known",
            ),
            (b"kode,kode\n1,2\n", Format::Csv, "twice"),
            (b"kode,nama\n1\n", Format::Csv, "has 1 cells"),
            (b"kode,nama\n\xff,x\n", Format::Csv, "UTF-8"),
            (b"[1]\n", Format::Jsonl, "JSON object"),
            (b"{\"kode\":[]}\n", Format::Jsonl, "text or a number"),
            (b"{\"x\":1}\n", Format::Jsonl, "unknown name"),
        ] {
            let found = rows(text, format);
            assert!(
                found[0].as_ref().unwrap_err().reason.contains(reason),
                "{found:?}"
            );
        }
        let long = [
            b"kode,nama\n".as_slice(),
            &vec![b'x'; 3 * LINE_MAX],
            b"\n11,ACEH\n",
        ]
        .concat();
        let found = rows(&long, Format::Csv);
        assert!(found[0].is_err() && found[1].is_ok() && found.len() == 2);
    }
}
