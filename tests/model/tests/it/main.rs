//! The crate against the reference model, properties of the crate, exhaustive sequences of a small
//! alphabet, and what the generators reach. The environment variable `CONVMARK_MODEL` says how much
//! is tried: unset, `fast` or `full`.

mod bodies;
mod built_requests;
mod equal_hashes;
mod equality;
mod exhaustive;
mod forgetting;
mod fuzz_corpus;
mod generated_policies;
mod generator_coverage;
mod pages;
mod precedence;
mod rate_limiter;
mod reference_cases;
mod reference_edge_cases;
mod reference_json;
mod reference_url;
mod reused_memory;
mod row_coverage;
mod rule_boundaries;
mod runner;
mod sequences;
#[cfg(feature = "serde-json-features")]
mod serde_json_features;
mod spans;
mod stored;
mod urls;
mod users;
