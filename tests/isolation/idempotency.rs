//! The same request twice is one request.

use crate::scene::Scene;
use serde_json::json;

const KEY: &str = "0d1f6c9a-3b1e-4f62-9a53-1c2d3e4f5a6b";

#[test]
fn a_repetition_gets_the_first_answer_even_after_a_restart() {
    let mut scene = Scene::new();
    let count = |scene: &Scene| scene.data.numbers("SELECT COUNT(*) FROM applications")[0];
    let before = count(&scene);
    let body = json!({"kind": "kk"}).to_string();
    let mut headers = scene.owner.headers.clone();
    headers.push(("idempotency-key".into(), KEY.into()));
    let ask = |scene: &Scene, headers: &[(String, String)], body: &str| {
        scene
            .server
            .ask("POST", "/v1/applications", headers, body.as_bytes())
    };
    // Ten at the same time: one begins, the others wait or are told to.
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..10)
            .map(|_| scope.spawn(|| ask(&scene, &headers, &body).status))
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(statuses.contains(&201), "{statuses:?}");
    assert!(
        statuses.iter().all(|s| [201, 409].contains(s)),
        "{statuses:?}"
    );
    assert_eq!(count(&scene), before + 1);
    let first = ask(&scene, &headers, &body);
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (201, "true")
    );

    scene.server.signal("KILL");
    scene.server = scene.data.serve();
    let again = ask(&scene, &headers, &body);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(count(&scene), before + 1);

    let other = ask(&scene, &headers, &json!({"kind": "ktp"}).to_string());
    other.problem(422);
    assert_eq!(
        other.json()["type"],
        "urn:ikd:problem:idempotency-key-reused"
    );
    // Somebody else's key of the same text is another key.
    let mut theirs = scene.operator.headers.clone();
    theirs.push(("idempotency-key".into(), KEY.into()));
    let answer = ask(&scene, &theirs, &body);
    assert_eq!(
        (answer.status, answer.header("idempotency-replayed")),
        (201, "")
    );
    assert_ne!(answer.header("location"), first.header("location"));
}
