//! Requests: what the commands ask for, read from a body or built in code.

mod checked;
mod choice;
mod contact;
mod create;
mod delete;
mod fast;
mod fields;
mod full;
mod get;
mod kind;
mod mark;
mod memory;
mod raw;
mod repeats;
mod search;
mod seed;
mod table;
mod unknown;
mod update;
mod validator;

#[cfg(test)]
mod tests;

pub use checked::CheckedRequest;
pub use create::CreateGroup;
pub use delete::DeleteGroup;
pub use get::GetGroups;
pub use mark::{MarkChange, MarkContacts, MarkItem};
pub use search::SearchGroups;
pub use seed::RequestSeed;
pub use update::{Membership, MembershipChange, UpdateGroup, UpdateKind};
pub use validator::Validator;

pub(crate) use contact::{ContactType, write as write_contact, write_open as write_open_contact};
pub(crate) use kind::Expected;
pub(crate) use update::{UpdateTarget, UpdateType};

use alloc::vec::Vec;

use crate::command::{Command, for_each_command};
use crate::conversation::{Conversation, UserId};
use crate::policy::Policy;
use crate::report::Step;
use crate::schema;
use memory::ItemMemory;
use table::Table;

/// What the requests of all commands have in common.
pub(crate) trait Body<'a>: Sized {
    /// The table of the body.
    type Table: Table<Item<'a> = Self>;
    /// The place of the list of conversations in the body. Empty for commands without such a list.
    const LIST: &'static [Step];

    /// The conversation that an item (0-based) names; `None` beyond the last. Facts are asked for
    /// these conversations, and repeated ones are found among them, so every command with a list of
    /// conversations must say them here.
    fn conversation(&self, item: usize) -> Option<&Conversation<'a>>;

    /// Whether the app's plan must be known.
    fn needs_plan(&self, policy: &Policy) -> bool;

    /// Gives back the memory of its items, for commands that have a list.
    fn give_back(self, memory: &mut ItemMemory);
}

macro_rules! requests {
    ($($Command:ident => $Variant:ident($Type:ident), $facts:tt;)+) => {
        /// A request of any command.
        ///
        /// `Debug` of the parts shows lengths, never IDs, names or marks.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Request<'a> {
            $(
                #[doc = concat!("A request of [`Command::", stringify!($Command), "`].")]
                $Variant($Type<'a>),
            )+
        }

        $(impl<'a> From<$Type<'a>> for Request<'a> {
            fn from(request: $Type<'a>) -> Self {
                Self::$Variant(request)
            }
        })+

        impl<'a> Request<'a> {
            /// The command.
            #[must_use]
            pub const fn command(&self) -> Command {
                match self { $(Self::$Variant(_) => Command::$Command,)+ }
            }

            /// `From_Account`: the user whose data it is.
            #[must_use]
            pub fn account(&self) -> &UserId<'a> {
                match self { $(Self::$Variant(request) => request.account(),)+ }
            }

            /// Appends the request's body as compact JSON, as a client would send it. Mark indexes
            /// start where the policy says.
            ///
            /// Nothing is checked here; [`Validator::check`] checks.
            pub fn write_body(&self, policy: &Policy, out: &mut Vec<u8>) {
                match self { $(Self::$Variant(request) => <$Type<'a> as Body<'a>>::Table::write(request, policy, out),)+ }
            }

            /// The same request with its own texts.
            #[must_use]
            pub fn into_owned(self) -> Request<'static> {
                match self { $(Self::$Variant(request) => Request::$Variant(request.into_owned()),)+ }
            }

            /// The conversation that an item (0-based) names; `None` beyond the last.
            #[inline]
            fn conversation(&self, item: usize) -> Option<&Conversation<'a>> {
                match self { $(Self::$Variant(request) => Body::conversation(request, item),)+ }
            }

            /// Where in the body the list of conversations is.
            fn list(&self) -> &'static [Step] {
                match self { $(Self::$Variant(_) => <$Type<'a> as Body<'a>>::LIST,)+ }
            }

            /// Whether the app's plan must be known.
            pub(crate) fn needs_plan(&self, policy: &Policy) -> bool {
                match self { $(Self::$Variant(request) => request.needs_plan(policy),)+ }
            }

            /// Gives back the memory of its items.
            #[inline]
            fn give_back(self, memory: &mut ItemMemory) {
                match self { $(Self::$Variant(request) => request.give_back(memory),)+ }
            }
        }

        /// A generated request of a command.
        #[cfg(any(feature = "arbitrary", feature = "proptest"))]
        pub(crate) fn draw_request(
            command: Command,
            drawing: &mut crate::generate::Drawing<'_>,
        ) -> Option<Request<'static>> {
            match command {
                $(Command::$Command => <$Type<'static> as Body<'static>>::Table::draw(drawing).map(Request::$Variant),)+
            }
        }

        /// The object that a body of the command is.
        pub(crate) const fn body_object(command: Command) -> schema::Object {
            match command { $(Command::$Command => <<$Type<'static> as Body<'static>>::Table as Table>::OBJECT,)+ }
        }
    };
}

for_each_command!(requests);

impl<'a> Request<'a> {
    /// The conversations that the items name, in request order, repeated ones included.
    pub fn conversations(&self) -> impl Iterator<Item = &Conversation<'a>> {
        (0..).map_while(|item| self.conversation(item))
    }
}
