//! PNG and SVG, decoded again.

use ikd::render::qr::{
    Ecc, PNG_MAX_SCALE, QUIET_ZONE, Scale, ScaleOutOfRange, Symbol, capacity, encode, png, svg,
};
use proptest::prelude::*;

use super::{base45, every_version_and_level, modules};

/// Decodes to rows of "is this pixel black", after checking that the file is 1-bit greyscale.
fn pixels(file: &[u8]) -> Vec<Vec<bool>> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .unwrap();
    assert_eq!(reader.info().bit_depth, png::BitDepth::One);
    assert_eq!(reader.info().color_type, png::ColorType::Grayscale);
    assert!(reader.info().trns.is_none());
    let (width, height) = reader.info().size();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut data).unwrap();
    let pixel = |row: &[u8], x: usize| row[x / 8] << (x % 8) & 0x80 == 0;
    let rows = data.chunks(frame.line_size).take(height as usize);
    rows.map(|row| (0..width as usize).map(|x| pixel(row, x)).collect())
        .collect()
}

/// Reads the PNG as a scanner would.
fn read(file: &[u8]) -> (rqrr::MetaData, String) {
    let picture = image::load_from_memory(file).unwrap().to_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    // What a text happens to draw may look like the corners of one more symbol, which reads as nothing then.
    let grids = prepared.detect_grids();
    let mut read: Vec<_> = grids.iter().flat_map(|grid| grid.decode()).collect();
    assert_eq!(read.len(), 1, "one symbol in the picture");
    read.remove(0)
}

fn scale(pixels: u8) -> Scale {
    Scale::try_from(pixels).unwrap()
}

#[test]
fn every_version_and_level_reads_back_from_its_png() {
    for (version, ecc) in every_version_and_level() {
        let text = base45(capacity(version, ecc), 11);
        let symbol = encode(&text, ecc).unwrap();
        let (meta, content) = read(&png(&symbol, scale(4)));
        assert_eq!(content, text, "version {version} {ecc:?}");
        assert_eq!(meta.version.0, usize::from(version));
        assert_eq!(meta.mask, u16::from(symbol.mask()));
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[0-9A-Z $%*+./:-]{1,1800}",
        1 => "[0-9]{1,3000}",
        1 => "[ -~]{1,1200}",
        1 => "[a-zà-ÿ一-十]{1,400}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_reads_back(text in texts(), ecc in prop::sample::select(&Ecc::ALL[..]), pixels in 3..6_u8) {
        let symbol = encode(&text, ecc).unwrap();
        prop_assert_eq!(symbol.ecc(), ecc);
        prop_assert_eq!(read(&png(&symbol, scale(pixels))).1, text);
    }

    #[test]
    fn any_title_comes_back_whole(title in any::<String>()) {
        let text = svg(&encode("IKD", Ecc::M).unwrap(), Some(&title));
        let document = roxmltree::Document::parse(&text).unwrap();
        let forbidden = |c: char| c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        let expected: String = title
            .chars()
            .map(|c| match c {
                '\t' | '\n' | '\r' => ' ',
                c if forbidden(c) => '\u{FFFD}',
                c => c,
            })
            .collect();
        let root = document.root_element();
        prop_assert_eq!(root.attribute("aria-label"), Some(expected.as_str()));
        prop_assert_eq!(root.first_element_child().unwrap().text().unwrap_or(""), expected);
    }
}

#[test]
fn png_has_exact_size_and_colours_at_every_scale() {
    for (text, version) in [(base45(10, 12), 1), (base45(590, 13), 15)] {
        let symbol = encode(&text, Ecc::M).unwrap();
        assert_eq!(symbol.version(), version);
        for pixels_a_module in 1..=PNG_MAX_SCALE {
            let picture = pixels(&png(&symbol, scale(pixels_a_module)));
            let unit = usize::from(pixels_a_module);
            let side = (symbol.size() + 8) * unit;
            let black = |x: usize, y: usize| {
                let module = |at: usize| (at / unit).checked_sub(QUIET_ZONE);
                module(x)
                    .zip(module(y))
                    .is_some_and(|(x, y)| symbol.is_dark(x, y))
            };
            let row = |y| (0..side).map(|x| black(x, y)).collect::<Vec<_>>();
            assert_eq!(picture, (0..side).map(row).collect::<Vec<_>>());
        }
    }
}

