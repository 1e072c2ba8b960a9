//! How long a printed document and a portrait take: medians, and the sizes of the files.
//!
//!     cargo bench --bench pdf

use credential::claims::Claims;
use credential::cose::issue::Unsigned;
use credential::document::Document;
use credential::ids::KeyId;
use credential::kinds::KINDS;
use credential::token::pack;
use ikd::demo::samples::{self, Measure};
use ikd::render::pdf::{self, OfficeHead};
use ikd::render::portrait;
use ikd::render::qr::{self, Ecc};
use image::{ImageFormat, Rgb, RgbImage};
use std::hint::black_box;
use std::io::Cursor;
use std::time::{Duration, Instant};

const ROUNDS: usize = 41;
const OFFICE: OfficeHead<'static> = OfficeHead {
    name: "Dinas Kependudukan dan Pencatatan Sipil Kota Bandung",
    address: None,
    head: None,
};

fn main() {
    println!("| document | QR version | ms | bytes |\n|---|---|---|---|");
    let kinds = KINDS.iter().map(|kind| {
        let made = samples::document(kind, Measure::Ordinary);
        (kind.slug.to_string(), made.expect("a sample"))
    });
    let families = [15, 40].map(|members| {
        let made = samples::family(members, Measure::Ordinary);
        (format!("kk of {members}"), made.expect("a sample"))
    });
    for (name, document) in kinds.chain(families) {
        row(&name, document);
    }
    photo();
}

fn row(name: &str, document: Document<'static>) {
    let claims = samples::claims(document, 7);
    // Nobody verifies here, so a signature of random-looking bytes does: it takes the same room.
    let signature: [u8; 64] = std::array::from_fn(|n| (n as u8).wrapping_mul(167) ^ 0x5a);
    let payload = claims.encode().expect("a sample is our own");
    let token = Unsigned::new(KeyId::of(&[3; 32]), None, payload).into_token(&signature);
    let text = pack(&token);
    let levels = [Ecc::M, Ecc::L].into_iter();
    let symbol = levels
        .map(|ecc| qr::encode(&text, ecc))
        .find_map(Result::ok);
    let symbol = symbol.expect("samples fit one symbol");
    let make = |claims: &Claims<'_>| {
        pdf::print(claims, &text, symbol.ecc(), &OFFICE).expect("samples print")
    };
    let bytes = make(&claims).len();
    let time = median(|| {
        black_box(make(&claims));
    });
    let version = symbol.version();
    println!(
        "| {name} | {version} | {:.1} | {bytes} |",
        time.as_secs_f64() * 1e3
    );
}

/// A portrait from a photograph of two megapixels with texture everywhere.
fn photo() {
    let picture = RgbImage::from_fn(1200, 1600, |x, y| {
        let grain = ((x * 7919) ^ (y * 104_729)) % 40;
        Rgb([(x / 6 + grain) as u8, (y / 8 + grain) as u8, 120])
    });
    let mut file = Cursor::new(Vec::new());
    picture
        .write_to(&mut file, ImageFormat::Jpeg)
        .expect("a picture in memory");
    let file = file.into_inner();
    let bytes = portrait::reduce(&file).expect("a photograph").data.len();
    let time = median(|| {
        black_box(portrait::reduce(&file).expect("a photograph"));
    });
    println!(
        "| portrait from {} kB | | {:.1} | {bytes} |",
        file.len() / 1000,
        time.as_secs_f64() * 1e3
    );
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn median(mut run: impl FnMut()) -> Duration {
    run();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}
