//! Sequences of operations, the crate against the reference model.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convmark_model::targets::operations(data));
