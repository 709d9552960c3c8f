//! What only the host knows, asked for and answered.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use crate::conversation::{Conversation, GroupChatId, UserId};
use crate::request::{CheckedRequest, Request};

/// One question to the host about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup<'a> {
    /// Is this account (`From_Account`) imported into the app? Asked for every request.
    Requester(&'a UserId<'a>),
    /// Does the app's plan include the feature? Asked for create, update and del, and for mark if
    /// an item needs it.
    Plan,
    /// Is this peer imported into the app? Asked for each one-to-one conversation of create, update
    /// and mark.
    Peer {
        /// The place of the item in the request, 0-based.
        item: usize,
        /// The peer.
        id: &'a UserId<'a>,
    },
    /// Can this group chat be resolved: it exists, and the requester has not left it? Asked for
    /// each group chat of create, update and mark.
    GroupChat {
        /// The place of the item in the request, 0-based.
        item: usize,
        /// The group chat.
        id: &'a GroupChatId<'a>,
    },
}

/// What the host answered to one lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum HostAnswer {
    #[default]
    Unasked,
    /// Vouched for, unless it is in the list of what is unknown.
    Assumed,
    Yes,
    No,
}

impl From<bool> for HostAnswer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// The host's answers.
///
/// Either the host vouches for everything it does not list as unknown ([`Facts::vouched`]), or it
/// answers each [`Lookup`] of a request ([`Facts::asked`]); then a question without an answer is
/// the host's mistake, and [`Misuse::FactMissing`] tells it before anything is applied.
///
/// ```
/// use convmark::{Command, Facts, Lookup, Policy, Validator};
///
/// let body = br#"{"From_Account":"a","GroupContactItem":[{"GroupName":"g","ContactItem":[{"Type":1,"To_Account":"b"}]}]}"#;
/// let request = Validator::new(&Policy::default()).decode(Command::CreateContactGroup, body).unwrap();
/// let mut facts = Facts::asked();
/// for lookup in request.lookups() {
///     let yes = match lookup {
///         Lookup::Plan => true,
///         Lookup::Requester(id) | Lookup::Peer { id, .. } => id.as_str() == "a",
///         _ => false,
///     };
///     facts.answer(&lookup, yes);
/// }
/// # let mut account = convmark::Account::new();
/// let outcome = account.apply(&request, &facts, 1_700_000_000).unwrap();
/// assert_eq!(outcome.item_codes().next().map(|code| code.get()), Some(50001));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    requester: HostAnswer,
    plan: HostAnswer,
    items: Items,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Items {
    /// The answers by item, 0-based.
    Asked(Vec<HostAnswer>),
    /// Everything is known except these.
    Vouched { unknown: BTreeSet<Conversation<'static>> },
}

impl Facts {
    /// Everything is known: the account, the plan, every peer, every group chat.
    #[must_use]
    pub const fn vouched() -> Self {
        Self {
            requester: HostAnswer::Assumed,
            plan: HostAnswer::Yes,
            items: Items::Vouched { unknown: BTreeSet::new() },
        }
    }

    /// Nothing is answered yet.
    #[must_use]
    pub const fn asked() -> Self {
        Self {
            requester: HostAnswer::Unasked,
            plan: HostAnswer::Unasked,
            items: Items::Asked(Vec::new()),
        }
    }

    /// Forgets all answers but keeps the memory, for the next request.
    pub fn clear(&mut self) {
        self.requester = HostAnswer::Unasked;
        self.plan = HostAnswer::Unasked;
        match &mut self.items {
            Items::Asked(items) => items.clear(),
            Items::Vouched { .. } => self.items = Items::Asked(Vec::new()),
        }
    }

    /// Answers one question: yes is imported, included, resolvable. The last answer counts.
    pub fn answer(&mut self, lookup: &Lookup<'_>, yes: bool) {
        match lookup {
            Lookup::Requester(_) => self.requester = yes.into(),
            Lookup::Plan => self.plan = yes.into(),
            Lookup::Peer { item, id } => {
                self.answer_item(*item, yes, || Conversation::User((*id).clone().into_owned()))
            }
            Lookup::GroupChat { item, id } => {
                self.answer_item(*item, yes, || Conversation::Group((*id).clone().into_owned()))
            }
        }
    }

    fn answer_item(
        &mut self,
        item: usize,
        yes: bool,
        conversation: impl FnOnce() -> Conversation<'static>,
    ) {
        match &mut self.items {
            Items::Asked(items) => {
                if items.len() <= item {
                    items.resize(item.saturating_add(1), HostAnswer::Unasked);
                }
                if let Some(place) = items.get_mut(item) {
                    *place = yes.into();
                }
            }
            Items::Vouched { unknown } => {
                if yes {
                    unknown.remove(&conversation());
                } else {
                    unknown.insert(conversation());
                }
            }
        }
    }

    /// The requester (`From_Account`) is not imported into the app.
    #[must_use]
    pub const fn with_unknown_requester(mut self) -> Self {
        self.requester = HostAnswer::No;
        self
    }

    /// The app's plan lacks the feature.
    #[must_use]
    pub const fn without_plan(mut self) -> Self {
        self.plan = HostAnswer::No;
        self
    }

    /// That user is not imported, as the requester or as a peer, or that group chat cannot be
    /// resolved. Only for facts that start from [`vouched`](Self::vouched); asked facts are
    /// answered by [`answer`](Self::answer) and ignore this.
    #[must_use]
    pub fn with_unknown(mut self, conversation: Conversation<'_>) -> Self {
        if let Items::Vouched { unknown } = &mut self.items {
            unknown.insert(conversation.into_owned());
        }
        self
    }

    pub(crate) fn requester(&self, account: &UserId<'_>) -> Result<bool, Misuse> {
        match self.requester {
            HostAnswer::Unasked => Err(Misuse::FactMissing { fact: MissingFact::Requester }),
            HostAnswer::Assumed => Ok(!self.lists(|| Conversation::User(account.borrowed()))),
            answer => Ok(answer == HostAnswer::Yes),
        }
    }

    /// Whether the host vouched for everything, with this as an exception.
    fn lists<'c>(&self, conversation: impl FnOnce() -> Conversation<'c>) -> bool {
        match &self.items {
            Items::Asked(_) => false,
            Items::Vouched { unknown } => !unknown.is_empty() && unknown.contains(&conversation()),
        }
    }

    pub(crate) fn plan(&self) -> Result<bool, Misuse> {
        match self.plan {
            HostAnswer::Unasked => Err(Misuse::FactMissing { fact: MissingFact::Plan }),
            answer => Ok(answer != HostAnswer::No),
        }
    }

    /// For items of a request that passed [`covers`](Self::covers).
    #[inline]
    pub(crate) fn resolves(&self, item: usize, conversation: &Conversation<'_>) -> bool {
        match &self.items {
            Items::Asked(items) => items.get(item) != Some(&HostAnswer::No),
            Items::Vouched { .. } => !self.lists(|| conversation.borrowed()),
        }
    }

    /// Whether every item of the request is answered.
    pub(crate) fn covers(&self, request: &Request<'_>) -> Result<(), Misuse> {
        match &self.items {
            Items::Vouched { .. } => Ok(()),
            Items::Asked(items) => {
                let count = resolving(request).count();
                let unasked =
                    items.iter().take(count).position(|answer| *answer == HostAnswer::Unasked);
                match unasked.or((items.len() < count).then_some(items.len())) {
                    None => Ok(()),
                    Some(item) => Err(Misuse::FactMissing { fact: MissingFact::Item(item) }),
                }
            }
        }
    }
}

