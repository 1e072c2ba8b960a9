//! What the database itself refuses, whoever writes: duties stay apart, and an application goes only the ways it may.

use crate::scene::Scene;

#[test]
fn the_database_keeps_verifying_and_signing_apart() {
    let scene = Scene::new();
    let refused = |sql: &'static str, why: &str| {
        let said = scene.data.try_sql(sql);
        let said = said.expect_err(sql);
        assert!(said.contains(why), "{sql}: {said}");
    };
    refused(
        "UPDATE applications SET signed_by = verified_by WHERE state = 'done'",
        "only a signer of the office approves",
    );
    refused(
        "UPDATE applications SET verified_by = signed_by WHERE state = 'done'",
        "only a verifier of the office verifies",
    );
    // Even somebody who was given both roles one after the other.
    scene.data.sql(
        "UPDATE officers SET role = 'signer' WHERE role = 'verifier' AND office = \
        (SELECT id FROM offices WHERE iss = 'ID.3273')",
    );
    refused(
        "UPDATE applications SET signed_by = verified_by WHERE state = 'done'",
        "CHECK constraint failed",
    );
    refused(
        "UPDATE applications SET verified_by = (SELECT id FROM officers WHERE office = \
         (SELECT id FROM offices WHERE iss = 'ID.3274') LIMIT 1) WHERE state = 'submitted'",
        "only a verifier of the office verifies",
    );
    refused(
        "UPDATE applications SET state = 'done' WHERE state = 'submitted'",
        "does not go that way",
    );
    refused(
        "UPDATE applications SET state = 'submitted' WHERE state = 'done'",
        "does not go that way",
    );
    refused(
        "INSERT INTO applications SELECT * FROM applications WHERE state = 'submitted'",
        "begins as a draft",
    );
}
