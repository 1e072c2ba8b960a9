//! From the counter to a verdict.

use crate::phone::*;
use crate::support::*;

#[test]
fn a_phone_activated_at_the_counter_shows_a_ktp_that_verifies() {
    let data = Data::with_people(3);
    let server = data.serve();
    let signer = data.officer("ID.3273", "signer");
    let operator = data.officer("ID.3273", "operator");
    server.issue(&signer, 1);
    let code = activated(&server, &operator, &nik(1));
    let phone = Phone::new(1);
    let handed = phone.redeemed(&server, &code);
    let bundle = data.read_bundle(&server.get("/bundle").body);
    let ktp = text(&handed, "ktp", None);
    let verdict = phone.judged(ktp, &bundle);
    assert_eq!(verdict.reason().code(), "valid");
    assert_eq!(
        crate::support::verdict(ktp, &bundle),
        "holder_proof_missing"
    );
    assert_eq!(
        Phone::new(2).judged(ktp, &bundle).reason().code(),
        "holder_proof_invalid"
    );
    println!("{handed:#}");
}
