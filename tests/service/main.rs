//! End-to-end tests of the service: the built command `ikd`, real files, a real database, a real socket.

#[cfg(feature = "s3")]
mod buckets;
mod burnt;
mod ceremony;
mod checking;
mod compromise;
mod crash;
mod gate;
mod http;
mod import;
mod issuing;
mod keys;
mod limits;
mod pressure;
mod privacy;
mod published;
mod publishing;
mod put_back;
mod register;
mod restored;
mod several;
mod shelf;
mod support;
mod together;
#[cfg(feature = "hsm")]
mod token;
mod transcripts;
mod use_cases;
