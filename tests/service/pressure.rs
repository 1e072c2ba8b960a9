//! More than there is room for: files that arrive at the same time.

use crate::support::*;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

const BOUNDARY: &str = "batas";

/// The begin of a picture's upload, up to its bytes.
fn begin(host: &str, length: usize) -> String {
    format!(
        "POST /cek HTTP/1.1\r\nhost: {host}\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\n\
         content-length: {length}\r\n\r\n--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"gambar\"; \
         filename=\"kartu.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n"
    )
}

fn check(server: &Server) -> Answer {
    let form = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"teks\"\r\n\r\nNCFOXN\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type".to_string(), kind)];
    server.ask("POST", "/cek", &headers, form.as_bytes())
}

#[test]
fn files_at_the_same_time_share_a_budget() {
    let data = Data::new();
    // All of them come from one address here.
    data.write("data/config.toml", "[http]\nuploads_per_address = 64\n");
    let server = data.serve();
    assert_eq!(check(&server).status, 200);
    let host = server.base.trim_start_matches("http://").to_string();
    let part = vec![0x5a; 5 << 20];
    // Each sends half of a picture and then nothing more: 240 MiB that somebody has to hold.
    let senders: Vec<_> = (0..48)
        .map(|_| {
            let (host, part) = (host.clone(), part.clone());
            std::thread::spawn(move || {
                let mut stream = TcpStream::connect(&host).unwrap();
                let timeout = Some(Duration::from_secs(5));
                stream.set_write_timeout(timeout).unwrap();
                stream.write_all(begin(&host, 10 << 20).as_bytes()).unwrap();
                // Whoever is refused sees the connection end.
                let _ = stream.write_all(&part);
                stream
            })
        })
        .collect();
    let open: Vec<TcpStream> = senders.into_iter().map(|s| s.join().unwrap()).collect();
    let most = server.memory_kb();
    assert!(most < 450 << 10, "{most} kB");
    // Other requests never wait for files.
    assert_eq!(server.get("/healthz").status, 200);
    drop(open);
    // What they held is there again.
    let again = (0..50).find(|_| {
        std::thread::sleep(Duration::from_millis(100));
        check(&server).status == 200
    });
    assert!(again.is_some(), "{}", server.log());
}

#[test]
fn whoever_finds_no_room_is_told_to_come_back() {
    let data = Data::new();
    // All of them come from one address here.
    data.write("data/config.toml", "[http]\nuploads_per_address = 64\n");
    let server = data.serve();
    let host = server.base.trim_start_matches("http://").to_string();
    let part = vec![0x5a; 9 << 20];
    let fill = || -> Vec<TcpStream> {
        let streams = (0..21).map(|_| {
            let mut stream = TcpStream::connect(&host).unwrap();
            stream
                .set_write_timeout(Some(Duration::from_secs(5)))
                .unwrap();
            stream.write_all(begin(&host, 10 << 20).as_bytes()).unwrap();
            let _ = stream.write_all(&part);
            stream
        });
        streams.collect()
    };
    let big = vec![0x5a; 8 << 20];
    let mut body = begin("", 0)
        .split_once("\r\n\r\n")
        .unwrap()
        .1
        .as_bytes()
        .to_vec();
    body.extend(&big);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type".to_string(), kind)];
    // On a busy machine the first ones may be over their time before the last one is sent, and there is room again.
    let refused = (0..5).find_map(|_| {
        let open = fill();
        let answer = server.ask("POST", "/cek", &headers, &body);
        drop(open);
        (answer.status == 503).then_some(answer)
    });
    let refused = refused.expect("somebody is told that there is no room");
    assert_eq!(refused.header("retry-after"), "5");
}

/// Who hangs up while a picture is read and sends the next one gets no more than their turn.
#[test]
fn pictures_of_those_who_left_are_still_two_at_a_time() {
    let data = Data::new();
    let server = data.serve();
    let mut picture = std::io::Cursor::new(Vec::new());
    let dots = image::GrayImage::from_fn(4_000, 4_000, |x, y| {
        image::Luma([((x / 8) ^ (y / 8)) as u8])
    });
    dots.write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let picture = picture.into_inner();
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    let host = server.base.trim_start_matches("http://").to_string();
    let head = begin(&host, 0);
    let form = head.find(&format!("--{BOUNDARY}\r\n")).unwrap();
    let length = head.len() - form + picture.len() + end.len();
    let all = [begin(&host, length).as_bytes(), &picture, end.as_bytes()].concat();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(&host).unwrap();
        let _ = stream.write_all(&all);
        std::thread::sleep(Duration::from_millis(60));
    }
    let most = server.memory_kb();
    assert!(most < 200 << 10, "{most} kB");
    assert_eq!(check(&server).status, 200);
}
