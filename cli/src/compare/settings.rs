//! The policies with one setting changed that a difference is tried under.

use std::mem::discriminant;

use convmark::marks::MarkBase;
use convmark::policy::{Capacity, ErrorDisplay, LastPageIndex, PolicyBuilder, RenameItems};
use convmark::{Account, ErrorCode, Policy, Revision};
use serde_json::Value;

use super::theirs::Theirs;
use crate::policy;

/// A setting with a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setting {
    /// As in `docs/codes.md`.
    pub name: &'static str,
    pub value: String,
    /// The option of this tool that gives it that value, if there is one.
    pub option: Option<String>,
    /// The name of a revision that gives it that value, with others.
    pub revision: Option<&'static str>,
}

/// More than any account or request has.
const MANY: u32 = 1_000_000;

/// Collects policies that differ from one in one setting.
struct Candidates<'p> {
    from: &'p Policy,
    found: Vec<(Setting, Policy)>,
}

impl Candidates<'_> {
    /// Adds a policy, unless it is there or its value is out of range.
    fn add(
        &mut self,
        name: &'static str,
        value: String,
        set: impl Fn(PolicyBuilder) -> PolicyBuilder,
    ) {
        let Ok(policy) = set(self.from.to_builder()).build() else { return };
        if policy == *self.from || self.found.iter().any(|(_, found)| *found == policy) {
            return;
        }
        let option = policy::Settings::option(name).map(|option| format!("{option} {value}"));
        let has_it = |revision: &Revision| {
            let policy = revision.policy();
            set(policy.to_builder()).build().is_ok_and(|same| same == policy)
        };
        let revision = Revision::ALL.iter().find(|revision| has_it(revision));
        let revision = revision.map(|revision| revision.name());
        self.found.push((Setting { name, value, option, revision }, policy));
    }

    fn number(
        &mut self,
        name: &'static str,
        values: impl IntoIterator<Item = Option<u32>>,
        set: fn(PolicyBuilder, u32) -> PolicyBuilder,
    ) {
        for value in values.into_iter().flatten() {
            self.add(name, value.to_string(), |builder| set(builder, value));
        }
    }

    fn flag(&mut self, name: &'static str, set: fn(PolicyBuilder, bool) -> PolicyBuilder) {
        for value in [false, true] {
            let text = if value { "yes" } else { "no" };
            self.add(name, text.to_string(), |builder| set(builder, value));
        }
    }

    fn named<T: Copy>(
        &mut self,
        name: &'static str,
        values: &[T],
        text: fn(T) -> &'static str,
        set: fn(PolicyBuilder, T) -> PolicyBuilder,
    ) {
        for value in values.iter().copied() {
            self.add(name, text(value).to_string(), |builder| set(builder, value));
        }
    }

    fn capacity(&mut self, capacity: Capacity) {
        let value = match capacity {
            Capacity::Shared { rows } => format!("shared: {rows} rows"),
            Capacity::Separate { grouped, marked } => {
                format!("separate: {grouped} grouped and {marked} marked rows")
            }
            Capacity::PerGroup { members, marked } => {
                format!("per group: {members} members, and {marked} marked rows")
            }
        };
        self.add("capacity", value, |builder| builder.capacity(capacity));
    }
}

