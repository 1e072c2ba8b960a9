//! The gate before everything that is published: a status list, bundle, trust list or published tree that is about to go
//! out is compared with the one that went out last, and does not go out where it takes back what verifiers were told
//! (docs/decisions/0024). The rules are pure and stand in [`list`], [`trust`] and [`held`]; [`known`] reads what the
//! database knows of a change, and [`hold`] remembers what is held and who answered for it.

pub mod bundle;
pub mod editions;
pub mod held;
pub mod hold;
pub mod known;
pub mod list;
pub mod trust;

pub use held::{Finding, Held, Kind, What};
