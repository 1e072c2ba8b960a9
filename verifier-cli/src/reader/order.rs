//! Sorting by a number. Every type that the standard library sorts is a copy of its sort, 5 to 10 kB of WebAssembly
//! each; here all of the reader shares one.

/// Stable, smallest first.
pub fn ascending<T>(items: &mut [T], key: impl Fn(&T) -> f64) {
    arrange(items, order(items.iter().map(key).collect()));
}

/// Stable, largest first.
pub fn descending<T>(items: &mut [T], key: impl Fn(&T) -> f64) {
    arrange(items, order(items.iter().map(|item| -key(item)).collect()));
}

/// The places of the keys, smallest key first.
fn order(keys: Vec<f64>) -> Vec<usize> {
    let mut numbered: Vec<(f64, usize)> = keys.into_iter().zip(0..).collect();
    // No two are equal, so the quicker sort is stable too.
    numbered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    numbered.into_iter().map(|(_, place)| place).collect()
}

/// Puts at each place the item that `order` names for it.
fn arrange<T>(items: &mut [T], mut order: Vec<usize>) {
    for place in 0..items.len() {
        let mut from = order[place];
        // What stood at an earlier place was swapped away: follow it.
        while from < place {
            from = order[from];
        }
        order[place] = from;
        items.swap(place, from);
    }
}

#[cfg(test)]
mod tests {
    use super::{ascending, descending};

    #[test]
    fn stable_both_ways() {
        let mut state = 7u32;
        for len in 0..60 {
            let mut items: Vec<(f64, usize)> = (0..len)
                .map(|n| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (f64::from(state >> 29), n)
                })
                .collect();
            let mut wanted = items.clone();
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
            ascending(&mut items, |item| item.0);
            assert_eq!(items, wanted);
            wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
            descending(&mut items, |item| item.0);
            assert_eq!(items, wanted);
        }
    }
}
