//! Packs the small objects of a finished PDF into one compressed object stream (ISO 32000-1 §7.5.7 and §7.5.8).
//!
//! A tagged document has an object for every cell of every table, and the writer leaves them as plain text: 80 kB in a
//! family card of forty. Packed they are a tenth of that.

use credential::token::deflate;

/// The same document, smaller; `None` if the file is not laid out as our writer does, and is to be used as it is.
pub fn compact(file: &[u8]) -> Option<Vec<u8>> {
    let (table, trailer) = directory(file)?;
    let mut out = Vec::with_capacity(file.len() / 2);
    out.extend_from_slice(file.get(..table.header)?);
    let mut places = vec![Place::Free; table.size];
    let mut packed = Vec::new();
    for object in &table.objects {
        match object.body.ends_with(b"endstream") {
            true => {
                places[object.number] = Place::At(out.len());
                out.extend_from_slice(format!("{} 0 obj\n", object.number).as_bytes());
                out.extend_from_slice(object.body);
                out.extend_from_slice(b"\nendobj\n");
            }
            false => packed.push(object),
        }
    }
    let container = table.size;
    for (n, object) in packed.iter().enumerate() {
        places[object.number] = Place::Packed(container, n);
    }
    places.push(Place::At(out.len()));
    stream(&mut out, container, &object_stream(&packed));
    let start = out.len();
    places.push(Place::At(start));
    stream(
        &mut out,
        container + 1,
        &cross_references(&places, trailer)?,
    );
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    Some(out)
}

struct Object<'a> {
    number: usize,
    /// Between `obj` and `endobj`.
    body: &'a [u8],
}

struct Table<'a> {
    /// Where the first object begins.
    header: usize,
    /// One more than the largest number.
    size: usize,
    /// Ascending by place in the file.
    objects: Vec<Object<'a>>,
}

#[derive(Clone, Copy)]
enum Place {
    Free,
    /// At that byte.
    At(usize),
    /// In that stream, at that place in it.
    Packed(usize, usize),
}

/// All objects, found through the cross-reference table, and the inside of the trailer's dictionary.
fn directory(file: &[u8]) -> Option<(Table<'_>, &str)> {
    let end = std::str::from_utf8(file.get(file.len().saturating_sub(64)..)?).ok()?;
    let start: usize = end
        .split("startxref")
        .nth(1)?
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    let text = std::str::from_utf8(file.get(start..)?).ok()?;
    let (table, trailer) = text.split_once("trailer")?;
    let trailer = trailer.split("startxref").next()?.trim();
    let trailer = trailer.strip_prefix("<<")?.strip_suffix(">>")?;
    let mut lines = table.lines();
    if lines.next()? != "xref" {
        return None;
    }
    // One section from object 0 on.
    let size: usize = lines.next()?.strip_prefix("0 ")?.trim().parse().ok()?;
    let mut starts = Vec::with_capacity(size);
    for number in 0..size {
        let mut words = lines.next()?.split_whitespace();
        let (at, generation, kind) = (words.next()?, words.next()?, words.next()?);
        if kind == "n" {
            starts.push((at.parse::<usize>().ok()?, number));
            if generation != "00000" {
                return None;
            }
        }
    }
    starts.sort_unstable();
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([start]);
    let mut objects = Vec::with_capacity(starts.len());
    for ((at, number), end) in starts.iter().zip(ends) {
        let head = format!("{number} 0 obj\n");
        let body = file
            .get(*at..end)?
            .strip_prefix(head.as_bytes())?
            .trim_ascii_end();
        let body = body.strip_suffix(b"endobj")?.trim_ascii_end();
        objects.push(Object {
            number: *number,
            body,
        });
    }
    let header = starts.first()?.0;
    Some((
        Table {
            header,
            size,
            objects,
        },
        trailer,
    ))
}

/// A dictionary without its length, and what is compressed in the stream.
struct Content {
    dictionary: String,
    bytes: Vec<u8>,
}

