//! Crate against twin, laws, the exhaustive small world, and what the generators reach. How much is tried is said by the
//! environment variable `CONVMARK_PROOF`: unset, `fast` or `full`.

mod bodies;
mod clocks;
mod corpus;
#[cfg(feature = "foreign")]
mod foreign;
mod limits;
mod measured;
mod near_misses;
mod runner;
mod sequences;
mod small_world;
mod stored;
mod urls;
