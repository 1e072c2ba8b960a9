//! What a stranger may hand us, mutated by libFuzzer. Which part is in the environment: `TARGET`.
//!
//! Each run has three oracles beside "does not panic": what the target itself asserts, 64 MiB of memory, and 50 ms of
//! processor time (a picture: two seconds).
#![no_main]

#[allow(dead_code)]
#[path = "../../credential/tests/common/mod.rs"]
mod common;
mod limits;
mod targets;

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use std::sync::LazyLock;
use std::time::Duration;
use targets::{Target, World};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const LONGEST: Duration = Duration::from_millis(50);
/// A picture is searched in several passes.
const LONGEST_PICTURE: Duration = Duration::from_secs(2);

static WORLD: LazyLock<World> = LazyLock::new(World::new);
static TARGET: LazyLock<(Target, Duration)> = LazyLock::new(|| {
    let name = std::env::var("TARGET").unwrap_or_default();
    let target = targets::by_name(&name);
    let target = target.unwrap_or_else(|| panic!("TARGET is one of {}", targets::names()));
    let longest = if name == "picture" {
        LONGEST_PICTURE
    } else {
        LONGEST
    };
    (target, longest)
});

fuzz_target!(|data: &[u8]| {
    let (world, (target, longest)) = (&*WORLD, *TARGET);
    limits::within(&MEMORY, longest, || target(world, data));
});
