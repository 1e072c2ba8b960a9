//! Bulk issuing: documents of one kind for everybody who lives in a region, or for everybody who has one of a stolen key.
//!
//! A job is cut into chunks (`plan`). Workers, on as many machines as one likes, lease chunks (`lease`), compose what
//! people are entitled to (`compose`, the rules of issuing one by one), sign it and judge it as a bank would (`seal`),
//! and store a chunk's documents, its Merkle root in the audit trail and its end in one transaction (`keep`). So a
//! chunk is done or it is not, whenever a worker dies; and a lease that was taken over cannot commit any more.

mod compose;
mod keep;
mod lease;
pub(crate) mod plan;
pub mod reissue;
mod report;
mod seal;
mod work;

pub use lease::{LEASE, Lease, free, lease};
pub use plan::{CHUNK, CHUNK_MAX, Plan, Planned, plan};
pub use report::{Report, report};
pub use work::{Run, Settings, Tally};
