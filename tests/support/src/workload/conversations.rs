//! The conversations of a workload.

use super::Variant;
use crate::random::Random;

/// A conversation by its ID.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Conversation {
    /// With that user.
    User(String),
    /// In that group chat.
    Group(String),
}

/// `count` conversations in random order, half of them group chats.
pub(super) fn conversations(
    random: &mut Random,
    variant: Variant,
    count: usize,
) -> Vec<Conversation> {
    let mut list: Vec<Conversation> =
        (0..count).map(|number| conversation(random, variant, number)).collect();
    random.shuffle(&mut list);
    list
}

fn conversation(random: &mut Random, variant: Variant, number: usize) -> Conversation {
    match (variant, number % 2 == 0) {
        (Variant::Plain, true) => Conversation::User(format!("user_{number:04}")),
        (Variant::Plain, false) => Conversation::Group(format!("@TGS#{number:05}")),
        (_, true) => Conversation::User(format!("{:016x}{:016x}", random.bits(), random.bits())),
        (_, false) => {
            let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            let tail: String = (0..9).map(|_| char::from(*random.pick(digits))).collect();
            Conversation::Group(format!("@TGS#{tail}"))
        }
    }
}
