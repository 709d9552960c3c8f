//! Snapshots and changes, sound and damaged.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convmark_model::targets::stored(data));
