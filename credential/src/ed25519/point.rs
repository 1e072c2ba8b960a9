//! Points of −x² + y² = 1 + d·x²·y² (edwards25519), with the complete formulas of Hisil, Wong, Carter
//! and Dawson 2008 that RFC 8032 §5.1.4 gives. Complete: right for every pair of points, the identity
//! and the points of small order included. Everything here is public, so nothing is constant time.

use super::field::Fe;

/// d = −121665/121666.
const D: Fe = Fe::from_bytes(&[
    0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70, 0x00,
    0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c, 0x03, 0x52,
]);

/// 2^((p − 1)/4), a square root of −1.
const SQRT_M1: Fe = Fe::from_bytes(&[
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f,
    0xa7, 0xd7, 0xfb, 0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b,
]);

/// 4·d, for halved coordinates.
const D4: Fe = D.mul(&Fe::from_u8(4));

/// The x of the base point.
const BASE_X: Fe = Fe::from_bytes(&[
    0x1a, 0xd5, 0x25, 0x8f, 0x60, 0x2d, 0x56, 0xc9, 0xb2, 0xa7, 0x25, 0x95, 0x60, 0xc7, 0x2c, 0x69,
    0x5c, 0xdc, 0xd6, 0xfd, 0x31, 0xe2, 0xa4, 0xc0, 0xfe, 0x53, 0x6e, 0xcd, 0xd3, 0x36, 0x69, 0x21,
]);

/// The y of the base point, 4/5.
const BASE_Y: Fe = Fe::from_bytes(&[
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
]);

/// Extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. Z is never zero.
#[derive(Clone, Copy)]
pub struct Point {
    x: Fe,
    y: Fe,
    z: Fe,
    t: Fe,
}

/// An affine point prepared for addition, every part halved so that the formula needs no doubling of Z:
/// `sides` = [(y + x)/2, (y − x)/2], `dxy` = d·x·y. Two cache lines.
#[derive(Clone, Copy)]
#[repr(align(128))]
pub struct Prepared {
    sides: [Fe; 2],
    dxy: Fe,
}

impl Prepared {
    /// Reads from both cache lines; the value means nothing.
    #[inline(always)]
    pub fn touch(&self) -> u64 {
        self.sides[0].low_limb() ^ self.dxy.low_limb()
    }
}

impl Point {
    pub const IDENTITY: Point = Point {
        x: Fe::ZERO,
        y: Fe::ONE,
        z: Fe::ONE,
        t: Fe::ZERO,
    };

    /// B.
    pub const BASE: Point = Point {
        x: BASE_X,
        y: BASE_Y,
        z: Fe::ONE,
        t: BASE_X.mul(&BASE_Y),
    };

    /// RFC 8032 §5.1.3; `None` where y is on no point of the curve. As dalek does, reads y ≥ p modulo p
    /// and forgives a sign on x = 0: who needs canonical bytes compares with [`Point::compress`].
    pub fn decompress(bytes: &[u8; 32]) -> Option<Point> {
        let y = Fe::from_bytes(bytes);
        let yy = y.square();
        let u = yy.sub(&Fe::ONE).carry();
        let v = yy.mul(&D).add(&Fe::ONE).carry();
        let v3 = v.square().mul(&v);
        let v7 = v3.square().mul(&v);
        let mut x = u.mul(&v7).pow_p58().mul(&u).mul(&v3);
        let vxx = x.square().mul(&v);
        if !vxx.equals(&u) {
            if !vxx.equals(&u.neg()) {
                return None;
            }
            x = x.mul(&SQRT_M1);
        }
        if x.is_negative() != (bytes[31] >> 7 == 1) {
            x = x.neg();
        }
        Some(Point {
            x,
            y,
            z: Fe::ONE,
            t: x.mul(&y),
        })
    }

    /// The canonical encoding, given 1/Z.
    pub fn compress_with(&self, z_inverse: &Fe) -> [u8; 32] {
        let mut bytes = self.y.mul(z_inverse).to_bytes();
        bytes[31] |= u8::from(self.x.mul(z_inverse).is_negative()) << 7;
        bytes
    }

    /// The canonical encoding.
    pub fn compress(&self) -> [u8; 32] {
        self.compress_with(&self.z.invert())
    }

    /// Z, for a shared inversion.
    pub fn z(&self) -> Fe {
        self.z
    }

    pub fn neg(&self) -> Point {
        Point {
            x: self.x.neg(),
            y: self.y,
            z: self.z,
            t: self.t.neg(),
        }
    }

    /// Doubling, dbl-2008-hwcd with a = −1.
    pub fn double(&self) -> Point {
        let a = self.x.square();
        let b = self.y.square();
        let zz = self.z.square();
        let c = zz.add(&zz).carry();
        let h = a.add(&b).carry();
        let xy = self.x.add(&self.y).square();
        let e = h.sub(&xy);
        let g = a.sub(&b).carry();
        let f = c.add(&g);
        Point {
            x: e.mul(&f),
            y: g.relax().mul(&h.relax()),
            z: f.mul(&g.relax()),
            t: e.mul(&h.relax()),
        }
    }

    /// self ± other in seven products (madd-2008-hwcd-3, halved).
    #[inline(always)]
    pub fn add_prepared(&self, other: &Prepared, negative: bool) -> Point {
        let sign = usize::from(negative);
        let a = self.y.sub(&self.x).mul(&other.sides[1 - sign].relax());
        let b = self.y.add(&self.x).mul(&other.sides[sign].relax());
        let c = self.t.mul(&other.dxy);
        let fg = [self.z.sub(&c), self.z.add(&c)];
        let (f, g) = (&fg[sign], &fg[1 - sign]);
        let e = b.sub(&a);
        let h = b.add(&a);
        Point {
            x: e.mul(f),
            y: g.mul(&h),
            z: f.mul(g),
            t: e.mul(&h),
        }
    }

    /// Prepares the point for additions, given 1/(2Z).
    pub fn prepare_with(&self, double_z_inverse: &Fe) -> Prepared {
        let x = self.x.mul(double_z_inverse);
        let y = self.y.mul(double_z_inverse);
        // d·x·y = 4d·(x/2)·(y/2)
        Prepared {
            sides: [y.add(&x).carry(), y.sub(&x).carry()],
            dxy: x.mul(&y).mul(&D4),
        }
    }
}
