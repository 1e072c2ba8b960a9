//! The trust store under several processes at once, and under kill -9 at any moment.

mod support;

use ikd_verifier::store::{State, Store};
use std::ffi::OsString;
use std::fs;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};
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

type Files = Vec<(OsString, SystemTime)>;

/// What the store holds, and since when.
fn files(machine: &Machine) -> Files {
    let entries = fs::read_dir(machine.path().join("store"));
    let entries = entries.into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name() != "lock")
        .filter_map(|entry| Some((entry.file_name(), entry.metadata().ok()?.modified().ok()?)))
        .collect()
}

/// Whether something was written since.
fn is_written(machine: &Machine, before: &Files) -> bool {
    files(machine).iter().any(|file| !before.contains(file))
}

/// An update that begins now.
fn begin(machine: &Machine, args: &[&str]) -> Child {
    let mut command =
        machine.command(&[&["--at", "@1795305600", "trust", "update"], args].concat());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// How long an update takes here.
#[allow(
    clippy::disallowed_methods,
    reason = "the kills are spread over what it takes on this machine"
)]
fn whole(machine: &Machine, args: &[&str]) -> Duration {
    let begun = Instant::now();
    assert!(begin(machine, args).wait().unwrap().success());
    begun.elapsed()
}

/// Kills an update after that time, or as soon as it has written something. Whether it died of it, and whether it had
/// written something then.
fn killed(machine: &Machine, args: &[&str], after: Option<Duration>) -> (bool, bool) {
    let before = files(machine);
    let mut child = begin(machine, args);
    match after {
        Some(time) => sleep(time),
        None => {
            while !is_written(machine, &before) && child.try_wait().unwrap().is_none() {
                sleep(Duration::from_micros(50));
            }
        }
    }
    child.kill().unwrap();
    let died = child.wait().unwrap().code().is_none();
    (died, died && is_written(machine, &before))
}

/// Every other kill as soon as there is something, the others spread over a whole run.
fn moment(n: u32, whole: Duration) -> Option<Duration> {
    (n % 2 == 1).then(|| whole * (n % 20) / 20)
}

#[test]
fn killed_at_any_moment_it_is_old_or_new() {
    let machine = Machine::with(&Office::default());
    bundles(&machine, 2..62);
    let whole = whole(&machine, &["b2"]);
    let mut highest = 2;
    let (mut deaths, mut kept, mut midway) = (0, 0, 0);
    for version in 3..62u32 {
        let (died, wrote) = killed(&machine, &[&format!("b{version}")], moment(version, whole));
        deaths += u32::from(died);
        midway += u32::from(wrote);
        let version = u64::from(version);
        let State { trust_version, .. } = store(&machine).load().unwrap().state;
        assert!(
            trust_version == highest || trust_version == version,
            "{trust_version} after {highest}, {version}"
        );
        kept += u32::from(trust_version == highest);
        highest = trust_version;
    }
    eprintln!("killed {deaths} of 59, {midway} in the middle; {kept} updates did not count");
    assert!(midway > 0, "no kill came in the middle");
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
    let args = ["bundle.ikd", "--root", root.as_str()];
    let fresh = || {
        let machine = Machine::empty();
        machine.write("bundle.ikd", &office.bundle_bytes());
        machine
    };
    let whole = whole(&fresh(), &args);
    let mut midway = 0;
    for n in 0..20 {
        let machine = fresh();
        let (_, wrote) = killed(&machine, &args, moment(n, whole));
        midway += u32::from(wrote);
        assert_eq!(machine.update(&office).status, 0);
    }
    assert!(midway > 0, "no kill came in the middle");
}
