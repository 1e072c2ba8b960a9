//! Pictures good, bad and hostile.

mod support;

use credential::document::Value;
use credential::kinds::fields::FACE;
use image::ImageFormat;
use std::process::Command;
use support::office::{NOW, Office, claims, face, key, kk_builder, ktp, ktp_builder};
use support::{Machine, Ran, encode, picture, png};

fn scan(machine: &Machine, args: &[&str]) -> Ran {
    machine.at(NOW, &[&["--json", "scan"], args].concat())
}

#[test]
fn every_format_and_standard_input() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let drawn = picture((420, 400), &[(60, 40, &text)]);
    for (name, format) in [
        ("a.png", ImageFormat::Png),
        ("a.jpg", ImageFormat::Jpeg),
        ("a.webp", ImageFormat::WebP),
    ] {
        let bytes = encode(&drawn, format);
        machine.write(name, &bytes);
        let ran = scan(&machine, &[name]);
        let json = ran.json();
        assert_eq!(
            (json["file"].as_str(), json["reason"].as_str(), ran.status),
            (Some(name), Some("valid"), 0)
        );
        assert_eq!(json["text"], text.as_str());
        let left_top = json["position"][0].as_array().unwrap();
        for (found, drawn) in left_top.iter().zip([60.0, 40.0]) {
            assert!((found.as_f64().unwrap() - drawn).abs() < 4.0, "{json}");
        }
        let at = format!("@{NOW}");
        let ran = machine.run_with(&["--at", &at, "--json", "scan", "-"], &bytes);
        assert_eq!((ran.json()["file"].as_str(), ran.status), (Some("-"), 0));
    }
}

#[test]
fn a_signed_photo_is_saved_and_nothing_else_is() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let with_face = ktp_builder().set(&FACE, face(300)).build().unwrap();
    let text = office.issue(&claims(with_face));
    machine.write("face.png", &png(&[(60, 40, &text)], (520, 500)));
    let ran = scan(&machine, &["face.png", "--photo", "photo.png"]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("valid"), 0)
    );
    let Value::Face(expected) = face(300) else {
        panic!()
    };
    assert_eq!(
        std::fs::read(machine.path().join("photo.png")).unwrap(),
        &*expected.data
    );

    // Without a photo, and from an issuer that nobody knows: told, and no file.
    machine.write(
        "bare.png",
        &png(&[(60, 40, &office.issue(&claims(ktp())))], (420, 400)),
    );
    let stranger = Office {
        signer: key(9),
        ..Office::default()
    };
    let with_face = ktp_builder().set(&FACE, face(300)).build().unwrap();
    let text = stranger.issue(&claims(with_face));
    machine.write("stranger.png", &png(&[(60, 40, &text)], (520, 500)));
    for name in ["bare.png", "stranger.png"] {
        let ran = scan(&machine, &[name, "--photo", "none.png"]);
        assert_eq!(ran.jsons()[1]["error"], "no_photo", "{ran:?}");
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(!machine.path().join("none.png").exists());
    }
    let ran = scan(&machine, &["face.png", "--photo", "missing/photo.png"]);
    assert_eq!(
        (ran.jsons()[1]["error"].as_str(), ran.status),
        (Some("unwritable"), 2)
    );
}

#[test]
fn transparent_interlaced_palette_and_deep_pngs() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let drawn = picture((420, 400), &[(60, 40, &text)]);
    let alpha = image::GrayAlphaImage::from_fn(420, 400, |x, y| {
        // Black modules on nothing at all.
        image::LumaA([0, 255 - drawn.get_pixel(x, y).0[0]])
    });
    alpha.save(machine.path().join("alpha.png")).unwrap();
    let deep = image::ImageBuffer::from_fn(420, 400, |x, y| {
        image::Luma([u16::from(drawn.get_pixel(x, y).0[0]) * 257])
    });
    deep.save(machine.path().join("deep.png")).unwrap();
    for name in ["alpha.png", "deep.png"] {
        assert_eq!(scan(&machine, &[name]).status, 0, "{name}");
    }
}

#[test]
fn several_in_one_picture_and_the_worst_decides() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let family = office.issue(&claims(kk_builder(2).build().unwrap()));
    machine.write(
        "two.png",
        &png(&[(30, 30, &text), (400, 30, &family)], (900, 500)),
    );
    let ran = scan(&machine, &["two.png"]);
    let kinds: Vec<_> = ran
        .jsons()
        .iter()
        .map(|j| j["claims"]["document"]["jenis_dokumen"]["kode"].clone())
        .collect();
    assert_eq!((kinds, ran.status), (vec![1.into(), 2.into()], 0));
    machine.write(
        "mixed.png",
        &png(
            &[(30, 30, &text), (400, 30, "https://example.com")],
            (600, 400),
        ),
    );
    let ran = scan(&machine, &["mixed.png"]);
    assert_eq!((ran.jsons().len(), ran.status), (2, 1));
}

