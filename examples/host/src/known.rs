//! The facts that only the host knows, read from a file. A real host asks its user and group
//! services instead.

use std::collections::HashSet;

use convmark::{CheckedRequest, Facts, Lookup, UserId};
use serde::Deserialize;

/// The members of the file. If a list is absent, every ID of its kind is known.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    accounts: Option<HashSet<String>>,
    groups: Option<HashSet<String>>,
    admins: Option<HashSet<String>>,
    plan: Option<bool>,
}

impl Known {
    pub fn is_admin(&self, identifier: &UserId<'_>) -> bool {
        lists(self.admins.as_ref(), identifier.as_str())
    }

    /// Answers exactly the lookups that the core needs for this request.
    pub fn facts(&self, request: &CheckedRequest<'_>) -> Facts {
        let mut facts = Facts::asked();
        for lookup in request.lookups() {
            let yes = match &lookup {
                Lookup::Requester(id) | Lookup::Peer { id, .. } => {
                    lists(self.accounts.as_ref(), id.as_str())
                }
                Lookup::GroupChat { id, .. } => lists(self.groups.as_ref(), id.as_str()),
                Lookup::Plan => self.plan.unwrap_or(true),
                // A lookup of a later version gets no answer. The core then reports misuse instead
                // of guessing.
                _ => continue,
            };
            facts.answer(&lookup, yes);
        }
        facts
    }
}

fn lists(known: Option<&HashSet<String>>, id: &str) -> bool {
    known.is_none_or(|known| known.contains(id))
}
