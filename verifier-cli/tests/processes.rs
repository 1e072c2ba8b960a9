//! The trust store under several processes at once, and under kill -9 at any moment.

mod support;

use ikd_verifier::store::{State, Store};
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;
use support::office::{DAY, NOW, Office, claims, ktp, public};
use support::{Machine, hex};

fn store(machine: &Machine) -> Store {
    Store::at(machine.path().join("store"))
}

fn bundles(machine: &Machine, versions: std::ops::Range<u64>) {
    for version in versions {
        let office = Office {
            version,
            issued: NOW - DAY + version as i64,
            ..Office::default()
        };
        machine.write(&format!("b{version}"), &office.bundle_bytes());
    }
}

#[test]
fn two_processes_at_once_end_at_the_newest() {
    let machine = Machine::with(&Office::default());
    bundles(&machine, 2..14);
    let spawn = |version: u64| {
        let mut command = machine.command(&[
            "--at",
            "@1795305600",
            "trust",
            "update",
            &format!("b{version}"),
        ]);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut running: Vec<_> = (2..14).rev().map(spawn).collect();
    let text = Office::default().issue(&claims(ktp()));
    while running
        .iter_mut()
        .any(|child| child.try_wait().unwrap().is_none())
    {
        assert_eq!(
            machine.judge(&text),
            ("valid".into(), 0),
            "readers never see half an update"
        );
    }
    let loaded = store(&machine).load().unwrap();
    assert_eq!(loaded.state.trust_version, 13);
    assert_eq!(loaded.bundle.unwrap().trust.version, 13);
    let left = fs::read_dir(machine.path().join("store")).unwrap().count();
    assert_eq!(left, 4, "lock, state, one bundle, one record of its lists");
}

#[test]
fn killed_at_any_moment_it_is_old_or_new() {
    let machine = Machine::with(&Office::default());
    bundles(&machine, 2..62);
    let mut highest = 1;
    let (mut killed, mut kept) = (0, 0);
    for version in 2..62u64 {
        let mut command = machine.command(&[
            "--at",
            "@1795305600",
            "trust",
            "update",
            &format!("b{version}"),
        ]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A whole update takes some milliseconds: spread the kills over all of it.
        sleep(Duration::from_micros(version % 20 * 2500));
        let done = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        killed += u32::from(!done);
        let State { trust_version, .. } = store(&machine).load().unwrap().state;
        assert!(
            trust_version == highest || trust_version == version,
            "{trust_version} after {highest}, {version}"
        );
        kept += u32::from(trust_version == highest);
        highest = trust_version;
    }
    eprintln!("killed {killed} of 60, {kept} of them before the update counted");
    assert_eq!(
        machine
            .update(&Office {
                version: 99,
                issued: NOW,
                ..Office::default()
            })
            .status,
        0
    );
}

#[test]
fn killed_in_the_first_update_it_can_be_repeated() {
    let office = Office::default();
    let root = hex(&public(&office.root));
    for n in 0..20u64 {
        let machine = Machine::empty();
        machine.write("bundle.ikd", &office.bundle_bytes());
        let mut command = machine.command(&[
            "--at",
            "@1795305600",
            "trust",
            "update",
            "bundle.ikd",
            "--root",
            &root,
        ]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_micros(n * 2000));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(machine.update(&office).status, 0);
    }
}
