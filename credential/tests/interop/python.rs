//! The Python package `claim169`.

use super::*;

#[test]
fn the_python_package_reads_ours_and_we_read_its() {
    let python = std::env::var("IKD_PYTHON").unwrap_or_else(|_| "python3".into());
    let has_package = Command::new(&python)
        .args(["-c", "import claim169"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_package {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split([',', ' ']).any(|name| name == "claim169-py"),
            "IKD_REQUIRE names claim169-py, but {python} cannot import claim169"
        );
        eprintln!("SKIPPED: {python} cannot import claim169, the Python package was not checked");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/interop/claim169.py");
    let mut child = Command::new(&python)
        .arg(script)
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let office = Office::default();
    let public_key = hex(&public(&office.signer));
    let mut input = String::new();
    let mut named = 0;
    let cases = ktps();
    for (n, (name, document)) in cases.iter().enumerate() {
        let expected = claim_169_json(document);
        let own = |name: &&String| name.bytes().all(|b| b.is_ascii_digit());
        named += expected
            .as_object()
            .unwrap()
            .keys()
            .filter(|n| !own(n))
            .count();
        let mut claims = claims(document.clone());
        claims.exp = (n % 2 == 0).then_some(NOW + 900 * DAY);
        let text = office.issue(&claims);
        let meta = json!({"iss": ISS, "exp": claims.exp, "nbf": claims.nbf, "iat": claims.iat});
        let case = json!({
            "name": name, "text": text, "public_key_hex": public_key, "expected": expected, "meta": meta
        });
        input += &format!("{case}\n");
    }
    // One that must be found wrong, so that a checker that finds nothing is noticed.
    let wrong = json!({
        "name": "wrong", "text": office.issue(&claims(ktp())), "public_key_hex": public_key,
        "expected": {"id": "1", "75": 1},
    });
    input += &format!("{wrong}\n");
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the script failed");
    let output = String::from_utf8(output.stdout).unwrap();
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());

    let (mut read, mut compared, mut theirs) = (0, 0, 0);
    for line in lines {
        let name = line["name"].as_str().unwrap();
        if let Some(found) = line["wrong"].as_array() {
            if name == "wrong" {
                assert!(found.contains(&json!("id")) && found.contains(&json!("fullName")));
                continue;
            }
            assert_eq!(name, cases[read].0);
            assert!(found.is_empty(), "{name}: {found:?}");
            read += 1;
            compared += line["compared"].as_u64().unwrap() as usize;
            continue;
        }
        let key = unhex(line["public_key_hex"].as_str().unwrap());
        let verdict = foreign_verdict(line["text"].as_str().unwrap(), key.try_into().unwrap());
        let expected = match name {
            "expired" => Reason::Expired,
            _ => Reason::Valid,
        };
        assert_eq!(verdict.reason(), expected, "{name}");
        let claims = verdict.credential().unwrap().claims();
        let fields = first_face_only(line["expected"].clone());
        assert_eq!(foreign_json(&claims), fields, "{name}");
        assert_eq!(claims.iss, line["meta"]["iss"].as_str(), "{name}");
        assert_eq!(claims.exp, line["meta"]["exp"].as_i64(), "{name}");
        assert_eq!(claims.nbf, line["meta"]["nbf"].as_i64(), "{name}");
        assert_eq!(claims.iat, line["meta"]["iat"].as_i64(), "{name}");
        theirs += 1;
    }
    eprintln!(
        "The Python package read {read} of ours ({compared} fields), we read {theirs} of its"
    );
    assert_eq!((read, compared, theirs), (cases.len(), named, 5));
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(text: &str) -> Vec<u8> {
    let places = (0..text.len()).step_by(2);
    places
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
