//! PDFs that run, open, carry or lock something; and those that do none of it, which are served as they came.

use crate::client::*;
use crate::draft::*;
use crate::pdf_files::{self as files, SCRIPT, packed, stream};

const ACTIVE: &str =
    "PDF ini berisi program atau berkas lain. Cetak atau foto dokumennya, lalu kirim fotonya.";
const LOCKED: &str = "PDF ini dikunci kata sandi. Buka kuncinya dulu, atau kirim foto dokumennya.";

#[test]
fn a_clean_pdf_is_served_byte_for_byte_and_runs_nothing() {
    let (_data, _server, draft) = scene();
    let bytes = files::clean();
    let served = draft.client.get(&draft.takes(PAPER, &pdf(bytes.clone())));
    assert_eq!(served.status, 200);
    assert!(served.body == bytes);
    assert_eq!(served.header("content-type"), "application/pdf");
    assert_eq!(served.header("x-content-type-options"), "nosniff");
    assert_eq!(served.header("content-disposition"), "inline");
    assert!(served.header("cache-control").contains("no-store"));
    let policy = served.header("content-security-policy");
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    assert!(directives.contains(&"default-src 'none'"), "{policy}");
    assert!(
        directives.contains(&"sandbox"),
        "{policy}: without any allowance"
    );
    assert_eq!(
        served
            .headers
            .get_all("content-security-policy")
            .iter()
            .count(),
        1
    );
}

#[test]
fn harmless_pdfs_of_common_programs_are_taken() {
    let (_data, _server, draft) = scene();
    // Names that only begin like those that run something; a packed page; an object stream; a table in a stream.
    let objects = b"9 0 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let object_stream = stream(
        "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
        &packed(objects),
    );
    let parts = "/DecodeParms << /Columns 4 /Predictor 12 >>";
    let table = format!("/Type /XRef /Size 9 /W [1 2 1] {parts} /Filter /FlateDecode");
    let outlines = b"<< /Type /Outlines /First 6 0 R /Last 6 0 R /Count 1 >>".to_vec();
    let picture = stream(
        "/Subtype /Image /Filter /DCTDecode /Width 9",
        &crate::pictures::photo(99, 99),
    );
    // Any picture of some size has short names by chance.
    let chance = b"\xff\xd8/JS\x9a/JS \x81/AA\0\xff/EF)\x02/3D ]".to_vec();
    let all = [
        files::with(stream("/Subtype /Image /Filter /DCTDecode", &chance)),
        files::with(b"<< /JSON 1 /AAPL:Keywords [] /Sounds 1 /OpenActions 2 >>".to_vec()),
        files::with(stream(
            "/Filter /FlateDecode",
            &packed(b"BT /F1 9 Tf (x) Tj ET"),
        )),
        files::with(stream("/Filter [/ASCII85Decode /FlateDecode]", b"GarUK~>")),
        files::with(b"<< /OpenAction [3 0 R /XYZ null null 0] /Lang (id-ID) >>".to_vec()),
        files::with(object_stream),
        files::with(stream(&table, &packed(&[2, 0, 0, 0, 0]))),
        files::with([outlines, b"\nendobj\n7 0 obj\n".to_vec(), picture].concat()),
    ];
    for (n, bytes) in all.into_iter().enumerate() {
        let served = draft.client.get(&draft.takes(PAPER, &pdf(bytes.clone())));
        assert!(served.body == bytes, "{n}");
        assert_eq!(draft.remove(PAPER).status, 303);
    }
}

#[test]
fn what_runs_opens_or_carries_something_is_refused() {
    let (_data, _server, draft) = scene();
    let of_catalogue = [
        "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        "/OpenAction\n5 0 R",
        "/Names << /JavaScript 5 0 R >>",
        "/Names << /EmbeddedFiles << /Names [] >> >>",
        "/AcroForm << /XFA 5 0 R >>",
        "/AA<</WC 5 0 R>>",
    ];
    for more in of_catalogue {
        let bytes = files::document(&files::objects(more, ""), "");
        draft.refuses(more, &pdf(bytes), ACTIVE);
    }
    let of_page = [
        "/AA << /O 5 0 R >>",
        "/Annots [<< /Subtype /Link /A << /S /Launch /F (cmd.exe) >> >>]",
        "/Annots [<< /Subtype /Link /A << /S/GoToR /F (x.pdf) >> >>]",
        "/Annots [<< /Subtype /Link /A << /S /SubmitForm /F (http://x) >> >>]",
        "/Annots [<< /Subtype /RichMedia >>]",
    ];
    for more in of_page {
        let bytes = files::document(&files::objects("", more), "");
        draft.refuses(more, &pdf(bytes), ACTIVE);
    }
    let objects: [&[u8]; 8] = [
        b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"<< /S /#4aava#53cript >>",
        b"<< /J#53 (x) >>",
        b"<< /#4A#53<41> >>",
        b"<< /JS%\n(x) >>",
        b"<< /Type /Filespec /EF << /F 5 0 R >> >>",
        b"<< /Type /Embedded#46ile >>",
    ];
    for object in objects {
        let what = String::from_utf8_lossy(object).into_owned();
        draft.refuses(&what, &pdf(files::with(object.to_vec())), ACTIVE);
    }
}