fn stream(out: &mut Vec<u8>, number: usize, content: &Content) {
    let data = deflate(&content.bytes);
    let head = format!(
        "{number} 0 obj\n<<{}/Filter/FlateDecode/Length {}>>\nstream\n",
        content.dictionary,
        data.len()
    );
    out.extend_from_slice(head.as_bytes());
    out.extend_from_slice(&data);
    out.extend_from_slice(b"\nendstream\nendobj\n");
}

/// Number and offset of each object, then the objects.
fn object_stream(objects: &[&Object<'_>]) -> Content {
    let (mut directory, mut bodies) = (String::new(), Vec::new());
    for object in objects {
        directory += &format!("{} {} ", object.number, bodies.len());
        bodies.extend_from_slice(object.body);
        bodies.push(b'\n');
    }
    let dictionary = format!("/Type/ObjStm/N {}/First {}", objects.len(), directory.len());
    let mut bytes = directory.into_bytes();
    bytes.append(&mut bodies);
    Content { dictionary, bytes }
}

/// One row for each number: type, place, and the place inside an object stream.
fn cross_references(places: &[Place], trailer: &str) -> Option<Content> {
    let mut bytes = Vec::with_capacity(places.len() * 7);
    let mut row = |kind: u8, first: usize, second: usize| {
        let (first, second) = (u32::try_from(first).ok()?, u16::try_from(second).ok()?);
        bytes.push(kind);
        bytes.extend_from_slice(&first.to_be_bytes());
        bytes.extend_from_slice(&second.to_be_bytes());
        Some(())
    };
    for place in places {
        match *place {
            Place::Free => row(0, 0, usize::from(u16::MAX))?,
            Place::At(at) => row(1, at, 0)?,
            Place::Packed(container, n) => row(2, container, n)?,
        }
    }
    let size = places.len();
    let kept = without_size(trailer)?;
    Some(Content {
        dictionary: format!("/Type/XRef/W[1 4 2]/Size {size}{kept}"),
        bytes,
    })
}

/// The trailer's entries but for the number of objects, which grows by the two streams.
fn without_size(trailer: &str) -> Option<String> {
    let at = trailer.find("/Size")?;
    let rest = trailer[at + "/Size".len()..].trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    Some(format!("{}{}", &trailer[..at], &rest[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file as our writer lays it out.
    fn plain() -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut table = "xref\n0 4\n0000000000 65535 f\r\n".to_string();
        for (n, body) in [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[]/Count 0>>",
            "<</Length 3>>\nstream\nabc\nendstream",
        ]
        .iter()
        .enumerate()
        {
            table += &format!("{:010} 00000 n\r\n", file.len());
            file.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n\n", n + 1).as_bytes());
        }
        let start = file.len();
        let end =
            format!("{table}trailer\n<<\n  /Size 4\n  /Root 1 0 R\n>>\nstartxref\n{start}\n%%EOF");
        file.extend_from_slice(end.as_bytes());
        file
    }

    #[test]
    fn streams_stay_and_the_rest_is_packed() {
        let small = compact(&plain()).unwrap();
        let text = String::from_utf8_lossy(&small);
        assert!(
            text.contains("3 0 obj\n<</Length 3>>\nstream\nabc\nendstream"),
            "{text}"
        );
        assert!(!text.contains("/Catalog"), "{text}");
        assert!(
            text.contains("/Type/ObjStm/N 2/First 9") && text.contains("/Size 6"),
            "{text}"
        );
        assert!(text.contains("/Root 1 0 R"), "{text}");
    }

    #[test]
    fn a_file_of_another_making_is_left_alone() {
        let plain = plain();
        for broken in [
            &b""[..],
            b"%PDF-1.7\n",
            &plain[..plain.len() - 12],
            &plain[20..],
        ] {
            assert!(compact(broken).is_none());
        }
    }
}
