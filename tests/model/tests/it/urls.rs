//! Request targets, compared with the reference model.

use crate::runner::on_bytes;
use convmark_model::targets;

#[test]
fn generated_request_targets_agree_with_the_reference_model() {
    on_bytes(6000, 40, |data| {
        let mut bytes = vec![1];
        bytes.extend_from_slice(data);
        targets::urls(&bytes);
    });
}

#[test]
fn any_query_text_agrees_with_the_reference_model() {
    on_bytes(1500, 80, |data| {
        let mut bytes = b"\0/v4/recentcontact/mark_contact?sdkappid=1&".to_vec();
        bytes.extend_from_slice(data);
        targets::urls(&bytes);
        let mut bytes = vec![0];
        bytes.extend_from_slice(data);
        targets::urls(&bytes);
    });
}

/// Found by fuzzing: a value that is part of the answer's own fixed text is not a leak.
#[test]
fn a_value_that_is_part_of_the_fixed_text_is_not_a_leak() {
    targets::urls(b"\0/v4/recentcontact/x?type=/v4/recentcont");
}
