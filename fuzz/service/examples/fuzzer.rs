//! The parts of the service, mutated by libFuzzer. Which one is in the environment: `TARGET`.
#![no_main]

#[path = "../../src/limits.rs"]
mod limits;

use ikd_fuzz_service::{Target, by_name, ready};
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use std::sync::LazyLock;
use std::time::Duration;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// As for the other parts, though `ikd` itself is not optimised here.
const LONGEST: Duration = Duration::from_millis(50);

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    // What is made once counts for no execution.
    ready();
    by_name(&name).unwrap_or_else(|| panic!("TARGET is none of the service's"))
});

fuzz_target!(|data: &[u8]| {
    let target = *TARGET;
    limits::within(&MEMORY, LONGEST, || target(data));
});
