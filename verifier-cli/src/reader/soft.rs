//! Grey module values to text: equalise, read the format, Reed–Solomon with erasures, feed accepted
//! blocks back and try the rest again.
//!
//! Wrong texts: every block must be accepted by Reed–Solomon. With erasures, at least `SPARE` check
//! bytes are left and the errors among the other bytes must leave `MARGIN` of them unused, so that a
//! random word of 133 bytes passes with a probability of about 3e-11 a try (26 check bytes, 18 erased,
//! two errors); without erasures 26 check bytes alone give 1e-14.

use super::equalise::Equaliser;
use super::layout::{Layout, format_places, format_word, interleave, masked};
use super::order::ascending;
use super::solomon;
use rxing::common::cpp_essentials::DecoderResult;
use rxing::qrcode::common::ErrorCorrectionLevel as Level;
use rxing::qrcode::cpp_port::decoder::DecodeBitStream;

/// Check bytes that erasures may not use.
const SPARE: usize = 8;
/// Check bytes that must be left over when erasures were used, or the code is short (versions 1 to 3).
const MARGIN: usize = 4;

/// What a symbol says.
#[derive(Clone, Debug)]
pub struct Payload {
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Payload {
    pub fn of<T: Copy + Default + Eq>(result: &DecoderResult<T>) -> Payload {
        let bytes = result.content().bytes().to_vec();
        #[cfg(feature = "charsets")]
        let text = result.text();
        #[cfg(not(feature = "charsets"))]
        let text = match String::from_utf8(bytes.clone()) {
            Ok(text) => text,
            Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
        };
        Payload { text, bytes }
    }
}

/// Work units per module of one `run(2, 2)`.
const RUN: usize = 150;

/// Decodes darkness values (`n × n`). `rounds` bounds the feedback, `pay` the work.
pub fn decode(
    raw: Vec<f32>,
    layout: &Layout,
    rounds: usize,
    pay: &mut dyn FnMut(usize) -> bool,
) -> Option<Payload> {
    let area = layout.n * layout.n;
    if !pay(area * RUN) {
        return None;
    }
    let mut eq = Equaliser::new(raw.clone(), &layout.known, layout.n);
    eq.run(2, 2);
    if let Some(found) = settle(eq, layout, rounds, pay) {
        return Some(found);
    }
    if !pay(area * RUN * 5) {
        return None;
    }
    let mut eq = Equaliser::sharpened(raw, &layout.known, layout.n)?;
    eq.run(2, 2);
    settle(eq, layout, rounds, pay)
}

/// Format, then Reed–Solomon block by block with feedback.
fn settle(
    mut eq: Equaliser,
    layout: &Layout,
    rounds: usize,
    pay: &mut dyn FnMut(usize) -> bool,
) -> Option<Payload> {
    let (level, mask) = format(&eq, layout)?;
    fix_format(&mut eq, layout, level, mask);
    let blocks = layout.blocks(level);
    let places = interleave(&blocks);
    let mut done: Vec<Option<Vec<u8>>> = vec![None; blocks.len()];
    let mut idle = 0;
    for round in 0..rounds {
        let mut progress = 0;
        for (b, &(data, parity)) in blocks.iter().enumerate() {
            if done[b].is_some() {
                continue;
            }
            let Some(word) = block(&eq, layout, mask, &places[b], parity) else {
                continue;
            };
            for (&byte, &place) in word.iter().zip(&places[b]) {
                for bit in 0..8 {
                    let module = *layout.path.get(place * 8 + bit)?;
                    let dark = (byte >> (7 - bit) & 1 == 1)
                        != masked(mask, module % layout.n, module / layout.n);
                    eq.fix(module, dark);
                }
            }
            done[b] = Some(word[..data].to_vec());
            progress += 1;
        }
        if done.iter().all(Option::is_some) {
            let bytes: Vec<u8> = done.into_iter().flatten().flatten().collect();
            return text(&bytes, layout, level);
        }
        idle = if progress == 0 { idle + 1 } else { 0 };
        if idle > 1 || round + 1 == rounds || !pay(layout.n * layout.n * RUN) {
            break;
        }
        eq.run(2, 2);
    }
    None
}

fn text(bytes: &[u8], layout: &Layout, level: Level) -> Option<Payload> {
    let result = DecodeBitStream(bytes, layout.version, level).ok()?;
    if !result.isValid() {
        return None;
    }
    Some(Payload::of(&result))
}

/// The likeliest of the 32 format words, both copies taken together.
fn format(eq: &Equaliser, layout: &Layout) -> Option<(Level, u32)> {
    let n = layout.n;
    let soft: Vec<f32> = format_places(n)
        .iter()
        .map(|(a, b)| {
            eq.llr[a.1 * n + a.0].clamp(-6.0, 6.0) + eq.llr[b.1 * n + b.0].clamp(-6.0, 6.0)
        })
        .collect();
    let mut best = (f32::MIN, Level::L, 0);
    for level in [Level::L, Level::M, Level::Q, Level::H] {
        for mask in 0..8 {
            let word = format_word(level, mask);
            let score = (0..15)
                .map(|i| {
                    if word >> i & 1 == 1 {
                        soft[i]
                    } else {
                        -soft[i]
                    }
                })
                .sum();
            if score > best.0 {
                best = (score, level, mask);
            }
        }
    }
    (best.0 > 0.0).then_some((best.1, best.2))
}

fn fix_format(eq: &mut Equaliser, layout: &Layout, level: Level, mask: u32) {
    let word = format_word(level, mask);
    for (i, (a, b)) in format_places(layout.n).into_iter().enumerate() {
        for (x, y) in [a, b] {
            eq.fix(y * layout.n + x, word >> i & 1 == 1);
        }
    }
}

/// Hard bits and reliabilities of a block, then Reed–Solomon with more and more erasures.
fn block(
    eq: &Equaliser,
    layout: &Layout,
    mask: u32,
    places: &[usize],
    parity: usize,
) -> Option<Vec<u8>> {
    let mut word = Vec::with_capacity(places.len());
    let mut doubt = Vec::with_capacity(places.len());
    for (index, &place) in places.iter().enumerate() {
        let mut byte = 0u8;
        let mut weakest = f32::MAX;
        for bit in 0..8 {
            let module = *layout.path.get(place * 8 + bit)?;
            let value = eq.llr[module];
            let one = (value > 0.0) != masked(mask, module % layout.n, module / layout.n);
            byte = byte << 1 | u8::from(one);
            weakest = weakest.min(value.abs());
        }
        word.push(byte);
        doubt.push((weakest, index));
    }
    ascending(&mut doubt, |codeword| f64::from(codeword.0));
    let order: Vec<usize> = doubt.iter().map(|d| d.1).collect();
    let mut erased = 0;
    loop {
        let mut copy = word.clone();
        let margin = if erased > 0 || parity < 16 { MARGIN } else { 0 };
        match solomon::correct(&mut copy, parity, &order[..erased]) {
            Some(errors) if 2 * errors + erased + margin <= parity => return Some(copy),
            _ => {}
        }
        erased += 3;
        if erased + SPARE > parity {
            return None;
        }
    }
}