#[test]
fn scale_is_bounded() {
    assert_eq!(Scale::try_from(0), Err(ScaleOutOfRange(0)));
    assert_eq!(Scale::try_from(33), Err(ScaleOutOfRange(33)));
    assert_eq!(scale(8), Scale::DEFAULT);
    let message = "a module can be 1 to 32 pixels wide, not 33";
    assert_eq!(ScaleOutOfRange(33).to_string(), message);
}

/// Walks the path: `M x y`, `m dx 0`, `h dx`; a stroke one module thick, half above and half below.
fn rasterise(path: &str, size: usize) -> Vec<Vec<bool>> {
    let mut modules = vec![vec![false; size]; size];
    let (mut x, mut y) = (0, 0);
    let commands = path.match_indices(['M', 'm', 'h']).map(|(at, _)| at);
    let ends = commands.clone().skip(1).chain([path.len()]);
    for (from, to) in commands.zip(ends) {
        let numbers = path[from + 1..to].split(' ').map(|n| n.parse().unwrap());
        match (
            &path[from..=from],
            numbers.collect::<Vec<usize>>().as_slice(),
        ) {
            ("M", [to_x, to_y]) => (x, y) = (*to_x, *to_y),
            ("m", [dx, 0]) => x += dx,
            ("h", [dx]) => {
                modules[y][x..x + dx].fill(true);
                x += dx;
            }
            other => panic!("{other:?}"),
        }
    }
    modules
}

fn path(symbol: &Symbol, title: Option<&str>) -> (String, String) {
    let text = svg(symbol, title);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    let side = symbol.size() + 8;
    assert_eq!(
        root.tag_name().namespace(),
        Some("http://www.w3.org/2000/svg")
    );
    assert_eq!(
        root.attribute("viewBox"),
        Some(format!("0 0 {side} {side}").as_str())
    );
    assert_eq!(root.attribute("shape-rendering"), Some("crispEdges"));
    assert_eq!(root.attribute("role"), title.map(|_| "img"));
    assert_eq!(
        root.attribute("aria-hidden"),
        title.map_or(Some("true"), |_| None)
    );
    let paths: Vec<_> = root
        .children()
        .filter(|n| n.has_tag_name(("http://www.w3.org/2000/svg", "path")))
        .collect();
    let [background, dark] = paths.as_slice() else {
        panic!("two paths")
    };
    assert_eq!(background.attribute("fill"), Some("#fff"));
    assert_eq!(
        background.attribute("d"),
        Some(format!("M0 0h{side}v{side}H0z").as_str())
    );
    assert_eq!(dark.attribute("stroke"), Some("#000"));
    assert_eq!(dark.attribute("transform"), Some("translate(4 4.5)"));
    let data = dark.attribute("d").unwrap().to_owned();
    (data, text)
}

#[test]
fn svg_draws_the_matrix() {
    for (version, ecc) in every_version_and_level() {
        let symbol = encode(&base45(capacity(version, ecc), 14), ecc).unwrap();
        let title = (version % 2 == 0).then_some("Kartu Tanda Penduduk");
        let (data, _) = path(&symbol, title);
        assert_eq!(rasterise(&data, symbol.size()), modules(&symbol));
    }
}

#[test]
fn pictures_are_small() {
    for (version, svg_bytes, png_bytes) in [
        (15, 10_000, 5_500),
        (19, 15_000, 7_000),
        (25, 23_000, 10_000),
    ] {
        let symbol = encode(&base45(capacity(version, Ecc::M), 15), Ecc::M).unwrap();
        let size = path(&symbol, Some("Kartu Tanda Penduduk elektronik"))
            .1
            .len();
        assert!(size < svg_bytes, "SVG, version {version}: {size} bytes");
        let size = png(&symbol, Scale::DEFAULT).len();
        assert!(size < png_bytes, "PNG, version {version}: {size} bytes");
    }
}