#[test]
fn what_hides_in_packed_objects_is_found() {
    let (_data, _server, draft) = scene();
    let plain = "/Type /ObjStm /N 1 /First 4";
    let flate = format!("{plain} /Filter /FlateDecode");
    let twice = format!("{plain} /Filter [/FlateDecode /FlateDecode]");
    let once = packed(SCRIPT);
    let long = format!("{flate} /Note ({})", "x".repeat(9_000));
    let hidden = [
        ("plain", stream(plain, SCRIPT)),
        ("packed", stream(&flate, &once)),
        (
            "in a list",
            stream(&format!("{plain} /Filter [/FlateDecode]"), &once),
        ),
        (
            "type written otherwise",
            stream(&flate.replace("ObjStm", "Obj#53tm"), &once),
        ),
        (
            "filter written otherwise",
            stream(&flate.replace("Filter", "F#69lter"), &once),
        ),
        (
            "without its type",
            stream(&flate.replace("/Type /ObjStm", ""), &once),
        ),
        (
            "type elsewhere",
            stream(&flate.replace("/ObjStm", "8 0 R"), &once),
        ),
        ("behind a long note", stream(&long, &once)),
        (
            "behind a false object",
            stream(&format!("{flate} /Note ( obj)"), &once),
        ),
        (
            "behind a false object in a remark",
            stream(&format!("{flate} %9 0 obj <<\n"), &once),
        ),
        (
            "behind a false stream",
            stream(&format!("{flate} /Note (stream\n)"), &once),
        ),
        (
            "behind a false end",
            stream(&format!("{flate} /Note (stream\nendstream endobj)"), &once),
        ),
        ("packed twice", stream(&twice, &packed(&once))),
    ];
    for (what, object) in hidden {
        draft.refuses(what, &pdf(files::with(object)), ACTIVE);
    }
}

#[test]
fn packed_objects_that_cannot_be_looked_into_are_refused() {
    let (_data, _server, draft) = scene();
    let plain = "/Type /ObjStm /N 1 /First 4";
    // Each row begins with the number of its predictor, so that no name stands in one piece.
    let rows: Vec<u8> = SCRIPT.iter().flat_map(|b| [0, *b]).collect();
    let parts = "<< /Predictor 12 /Columns 1 >>";
    let hex: String = SCRIPT.iter().map(|b| format!("{b:02x}")).collect();
    let hidden = [
        (
            "rows",
            stream(
                &format!("{plain} /Filter /FlateDecode /DecodeParms {parts}"),
                &packed(&rows),
            ),
        ),
        (
            "rows, otherwise",
            stream(
                &format!("{plain} /Filter /FlateDecode /Decode#50arms {parts}"),
                &packed(&rows),
            ),
        ),
        (
            "rows, short",
            stream(
                &format!("{plain} /F /FlateDecode /DP {parts}"),
                &packed(&rows),
            ),
        ),
        (
            "rows, hidden",
            stream(
                &format!("{plain} /Filter /FlateDecode /DecodeParms {parts} /Note ( obj)"),
                &packed(&rows),
            ),
        ),
        (
            "behind a false object on a line of its own",
            stream(
                &format!("{plain} /Note (\n9 0 obj\n<< )  /Filter /FlateDecode"),
                &packed(SCRIPT),
            ),
        ),
        (
            "behind a false object in digits",
            stream(
                &format!("{plain} /Note <\n9 0 obj\n<< > /Filter /FlateDecode"),
                &packed(SCRIPT),
            ),
        ),
        (
            "behind a remark",
            [
                format!("<< {plain} /Filter /FlateDecode >> % so\nstream\n").as_bytes(),
                &packed(SCRIPT),
                b"\nendstream",
            ]
            .concat(),
        ),
        (
            "filter elsewhere",
            stream(
                &format!("{plain} /Filter 8 0 R /Note /FlateDecode"),
                &packed(SCRIPT),
            ),
        ),
        (
            "digits",
            stream(&format!("{plain} /Filter /ASCIIHexDecode"), hex.as_bytes()),
        ),
        (
            "digits, hidden",
            stream(
                &format!("{plain} /Filter /ASCIIHexDecode /Note ( obj)"),
                hex.as_bytes(),
            ),
        ),
        (
            "damaged",
            stream(&format!("{plain} /Filter /FlateDecode"), b"x\x9cnothing"),
        ),
        (
            "no end",
            stream(
                &format!("{plain} /Filter /FlateDecode"),
                &crate::pictures::zeros(40 << 20),
            ),
        ),
    ];
    for (what, object) in hidden {
        draft.refuses(what, &pdf(files::with(object)), "PDF ini ");
    }
}

#[test]
fn a_locked_pdf_is_refused_in_words_of_its_own() {
    let (_data, _server, draft) = scene();
    let lock = "/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <00> /U <00> >>";
    let locked = files::document(&files::objects("", ""), lock);
    draft.refuses("locked", &pdf(locked), LOCKED);
    let written_otherwise = files::document(&files::objects("", ""), "/Encr#79pt 5 0 R");
    draft.refuses("written otherwise", &pdf(written_otherwise), LOCKED);
}
