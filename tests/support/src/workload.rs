//! The workloads of every bench, made by one generator with a fixed seed, so that all contenders
//! see the same bytes.
//!
//! **Every write that is timed changes every row that it names.** A workload is either a *cycle* of
//! requests that undo each other, so that it can run on one account again and again, or it is
//! *fresh*: each request needs its own copy of the prepared account, which is made outside of the
//! measured time. Every request says how many items it has and how many changes it makes.

mod conversations;
mod generator;
mod steps;
mod text;

use crate::bodies::{chat_contact, mark_item};
use crate::random::Random;
pub use conversations::Conversation;
use generator::Generator;

/// The account that every request of a workload is about.
pub const OWNER: &str = "owner_0001";
/// The time of the first request in seconds. The n-th request of a run comes n seconds later.
pub const START: u64 = 1_700_000_000;
/// The row counts of the accounts.
pub const SIZES: [usize; 3] = [10, 100, 1000];

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// The name of the command, for example `mark_contact`.
    pub command: &'static str,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// What "per item" divides by: items, for `del` the member rows, for `get` the returned rows.
    pub items: usize,
    /// How many changes applying it makes.
    pub changes: usize,
}

/// How IDs, names and bodies look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Short IDs as in documented samples, compact bodies.
    Plain,
    /// Group IDs of 14 bytes, user IDs of 32 hexadecimal digits.
    Realistic,
    /// Realistic IDs. Group names and custom marks outside ASCII, in UTF-8.
    NonAscii,
    /// The same text with everything outside ASCII written as `\u` escapes.
    Escaped,
    /// Realistic IDs, bodies indented by four spaces.
    Pretty,
}

impl Variant {
    /// All variants.
    pub const ALL: [Variant; 5] =
        [Variant::Plain, Variant::Realistic, Variant::NonAscii, Variant::Escaped, Variant::Pretty];

    /// The name in tables of results.
    pub fn name(self) -> &'static str {
        match self {
            Variant::Plain => "plain",
            Variant::Realistic => "realistic",
            Variant::NonAscii => "non-ascii",
            Variant::Escaped => "escaped",
            Variant::Pretty => "pretty",
        }
    }

    fn has_non_ascii_texts(self) -> bool {
        matches!(self, Variant::NonAscii | Variant::Escaped)
    }
}

/// How the steps of a workload follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// All steps run one after another on one account, again and again. After the last step the
    /// account is as it was before the first, except for timestamps, the order of rows and the
    /// counter of group IDs.
    Cycle,
    /// Every step starts from a copy of the prepared account.
    Fresh,
}

/// An account and the requests to it that are timed.
#[derive(Clone, Debug)]
pub struct Workload {
    /// One of [`NAMES`].
    pub name: &'static str,
    /// The number of rows of the account.
    pub rows: usize,
    /// How IDs, names and bodies look.
    pub variant: Variant,
    /// How the steps follow each other.
    pub flow: Flow,
    /// The requests that make the account.
    pub setup: Vec<Request>,
    /// The requests that are timed.
    pub steps: Vec<Request>,
    /// Every conversation that a request names: what a host would have to look up.
    pub conversations: Vec<Conversation>,
}

impl Workload {
    /// The items of all steps.
    pub fn items(&self) -> usize {
        self.steps.iter().map(|step| step.items).sum()
    }

    /// The bytes of all steps' bodies.
    pub fn bytes(&self) -> usize {
        self.steps.iter().map(|step| step.body.len()).sum()
    }
}

/// All names that [`workload`] knows.
pub const NAMES: [&str; 11] = [
    "mark_1",
    "mark_100",
    "update_1",
    "update_100",
    "churn_1",
    "churn_100",
    "create_100",
    "del",
    "get_page_100",
    "search_300",
    "mixed",
];

