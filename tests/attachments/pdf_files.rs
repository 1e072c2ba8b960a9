//! PDFs that tests send, written by hand so that what is in them is known to the byte.

use std::io::Write;

/// A PDF of these objects, the first of which is the catalogue; what the trailer says more.
pub fn document(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", n + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let xref = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = places.len() + 1;
    let end =
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{xref}\n%%EOF\n");
    bytes.extend(end.bytes());
    bytes
}

/// Objects of one page; what the catalogue and the page say more.
pub fn objects(catalogue: &str, page: &str) -> Vec<Vec<u8>> {
    let text = b"BT /F1 24 Tf 72 720 Td (Surat uji) Tj ET";
    let texts = [
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".into(),
        format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {page} >>"),
    ];
    let mut objects: Vec<Vec<u8>> = texts.map(String::into_bytes).into();
    objects.push(stream("", text));
    objects
}

/// A stream and what its dictionary says more.
pub fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<< /Length {} {dictionary} >>\nstream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// Nothing hidden.
pub fn clean() -> Vec<u8> {
    document(&objects("", ""), "")
}

/// One object more, which nothing has to name.
pub fn with(object: Vec<u8>) -> Vec<u8> {
    let mut all = objects("", "");
    all.push(object);
    document(&all, "")
}

/// A clean one of exactly so many bytes, at least some thousand: a comment before the table of objects fills it up.
pub fn sized(size: usize) -> Vec<u8> {
    let bytes = clean();
    let at = bytes.windows(4).position(|w| w == b"xref").unwrap();
    let digits = |n: usize| n.to_string().len();
    // The place of the table is written down, with more digits than before.
    let more = digits(size - (bytes.len() - at)) - digits(at);
    let room = size - bytes.len() - more;
    let comment = [b"%", &vec![b'x'; room - 2][..], b"\n"].concat();
    let tail = String::from_utf8(bytes[at..].to_vec()).unwrap();
    let tail = tail.replace(&format!("\n{at}\n"), &format!("\n{}\n", at + room));
    let filled = [&bytes[..at], &comment, tail.as_bytes()].concat();
    assert_eq!(filled.len(), size);
    filled
}

/// Packed as `FlateDecode` unpacks it.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What an object stream holds: one object that runs a script.
pub const SCRIPT: &[u8] = b"9 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>";
