//! Settings that name no store, no key or the wrong one: what is said, and what never is.

use super::*;

#[test]
fn what_is_wrong_is_told_without_the_secret() {
    let data = Data::with_people(1);
    data.issue(1, "ktp");
    let store = Store::start();
    let try_with = |changes: &[(&str, Option<&str>)], to: &str, what: &[&str]| {
        let mut command = data.command();
        command
            .envs(store.environment())
            .args(["publish", "--to", to]);
        for (name, value) in changes {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let said = said(command);
        assert_eq!(said.code, 2, "{changes:?} {to}: {}", said.out);
        for what in what {
            assert!(said.err.contains(what), "{what}: {}", said.err);
        }
        let told = said.out + &said.err;
        for secret in [SECRET, TOKEN, "mistyped-secret", "old-token"] {
            assert!(!told.contains(secret), "{told}");
        }
        assert!(
            told.contains("hint: ") || told.contains("For more information"),
            "{told}"
        );
    };
    let to = place();
    let wrong = |name, value| [(name, value)];
    try_with(
        &wrong("AWS_SECRET_ACCESS_KEY", Some("mistyped-secret")),
        &to,
        &[
            "s3://ikd-public/tree: the store refused: 403",
            "SignatureDoesNotMatch",
            "AWS_SECRET_ACCESS_KEY",
        ],
    );
    try_with(
        &wrong("AWS_ACCESS_KEY_ID", Some("NOBODY")),
        &to,
        &["InvalidAccessKeyId"],
    );
    try_with(
        &wrong("AWS_SESSION_TOKEN", Some("old-token")),
        &to,
        &["InvalidToken"],
    );
    try_with(
        &wrong("AWS_SECRET_ACCESS_KEY", None),
        &to,
        &["AWS_SECRET_ACCESS_KEY is not set"],
    );
    try_with(
        &wrong("AWS_ACCESS_KEY_ID", Some("")),
        &to,
        &["AWS_ACCESS_KEY_ID is not set"],
    );
    try_with(
        &[("AWS_ENDPOINT_URL", None), ("AWS_REGION", None)],
        &to,
        &["neither AWS_ENDPOINT_URL nor AWS_REGION is set"],
    );
    try_with(
        &wrong("AWS_ENDPOINT_URL", Some("http://192.0.2.1:9000")),
        &to,
        &["is not https", "AWS_ALLOW_HTTP"],
    );
    try_with(
        &wrong("AWS_ENDPOINT_URL", Some("localhost:9000")),
        &to,
        &["must begin with https://"],
    );
    // Nobody listens there.
    try_with(
        &wrong("AWS_ENDPOINT_URL", Some("http://127.0.0.1:9")),
        &to,
        &["the store cannot be reached"],
    );
    try_with(
        &wrong("AWS_CA_BUNDLE", Some("/dev/null")),
        &to,
        &["AWS_CA_BUNDLE", "no certificate"],
    );
    try_with(&[], "s3://no-such-bucket/tree", &["no such bucket"]);
    try_with(&[], "gs://ikd-public/tree", &["s3://BUCKET/PREFIX"]);
    try_with(
        &[],
        &format!("s3://{KEY}:x@ikd-public/tree"),
        &["bucket's name"],
    );
    assert!(store.objects().is_empty());
}
