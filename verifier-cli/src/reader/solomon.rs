//! Reed–Solomon over GF(256), polynomial 0x11d, first root α⁰, with erasures.

const fn tables() -> ([u8; 512], [u8; 256]) {
    let mut exp = [0u8; 512];
    let mut log = [0u8; 256];
    let mut x = 1u32;
    let mut i = 0;
    while i < 255 {
        exp[i] = x as u8;
        exp[i + 255] = x as u8;
        log[x as usize] = i as u8;
        x <<= 1;
        if x & 0x100 != 0 {
            x ^= 0x11d;
        }
        i += 1;
    }
    (exp, log)
}
static TABLES: ([u8; 512], [u8; 256]) = tables();

fn mul(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    TABLES.0[TABLES.1[a as usize] as usize + TABLES.1[b as usize] as usize]
}
fn inv(a: u8) -> u8 {
    TABLES.0[255 - TABLES.1[a as usize] as usize]
}
fn eval(poly: &[u8], x: u8) -> u8 {
    poly.iter().rev().fold(0, |s, &c| mul(s, x) ^ c)
}
fn syndromes(word: &[u8], parity: usize) -> Vec<u8> {
    (0..parity)
        .map(|j| word.iter().fold(0, |s, &c| mul(s, TABLES.0[j]) ^ c))
        .collect()
}

/// Corrects `word` (data then `parity` check bytes, at most 255) in place. `erasures` are distinct
/// positions known to be doubtful. Returns the number of *other* positions that were wrong, or
/// `None` (word untouched) when the word is not within the code's reach.
pub fn correct(word: &mut [u8], parity: usize, erasures: &[usize]) -> Option<usize> {
    let n = word.len();
    if n > 255 || parity >= n || erasures.len() > parity {
        return None;
    }
    let syn = syndromes(word, parity);
    if syn.iter().all(|&s| s == 0) {
        return Some(0);
    }
    let e = erasures.len();
    let mut lambda = vec![0u8; parity + 2];
    lambda[0] = 1;
    for &pos in erasures {
        let x = TABLES.0[n - 1 - pos];
        for i in (1..=e).rev() {
            lambda[i] ^= mul(lambda[i - 1], x);
        }
    }
    // Berlekamp–Massey, started from the erasure locator.
    let mut back = lambda.clone();
    let mut len = e;
    for r in e..parity {
        let mut delta = 0;
        for i in 0..=len.min(r) {
            delta ^= mul(lambda[i], syn[r - i]);
        }
        back.rotate_right(1);
        back[0] = 0;
        if delta != 0 {
            let next: Vec<u8> = lambda
                .iter()
                .zip(&back)
                .map(|(&l, &b)| l ^ mul(delta, b))
                .collect();
            if 2 * len <= r + e {
                let scale = inv(delta);
                back = lambda.iter().map(|&l| mul(l, scale)).collect();
                len = r + 1 + e - len;
            }
            lambda = next;
        }
    }
    if 2 * len > parity + e || lambda[len] == 0 || lambda[len + 1..].iter().any(|&c| c != 0) {
        return None;
    }
    // Ω = S·Λ mod x^parity, then Forney.
    let mut omega = vec![0u8; parity];
    for (i, &l) in lambda.iter().enumerate().take(len + 1) {
        for j in 0..parity.saturating_sub(i) {
            omega[i + j] ^= mul(l, syn[j]);
        }
    }
    let mut fixed = word.to_vec();
    let mut roots = 0;
    let mut other = 0;
    for (pos, byte) in fixed.iter_mut().enumerate() {
        let power = n - 1 - pos;
        let x_inv = TABLES.0[(255 - power) % 255];
        if eval(&lambda[..=len], x_inv) != 0 {
            continue;
        }
        roots += 1;
        let mut slope = 0;
        for i in (1..=len).step_by(2) {
            slope ^= mul(lambda[i], pow(x_inv, i - 1));
        }
        if slope == 0 {
            return None;
        }
        let value = mul(TABLES.0[power], mul(eval(&omega, x_inv), inv(slope)));
        *byte ^= value;
        if value != 0 && !erasures.contains(&pos) {
            other += 1;
        }
    }
    if roots != len || syndromes(&fixed, parity).iter().any(|&s| s != 0) {
        return None;
    }
    word.copy_from_slice(&fixed);
    Some(other)
}

fn pow(x: u8, n: usize) -> u8 {
    TABLES.0[(TABLES.1[x as usize] as usize * n) % 255]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(data: &[u8], parity: usize) -> Vec<u8> {
        let mut generator = vec![1u8];
        for j in 0..parity {
            let mut next = vec![0u8; generator.len() + 1];
            for (i, &g) in generator.iter().enumerate() {
                next[i] ^= g;
                next[i + 1] ^= mul(g, TABLES.0[j]);
            }
            generator = next;
        }
        let mut rest = data.to_vec();
        rest.resize(data.len() + parity, 0);
        for i in 0..data.len() {
            let f = rest[i];
            for (j, &g) in generator.iter().enumerate() {
                rest[i + j] ^= mul(f, g);
            }
        }
        [data, &rest[data.len()..]].concat()
    }

    #[test]
    fn errors_and_erasures_up_to_the_bound() {
        let data: Vec<u8> = (0..60).map(|i| (i * 37 + 11) as u8).collect();
        let good = encode(&data, 26);
        for (errors, erased) in [(0, 0), (13, 0), (5, 16), (0, 26), (7, 12), (1, 1)] {
            let mut bad = good.clone();
            for k in 0..errors {
                bad[k * 3 + 1] ^= 0x5a + k as u8;
            }
            let erasures: Vec<usize> = (0..erased).map(|k| 85 - k * 3).collect();
            for &p in &erasures {
                bad[p] = bad[p].wrapping_add(7);
            }
            assert_eq!(
                correct(&mut bad, 26, &erasures),
                Some(errors),
                "{errors} {erased}"
            );
            assert_eq!(bad, good);
        }
    }

    #[test]
    fn too_many_errors_are_refused() {
        let good = encode(&[9u8; 60], 26);
        let mut bad = good.clone();
        for k in 0..20 {
            bad[k * 4] ^= 0x21 + k as u8;
        }
        let copy = bad.clone();
        assert_eq!(correct(&mut bad, 26, &[]), None);
        assert_eq!(bad, copy);
    }
}
