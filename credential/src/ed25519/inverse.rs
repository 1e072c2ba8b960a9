//! A fast candidate for 1/x modulo p: Bernstein and Yang's division steps ("Fast constant-time gcd
//! computation and modular inversion", 2019), in the variable-time shape with 62 steps at a time.
//!
//! Nothing rests on this file: [`super::field::Fe::invert`] multiplies the candidate by x, and takes the
//! power x^(p − 2) should the product not be 1.

/// A number as Σ limb[i]·2^(62·i); all limbs but the top one are in 0..2^62 where it matters.
type Limbs = [i64; 5];

const MASK: u64 = (1 << 62) - 1;

/// p = 2^255 − 19.
const P: Limbs = [
    ((1 << 62) - 19),
    MASK as i64,
    MASK as i64,
    MASK as i64,
    (1 << 7) - 1,
];

/// 1/p modulo 2^62: Newton's iteration, which doubles the number of right bits each time.
const P_INVERSE: u64 = {
    let p = P[0] as u64;
    let mut inverse = p;
    let mut bits = 3;
    while bits < 62 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse & MASK
};

/// 62 division steps as a matrix, scaled by 2^62: (f, g) becomes (u·f + v·g, q·f + r·g) / 2^62.
struct Steps {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// A candidate for the inverse of `x`, canonical little endian; 0 for 0.
pub fn candidate(x: &[u8; 32]) -> [u8; 32] {
    let (mut d, mut e) = ([0; 5], [1, 0, 0, 0, 0]);
    let (mut f, mut g) = (P, limbs(x));
    let mut eta = -1;
    // 741 steps are enough for numbers of 256 bits; a dozen rounds is 744.
    for _ in 0..12 {
        let steps = divide(&mut eta, f[0] as u64, g[0] as u64);
        update_de(&mut d, &mut e, &steps);
        update_fg(&mut f, &mut g, &steps);
        if g == [0; 5] {
            break;
        }
    }
    // f is now ±1, and d·x = f modulo p.
    bytes(normalised(d, f[4] < 0))
}

fn divide(eta: &mut i64, f: u64, g: u64) -> Steps {
    let (mut f, mut g) = (f, g);
    let (mut u, mut v, mut q, mut r) = (1u64, 0u64, 0u64, 1u64);
    let mut left = 62;
    loop {
        let zeros = (g | u64::MAX << left).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        *eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        // f and g are odd. Add a multiple w of f that clears as many low bits of g as the steps until
        // eta changes its sign allow: at most 6 bits after a swap, 4 otherwise.
        let w;
        if *eta < 0 {
            *eta = -*eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
            let limit = (*eta + 1).min(i64::from(left));
            let product = f.wrapping_mul(g);
            w = product.wrapping_mul(f.wrapping_mul(f).wrapping_sub(2))
                & (u64::MAX >> (64 - limit))
                & 63;
        } else {
            let limit = (*eta + 1).min(i64::from(left));
            let inverse = f.wrapping_add((f.wrapping_add(1) & 4) << 1);
            w = inverse.wrapping_neg().wrapping_mul(g) & (u64::MAX >> (64 - limit)) & 15;
        }
        g = g.wrapping_add(f.wrapping_mul(w));
        q = q.wrapping_add(u.wrapping_mul(w));
        r = r.wrapping_add(v.wrapping_mul(w));
    }
    Steps {
        u: u as i64,
        v: v as i64,
        q: q as i64,
        r: r as i64,
    }
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// (d, e) ← steps·(d, e) / 2^62 modulo p; both stay in (−2p, p).
fn update_de(d: &mut Limbs, e: &mut Limbs, steps: &Steps) {
    let Steps { u, v, q, r } = *steps;
    let (sign_d, sign_e) = (d[4] >> 63, e[4] >> 63);
    // The multiples of p that make the low 62 bits zero, so that the division is exact.
    let mut md = (u & sign_d) + (v & sign_e);
    let mut me = (q & sign_d) + (r & sign_e);
    let mut cd = product(u, d[0]) + product(v, e[0]);
    let mut ce = product(q, d[0]) + product(r, e[0]);
    let excess =
        |c: i128, m: i64| (P_INVERSE.wrapping_mul(c as u64).wrapping_add(m as u64) & MASK) as i64;
    md -= excess(cd, md);
    me -= excess(ce, me);
    cd += product(P[0], md);
    ce += product(P[0], me);
    for i in 1..5 {
        cd = (cd >> 62) + product(u, d[i]) + product(v, e[i]) + product(P[i], md);
        ce = (ce >> 62) + product(q, d[i]) + product(r, e[i]) + product(P[i], me);
        d[i - 1] = (cd as u64 & MASK) as i64;
        e[i - 1] = (ce as u64 & MASK) as i64;
    }
    d[4] = (cd >> 62) as i64;
    e[4] = (ce >> 62) as i64;
}

/// (f, g) ← steps·(f, g) / 2^62, exact.
fn update_fg(f: &mut Limbs, g: &mut Limbs, steps: &Steps) {
    let Steps { u, v, q, r } = *steps;
    let mut cf = product(u, f[0]) + product(v, g[0]);
    let mut cg = product(q, f[0]) + product(r, g[0]);
    for i in 1..5 {
        cf = (cf >> 62) + product(u, f[i]) + product(v, g[i]);
        cg = (cg >> 62) + product(q, f[i]) + product(r, g[i]);
        f[i - 1] = (cf as u64 & MASK) as i64;
        g[i - 1] = (cg as u64 & MASK) as i64;
    }
    f[4] = (cf >> 62) as i64;
    g[4] = (cg >> 62) as i64;
}

/// ±`d` in 0..p, from (−2p, p).
fn normalised(d: Limbs, negate: bool) -> Limbs {
    let d = plus_p_if_negative(d);
    let d = if negate { d.map(|limb| -limb) } else { d };
    plus_p_if_negative(carried(d))
}

fn plus_p_if_negative(d: Limbs) -> Limbs {
    let p = if d[4] < 0 { P } else { [0; 5] };
    carried(core::array::from_fn(|i| d[i] + p[i]))
}

fn carried(mut d: Limbs) -> Limbs {
    for i in 0..4 {
        d[i + 1] += d[i] >> 62;
        d[i] &= MASK as i64;
    }
    d
}

fn limbs(x: &[u8; 32]) -> Limbs {
    let mut words = [0u64; 5];
    for (word, bytes) in words.iter_mut().zip(x.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    core::array::from_fn(|i| {
        let at = 62 * i;
        let pair = u128::from(words[at / 64]) | u128::from(words[at / 64 + 1]) << 64;
        ((pair >> (at % 64)) as u64 & MASK) as i64
    })
}

fn bytes(d: Limbs) -> [u8; 32] {
    let mut out = [0; 32];
    let d = d.map(|limb| limb as u64);
    let words = [
        d[0] | d[1] << 62,
        d[1] >> 2 | d[2] << 60,
        d[2] >> 4 | d[3] << 58,
        d[3] >> 6 | d[4] << 56,
    ];
    for (bytes, word) in out.as_chunks_mut::<8>().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    out
}
