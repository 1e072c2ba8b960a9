//! `ikd audit reissue-check`: what was signed, held against the format of today; and the lint before anything is signed.

use crate::database::{blob, change, number};
use crate::support::database::Base;
use crate::support::{Data, nik};

#[test]
fn what_breaks_a_rule_is_named_with_the_rule() {
    let data = Data::with_people(9);
    let ids: Vec<String> = (1..=5).map(|n| data.issue(n, "ktp")).collect();
    data.issue(1, "kk");
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "3"]);
    data.ok(&["bulk", "run", "--cores", "1"]);
    let said = data.ok(&["audit", "reissue-check"]);
    let clean = "10 documents (10 signed): each as the format of today demands\n";
    assert_eq!(said.out, clean);
    let place = |n: usize, set: &str| {
        let id = blob(&data, &ids[n]);
        let sql = format!("UPDATE documents SET {set} WHERE id = {id}");
        assert_eq!(data.base.forge(&sql), Ok(1), "{sql}");
    };
    place(0, "subject = subject + 1, exclusive = 0");
    place(1, "expires = 4102444799");
    place(2, "status_index = 1048575");
    place(3, "qr_ecc = 'L'");
    place(4, "number = '3273-KW-01012026-0001'");
    let of_bulk = "id = (SELECT MAX(id) FROM documents)";
    let other = format!(
        "UPDATE documents SET signature = (SELECT signature FROM documents WHERE signature IS NOT NULL ORDER BY id LIMIT 1) WHERE {of_bulk}"
    );
    if !matches!(data.base, Base::Postgres(_)) {
        assert_eq!(data.base.forge(&other), Ok(1));
    }
    let said = data.run(&["audit", "reissue-check"]);
    assert_eq!(said.code, 1, "{}", said.out);
    let rules = [
        ("169/1: is not whom the document is for", 0),
        ("4 (exp): is not what was decided, or not after iat", 1),
        (
            "65535 (status): is not the place that was drawn in the office's list",
            2,
        ),
        ("its symbol has another error correction, or is none", 3),
        ("169/76: is not the number that was drawn", 4),
    ];
    for (rule, which) in rules {
        let named = format!("BROKEN 1 documents: {rule}\n  {}\n", ids[which]);
        assert!(said.out.contains(&named), "{named}{}", said.out);
    }
    if !matches!(data.base, Base::Postgres(_)) {
        assert!(
            said.out
                .contains("BROKEN 1 documents: its signature does not verify\n"),
            "{}",
            said.out
        );
    }
    let other_key = "0011223344556677";
    let said = data.ok(&["audit", "reissue-check", "--key", other_key]);
    assert_eq!(
        said.out,
        "0 documents (0 signed): each as the format of today demands\n"
    );
}

#[test]
fn what_would_be_signed_for_another_place_is_not_signed() {
    let data = Data::with_people(2);
    data.issue(1, "ktp");
    let renamed = "UPDATE status_lists SET uri = 'ikd:9999/0'";
    assert_eq!(change(&data, renamed), Ok(1));
    let said = data.run(&[
        "issue",
        "--nik",
        &nik(2),
        "--kind",
        "ktp",
        "--out",
        &data.path("qr.png"),
    ]);
    assert_ne!(said.code, 0);
    let words = "breaks a rule of the format: 65535 (status): is not the place that was drawn in the office's list";
    assert!(said.err.contains(words), "{}", said.err);
    assert_eq!(number(&data, "SELECT COUNT(*) FROM documents"), 1);
}
