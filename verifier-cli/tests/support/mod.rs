//! A machine with `ikd-verify` on it, and a registry office that issues to it.
#![allow(dead_code)]

#[path = "../../../credential/tests/common/mod.rs"]
pub mod office;

use image::{GrayImage, Luma};
use office::{Office, key};
use qrcode::{EcLevel, QrCode};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A directory with a trust store in `store`; commands run in it.
pub struct Machine {
    dir: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Machine {
    pub fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir }
    }

    /// A machine that holds the office's bundle.
    pub fn with(office: &Office) -> Self {
        let machine = Self::empty();
        let ran = machine.update(office);
        assert_eq!(ran.status, 0, "{ran:?}");
        machine
    }

    /// `trust update` with the office's bundle, and its root for a store that has none.
    pub fn update(&self, office: &Office) -> Ran {
        self.write("bundle.ikd", &office.bundle_bytes());
        let root = hex(&office::public(&key(1)));
        self.at(
            office::NOW,
            &["trust", "update", "bundle.ikd", "--root", &root],
        )
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd-verify"));
        command.args(["--store", "store"]).args(args);
        command.current_dir(self.path()).env_remove("NO_COLOR");
        command.env("TERM", "dumb").stdin(Stdio::null());
        command
    }

    /// Runs by the machine's clock.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, b"")
    }

    /// Runs with `--at`.
    pub fn at(&self, now: i64, args: &[&str]) -> Ran {
        let now = format!("@{now}");
        self.run(&[&["--at", &now], args].concat())
    }

    pub fn run_with(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        let bytes = stdin.to_vec();
        // A command that refuses early may not read to the end.
        let writer = std::thread::spawn(move || drop(input.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Judges a text at NOW: reason code and exit status.
    pub fn judge(&self, text: &str) -> (String, i32) {
        let ran = self.at(office::NOW, &["--json", "text", "--", text]);
        (
            ran.json()["reason"]
                .as_str()
                .unwrap_or(&ran.stderr)
                .to_string(),
            ran.status,
        )
    }
}

impl Ran {
    /// The only line of JSON.
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Every line of JSON.
    pub fn jsons(&self) -> Vec<serde_json::Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    ikd_verifier::words::hex(bytes)
}

/// A picture with a QR at each place, 3 pixels a module.
pub fn picture(size: (u32, u32), symbols: &[(u32, u32, &str)]) -> GrayImage {
    let mut picture = GrayImage::from_pixel(size.0, size.1, Luma([255]));
    for (left, top, text) in symbols {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let width = code.width();
        for (n, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = ((n % width) as u32, (n / width) as u32);
            for pixel in 0..9 {
                let at = (left + x * 3 + pixel % 3, top + y * 3 + pixel / 3);
                picture.put_pixel(at.0, at.1, Luma([color.select(0, 255)]));
            }
        }
    }
    picture
}

pub fn encode(picture: &GrayImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let rgb = image::DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
    rgb.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(symbols: &[(u32, u32, &str)], size: (u32, u32)) -> Vec<u8> {
    encode(&picture(size, symbols), image::ImageFormat::Png)
}
