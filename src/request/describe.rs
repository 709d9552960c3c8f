//! What each documented field is, for [`schema`](crate::schema): an entry for every field of every table, or it does not compile.

use alloc::vec::Vec;

use super::contact::ContactField;
use super::create::{CreateField, GroupField as NewGroupField};
use super::delete::DeleteField;
use super::fields::Fields;
use super::get::GetField;
use super::mark::{ItemField, MarkField};
use super::search::SearchField;
use super::update::{GroupField as GroupUpdateField, MembershipField, UpdateField};
use crate::policy::Policy;
use crate::schema::Presence::{Optional, OptionalWhen, Required, RequiredWhen};
use crate::schema::{Element, Field, Object, Presence, Shape};

/// What [`Fields`] alone does not tell.
pub(crate) trait Described: Copy {
    /// The object that the fields are of.
    const OBJECT: Object;

    /// When the field is used, what its value must be under the policy, what it means.
    fn describe(self, policy: &Policy) -> (Presence, Shape, &'static str);
}

/// The fields of an object, in canonical order.
pub(crate) fn described_fields(object: Object, policy: &Policy) -> Vec<Field> {
    match object {
        Object::CreateBody => all::<CreateField>(object, policy),
        Object::NewGroup => all::<NewGroupField>(object, policy),
        Object::UpdateBody => all::<UpdateField>(object, policy),
        Object::GroupUpdate => all::<GroupUpdateField>(object, policy),
        Object::MembershipUpdate => all::<MembershipField>(object, policy),
        Object::DeleteBody => all::<DeleteField>(object, policy),
        Object::MarkBody => all::<MarkField>(object, policy),
        Object::MarkItem => all::<ItemField>(object, policy),
        Object::GetBody => all::<GetField>(object, policy),
        Object::SearchBody => all::<SearchField>(object, policy),
        Object::Contact => all::<ContactField>(object, policy),
    }
}

fn all<F: Fields>(object: Object, policy: &Policy) -> Vec<Field> {
    debug_assert!(F::OBJECT == object, "the fields of another object");
    let field = |field: &F| {
        let (presence, shape, about) = field.describe(policy);
        Field { name: field.name(), json_type: field.json_type(), presence, shape, about }
    };
    F::ALL.iter().map(field).collect()
}

const FROM_ACCOUNT: (Presence, Shape, &str) = (Required, Shape::USER_ID, "The user whose data it is.");
const CONTACT: (Presence, Shape, &str) = (Required, Shape::Object(Object::Contact), "The conversation.");

const fn one_of(max: u64) -> Shape {
    Shape::Integer { min: 1, max }
}

const fn objects(min: u32, max: Option<u32>, object: Object) -> Shape {
    Shape::Array { min, max, element: Element::Object(object) }
}

impl Described for CreateField {
    const OBJECT: Object = Object::CreateBody;

    fn describe(self, _: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::FromAccount => FROM_ACCOUNT,
            Self::GroupContactItem => (Required, objects(1, Some(1), Object::NewGroup), "The one conversation group to create."),
        }
    }
}

impl Described for NewGroupField {
    const OBJECT: Object = Object::NewGroup;

    fn describe(self, policy: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::GroupName => {
                let name = Shape::Name { max_bytes: Some(policy.group_name_max_bytes()) };
                (Required, name, "The name of the new conversation group, unique in the account.")
            }
            Self::ContactItem => {
                let presence = if policy.create_needs_conversations() { Required } else { Optional };
                let shape = objects(0, policy.conversations_max(), Object::Contact);
                (presence, shape, "The conversations to add to the new group; may be empty.")
            }
        }
    }
}

impl Described for UpdateField {
    const OBJECT: Object = Object::UpdateBody;

    fn describe(self, _: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::FromAccount => FROM_ACCOUNT,
            Self::UpdateType => (Required, one_of(1), "Always 1: a conversation group is updated."),
            Self::UpdateGroup => (Required, Shape::Object(Object::GroupUpdate), "What to change of which conversation group."),
        }
    }
}

impl Described for GroupUpdateField {
    const OBJECT: Object = Object::GroupUpdate;

