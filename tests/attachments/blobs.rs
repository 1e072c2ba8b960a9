//! Where the files are: sealed, collected a day after nobody names them, and there after a crash.

use crate::client::*;
use crate::draft::*;
use crate::pdf_files;
use crate::pictures::*;
use crate::support::Data;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|e| e.path())
        .flat_map(|path| match path.is_dir() {
            true => below(&path),
            false => vec![path],
        })
        .collect()
}

/// The sealed files.
pub fn blobs(data: &Data) -> Vec<PathBuf> {
    below(&data.file("data/blobs"))
}

/// A PDF that says something that must not be found on the disk.
fn telling() -> Vec<u8> {
    pdf_files::with(format!("<< /Note ({}) >>", String::from_utf8_lossy(CANARY)).into_bytes())
}

#[test]
fn nothing_on_the_disk_tells_what_a_file_holds() {
    let (data, server, draft) = scene();
    let bytes = telling();
    let address = draft.takes(PAPER, &pdf(bytes.clone()));
    let picture = draft.takes("surat_kuasa", &png(drawing(160, 80)));
    let dots = draft.client.get(&picture).body;
    assert!(draft.client.get(&address).body == bytes);
    // Refused ones are nowhere either.
    draft.upload(PAPER, &pdf([&bytes[..], b"tail ELANG JAWA"].concat()));
    drop(server);
    let all = below(&data.file("data"));
    assert_eq!(blobs(&data).len(), 3, "{all:?}");
    for path in all.iter().chain([&data.file("serve.log")]) {
        let held = std::fs::read(path).unwrap();
        for mark in [
            CANARY,
            b"ELANG JAWA",
            b"%PDF-",
            b"Surat uji",
            b"foto.png",
            &dots[60..110],
        ] {
            assert!(
                !holds(&held, mark),
                "{} in {path:?}",
                String::from_utf8_lossy(mark)
            );
        }
    }
    #[cfg(unix)]
    for path in blobs(&data) {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path:?}");
    }
}

#[test]
fn a_file_changed_on_the_disk_is_not_served() {
    let (data, _server, draft) = scene();
    let before = blobs(&data);
    let address = draft.takes(PAPER, &pdf(telling()));
    let path = blobs(&data)
        .into_iter()
        .find(|p| !before.contains(p))
        .unwrap();
    let mut sealed = std::fs::read(&path).unwrap();
    let middle = sealed.len() / 2;
    sealed[middle] ^= 1;
    std::fs::write(&path, &sealed).unwrap();
    let answer = draft.client.get(&address);
    assert_eq!(answer.status, 500);
    assert!(!holds(&answer.body, CANARY));
    // Sent once more it is whole again.
    draft.takes(PAPER, &pdf(telling()));
    assert!(draft.client.get(&address).body == telling());
}

/// Makes a file that many hours old.
pub fn age(path: &Path, hours: u64) {
    let then = ikd::clock::Clock::System.file_time() - Duration::from_secs(hours * 3600);
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(then).unwrap();
}

#[test]
fn files_that_nobody_names_are_deleted_after_a_day() {
    let (data, server, draft) = scene();
    let kept = blobs(&data);
    draft.takes(PAPER, &pdf(telling()));
    draft.takes("surat_kuasa", &png(drawing(160, 80)));
    // The same file for two papers is there once and stays while one of them is.
    draft.takes("kk", &pdf(telling()));
    assert_eq!(draft.remove(PAPER).status, 303);
    assert_eq!(draft.remove("surat_kuasa").status, 303);
    assert_eq!(blobs(&data).len(), 3);
    let all = draft.all();
    drop(server);
    let again = |count: usize, what: &str| {
        // The server before was killed, and another instance would wait until its lease is over.
        data.sql("UPDATE leases SET until = 0");
        // One that nobody names and that is old enough tells that they were collected.
        let told = data.file("data/blobs/00").join("0".repeat(64));
        std::fs::create_dir_all(told.parent().unwrap()).unwrap();
        std::fs::write(&told, b"x").unwrap();
        age(&told, 25);
        let mut server = data.serve();
        let collected = (0..1_200).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            !told.exists()
        });
        assert!(collected, "{what}: nothing was collected");
        // What is under way ends before the server does.
        server.signal("TERM");
        server.child.wait().unwrap();
        let last = blobs(&data);
        assert_eq!(last.len(), count, "{what}: {last:?}");
        last
    };
    blobs(&data).iter().for_each(|path| age(path, 23));
    again(3, "after 23 hours");
    blobs(&data).iter().for_each(|path| age(path, 25));
    let left = again(2, "after 25 hours");
    assert!(kept.iter().all(|path| left.contains(path)));
    let server = data.serve();
    let draft = draft.at(&server);
    assert_eq!(draft.all(), all, "what is named is there");
}

#[test]
fn an_acknowledged_file_is_there_after_a_crash() {
    let (data, mut server, mut draft) = scene();
    let mut sent = Vec::new();
    for round in 0..6 {
        let bytes = pdf_files::sized(20_000 + 100_000 * round);
        let answer = draft.upload(PAPER, &pdf(bytes.clone()));
        // No moment between the answer and the end.
        server.child.kill().unwrap();
        assert_eq!(answer.status, 303, "{}", told(&answer));
        server.child.wait().unwrap();
        server = data.serve();
        draft = draft.at(&server);
        let address = draft.shown(PAPER).expect("the file is still attached");
        let served = draft.client.get(&address);
        assert_eq!(served.status, 200, "round {round}");
        assert!(served.body == bytes, "round {round}: byte for byte");
        assert!(draft.all().0.contains(">3<"), "the answers too");
        assert_eq!(draft.remove(PAPER).status, 303);
        sent.push(bytes);
    }
    assert!(
        blobs(&data).iter().all(|p| p.extension().is_none()),
        "nothing half written"
    );
}

#[test]
fn a_form_that_is_sent_twice_at_once_is_taken() {
    let (_data, _server, draft) = scene();
    for round in 0..6 {
        let file = pdf(pdf_files::sized(300_000 + round));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let sent = [(); 4].map(|()| scope.spawn(|| draft.upload(PAPER, &file).status));
            sent.into_iter().map(|s| s.join().unwrap()).collect()
        });
        assert_eq!(statuses, [303; 4], "round {round}");
        let address = draft.shown(PAPER).unwrap();
        assert!(
            draft.client.get(&address).body == file.bytes,
            "round {round}"
        );
        assert_eq!(draft.remove(PAPER).status, 303);
    }
}
