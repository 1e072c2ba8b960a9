//! The reader on drawn pictures: one code, several, none, and pictures that are hardly pictures.
use ikd_verifier::reader::{Effort, Found, Gray, read};

struct Canvas {
    w: usize,
    h: usize,
    data: Vec<u8>,
}

impl Canvas {
    fn new(w: usize, h: usize, level: u8) -> Canvas {
        Canvas {
            w,
            h,
            data: vec![level; w * h],
        }
    }
    /// Draws a code with its quiet zone, `ppm` pixels per module, top left of the symbol at (x, y).
    fn draw(&mut self, text: &str, version: i16, ppm: usize, x: usize, y: usize) {
        let code = qrcode::QrCode::with_version(
            text,
            qrcode::Version::Normal(version),
            qrcode::EcLevel::M,
        )
        .unwrap();
        let n = code.width();
        for j in 0..(n + 8) * ppm {
            for i in 0..(n + 8) * ppm {
                let (a, b) = ((i / ppm).wrapping_sub(4), (j / ppm).wrapping_sub(4));
                let dark = a < n && b < n && code[(a, b)] == qrcode::Color::Dark;
                self.data[(y + j - 4 * ppm) * self.w + x + i - 4 * ppm] =
                    if dark { 25 } else { 230 };
            }
        }
    }
    /// Repeated small box filters: close to a Gaussian.
    fn blur(&mut self, times: usize) {
        for _ in 0..times {
            let old = self.data.clone();
            for y in 1..self.h - 1 {
                for x in 1..self.w - 1 {
                    let sum: u32 = (0..9)
                        .map(|k| u32::from(old[(y + k / 3 - 1) * self.w + x + k % 3 - 1]))
                        .sum();
                    self.data[y * self.w + x] = (sum / 9) as u8;
                }
            }
        }
    }
    fn noise(&mut self, amplitude: i32) {
        let mut state = 12345u32;
        for v in &mut self.data {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let r = (state >> 16) as i32 % (2 * amplitude + 1) - amplitude;
            *v = (i32::from(*v) + r).clamp(0, 255) as u8;
        }
    }
    fn read(&self, effort: &Effort) -> Vec<Found> {
        read(
            &Gray {
                width: self.w,
                height: self.h,
                data: &self.data,
            },
            effort,
        )
    }
}

fn text(k: usize) -> String {
    let hex: String = (0..60)
        .map(|i| format!("{:02X}", (i * 31 + k * 97) % 256))
        .collect();
    format!("ID1:{hex}")
}

#[test]
fn one_code_with_its_outline() {
    let mut c = Canvas::new(420, 400, 140);
    c.draw(&text(0), 10, 5, 60, 50);
    for effort in [Effort::STILL, Effort::FRAME] {
        let found = c.read(&effort);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].text.as_str(), found[0].version),
            (text(0).as_str(), 10)
        );
        let side = 57.0 * 5.0;
        let want = [
            (60.0, 50.0),
            (60.0 + side, 50.0),
            (60.0 + side, 50.0 + side),
            (60.0, 50.0 + side),
        ];
        for (a, b) in found[0].corners.iter().zip(want) {
            assert!(
                (a.0 - b.0).abs() < 4.0 && (a.1 - b.1).abs() < 4.0,
                "{a:?} {b:?}"
            );
        }
    }
}

#[test]
fn several_codes_in_reading_order() {
    let mut c = Canvas::new(1000, 1000, 150);
    for (k, (x, y)) in [(80, 70), (560, 90), (70, 560), (570, 540)]
        .into_iter()
        .enumerate()
    {
        c.draw(&text(k), 10, 5, x, y);
    }
    for blur in [0, 6] {
        c.blur(blur);
        let found = c.read(&Effort::STILL);
        let texts: Vec<&str> = found.iter().map(|f| f.text.as_str()).collect();
        assert_eq!(texts, (0..4).map(text).collect::<Vec<_>>(), "blur {blur}");
    }
}

#[test]
fn the_same_text_twice_is_two_codes() {
    let mut c = Canvas::new(800, 420, 150);
    c.draw(&text(1), 10, 5, 60, 60);
    c.draw(&text(1), 10, 5, 450, 60);
    assert_eq!(c.read(&Effort::STILL).len(), 2);
}

#[test]
fn strong_blur_and_noise() {
    let mut c = Canvas::new(700, 700, 150);
    c.draw(&text(2), 15, 7, 80, 80);
    // Thirty 3×3 means are a Gaussian of 4.5 px, 0.64 modules.
    c.blur(30);
    assert_eq!(c.read(&Effort::STILL)[0].text, text(2));
    let mut c = Canvas::new(460, 460, 150);
    c.draw(&text(3), 10, 6, 60, 60);
    c.noise(90);
    assert_eq!(c.read(&Effort::STILL)[0].text, text(3));
}

#[test]
fn light_on_dark() {
    let mut c = Canvas::new(420, 400, 200);
    c.draw(&text(4), 10, 5, 60, 50);
    c.data.iter_mut().for_each(|v| *v = 255 - *v);
    assert_eq!(c.read(&Effort::STILL)[0].text, text(4));
}

#[test]
fn nothing_to_read() {
    for level in [0, 128, 255] {
        assert!(Canvas::new(300, 200, level).read(&Effort::STILL).is_empty());
    }
    let mut c = Canvas::new(640, 480, 128);
    c.noise(127);
    assert!(c.read(&Effort::STILL).is_empty());
    for (w, h) in [(1, 1), (0, 0), (1, 500), (21, 21), (22, 300), (2000, 23)] {
        let mut c = Canvas::new(w, h, 128);
        c.noise(127);
        assert!(c.read(&Effort::STILL).is_empty(), "{w} × {h}");
    }
}

#[test]
fn a_picture_that_lies_about_its_size() {
    let data = vec![0; 100];
    for (width, height) in [(1000, 1000), (usize::MAX, 2), (10, 9), (0, 0)] {
        assert!(
            read(
                &Gray {
                    width,
                    height,
                    data: &data
                },
                &Effort::STILL
            )
            .is_empty()
        );
    }
}
