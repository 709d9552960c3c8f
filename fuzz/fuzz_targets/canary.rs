//! As `operations`, but for builds with `--cfg canary`, which plants a bug in the reference model:
//! this target must crash.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(cfg!(canary), "build with RUSTFLAGS=\"--cfg canary\"");
    convmark_model::targets::operations(data);
});
