//! What one execution may take, whatever comes in.

use cpu_time::ThreadTime;
use peak_alloc::PeakAlloc;
use std::time::Duration;

/// Most memory that is taken at a time, in bytes.
const MOST: usize = 64 << 20;

/// Runs one execution.
///
/// # Panics
/// Where it takes more than 64 MiB of memory, or more time of the processor than it may.
pub fn within(memory: &PeakAlloc, longest: Duration, execution: impl FnOnce()) {
    memory.reset_peak_usage();
    let before = memory.current_usage();
    let watch = ThreadTime::now();
    execution();
    let (took, most) = (watch.elapsed(), memory.peak_usage().saturating_sub(before));
    assert!(most <= MOST, "{most} bytes of memory");
    assert!(took <= longest, "{took:?} of processor time");
}