/// The host used the crate wrongly; nothing was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// A lookup of the request has no answer in the facts.
    #[error(
        "the facts lack an answer: {fact}; answer every lookup of the request, or vouch for what you do not check"
    )]
    FactMissing {
        /// Which one.
        fact: MissingFact,
    },
}

/// The lookup that has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MissingFact {
    /// Is the requester imported?
    #[error("whether the requester is imported")]
    Requester,
    /// Does the plan include the feature?
    #[error("whether the plan includes the feature")]
    Plan,
    /// Does the conversation of this item (0-based) resolve?
    #[error("whether the conversation of item {0} (counted from 0) resolves")]
    Item(usize),
}

impl CheckedRequest<'_> {
    /// What the host must answer before the request can be applied, the requester first, then the
    /// plan, then the items in request order. A conversation named twice is asked for twice.
    pub fn lookups(&self) -> impl Iterator<Item = Lookup<'_>> {
        let request = self.request();
        let plan = request.needs_plan(self.policy()).then_some(Lookup::Plan);
        let items = resolving(request).enumerate().map(|(item, conversation)| match conversation {
            Conversation::User(id) => Lookup::Peer { item, id },
            Conversation::Group(id) => Lookup::GroupChat { item, id },
        });
        core::iter::once(Lookup::Requester(request.account())).chain(plan).chain(items)
    }
}

/// The conversations that must resolve: those of requests that can change something.
fn resolving<'r>(request: &'r Request<'_>) -> impl Iterator<Item = &'r Conversation<'r>> {
    let all = request.command().writes().then(|| request.conversations());
    all.into_iter().flatten().map(|conversation| -> &'r Conversation<'r> { conversation })
}
