//! `cargo bench --bench verdict`: criterion, then one table of interleaved medians, whose ratios hold even when the
//! machine's speed drifts. `-- --figures` prints the table only.

#[path = "../../credential/tests/common/mod.rs"]
mod common;
mod contenders;
mod figures;
#[path = "../../credential/tests/common/phone.rs"]
mod phone;

use contenders::Contenders;
use criterion::Criterion;
use std::hint::black_box;

fn main() {
    let contenders = Contenders::new();
    if !std::env::args().any(|arg| arg == "--figures") {
        let mut criterion = Criterion::default().configure_from_args();
        for (group, name, run) in contenders.all() {
            criterion
                .benchmark_group(group)
                .bench_function(name, |b| b.iter(|| black_box(run())));
        }
        criterion.final_summary();
    }
    figures::print(&contenders);
}
