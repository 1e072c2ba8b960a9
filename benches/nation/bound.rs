//! The least that any code can need for lists of which only the counts are known: the logarithm of how many such lists
//! there are.

/// Bits to say which of `counts.sum()` indexes are in which state, given how many are in each: log2 of the multinomial
/// coefficient.
pub fn bits(counts: &[u64]) -> f64 {
    let all: u64 = counts.iter().sum();
    let parts: f64 = counts.iter().map(|n| ln_factorial(*n)).sum();
    (ln_factorial(all) - parts) / std::f64::consts::LN_2
}

/// Stirling's series; for small numbers the product.
fn ln_factorial(n: u64) -> f64 {
    if n < 32 {
        return (1..=n).map(|k| (k as f64).ln()).sum();
    }
    let x = n as f64;
    x * x.ln() - x + (2.0 * std::f64::consts::PI * x).ln() / 2.0 + 1.0 / (12.0 * x)
}
