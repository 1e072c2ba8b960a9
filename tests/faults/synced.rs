//! An answer goes out after the disk has what it says: each acknowledgement is preceded by a wait for the disk that began
//! after its request was read.

use crate::setting;
use crate::support::database::Base;
use crate::support::*;
use crate::tracer::{Tracer, strace};

/// How a wait for the disk looks in the log, whole or as the end of one that others came in between.
const SYNCS: [&str; 4] = [
    "fsync(",
    "fdatasync(",
    "<... fsync resumed",
    "<... fdatasync resumed",
];

#[test]
fn every_acknowledgement_follows_a_wait_for_the_disk() {
    if !strace() {
        return;
    }
    let data = Data::with_people(400);
    if !matches!(data.base, Base::Sqlite(_)) {
        // There the server of the database waits.
        return;
    }
    let acts = setting("ACTS", 40).min(190);
    let server = data.serve();
    let signer = data.officer("ID.3273", "signer");
    server.issue(&signer, 399);
    let log = data.file("strace.log");
    let calls = "trace=fdatasync,fsync,sendto,write,writev,recvfrom,read";
    let pid = i64::from(server.child.id());
    let tracer = Tracer::attach(&[pid], &["-y", "-s", "16", "-e", calls], &log);
    for n in 1..=acts {
        let id = server.issue(&signer, n)["id"].as_str().unwrap().to_string();
        if n % 2 == 0 {
            let path = format!("/v1/documents/{id}/revoke");
            let answer = server.post(&signer, &path, r#"{"reason":"uji"}"#);
            assert_eq!(answer.status, 200);
        }
    }
    tracer.let_go();
    let text = std::fs::read_to_string(&log).unwrap();
    let (mut synced, mut followed, mut answers) = (false, 0, 0);
    for line in text.lines() {
        let call = line
            .split_once(' ')
            .map_or("", |(_, call)| call.trim_start());
        let socket = call.contains("<socket:") || call.contains("<TCP:");
        if call.contains("POST /v1/doc") {
            synced = false;
        } else if SYNCS.iter().any(|sync| call.starts_with(sync)) && call.ends_with("= 0") {
            synced = true;
        } else if socket && call.contains("HTTP/1.1 20") {
            answers += 1;
            followed += u32::from(synced);
        }
    }
    eprintln!("{answers} acknowledgements, {followed} of them after a wait for the disk");
    assert_eq!(answers, acts + acts / 2, "not every answer was seen");
    assert_eq!(followed, answers);
}
