//! Reading answers, for clients that may also talk to the live service.
//!
//! Unknown members are skipped, absent ones have defaults, a list of results may be `null` or
//! absent, and a code may be any number.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::code::ErrorCode;
use crate::conversation::{Conversation, GROUP, USER};
use crate::marks::StandardMarks;

/// An answer of any command; members that a command does not have are empty.
///
/// ```
/// use convmark::answer::{Answer, AnswerError};
///
/// let bytes = br#"{"ResultItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"u"},"ResultCode":0,"ResultInfo":""}],
///                  "ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":"","New":{}}"#;
/// let answer = Answer::read(bytes)?;
/// assert!(answer.code.is_ok());
/// assert_eq!(answer.items[0].conversation().unwrap().id(), "u");
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// `ActionStatus`: `OK` or `FAIL`.
    pub status: String,
    /// `ErrorCode` of the request as a whole.
    pub code: ErrorCode,
    /// `ErrorInfo`.
    pub info: String,
    /// `ErrorDisplay`, if it is there.
    pub display: Option<String>,
    /// The result items of create, update and mark, in request order.
    pub items: Vec<ItemAnswer>,
    /// The rows of get (`ContactItem`) and search (`ContactResultItem`).
    pub rows: Vec<ContactRow>,
    /// The groups: the one of create, update and del; those of get and search.
    pub groups: Vec<GroupItem>,
    /// `CompleteFlag` of get; absent is `None`.
    pub complete: Option<bool>,
    /// `NextStartIndex` of get, 0-based; some servers leave it out on the last page.
    pub next_start_index: Option<u64>,
}

/// The result of one item.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemAnswer {
    /// `OptType` of mark, `ContactOptType` of update; `None` for create.
    pub operation: Option<i64>,
    /// `ContactItem`.
    pub contact: ContactRow,
    /// `ResultCode`.
    pub code: ErrorCode,
    /// `ResultInfo`.
    pub info: String,
}

impl ItemAnswer {
    /// The conversation, if it is named correctly.
    #[must_use]
    pub fn conversation(&self) -> Option<Conversation<'_>> {
        self.contact.conversation()
    }
}

/// A row of get and search, or the conversation of a result item, where all but the first three
/// fields are empty.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContactRow {
    /// `Type`: 1 one-to-one, 2 group chat.
    pub kind: i64,
    /// `To_Account`.
    pub user: String,
    /// `ToGroupId`.
    pub group_chat: String,
    /// `StandardMark` as sent; see [`marks`](Self::marks).
    pub standard_mark: String,
    /// `CustomMark`; empty when absent.
    pub custom_mark: String,
    /// `ContactGroupId`.
    pub group_ids: Vec<i64>,
    /// `Timestamp`, Unix seconds.
    pub timestamp_seconds: u64,
}

impl ContactRow {
    /// The conversation, if it is named correctly: `Type` with a valid ID of that kind.
    #[must_use]
    pub fn conversation(&self) -> Option<Conversation<'_>> {
        match u8::try_from(self.kind) {
            Ok(USER) => Conversation::user(self.user.as_str()).ok(),
            Ok(GROUP) => Conversation::group(self.group_chat.as_str()).ok(),
            _ => None,
        }
    }

    /// The standard marks, if they are a bit string. Leading zeros, which some samples have, are
    /// accepted.
    #[must_use]
    pub fn marks(&self) -> Option<StandardMarks> {
        self.standard_mark.trim_start_matches('0').parse().ok()
    }
}

/// A conversation group.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupItem {
    /// `GroupName`.
    pub name: String,
    /// `GroupId`.
    pub id: i64,
    /// `OldGroupName` of update; empty elsewhere.
    pub old_name: String,
}

/// The bytes are not an answer: they are not a JSON object, or a documented member has another
/// type.
#[derive(Debug, thiserror::Error)]
#[error("not an answer of this service at line {line}, column {column}")]
pub struct AnswerError {
    line: usize,
    column: usize,
}

impl AnswerError {
    /// The line, 1-based.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The column in the line, in bytes, 1-based.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// [`AnswerError`] if the bytes are not a JSON object or a documented member has another type.
    pub fn read(bytes: &[u8]) -> Result<Self, AnswerError> {
        serde_json::from_slice(bytes)
            .map_err(|error| AnswerError { line: error.line(), column: error.column() })
    }

    /// Whether the request as a whole succeeded; items may have failed even so.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == "OK" && self.code.is_ok()
    }
}

/// `Debug` that shows codes, numbers and counts: no ID, name, mark or text.
macro_rules! debug_without_data {
    ($($Type:ident($self:ident) { $($name:literal: $value:expr,)+ })+) => {
        $(impl fmt::Debug for $Type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $self = self;
                f.debug_struct(stringify!($Type))$(.field($name, &$value))+.finish_non_exhaustive()
            }
        })+
    };
}

