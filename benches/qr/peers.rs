//! Everyone starts from the same text, at ECC M, and answers with the length of what they made.

use std::io::Cursor;

use ikd::render::qr::{self, Ecc, Scale};
use image::{ImageFormat, Luma};

pub const VERSIONS: [u8; 4] = [10, 15, 19, 25];

type Contender = (&'static str, fn(&str) -> usize);

/// The first contender of a stage is ours.
pub const STAGES: &[(&str, &[Contender])] = &[
    (
        "matrix",
        &[
            ("ours", |text| ours(text).size()),
            ("qrcodegen", |text| qrcodegen_auto(text).size() as usize),
            ("qrcodegen mask 0", |text| {
                qrcodegen_fixed(text).size() as usize
            }),
            ("fast_qr", |text| fast_qr(text, None).size),
            ("fast_qr mask 0", |text| {
                fast_qr(text, Some(fast_qr::Mask::Checkerboard)).size
            }),
            ("qrcode", |text| qrcode(text).width()),
        ],
    ),
    (
        "PNG 8 px",
        &[
            ("ours", |text| qr::png(&ours(text), Scale::DEFAULT).len()),
            ("qrcode + image", |text| qrcode_png(text).len()),
        ],
    ),
    (
        "SVG",
        &[
            ("ours", |text| {
                qr::svg(&ours(text), Some("Kartu Tanda Penduduk")).len()
            }),
            ("fast_qr", |text| {
                fast_qr::convert::svg::SvgBuilder::default()
                    .to_str(&fast_qr(text, None))
                    .len()
            }),
            ("qrcode", |text| {
                qrcode(text)
                    .render::<qrcode::render::svg::Color<'_>>()
                    .build()
                    .len()
            }),
        ],
    ),
];

/// Base45 of random bytes, five characters short of what `version` holds at ECC M.
pub fn text(version: u8) -> String {
    let mut state = u64::from(version);
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"[(state >> 33) as usize % 45]
    };
    (5..qr::capacity(version, Ecc::M))
        .map(|_| char::from(next()))
        .collect()
}

fn ours(text: &str) -> qr::Symbol {
    qr::encode(text, Ecc::M).unwrap()
}

fn qrcodegen_auto(text: &str) -> qrcodegen::QrCode {
    qrcodegen_any(text, None)
}

fn qrcodegen_fixed(text: &str) -> qrcodegen::QrCode {
    qrcodegen_any(text, Some(qrcodegen::Mask::new(0)))
}

fn qrcodegen_any(text: &str, mask: Option<qrcodegen::Mask>) -> qrcodegen::QrCode {
    let segments = [qrcodegen::QrSegment::make_alphanumeric(text)];
    let (min, max) = (qrcodegen::Version::new(1), qrcodegen::Version::new(40));
    let level = qrcodegen::QrCodeEcc::Medium;
    qrcodegen::QrCode::encode_segments_advanced(&segments, level, min, max, mask, false).unwrap()
}

fn fast_qr(text: &str, mask: Option<fast_qr::Mask>) -> fast_qr::QRCode {
    let mut builder = fast_qr::QRBuilder::new(text);
    if let Some(mask) = mask {
        builder.mask(mask);
    }
    builder.ecl(fast_qr::ECL::M).build().unwrap()
}

fn qrcode(text: &str) -> qrcode::QrCode {
    qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).unwrap()
}

fn qrcode_png(text: &str) -> Vec<u8> {
    let picture = qrcode(text)
        .render::<Luma<u8>>()
        .module_dimensions(8, 8)
        .build();
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}
