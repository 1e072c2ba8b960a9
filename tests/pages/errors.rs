//! Errors: a page for people, a problem document for programs.

use crate::browse::*;
use crate::support::*;

#[test]
fn people_get_a_page_and_programs_a_problem() {
    let data = Data::new();
    let server = data.serve();
    for (lang, words) in [("id", "Halaman tidak ditemukan"), ("en", "Page not found")] {
        let page = open_in(&server, "/tidak/ada", lang);
        assert_eq!(page.status, 404);
        check_page(&page, "/tidak/ada", lang);
        assert!(page.text().contains(words));
        assert!(
            page.text().contains(page.header("x-request-id")),
            "the incident's number is told"
        );
        assert_eq!(page.header("cache-control"), "no-store");
    }
    server.get("/tidak/ada").problem(404);
    server.get_with("/v1/tidak", &[HTML]).problem(404);
    server.get_with("/v1/documents", &[HTML]).problem(401);
}

#[test]
fn a_step_that_takes_no_such_method_says_so() {
    let data = Data::new();
    let server = data.serve();
    let agent = ureq::Agent::from(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build(),
    );
    let address = format!("{}/layanan", server.base);
    let mut answer = agent
        .post(&address)
        .header(HTML.0, HTML.1)
        .send("x=1")
        .unwrap();
    assert_eq!(answer.status(), 405);
    assert!(answer.headers().contains_key("allow"));
    let html = answer.body_mut().read_to_string().unwrap();
    assert!(
        html.contains("Langkah ini tidak dapat dibuka langsung"),
        "{html}"
    );
}

#[test]
fn what_is_no_service_or_no_form_is_told() {
    let data = Data::new();
    let server = data.serve();
    let page = open(&server, "/layanan/tidak-ada");
    assert_eq!(page.status, 404);
    check_page(&page, "/layanan/tidak-ada", "id");
    // A form that is not one.
    let mut answer = ureq::Agent::from(
        ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build(),
    )
    .post(format!("{}/cek", server.base))
    .header(HTML.0, HTML.1)
    .send("gambar=1")
    .unwrap();
    assert_eq!(answer.status(), 400);
    assert!(
        answer
            .body_mut()
            .read_to_string()
            .unwrap()
            .contains("Ada isian yang belum benar")
    );
}