debug_without_data! {
    Answer(this) { "code": this.code, "items": this.items.len(), "rows": this.rows.len(), "groups": this.groups.len(), }
    ItemAnswer(this) { "operation": this.operation, "code": this.code, }
    ContactRow(this) { "kind": this.kind, "group_ids": this.group_ids, "timestamp_seconds": this.timestamp_seconds, }
    GroupItem(this) { "id": this.id, }
}

/// An object whose members are put into a value one by one. Unlike a derived reader, this does not
/// accept an array for it.
trait ReadMembers: Default {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

struct MembersVisitor<T>(PhantomData<T>);

impl<'de, T: ReadMembers> Visitor<'de> for MembersVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::default();
        while let Some(name) = map.next_key_seed(crate::read::TextSeed)? {
            value.put(&name, &mut map)?;
        }
        Ok(value)
    }
}

macro_rules! read_members {
    ($($Type:ident),+) => {
        $(impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map(MembersVisitor(PhantomData))
            }
        })+
    };
}

read_members!(Answer, ItemAnswer, ContactRow, GroupItem, CreatedGroup, UpdatedGroup);

/// The next value; `null` is the default.
fn value<'de, T: Deserialize<'de> + Default, A: MapAccess<'de>>(
    map: &mut A,
) -> Result<T, A::Error> {
    Ok(map.next_value::<Option<T>>()?.unwrap_or_default())
}

/// The next list; absent elements are left out.
fn list<'de, T: Deserialize<'de>, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<T>, A::Error> {
    Ok(value::<Vec<Option<T>>, A>(map)?.into_iter().flatten().collect())
}

/// A number that a client can do without. `true` and `false` are 1 and 0; any other value is the
/// same as absent.
struct LenientNumber(Option<u64>);

impl<'de> Deserialize<'de> for LenientNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<serde_json::value::RawValue>::deserialize(deserializer)?;
        Ok(Self(match raw.get() {
            "true" => Some(1),
            "false" => Some(0),
            number => number.parse().ok(),
        }))
    }
}

fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|_| ())
}

impl ReadMembers for Answer {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "ActionStatus" => self.status = value(map)?,
            "ErrorCode" => self.code = value(map)?,
            "ErrorInfo" => self.info = value(map)?,
            "ErrorDisplay" => self.display = map.next_value()?,
            "ResultItem" => self.items = list(map)?,
            "ContactItem" | "ContactResultItem" => self.rows = list(map)?,
            "GroupItem" => self.groups = list(map)?,
            "CompleteFlag" => {
                self.complete = map.next_value::<LenientNumber>()?.0.map(|flag| flag == 1)
            }
            "NextStartIndex" => self.next_start_index = map.next_value::<LenientNumber>()?.0,
            "GroupResultItem" => {
                for created in list::<CreatedGroup, _>(map)? {
                    self.groups.push(created.group);
                    self.items.extend(created.items);
                }
            }
            "UpdateGroupResult" => {
                if let Some(updated) = map.next_value::<Option<UpdatedGroup>>()? {
                    self.groups.push(updated.group);
                    self.items = updated.items;
                }
            }
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl ReadMembers for ItemAnswer {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "OptType" | "ContactOptType" => self.operation = map.next_value()?,
            "ContactItem" => self.contact = value(map)?,
            "ResultCode" => self.code = value(map)?,
            "ResultInfo" => self.info = value(map)?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl ReadMembers for ContactRow {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "Type" => self.kind = value(map)?,
            "To_Account" => self.user = value(map)?,
            "ToGroupId" => self.group_chat = value(map)?,
            "StandardMark" => self.standard_mark = value(map)?,
            "CustomMark" => self.custom_mark = value(map)?,
            "ContactGroupId" => self.group_ids = value(map)?,
            "Timestamp" => {
                self.timestamp_seconds = map.next_value::<LenientNumber>()?.0.unwrap_or_default()
            }
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl ReadMembers for GroupItem {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "GroupName" => self.name = value(map)?,
            "GroupId" => self.id = value(map)?,
            "OldGroupName" => self.old_name = value(map)?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// An element of create's `GroupResultItem`.
#[derive(Default)]
struct CreatedGroup {
    group: GroupItem,
    items: Vec<ItemAnswer>,
}

impl ReadMembers for CreatedGroup {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "GroupItem" => self.group = value(map)?,
            "ResultItem" => self.items = list(map)?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// Update's `UpdateGroupResult`.
#[derive(Default)]
struct UpdatedGroup {
    group: GroupItem,
    items: Vec<ItemAnswer>,
}

impl ReadMembers for UpdatedGroup {
    fn put<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "ContactResultItem" => self.items = list(map)?,
            _ => self.group.put(name, map)?,
        }
        Ok(())
    }
}
