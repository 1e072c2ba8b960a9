//! What holds for every page, and the languages.

use crate::browse::*;
use crate::support::*;

#[test]
fn every_page_answers_in_both_languages() {
    let data = Data::new();
    let server = data.serve();
    for path in PAGES {
        let [id, en] = ["id", "en"].map(|lang| {
            let answer = open_in(&server, path, lang);
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(
                answer.header("cache-control"),
                "private, no-cache",
                "{path}"
            );
            check_page(&answer, path, lang);
            answer.text()
        });
        let heading = |html: &str| {
            let from = html.find("<h1").unwrap();
            html[from..].split("</h1>").next().unwrap().to_string()
        };
        assert_ne!(
            heading(&id),
            heading(&en),
            "{path} has one heading for both languages"
        );
        assert!(id.contains("Gratis – tidak dipungut biaya"), "{path}");
    }
}

#[test]
fn the_language_is_asked_for_remembered_or_the_browsers() {
    let data = Data::new();
    let server = data.serve();
    let lang = |path: &str, headers: &[(&str, &str)]| {
        server
            .get_with(path, headers)
            .header("content-language")
            .to_string()
    };
    assert_eq!(lang("/", &[]), "id");
    assert_eq!(lang("/", &[("accept-language", "en-US,en;q=0.9")]), "en");
    assert_eq!(
        lang(
            "/",
            &[("accept-language", "en"), ("cookie", "x=1; bahasa=id")]
        ),
        "id"
    );
    assert_eq!(lang("/?bahasa=xx", &[]), "id");
    let chosen = server.get_with("/layanan?cari=akta&bahasa=en", &[("cookie", "bahasa=id")]);
    assert_eq!(chosen.header("content-language"), "en");
    assert!(
        chosen
            .header("set-cookie")
            .starts_with("bahasa=en; Path=/;"),
        "{}",
        chosen.header("set-cookie")
    );
    let back = attributes(&chosen.text(), "href");
    assert!(
        back.contains(&"/layanan?cari=akta&bahasa=id".to_string()),
        "{back:?}"
    );
    assert_eq!(open(&server, "/layanan").header("set-cookie"), "");
}

#[test]
fn static_files_are_kept_for_ever_under_the_hash_of_their_content() {
    let data = Data::new();
    let server = data.serve();
    let html = open(&server, "/").text();
    let style = attributes(&html, "href")
        .into_iter()
        .find(|href| href.ends_with("style.css"))
        .unwrap();
    let answer = server.get_with(&style, &[("accept-encoding", "identity")]);
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let old = server.get("/static/000000000000/style.css");
    assert_eq!((old.status, old.header("cache-control")), (200, "no-cache"));
    assert_eq!(old.body, answer.body);
    assert_eq!(server.get("/static/000000000000/secret.css").status, 404);
    assert_eq!(
        server.get("/static/000000000000/..%2fstyle.css").status,
        404
    );

    // As they travel: the client of these tests takes no gzip by itself, so it sees the bytes of the wire.
    let wire = |path: &str| {
        let answer = server.get_with(path, &[HTML, ("accept-encoding", "gzip")]);
        assert_eq!(answer.header("content-encoding"), "gzip", "{path}");
        answer.body.len()
    };
    let all = wire("/layanan") + wire(&style);
    assert!(all < 20_000, "the first load of /layanan takes {all} bytes");
}

#[test]
fn machines_lists_are_not_compressed_and_keep_their_validators() {
    let data = Data::new();
    let server = data.serve();
    let list = server.get_with("/trust-list", &[("accept-encoding", "gzip")]);
    assert_eq!(list.header("content-encoding"), "");
    assert!(list.header("etag").starts_with('"'));
}
