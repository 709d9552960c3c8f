//! Any bytes as a body; the first byte picks the command.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convmark_model::targets::raw_bytes(data));
