//! The call around the body.

use crate::runner::on_bytes;
use convmark_proof::targets;

#[test]
fn generated_targets() {
    on_bytes(6000, 40, |data| {
        let mut bytes = vec![1];
        bytes.extend_from_slice(data);
        targets::urls(&bytes);
    });
}

#[test]
fn any_text_as_a_query() {
    on_bytes(1500, 80, |data| {
        let mut bytes = b"\0/v4/recentcontact/mark_contact?sdkappid=1&".to_vec();
        bytes.extend_from_slice(data);
        targets::urls(&bytes);
        let mut bytes = vec![0];
        bytes.extend_from_slice(data);
        targets::urls(&bytes);
    });
}
