//! Signed lists from memory.

use crate::support::{Answer, Data};

/// The second answer comes from memory, past the layers around the handlers, and nobody can tell.
#[test]
fn a_list_from_memory_is_the_same_answer() {
    let data = Data::with_people(2);
    let server = data.serve();
    let signer = data.officer("ID.3273", "signer");
    let id = server.issue(&signer, 1)["id"].as_str().unwrap().to_string();
    for path in ["/status/ID.3273/0", "/trust-list", "/bundle"] {
        // Just after a signature everything is looked up; later it is not.
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let from_handler = server.get(&format!("{path}?"));
        let answers = [server.get(path), server.get(path), server.get(path)];
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (200, &from_handler.body));
            let named = |answer: &Answer| -> std::collections::BTreeMap<String, String> {
                let of = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
                    let value = value.to_str().unwrap().to_string();
                    (name.to_string(), value)
                };
                let all = answer.headers.iter().map(of);
                all.filter(|(name, _)| name != "date" && name != "x-request-id")
                    .collect()
            };
            assert_eq!(named(answer), named(&from_handler), "{path}");
            assert!(answer.headers.contains_key("x-request-id"));
        }
        let tag = answers[0].header("etag");
        assert!(tag.starts_with('"') && tag.ends_with('"'), "strong: {tag}");
        let weak = format!("W/{tag}");
        for known in [tag, "*", &weak, &format!("\"x\", {tag}")] {
            let answer = server.get_with(path, &[("if-none-match", known)]);
            assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
            assert_eq!(answer.header("etag"), tag);
            assert!(
                answer
                    .header("cache-control")
                    .starts_with("public, max-age=")
            );
        }
        let other = server.get_with(path, &[("if-none-match", "\"x\"")]);
        assert_eq!((other.status, &other.body), (200, &from_handler.body));
    }
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains("published, from memory"), "{metrics}");
    // However warm the memory is: who is told that it is revoked finds it in the list.
    let before = server.get("/status/ID.3273/0");
    let revoke = format!("/v1/documents/{id}/revoke");
    assert_eq!(
        server.post(&signer, &revoke, r#"{"reason":"lost"}"#).status,
        200
    );
    for _ in 0..20 {
        let now = server.get("/status/ID.3273/0");
        assert_ne!(now.header("etag"), before.header("etag"));
    }
    server.get("/status/ID.3273/1").problem(404);
}
