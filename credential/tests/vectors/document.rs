//! The tables of FORMAT.md against those of the code.
