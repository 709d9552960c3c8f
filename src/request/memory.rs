//! Memory for the items of requests, to be used again for the next request.

use alloc::vec::Vec;
use core::cell::Cell;

use super::{MarkItem, Membership};
use crate::conversation::Conversation;

/// An item of a list in a request.
pub(crate) trait Kept<'a>: Sized {
    /// The conversation that it names.
    fn conversation(&self) -> &Conversation<'a>;

    /// The idle memory for such items: an empty vector.
    fn lend(idle: &Idle<'_>) -> Vec<Self>;

    fn pending<'p>(pending: &'p Pending<'a>) -> &'p Cell<Vec<Self>>;

    /// Gives back the memory of a request's items.
    fn give_back(items: Vec<Self>, memory: &mut ItemMemory);
}

macro_rules! item_memory {
    ($($field:ident: $Item:ident, $conversation:expr;)+) => {
        /// The memory between requests: empty vectors that keep their allocation.
        #[derive(Debug, Default)]
        pub(crate) struct ItemMemory {
            $($field: Vec<$Item<'static>>,)+
        }

        #[cfg(test)]
        impl ItemMemory {
            pub(super) fn capacities(&self) -> [usize; 3] {
                [$(self.$field.capacity(),)+]
            }

            pub(super) fn is_empty(&self) -> bool {
                true $(&& self.$field.is_empty())+
            }
        }

        /// The same while a request is read.
        pub(crate) struct Idle<'c> {
            $($field: &'c Cell<Vec<$Item<'static>>>,)+
        }

        impl<'c> Idle<'c> {
            #[inline]
            pub(crate) fn of(memory: &'c mut ItemMemory) -> Self {
                Self { $($field: Cell::from_mut(&mut memory.$field),)+ }
            }
        }

        /// Items that were read and wait for their request.
        #[derive(Default)]
        pub(crate) struct Pending<'a> {
            $($field: Cell<Vec<$Item<'a>>>,)+
        }

        impl Pending<'_> {
            #[inline]
            pub(crate) fn give_back(self, idle: &Idle<'_>) {
                $(
                    let items = self.$field.into_inner();
                    if items.capacity() > 0 {
                        idle.$field.set(emptied!(items));
                    }
                )+
            }
        }

        $(
            impl<'a> Kept<'a> for $Item<'a> {
                #[inline]
                fn conversation(&self) -> &Conversation<'a> {
                    let conversation: fn(&Self) -> &Conversation<'a> = $conversation;
                    conversation(self)
                }

                #[inline]
                fn lend(idle: &Idle<'_>) -> Vec<Self> {
                    idle.$field.take()
                }

                #[inline]
                fn pending<'p>(pending: &'p Pending<'a>) -> &'p Cell<Vec<Self>> {
                    &pending.$field
                }

                #[inline]
                fn give_back(items: Vec<Self>, memory: &mut ItemMemory) {
                    if items.capacity() > 0 {
                        memory.$field = emptied!(items);
                    }
                }
            }
        )+
    };
}

/// Empties a vector and gives its memory to elements that borrow from another body. The standard
/// library keeps the allocation when it collects a vector's own iterator into a type of the same
/// layout. If it did not, this would only be slower.
macro_rules! emptied {
    ($items:expr) => {{
        let mut items = $items;
        items.clear();
        items.into_iter().filter_map(|_| None).collect()
    }};
}

item_memory! {
    conversations: Conversation, |conversation| conversation;
    memberships: Membership, |membership| &membership.conversation;
    marks: MarkItem, MarkItem::conversation;
}
