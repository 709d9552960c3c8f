//! Sequences of operations, the crate against the twin.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convmark_proof::targets::operations(data));
