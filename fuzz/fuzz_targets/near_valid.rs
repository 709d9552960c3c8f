//! Bodies of the right shape, mutated with their structure in mind.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| convmark_model::targets::near_valid(data));
