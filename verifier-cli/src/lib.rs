//! Judges QR pictures and texts offline.
