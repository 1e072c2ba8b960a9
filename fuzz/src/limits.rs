//! What one execution may take, whatever comes in.

use cpu_time::ThreadTime;
use peak_alloc::PeakAlloc;
use std::time::Duration;

/// Most memory that is taken at a time, in bytes.
const MOST: usize = 64 << 20;

/// How often what took too long is run again. A virtual machine that loses the processor to another counts that as time
/// of its own: what is slow is slow every time.
const AGAIN: usize = 4;

/// Runs one execution.
///
/// # Panics
/// Where it takes more than 64 MiB of memory, or each time more time of the processor than it may.
pub fn within(memory: &PeakAlloc, longest: Duration, execution: impl Fn()) {
    memory.reset_peak_usage();
    let before = memory.current_usage();
    let mut took = timed(&execution);
    let most = memory.peak_usage().saturating_sub(before);
    assert!(most <= MOST, "{most} bytes of memory");
    for _ in 0..AGAIN {
        if took <= longest {
            break;
        }
        took = took.min(timed(&execution));
    }
    assert!(took <= longest, "{took:?} of processor time");
}

fn timed(execution: impl Fn()) -> Duration {
    let watch = ThreadTime::now();
    execution();
    watch.elapsed()
}
