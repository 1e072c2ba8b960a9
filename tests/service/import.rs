//! Importing people and regions.

use crate::support::*;

#[test]
fn bad_rows_are_told_and_good_ones_kept() {
    let data = Data::new();
    let good = row(1);
    let rows = [
        HEADER.to_string(),
        good.clone(),
        row(2).replace("1987-04-12", "1987-02-30"),
        row(3).replace(",1,13,1,", ",3,13,1,"),
        row(4).replace("ORANG UJI", "\"ORANG"),
        row(5).replace(",001/002,", ",1-2,"),
        row(6).replace(&nik(6), "123"),
        row(7).replace("ORANG UJI H", "ORANG\u{202e} H"),
        row(8),
        good,
    ];
    data.write("people.csv", &format!("\u{feff}{}\r\n", rows.join("\r\n")));
    let rejects = data.path("rejects.csv");
    let said = data.run(&[
        "import",
        "persons",
        &data.path("people.csv"),
        "--rejects",
        &rejects,
    ]);
    assert_eq!(said.code, 1);
    assert_eq!(said.out, "2 new, 1 updated, 6 rejected\n");
    let lines: Vec<&str> = said
        .err
        .lines()
        .map(|l| l.split_once(": ").unwrap().1)
        .collect();
    assert_eq!(
        lines,
        [
            "line 3: tanggal_lahir: must be a date YYYY-MM-DD",
            "line 4: jenis_kelamin: must be a code from 1 to 2",
            "line 5: has a quote that is never closed",
            "line 6: rt_rw: must be RT/RW like 001/002",
            "line 7: nik: must be 16 digits",
            "line 8: nama: has a character that is not printable Latin",
        ]
    );
    let rejects = std::fs::read_to_string(rejects).unwrap();
    assert!(rejects.starts_with("line,column,reason\n3,tanggal_lahir,must be a date YYYY-MM-DD\n"));
    assert_eq!(rejects.lines().count(), 7);
    data.issue(8, "ktp");
}

#[test]
fn json_lines_with_texts_for_codes_and_names_from_the_regions() {
    let data = Data::new();
    data.write("regions.csv", "kode,nama\n32,JAWA BARAT\n32.73,KOTA BANDUNG\n32.73.01,SUKASARI\n32.73.01.1001,SUKARASA\n9,X\n");
    let said = data.run(&["import", "regions", &data.path("regions.csv")]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (1, "4 new, 0 updated, 1 rejected\n")
    );
    let person = serde_json::json!({
        "nik": nik(1), "nomor_kk": "3273010101100001", "nama": "SITI", "tempat_lahir": "BANDUNG",
        "tanggal_lahir": "1987-04-12", "jenis_kelamin": "perempuan", "golongan_darah": "O", "agama": "Islam",
        "status_perkawinan": "BELUM KAWIN", "pekerjaan": 88, "pendidikan": "DIPLOMA IV/STRATA I",
        "shdk": "KEPALA KELUARGA", "alamat": "JL UJI 1", "rt_rw": "001/002", "kode_wilayah": "3273011001",
    });
    let mut strange = person.clone();
    strange["kode_wilayah"] = "3273029999".into();
    data.write("people.jsonl", &format!("{person}\n{strange}\nnonsense\n"));
    let said = data.run(&["import", "persons", &data.path("people.jsonl")]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (1, "1 new, 0 updated, 2 rejected\n")
    );
    assert!(
        said.err
            .contains("line 2: kecamatan: is empty and kode_wilayah is not in the regions"),
        "{}",
        said.err
    );
    assert!(said.err.contains("line 3: is not a JSON object"));
    data.issue(1, "ktp");
}

#[test]
fn an_unknown_column_or_format_is_an_error_of_the_file() {
    let data = Data::new();
    data.write("people.csv", &format!("{HEADER},gaji\n{},1\n", row(1)));
    let said = data.run(&["import", "persons", &data.path("people.csv")]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (1, "0 new, 0 updated, 1 rejected\n")
    );
    assert!(
        said.err.contains("the header's column 20 is not known"),
        "{}",
        said.err
    );
    data.write("people.xls", "x");
    let said = data.run(&["import", "persons", &data.path("people.xls")]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("hint: add --format"));
}

#[test]
fn a_big_file_is_taken_in_batches() {
    let data = Data::new();
    let rows: Vec<String> = (1..=2500).map(row).collect();
    data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    let said = data.ok(&["import", "persons", &data.path("people.csv")]);
    assert_eq!(said.out, "2500 new, 0 updated, 0 rejected\n");
    let said = data.ok(&["import", "persons", &data.path("people.csv")]);
    assert_eq!(said.out, "0 new, 2500 updated, 0 rejected\n");
}