    fn describe(self, policy: &Policy) -> (Presence, Shape, &'static str) {
        const SELECTOR: &str = "UpdateGroupType";
        match self {
            Self::UpdateGroupType => (Required, one_of(2), "1 renames the group, 2 adds and removes conversations."),
            Self::OldGroupName => (Required, Shape::Name { max_bytes: None }, "The present name of the group, for both types."),
            Self::NewGroupName => {
                let name = Shape::Name { max_bytes: Some(policy.group_name_max_bytes()) };
                (RequiredWhen { selector: SELECTOR, values: &[1] }, name, "The name that the group is to have.")
            }
            Self::ContactUpdateItem => {
                let items = objects(0, policy.conversations_max(), Object::MembershipUpdate);
                let presence = OptionalWhen { selector: SELECTOR, values: &[2] };
                (presence, items, "The conversations to add and remove, in this order.")
            }
        }
    }
}

impl Described for MembershipField {
    const OBJECT: Object = Object::MembershipUpdate;

    fn describe(self, _: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::ContactOptType => (Required, one_of(2), "1 adds the conversation to the group, 2 removes it."),
            Self::ContactItem => CONTACT,
        }
    }
}

impl Described for DeleteField {
    const OBJECT: Object = Object::DeleteBody;

    fn describe(self, _: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::FromAccount => FROM_ACCOUNT,
            Self::GroupName => {
                let names = Shape::Array { min: 1, max: Some(1), element: Element::Name };
                (Required, names, "The name of the one conversation group to delete.")
            }
        }
    }
}

impl Described for MarkField {
    const OBJECT: Object = Object::MarkBody;

    fn describe(self, policy: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::FromAccount => FROM_ACCOUNT,
            Self::MarkItem => {
                let items = objects(1, Some(policy.mark_items_max()), Object::MarkItem);
                (Required, items, "What to mark, each item with a result of its own.")
            }
        }
    }
}

impl Described for ItemField {
    const OBJECT: Object = Object::MarkItem;

    fn describe(self, policy: &Policy) -> (Presence, Shape, &'static str) {
        const SELECTOR: &str = "OptType";
        let standard = OptionalWhen { selector: SELECTOR, values: &[1, 3] };
        let base = policy.mark_base();
        let element = Element::Integer { min: u64::from(base.first()), max: u64::from(base.last()) };
        let indexes = Shape::Array { min: 0, max: None, element };
        match self {
            Self::OptType => (Required, one_of(3), "1 changes the standard marks, 2 the custom mark, 3 both."),
            Self::ContactItem => CONTACT,
            Self::ClearMark => (standard, indexes, "The indexes of the standard marks to clear; applied before SetMark."),
            Self::SetMark => (standard, indexes, "The indexes of the standard marks to set."),
            Self::CustomMark => {
                let text = Shape::Text { max_bytes: policy.custom_mark_max_bytes() };
                let custom = OptionalWhen { selector: SELECTOR, values: &[2, 3] };
                (custom, text, "The custom mark; the empty string removes it, absent keeps it.")
            }
        }
    }
}

impl Described for GetField {
    const OBJECT: Object = Object::GetBody;

    fn describe(self, _: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::FromAccount => FROM_ACCOUNT,
            Self::StartIndex => (
                Required,
                Shape::Integer { min: 0, max: u64::MAX },
                "How many rows to skip: 0, then NextStartIndex of the answer.",
            ),
        }
    }
}

impl Described for SearchField {
    const OBJECT: Object = Object::SearchBody;

    fn describe(self, policy: &Policy) -> (Presence, Shape, &'static str) {
        match self {
            Self::FromAccount => FROM_ACCOUNT,
            Self::ContactItem => {
                (Required, objects(1, Some(policy.search_max()), Object::Contact), "The conversations to look up.")
            }
        }
    }
}

impl Described for ContactField {
    const OBJECT: Object = Object::Contact;

    fn describe(self, _: &Policy) -> (Presence, Shape, &'static str) {
        const SELECTOR: &str = "Type";
        match self {
            Self::Type => (Required, one_of(2), "1 is a one-to-one conversation, 2 a group chat."),
            Self::ToGroupId => {
                (RequiredWhen { selector: SELECTOR, values: &[2] }, Shape::GROUP_CHAT_ID, "The ID of the group chat.")
            }
            Self::ToAccount => (RequiredWhen { selector: SELECTOR, values: &[1] }, Shape::USER_ID, "The user ID of the peer."),
        }
    }
}
