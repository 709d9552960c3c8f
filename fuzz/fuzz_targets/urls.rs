//! Paths and queries.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convmark_model::targets::urls(data));
