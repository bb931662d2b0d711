//! What Outpost takes from the Rust world, behind the C header in ../include.
