//! Drawn avatars in place of photographs: flat colours and simple shapes, nobody's likeness.

use super::dice::Dice;

const WIDTH: i32 = 48;
const HEIGHT: i32 = 60;
/// Largest picture the smallest QR codes with a photo are designed for.
const LARGEST: usize = 600;

type Rgb = [u8; 3];

const SKINS: &[Rgb] = &[
    [244, 214, 184],
    [224, 178, 138],
    [198, 146, 104],
    [160, 108, 72],
    [122, 80, 54],
];
const HAIRS: &[Rgb] = &[[24, 20, 22], [46, 32, 26], [74, 50, 36], [140, 140, 144]];
const CLOTHES: &[Rgb] = &[
    [236, 236, 240],
    [52, 92, 150],
    [60, 120, 90],
    [150, 60, 70],
    [196, 150, 60],
    [90, 70, 130],
];
/// The photographs' backgrounds: red for odd, blue for even years of birth.
const BACKGROUNDS: &[Rgb] = &[[200, 40, 44], [40, 84, 180]];

// Places in the palette.
const BACK: u8 = 0;
const SKIN: u8 = 1;
const SHADE: u8 = 2;
const HAIR: u8 = 3;
const CLOTH: u8 = 4;
const TRIM: u8 = 5;
const DARK: u8 = 6;
const WHITE: u8 = 7;

/// A small synthetic face picture as PNG, at most 600 bytes.
pub fn face(seed: u64) -> Vec<u8> {
    // Pattern costs bytes: the first plainness that fits is taken, and without any pattern every drawing fits.
    let drawings = (0..4).map(|plainness| draw(seed, plainness));
    drawings
        .into_iter()
        .find(|png| png.len() <= LARGEST)
        .unwrap_or_else(|| draw(seed, 4))
}

struct Canvas(Vec<u8>);

impl Canvas {
    fn dot(&mut self, x: i32, y: i32, colour: u8) {
        if (0..WIDTH).contains(&x) && (0..HEIGHT).contains(&y) {
            self.0[(y * WIDTH + x) as usize] = colour;
        }
    }

    fn get(&self, x: i32, y: i32) -> u8 {
        self.0[(y * WIDTH + x) as usize]
    }

    /// An ellipse, of which only the rows `top` to `bottom` are drawn.
    fn ellipse(
        &mut self,
        (cx, cy): (i32, i32),
        (rx, ry): (i32, i32),
        (top, bottom): (i32, i32),
        colour: u8,
    ) {
        for y in (cy - ry).max(top)..=(cy + ry).min(bottom) {
            for x in cx - rx..=cx + rx {
                let (dx, dy) = ((x - cx) * ry, (y - cy) * rx);
                if dx * dx + dy * dy <= rx * rx * ry * ry {
                    self.dot(x, y, colour);
                }
            }
        }
    }

    fn bar(&mut self, (x0, x1): (i32, i32), y: i32, colour: u8) {
        (x0..=x1).for_each(|x| self.dot(x, y, colour));
    }

    /// Replaces that share of one colour's dots by another, in grains.
    fn grain(&mut self, dice: &mut Dice, per_mille: u32, from: u8, to: u8) {
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                if self.get(x, y) == from && dice.chance(per_mille) {
                    self.dot(x, y, to);
                }
            }
        }
    }
}

const ALL: (i32, i32) = (0, HEIGHT);