/// All settings with their documented values, and the values that the answer suggests.
///
/// `as_answered` gives the account after the items that succeeded in the answer, under a policy.
/// `calls_per_second` is left out: it is not judged.
pub fn candidates(
    from: &Policy,
    body: &str,
    theirs: &Theirs,
    before: &Account,
    as_answered: impl Fn(&Policy) -> Account,
) -> Vec<(Setting, Policy)> {
    let body = serde_json::from_str(body).unwrap_or_default();
    let revisions: Vec<Policy> = Revision::ALL.iter().map(|revision| revision.policy()).collect();
    let documented = |value: fn(&Policy) -> u32| revisions.iter().map(value).map(Some);
    // A number that was accepted is the least that is allowed, one that was not is one too many.
    let suggested = |number: Option<u32>| {
        [if theirs.is_ok { number } else { number.and_then(|number| number.checked_sub(1)) }]
    };
    let mut all = Candidates { from, found: Vec::new() };
    all.named("error_display", ErrorDisplay::ALL, ErrorDisplay::name, PolicyBuilder::error_display);
    all.named(
        "last_page_index",
        LastPageIndex::ALL,
        LastPageIndex::name,
        PolicyBuilder::last_page_index,
    );
    all.named("rename_items", RenameItems::ALL, RenameItems::name, PolicyBuilder::rename_items);
    all.named("mark_base", MarkBase::ALL, MarkBase::name, PolicyBuilder::mark_base);
    all.flag("create_needs_conversations", PolicyBuilder::create_needs_conversations);
    all.flag("custom_mark_needs_plan", PolicyBuilder::custom_mark_needs_plan);
    all.number("page_size", documented(Policy::page_size), PolicyBuilder::page_size);
    all.number("page_size", [count(theirs.value.get("ContactItem"))], PolicyBuilder::page_size);
    for (name, documented, longest, set) in [
        (
            "group_name_max_bytes",
            documented(Policy::group_name_max_bytes),
            new_name_bytes(&body),
            PolicyBuilder::group_name_max_bytes as fn(PolicyBuilder, u32) -> PolicyBuilder,
        ),
        (
            "custom_mark_max_bytes",
            documented(Policy::custom_mark_max_bytes),
            custom_mark_bytes(&body),
            PolicyBuilder::custom_mark_max_bytes,
        ),
        (
            "mark_items_max",
            documented(Policy::mark_items_max),
            count(body.get("MarkItem")),
            PolicyBuilder::mark_items_max,
        ),
        (
            "search_max",
            documented(Policy::search_max),
            count(body.get("ContactItem")),
            PolicyBuilder::search_max,
        ),
        (
            "groups",
            documented(Policy::groups),
            Some(before.usage().groups.saturating_add(1)),
            PolicyBuilder::groups,
        ),
    ] {
        all.number(name, documented, set);
        all.number(name, suggested(longest), set);
    }
    let conversations = ["/GroupContactItem/0/ContactItem", "/UpdateGroup/ContactUpdateItem"];
    let conversations = conversations.iter().find_map(|path| count(body.pointer(path)));
    let suggested = suggested(conversations).map(|suggested| suggested.map(Some));
    let documented = revisions.iter().map(|policy| Some(policy.conversations_max()));
    for value in documented.chain(suggested).flatten() {
        let text = value.map_or("no limit".to_string(), |value| value.to_string());
        all.add("conversations_max", text, |builder| builder.conversations_max(value));
    }
    let full = capacities(from, &body, theirs, &as_answered);
    full.into_iter().for_each(|capacity| all.capacity(capacity));
    all.found
}

/// The documented readings of the capacity, each with its number and, if the answer is about a full
/// capacity, with the number of what it accepted.
fn capacities(
    from: &Policy,
    body: &Value,
    theirs: &Theirs,
    as_answered: &impl Fn(&Policy) -> Account,
) -> Vec<Capacity> {
    const DOCUMENTED: u32 = 1000;
    let readings = |members, rows, grouped, marked| {
        [
            Capacity::Shared { rows },
            Capacity::Separate { grouped, marked: DOCUMENTED },
            Capacity::Separate { grouped: DOCUMENTED, marked },
            Capacity::PerGroup { members, marked: DOCUMENTED },
            Capacity::PerGroup { members: DOCUMENTED, marked },
        ]
    };
    let mut all = readings(DOCUMENTED, DOCUMENTED, DOCUMENTED, DOCUMENTED).to_vec();
    let unlimited = Capacity::Separate { grouped: MANY, marked: MANY };
    if let Ok(policy) = from.to_builder().capacity(unlimited).build() {
        let after = as_answered(&policy);
        let usage = after.usage();
        let is_full = theirs.any_item(ErrorCode::CAPACITY);
        let group = ["/GroupContactItem/0/GroupName", "/UpdateGroup/OldGroupName"];
        let group = group.iter().find_map(|path| body.pointer(path)?.as_str());
        let members = group.and_then(|name| after.group(name)).map_or(0, |group| group.members);
        if is_full || usage.rows > DOCUMENTED {
            all.extend(readings(members, usage.rows, usage.grouped, usage.marked));
        }
    }
    // The reading that the policy has comes first.
    let is_other = |capacity: &Capacity| discriminant(capacity) != discriminant(&from.capacity());
    all.sort_by_key(is_other);
    all
}

/// The number of elements of a list.
fn count(list: Option<&Value>) -> Option<u32> {
    u32::try_from(list?.as_array()?.len()).ok()
}

/// The length of a name that a request gives to a group, in bytes.
fn new_name_bytes(body: &Value) -> Option<u32> {
    let paths = ["/GroupContactItem/0/GroupName", "/UpdateGroup/NewGroupName"];
    bytes(paths.iter().find_map(|path| body.pointer(path)))
}

/// The length of the longest custom mark of a request, in bytes.
fn custom_mark_bytes(body: &Value) -> Option<u32> {
    let items = body.get("MarkItem")?.as_array()?.iter();
    items.filter_map(|item| bytes(item.get("CustomMark"))).max()
}

fn bytes(text: Option<&Value>) -> Option<u32> {
    u32::try_from(text?.as_str()?.len()).ok()
}
