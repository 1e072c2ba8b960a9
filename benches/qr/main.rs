//! `cargo bench --bench qr`: criterion, this module beside its peers, then one table of interleaved
//! medians, whose ratios hold even when the machine's speed drifts. `-- --figures` prints the table only.

mod figures;
mod peers;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};

fn criterion(criterion: &mut Criterion) {
    for (stage, contenders) in peers::STAGES {
        let mut group = criterion.benchmark_group(*stage);
        for version in peers::VERSIONS {
            let text = peers::text(version);
            for (name, run) in *contenders {
                let id = BenchmarkId::new(*name, format!("v{version}"));
                group.bench_function(id, |b| b.iter(|| run(black_box(&text))));
            }
        }
        group.finish();
    }
}

fn main() {
    if !std::env::args().any(|arg| arg == "--figures") {
        let mut runner = Criterion::default().configure_from_args();
        criterion(&mut runner);
        runner.final_summary();
    }
    figures::print();
}