#[test]
fn a_directory_goes_on_past_bad_files() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    machine.write("in/good.png", &png(&[(30, 30, &text)], (400, 400)));
    machine.write(
        "in/deep/er/good.jpg",
        &encode(&picture((400, 400), &[(30, 30, &text)]), ImageFormat::Jpeg),
    );
    machine.write("in/no-extension", &png(&[(30, 30, &text)], (400, 400)));
    machine.write("in/empty.png", b"");
    machine.write("in/text.jpg", b"no picture");
    machine.write("in/notes.txt", b"no picture either");
    machine.write("in/blank.png", &png(&[], (100, 100)));
    let mut torn = png(&[(30, 30, &text)], (400, 400));
    torn.truncate(torn.len() / 2);
    machine.write("in/torn.png", &torn);
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", machine.path().join("in/loop")).unwrap();
    let ran = scan(&machine, &["in"]);
    let codes: Vec<_> = ran
        .jsons()
        .iter()
        .map(|j| {
            let code = j["error"].as_str().or(j["reason"].as_str()).unwrap();
            (j["file"].as_str().unwrap().to_string(), code.to_string())
        })
        .collect();
    let expected = [
        ("in/blank.png", "no_qr_found"),
        ("in/deep/er/good.jpg", "valid"),
        ("in/empty.png", "empty_file"),
        ("in/good.png", "valid"),
        ("in/no-extension", "valid"),
        ("in/text.jpg", "unknown_format"),
        ("in/torn.png", "damaged_picture"),
    ];
    let expected = expected.map(|(file, code)| (file.to_string(), code.to_string()));
    assert_eq!(codes, expected);
    assert_eq!(ran.status, 2);
}

/// Runs a command and says at last, on standard error, how much memory it took at most, in KiB.
const MEASURED: &str = "import resource, subprocess, sys\n\
    code = subprocess.run(sys.argv[1:]).returncode\n\
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)\n\
    sys.exit(code)";

/// Peak resident memory in KiB, and what the command did.
fn peak(machine: &Machine, args: &[&str]) -> (u64, Ran) {
    let command = machine.command(args);
    let mut measured = Command::new("python3");
    measured
        .args(["-c", MEASURED])
        .arg(command.get_program())
        .args(command.get_args());
    measured
        .current_dir(machine.path())
        .stdin(std::process::Stdio::null());
    let output = measured.output().expect("Python 3, which measures");
    let stderr = String::from_utf8(output.stderr).unwrap();
    let kib = stderr.lines().last().and_then(|kib| kib.parse().ok());
    let ran = Ran {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr,
    };
    (kib.unwrap_or_else(|| panic!("{ran:?}")), ran)
}

/// A PNG of that many grey pixels, all 0: the smallest file for the most memory.
fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0; width as usize * 3];
    for _ in 0..height {
        std::io::Write::write_all(&mut stream, &row).unwrap();
    }
    stream.finish().unwrap();
    drop(writer);
    bytes
}

#[test]
fn hostile_pictures_stay_below_64_mib() {
    let machine = Machine::with(&Office::default());
    let at = format!("@{NOW}");
    let mut large = png(&[], (100, 100));
    large.resize(100_000_000, 0);
    machine.write("100MB.png", &large);
    machine.write("100MB.bin", &vec![0; 100_000_000]);
    drop(large);
    machine.write("100MP.png", &png_bomb(10_000, 10_000));
    machine.write("49MP.png", &png_bomb(7000, 7000));
    machine.write("wide.png", &png_bomb(100_000, 2));
    machine.write("empty.png", b"");
    let blank = image::GrayImage::from_pixel(4000, 3000, image::Luma([200]));
    machine.write("12MP.jpg", &encode(&blank, ImageFormat::Jpeg));
    let blank = image::GrayImage::from_pixel(7000, 7000, image::Luma([200]));
    machine.write("49MP.jpg", &encode(&blank, ImageFormat::Jpeg));
    let blank = image::GrayImage::from_pixel(2800, 2800, image::Luma([200]));
    machine.write("8MP.webp", &encode(&blank, ImageFormat::WebP));
    let blank = image::GrayImage::from_pixel(4000, 3000, image::Luma([200]));
    machine.write("12MP.webp", &encode(&blank, ImageFormat::WebP));
    for (file, code) in [
        ("100MB.png", "file_too_large"),
        ("100MB.bin", "file_too_large"),
        ("100MP.png", "too_many_pixels"),
        ("wide.png", "too_many_pixels"),
        ("49MP.png", "no_qr_found"),
        ("49MP.jpg", "no_qr_found"),
        ("12MP.jpg", "no_qr_found"),
        ("8MP.webp", "no_qr_found"),
        ("12MP.webp", "too_much_memory"),
        ("empty.png", "empty_file"),
    ] {
        let (kib, ran) = peak(&machine, &["--at", &at, "--json", "scan", file]);
        eprintln!("{file}: {} MiB, {code}", kib / 1024);
        assert_eq!(
            (ran.json()["error"].as_str(), ran.status),
            (Some(code), 2),
            "{ran:?}"
        );
        assert!(kib < 64 * 1024, "{file}: {kib} KiB");
    }
    let machine = Machine::empty();
    machine.write("bundle", &vec![0; 100_000_000]);
    let (kib, ran) = peak(
        &machine,
        &["trust", "update", "bundle", "--trust-on-first-use"],
    );
    assert!(ran.status == 2 && kib < 64 * 1024, "{kib} {ran:?}");
}
