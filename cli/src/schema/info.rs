//! What the document says about itself, and where the service is.

use convmark::policy::Capacity;
use convmark::region::Region;
use convmark::{Policy, Revision};

use crate::json::{Json, object};

/// The licence expression of the crate, which the document has, too.
const LICENSE: &str = env!("CARGO_PKG_LICENSE");

pub fn info(revision: Revision, policy: &Policy) -> Json {
    object! {
        "title": "Conversation groups and marks (v4/recentcontact)",
        "version": version(revision),
        "summary": format!("The six commands as read from the public documentation of {revision}."),
        "description": "Unofficial. Made from the tables of the convmark crate, which also hold what the documentation leaves open; \
            see x-rules for the ground of each rule. Every answer has status 200; ActionStatus says whether the request succeeded. \
            A JSON Schema cannot count bytes: where x-maxBytes stands, that many bytes of UTF-8 are allowed. Objects with a repeated \
            member are rejected, and integers must be written without fraction and exponent. Optional fields may be null. \
            The answers among the examples are those of the crate to the requests in x-request, in the order of the document, on a \
            service without data.",
        "contact": object! { "name": "The convmark project" },
        "license": object! { "name": LICENSE, "identifier": LICENSE },
        "x-revision": revision.name(),
        "x-limits": limits(policy),
    }
}

/// The revision as a semantic version: 2026-04 is 2026.4.0.
fn version(revision: Revision) -> String {
    let parts = revision.name().split('-').map(|part| part.trim_start_matches('0'));
    parts.chain(["0"]).collect::<Vec<_>>().join(".")
}

/// Every setting of the policy.
fn limits(policy: &Policy) -> Json {
    let capacity = match policy.capacity() {
        Capacity::Shared { rows } => object! { "shared": rows },
        Capacity::Separate { grouped, marked } => object! { "grouped": grouped, "marked": marked },
        Capacity::PerGroup { members, marked } => {
            object! { "per_group": members, "marked": marked }
        }
    };
    object! {
        "group_name_max_bytes": policy.group_name_max_bytes(),
        "groups": policy.groups(),
        "capacity": capacity,
        "create_needs_conversations": policy.create_needs_conversations(),
    }
    .with_some("conversations_max", policy.conversations_max())
    .with("mark_items_max", policy.mark_items_max())
    .with("search_max", policy.search_max())
    .with("custom_mark_max_bytes", policy.custom_mark_max_bytes())
    .with("custom_mark_needs_plan", policy.custom_mark_needs_plan())
    .with("mark_base", policy.mark_base().first())
    .with("page_size", policy.page_size())
    .with("calls_per_second", policy.calls_per_second())
    .with("error_display", policy.error_display().name())
    .with("last_page_index", policy.last_page_index().name())
    .with("rename_items", policy.rename_items().name())
}

pub fn servers(revision: Revision) -> Vec<Json> {
    let listed = |region: &&Region| region.is_listed_in(revision);
    let server = |region: &Region| object! { "url": format!("https://{region}"), "description": words(&format!("{region:?}")) };
    Region::ALL.iter().filter(listed).map(server).collect()
}

/// `SiliconValley` as two words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}