fn draw(seed: u64, plainness: u32) -> Vec<u8> {
    let dice = &mut Dice::new(seed);
    let mut palette = Vec::with_capacity(24);
    let skin = dice.pick(SKINS);
    let shade = skin.map(|part| (u16::from(part) * 5 / 6) as u8);
    let cloth = dice.pick(CLOTHES);
    let trim = dice.pick(CLOTHES);
    for colour in [
        dice.pick(BACKGROUNDS),
        skin,
        shade,
        dice.pick(HAIRS),
        cloth,
        trim,
        [30, 26, 30],
        [250, 250, 250],
    ] {
        palette.extend_from_slice(&colour);
    }
    let mut canvas = Canvas(vec![BACK; (WIDTH * HEIGHT) as usize]);
    let (cx, cy) = (WIDTH / 2 + dice.range(-1, 1), 25 + dice.range(-1, 2));
    let (rx, ry) = (dice.range(10, 13), dice.range(13, 16));
    let veiled = dice.chance(350);
    let long_hair = dice.chance(400);
    // Shoulders, then what hangs behind the head, the neck, the face.
    canvas.ellipse(
        (cx, HEIGHT + 2),
        (dice.range(19, 23), dice.range(15, 18)),
        ALL,
        CLOTH,
    );
    if veiled {
        canvas.ellipse((cx, cy + 6), (rx + 5, ry + 9), ALL, TRIM);
    } else if long_hair {
        canvas.ellipse((cx, cy + 5), (rx + 3, ry + 8), ALL, HAIR);
    }
    canvas.ellipse((cx, cy + ry), (5, 8), ALL, SHADE);
    if veiled {
        canvas.ellipse((cx, HEIGHT - 6), (rx + 4, 12), ALL, TRIM);
    } else {
        let hairline = cy - dice.range(3, 7);
        canvas.ellipse((cx, cy - 2), (rx + 2, ry + 2), (0, hairline + 3), HAIR);
    }
    canvas.ellipse((cx, cy), (rx, ry), ALL, SKIN);
    if !veiled {
        let fringe = cy - dice.range(5, 9);
        canvas.ellipse(
            (cx + dice.range(-4, 4), cy - 6),
            (rx + 1, ry - 3),
            (0, fringe),
            HAIR,
        );
    }
    features(&mut canvas, dice, (cx, cy));
    let pattern = [90, 55, 30, 12, 0][plainness.min(4) as usize];
    if veiled {
        canvas.grain(dice, pattern, TRIM, WHITE);
    } else {
        canvas.grain(dice, pattern, HAIR, DARK);
    }
    canvas.grain(dice, pattern * 2, CLOTH, TRIM);
    canvas.grain(dice, pattern / 6, SKIN, SHADE);
    png(&canvas, palette)
}

/// Eyes, brows, nose, mouth, and sometimes glasses or a moustache.
fn features(canvas: &mut Canvas, dice: &mut Dice, (cx, cy): (i32, i32)) {
    let apart = dice.range(4, 6);
    let glasses = dice.chance(250);
    let brow = dice.range(4, 5);
    for side in [-1, 1] {
        let x = cx + side * apart;
        if glasses {
            canvas.ellipse((x, cy), (4, 4), ALL, DARK);
            canvas.ellipse((x, cy), (3, 3), ALL, SKIN);
        }
        canvas.bar((x - 2, x + 2), cy, WHITE);
        canvas.bar((x - 1, x + 1), cy, DARK);
        canvas.dot(x, cy + 1, DARK);
        canvas.bar((x - 2, x + 2), cy - brow, HAIR);
    }
    if glasses {
        canvas.bar((cx - 1, cx + 1), cy, DARK);
    }
    for y in cy + 1..cy + 5 {
        canvas.dot(cx + 1, y, SHADE);
    }
    canvas.bar((cx - 1, cx + 1), cy + 5, SHADE);
    let smile = dice.range(2, 4);
    let mouth = cy + dice.range(8, 9);
    canvas.bar((cx - smile, cx + smile), mouth, DARK);
    canvas.dot(cx - smile - 1, mouth - 1, DARK);
    canvas.dot(cx + smile + 1, mouth - 1, DARK);
    if dice.chance(150) {
        canvas.bar((cx - 3, cx + 3), mouth - 2, HAIR);
    }
}

/// The drawing as a PNG with eight colours.
fn png(canvas: &Canvas, palette: Vec<u8>) -> Vec<u8> {
    let packed: Vec<u8> = canvas
        .0
        .chunks_exact(2)
        .map(|two| two[0] << 4 | two[1])
        .collect();
    let mut file = Vec::with_capacity(LARGEST);
    let mut encoder = png::Encoder::new(&mut file, WIDTH as u32, HEIGHT as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Four);
    encoder.set_palette(palette);
    encoder.set_deflate_compression(png::DeflateCompression::Level(9));
    encoder.set_filter(png::Filter::NoFilter);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&packed));
    written.expect("a small picture of known size is written to memory");
    file
}
