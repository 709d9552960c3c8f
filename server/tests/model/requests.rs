//! Random requests.

use convmark::Command;
use support::bodies::{Requester, user_contact};
use support::random::Random;

/// What requests are drawn from.
pub struct Requests {
    /// Names of groups.
    pub groups: &'static [&'static str],
    /// The users that are marked and searched.
    pub contacts: &'static [&'static str],
    /// How often there is a mark, a create, an add, a delete, a search and a page, in any unit.
    pub often: [usize; 6],
}

/// A request.
pub struct Request {
    /// Its command.
    pub command: Command,
    /// Its body.
    pub body: String,
    /// A text that only its changes have, if it has one.
    pub token: Option<String>,
}

impl Requests {
    /// A request of a user. The token should be a user ID that no other request has.
    pub fn draw(&self, random: &mut Random, user: &str, token: &str) -> Request {
        let bodies = Requester(user);
        let group = *random.pick(self.groups);
        let contact = *random.pick(self.contacts);
        let mut left = random.below(self.often.iter().sum());
        let is_before = |often: &&usize| {
            let is_before = left >= **often;
            left = left.saturating_sub(if is_before { **often } else { 0 });
            is_before
        };
        let kind = self.often.iter().take_while(is_before).count();
        let (command, body) = match kind {
            0 => (Command::MarkContact, bodies.set_custom_mark(contact, token)),
            1 => (Command::CreateContactGroup, bodies.create(group, &user_contact(token))),
            2 => (Command::UpdateContactGroup, bodies.add(group, &[user_contact(token)])),
            3 => (Command::DelContactGroup, bodies.delete(group)),
            4 => (Command::SearchContactGroup, bodies.search(&user_contact(contact))),
            _ => (Command::GetContactGroup, bodies.get(0)),
        };
        Request { command, body, token: (kind < 3).then(|| token.to_owned()) }
    }
}