/// One workload on one account.
///
/// * `mark_*`: `OptType` 3, three bits set or cleared, a custom mark of four bytes.
/// * `update_*`: half additions, half removals of rows that stay because they are in another group
///   too.
/// * `churn_*`: the same with rows that are created and removed with their only membership.
/// * `create_100`: a group of 100 conversations, existing rows first.
/// * `del`: deletes the group that has every row.
/// * `get_page_100`, `search_300`: reads.
/// * `mixed`: mostly small marks, updates and reads. Sometimes a group is created and deleted.
///
/// # Panics
///
/// If the name is unknown.
pub fn workload(name: &'static str, rows: usize, variant: Variant) -> Workload {
    let mut generator = Generator::new(name, rows, variant);
    let (flow, setup, steps) = match name {
        "mark_1" => generator.mark(1),
        "mark_100" => generator.mark(100),
        "update_1" => generator.update(1),
        "update_100" => generator.update(100),
        "churn_1" => generator.churn(1),
        "churn_100" => generator.churn(100),
        "create_100" => generator.create(100),
        "del" => generator.del(),
        "get_page_100" => generator.get(100),
        "search_300" => generator.search(300),
        "mixed" => generator.mixed(),
        other => panic!("no workload is called {other}"),
    };
    Workload { name, rows, variant, flow, setup, steps, conversations: generator.conversations }
}

/// Many accounts, each visited once per pass in random order, so that caches are cold.
pub struct Cold {
    /// For each of a few accounts the requests that make it. The many accounts are copies of these.
    pub templates: Vec<Vec<Request>>,
    /// `passes[p][t]` is the request for a copy of template `t` in pass `p`. The second pass undoes
    /// the first, so that the pair can be repeated.
    pub passes: [Vec<Request>; 2],
    /// The order of the visits. Account `i` is a copy of template `i % templates.len()`.
    pub order: Vec<u32>,
}

/// Marks `items` rows in each of `accounts` accounts of 50 rows.
pub fn cold(accounts: usize, items: usize) -> Cold {
    const TEMPLATES: u64 = 16;
    const ROWS: usize = 50;
    let mut cold =
        Cold { templates: Vec::new(), passes: [Vec::new(), Vec::new()], order: Vec::new() };
    for template in 0..TEMPLATES {
        let mut generator = Generator::seeded(0xC01D + template, ROWS, Variant::Realistic, ROWS);
        cold.templates.push(generator.account());
        let mut chosen: Vec<usize> = (0..ROWS).collect();
        generator.random.shuffle(&mut chosen);
        chosen.truncate(items);
        for (pass, round) in cold.passes.iter_mut().zip([0, 1]) {
            generator.random.shuffle(&mut chosen);
            let list: Vec<String> =
                chosen.iter().map(|&row| generator.mark_item(row, round)).collect();
            pass.push(generator.mark_request(&list));
        }
    }
    cold.order = (0..u32::try_from(accounts).expect("fewer accounts than 2^32")).collect();
    Random::new(0x0DE7).shuffle(&mut cold.order);
    cold
}

/// A `mark_contact` body in which every item breaks a rule, one of six in turn.
pub fn malformed_mark(items: usize) -> Request {
    let generator = Generator::new("malformed", items.min(1000), Variant::Plain);
    let list: Vec<String> = (0..items)
        .map(|item| {
            let row = item % generator.rows;
            let contact = generator.contact(row);
            let marks = |indexes: &str, custom: &str| {
                format!(r#","SetMark":{indexes},"CustomMark":"{custom}""#)
            };
            let indexes = generator.mark_indexes(row);
            let valid = marks(&indexes, "aaaa");
            match item % 6 {
                0 => mark_item(4, &contact, &valid),
                1 => mark_item(3, &contact, &marks("[1,65,3]", "aaaa")),
                2 => mark_item(3, &contact, &marks(&indexes, &"c".repeat(257))),
                3 => mark_item(3, r#"{"Type":1,"To_Account":77}"#, &valid),
                4 => mark_item(3, &chat_contact("n\u{f6}"), &valid),
                _ => mark_item(3, r#"{"Type":1}"#, &valid),
            }
        })
        .collect();
    generator.mark_request(&list)
}

/// A well-formed `mark_contact` body. With more than 100 items it is over the limit.
pub fn large_mark(items: usize) -> Request {
    let generator = Generator::new("large", items.clamp(1, 1000), Variant::Plain);
    let list: Vec<String> =
        (0..items).map(|item| generator.mark_item(item % generator.rows, 0)).collect();
    generator.mark_request(&list)
}
