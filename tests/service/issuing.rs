//! Issuing on the command line: entitlement, one document in force, sizes, faces.

use crate::support::*;

#[test]
fn issue_refuse_supersede() {
    let data = Data::with_people(1);
    let first = data.issue(1, "ktp");
    let out = data.path("again.png");
    let args = ["issue", "--nik", &nik(1), "--kind", "ktp", "--out", &out];
    let said = data.run(&args);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("in force already") && said.err.contains("--supersede"),
        "{}",
        said.err
    );
    assert!(
        !data.file("again.png").exists(),
        "no picture of what was not issued"
    );
    let said = data.ok(&[&args[..], &["--supersede"]].concat());
    assert_eq!(said.after("replaces "), first);
    let said = data.run(&["revoke", &first, "--reason", "x"]);
    assert!(
        said.err.contains("the document is superseded"),
        "{}",
        said.err
    );
}

#[test]
fn who_gets_no_document_is_told_why() {
    let data = Data::new();
    let rows = [
        row(1).replace("1987-04-12", "2024-01-01"),
        row(2).replace(",88,8,1,JL", ",88,8,4,JL"),
        row_in(
            "5171011204870003",
            "5171010101100003",
            "I WAYAN",
            "5171011001",
        ),
        row(4),
    ];
    let foreigner = format!("{},kewarganegaraan", HEADER);
    data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("people.csv")]);
    data.write("foreigner.csv", &format!("{foreigner}\n{},NL\n", row(5)));
    data.ok(&["import", "persons", &data.path("foreigner.csv")]);
    let out = data.path("qr.png");
    for (nik, kind, why) in [
        (nik(1), "ktp", "an age of 17"),
        (nik(2), "kk", "exactly one head"),
        (
            "5171011204870003".into(),
            "ktp",
            "outside the office's authority",
        ),
        (nik(5), "ktp", "the end of the ITAP"),
        (nik(9), "ktp", "no such person"),
    ] {
        let said = data.run(&["issue", "--nik", &nik, "--kind", kind, "--out", &out]);
        assert_eq!(said.code, 1, "{why}");
        assert!(
            said.err.contains(why) && said.err.contains("\nhint: "),
            "{}",
            said.err
        );
    }
    let said = data.run(&[
        "issue",
        "--nik",
        &nik(4),
        "--kind",
        "ktp",
        "--out",
        &data.path("qr.gif"),
    ]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains(".png or .svg"));
    data.issue(4, "ktp");
}

#[test]
fn a_face_is_small_and_a_picture() {
    let data = Data::with_people(1);
    let out = data.path("qr.svg");
    let issue = |face: &[u8]| {
        std::fs::write(data.file("face"), face).unwrap();
        data.run(&[
            "issue",
            "--nik",
            &nik(1),
            "--kind",
            "ktp",
            "--out",
            &out,
            "--face",
            &data.path("face"),
        ])
    };
    let said = issue(b"GIF89a");
    assert!(
        said.err.contains("PNG, JPEG or WebP") && said.code == 1,
        "{}",
        said.err
    );
    let said = issue(&[&[0xff, 0xd8, 0xff][..], &[0; 600]].concat());
    assert!(said.err.contains("603 bytes, at most 600"), "{}", said.err);
    let said = issue(&[&[0xff, 0xd8, 0xff][..], &[0x5a; 300]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("<svg"));
}

#[test]
fn a_family_too_large_for_one_symbol_loses_columns_and_says_so() {
    let data = Data::new();
    let mut state = 12345u32;
    // Names that do not compress, as long as the register allows.
    let mut name = || -> String {
        let mut letter = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(b'A' + (state >> 16) as u8 % 26)
        };
        (0..58).map(|_| letter()).collect()
    };
    let mut rows = Vec::new();
    for n in 1..=20 {
        let (nik, relation) = (nik(n), if n == 1 { 1 } else { 9 });
        let (own, place, father, mother) = (name(), name(), name(), name());
        rows.push(format!(
            "{nik},3273010101100001,{own},{place},1987-04-12,1,13,1,1,88,8,{relation},JL UJI 1,001/002,3273011001,\
             BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT,{father},{mother}"
        ));
    }
    data.write(
        "people.csv",
        &format!("{HEADER},ayah,ibu\n{}\n", rows.join("\n")),
    );
    data.ok(&["import", "persons", &data.path("people.csv")]);
    let out = data.path("kk.png");
    let said = data.ok(&["issue", "--nik", &nik(3), "--kind", "kk", "--out", &out]);
    assert!(said.out.contains("core columns alone"), "{}", said.out);
}
