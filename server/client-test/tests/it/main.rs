//! The published client `tencent_im_rs` against the running server: over TLS, with verified
//! UserSigs that the client itself makes, all six commands, each with success and failure, decoded
//! by the client's own types.
//!
//! The client takes any domain and puts `https://` in front, and it lets its HTTP client be replaced.
//! So it gets a documented region's name with the server's port, and an HTTP client that resolves the
//! name to loopback and trusts a certificate that this test makes. Its own list of regions cannot be
//! used: it has `https://` in it once more.

mod failures;
mod server;
mod successes;

use tencent_im_rs::api::v4::common::{ActionStatus, ContactItem, ConversationType};

fn user(id: &str) -> ContactItem {
    let mut item = ContactItem::new(ConversationType::OneToOne);
    item.set_to_account(Some(id));
    item
}

fn group_chat(id: &str) -> ContactItem {
    let mut item = ContactItem::new(ConversationType::Group);
    item.set_to_group_id(Some(id));
    item
}

/// Checks that a decoded answer is a success.
#[macro_export]
macro_rules! assert_ok {
    ($answer:expr) => {{
        let answer = &$answer;
        let status = (&answer.action_status, answer.error_code, answer.error_info.as_deref());
        assert_eq!(status, (&Some($crate::ActionStatus::Ok), Some(0), Some("")));
    }};
}

/// Checks that a decoded answer is the failure with that code.
#[macro_export]
macro_rules! assert_fails {
    ($answer:expr, $code:literal) => {{
        let answer = &$answer;
        assert_eq!(
            (&answer.action_status, answer.error_code),
            (&Some($crate::ActionStatus::Fail), Some($code))
        );
        assert!(answer.error_info.as_deref().is_some_and(|info| !info.is_empty()));
    }};
}
