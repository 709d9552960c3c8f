//! Heap memory: exact counts of allocations per request and bytes per account.
//!
//! This is a binary of its own with one test, because its allocator counts for the whole process.

#[path = "memory/crafted.rs"]
mod crafted;
#[path = "memory/loading.rs"]
mod loading;
#[path = "../benches/service.rs"]
mod service;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::Relaxed};

use convmark::account::ChangeKind;
use convmark::request::{
    CreateGroup, DeleteGroup, MarkContacts, MarkItem, Membership, MembershipChange, UpdateGroup,
};
use convmark::{Account, Change, Conversation, Facts, Policy, StandardMarks, UserId, Validator};
use service::{Service, command};
use support::workload::{self, Flow, Variant, Workload};

/// The system's allocator with counters.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
/// What the allocator uses for what was requested, and what was requested.
static TAKEN: AtomicIsize = AtomicIsize::new(0);
static REQUESTED: AtomicIsize = AtomicIsize::new(0);
/// The most that was requested at one time.
static PEAK: AtomicIsize = AtomicIsize::new(0);

/// Counts a block whose size changes; 0 is none.
fn count(old: usize, new: usize) {
    let bytes = |size: usize| isize::try_from(size).unwrap();
    TAKEN.fetch_add(taken(new) - taken(old), Relaxed);
    let requested = REQUESTED.fetch_add(bytes(new) - bytes(old), Relaxed) + bytes(new) - bytes(old);
    PEAK.fetch_max(requested, Relaxed);
    if new > 0 {
        ALLOCATIONS.fetch_add(1, Relaxed);
    }
}

/// The bytes that common allocators use for a block: 8 bytes of header, in steps of 16, at least
/// 32.
fn taken(size: usize) -> isize {
    if size == 0 {
        return 0;
    }
    isize::try_from((size + 8).next_multiple_of(16).max(32)).unwrap()
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(0, layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(layout.size(), 0);
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size(), size);
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The number of allocations that `work` makes.
fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.load(Relaxed);
    work();
    ALLOCATIONS.load(Relaxed) - before
}

/// Heap memory in bytes.
struct Kept {
    taken: isize,
    requested: isize,
}

/// The heap memory that the result of `work` uses, and the result.
fn kept<T>(work: impl FnOnce() -> T) -> (Kept, T) {
    let (taken, requested) = (TAKEN.load(Relaxed), REQUESTED.load(Relaxed));
    let made = work();
    let kept =
        Kept { taken: TAKEN.load(Relaxed) - taken, requested: REQUESTED.load(Relaxed) - requested };
    (kept, made)
}

/// The most heap memory that `work` uses at one time.
fn peak(work: impl FnOnce()) -> usize {
    let before = REQUESTED.load(Relaxed);
    PEAK.store(before, Relaxed);
    work();
    usize::try_from(PEAK.load(Relaxed) - before).unwrap()
}

#[test]
fn memory() {
    warm_requests_allocate_nothing();
    values_that_are_skipped_allocate_nothing();
    every_timed_write_changes_every_row_it_names();
    asked_facts_allocate_nothing();
    an_answer_of_plain_items_takes_one_allocation();
    a_new_validator_allocates_the_items_only();
    an_empty_account_is_small();
    rows_are_small();
    heap_bytes_are_what_was_requested();
    removed_data_takes_no_memory();
    loading::allocates_what_the_input_is_worth();
    loading::claims_allocate_nothing();
    loading::many_ids_allocate_in_proportion();
    loading::damage_allocates_in_proportion();
}

/// The account that a workload starts from, and the time of its last request.
fn prepared(workload: &Workload) -> (Account, u64) {
    let (mut account, mut now) = (Account::new(), workload::START);
    for request in &workload.setup {
        let request = Validator::new(&Policy::default())
            .decode(command(request.command), &request.body)
            .unwrap();
        now += 1;
        let outcome = account.apply(&request, &Facts::vouched(), now).unwrap();
        assert!(outcome.item_codes().all(|code| code.is_ok()), "{}", workload.name);
    }
    (account, now)
}

fn warm_requests_allocate_nothing() {
    for name in workload::NAMES {
        // These store something new in each round: a group, or rows that were removed before.
        if matches!(name, "create_100" | "churn_1" | "churn_100" | "mixed" | "del") {
            continue;
        }
        for variant in [Variant::Plain, Variant::Realistic, Variant::NonAscii, Variant::Pretty] {
            for rows in workload::SIZES {
                let workload = workload::workload(name, rows, variant);
                let (mut account, mut now) = prepared(&workload);
                let mut service = Service::default();
                let mut round = || {
                    for step in &workload.steps {
                        now += 1;
                        service.serve(&mut account, step, now);
                    }
                };
                round();
                round();
                assert_eq!(allocations(&mut round), 0, "{name}, {}, {rows} rows", variant.name());
            }
        }
    }
    // Deleting a group stores nothing new. It needs a fresh account, here with used memory.
    let workload = workload::workload("del", 1000, Variant::Plain);
    let (account, now) = prepared(&workload);
    let mut service = Service { answer: Vec::with_capacity(4096), ..Service::default() };
    let mut fresh = account.clone();
    let step = &workload.steps[0];
    service.serve(&mut account.clone(), step, now);
    let made = allocations(|| service.serve(&mut fresh, step, now));
    assert!(made <= 1, "del allocates {made} times; closing gaps may take one list");
}

fn values_that_are_skipped_allocate_nothing() {
    for (depth, expected) in [(1, 0), (2, 0), (65, 0), (66, 1)] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let body = format!(r#"{{"From_Account":"a","StartIndex":0,"Extra":{nested}}}"#);
        let mut validator = Validator::default();
        let made = allocations(|| {
            validator.decode(convmark::Command::GetContactGroup, body.as_bytes()).unwrap();
        });
        assert_eq!(made, expected, "{depth} brackets");
    }
}

fn every_timed_write_changes_every_row_it_names() {
    let facts = Facts::vouched();
    for name in workload::NAMES {
        for variant in Variant::ALL {
            for rows in workload::SIZES {
                let workload = workload::workload(name, rows, variant);
                let (start, mut now) = prepared(&workload);
                let mut validator = Validator::default();
                let mut account = start.clone();
                for _ in 0..2 {
                    for step in &workload.steps {
                        if workload.flow == Flow::Fresh {
                            account = start.clone();
                        }
                        now += 1;
                        let checked = validator.decode(command(step.command), &step.body).unwrap();
                        let outcome =
                            account.apply_with(&mut validator, &checked, &facts, now).unwrap();
                        let changes = outcome.changes().count();
                        let variant = variant.name();
                        assert_eq!(changes, step.changes, "{name}, {variant}, {rows} rows");
                        validator.reclaim_outcome(outcome);
                        validator.reclaim(checked);
                    }
                }
            }
        }
    }
}

fn asked_facts_allocate_nothing() {
    let workload = workload::workload("mark_100", 1000, Variant::Realistic);
    let (mut account, mut now) = prepared(&workload);
    let mut service = Service { facts: Facts::asked(), ..Service::default() };
    let mut round = || {
        for step in &workload.steps {
            now += 1;
            let checked = service.validator.decode(command(step.command), &step.body).unwrap();
            service.facts.clear();
            for lookup in checked.lookups() {
                service.facts.answer(&lookup, true);
            }
            service.finish(&mut account, checked, now);
        }
    };
    round();
    assert_eq!(allocations(round), 0);
}

fn an_answer_of_plain_items_takes_one_allocation() {
    for name in ["create_100", "update_100", "mark_100", "get_page_100"] {
        let workload = workload::workload(name, 1000, Variant::Plain);
        let (mut account, now) = prepared(&workload);
        let step = &workload.steps[0];
        let checked =
            Validator::new(&Policy::default()).decode(command(step.command), &step.body).unwrap();
        let outcome = account.apply(&checked, &Facts::vouched(), now + 1).unwrap();
        assert!(outcome.code().is_ok() && outcome.item_codes().all(|code| code.is_ok()), "{name}");
        assert_eq!(allocations(|| outcome.write_answer(&mut Vec::new())), 1, "{name}");
    }
}

fn a_new_validator_allocates_the_items_only() {
    let workload = workload::workload("mark_100", 100, Variant::Plain);
    let step = &workload.steps[0];
    let made = allocations(|| {
        Validator::new(&Policy::default()).decode(command(step.command), &step.body).unwrap();
    });
    assert!(
        (1..=8).contains(&made),
        "the list of items is all that plain decoding makes, in doubling steps: {made}"
    );
}

fn an_empty_account_is_small() {
    let (heap, account) = kept(Account::new);
    assert_eq!((heap.taken, account.heap_bytes()), (0, 0));
    assert!(size_of_val(&account) <= 256, "{} bytes", size_of_val(&account));
}

/// The rows of an account to be measured.
struct Shape {
    what: &'static str,
    rows: usize,
    /// The length of the IDs.
    id: usize,
    /// One in so many rows has a custom mark.
    custom_every: usize,
    /// The length of the custom marks.
    custom: usize,
    /// The maximum of bytes a row, all in.
    max: usize,
}

const PLAIN: Shape =
    Shape { what: "14-byte IDs", rows: 1000, id: 14, custom_every: 10, custom: 4, max: 68 };

/// Rows with one standard mark, each in two groups.
const SHAPES: [Shape; 6] = [
    Shape { rows: 1, max: 400, ..PLAIN },
    Shape { rows: 10, max: 76, ..PLAIN },
    Shape { rows: 100, ..PLAIN },
    PLAIN,
    Shape { what: "24-byte IDs", id: 24, max: 84, ..PLAIN },
    Shape { what: "40-byte custom marks", custom_every: 1, custom: 40, max: 68 + 40 + 6, ..PLAIN },
];

fn apply<'r>(account: &mut Account, request: impl Into<convmark::Request<'r>>) {
    let request = Validator::new(&Policy::default()).check(request.into()).unwrap();
    let outcome = account.apply(&request, &Facts::vouched(), 1_700_000_000).unwrap();
    assert!(outcome.code().is_ok() && outcome.item_codes().all(|code| code.is_ok()));
}

fn owner() -> UserId<'static> {
    UserId::new("owner").unwrap()
}

fn conversation(id: &str) -> Conversation<'_> {
    Conversation::group(id).unwrap()
}

fn move_all(account: &mut Account, ids: &[String], group: &str, change: MembershipChange) {
    for batch in ids.chunks(100) {
        let change = |id| Membership { change, conversation: conversation(id) };
        let items = batch.iter().map(|id| change(id)).collect();
        apply(account, UpdateGroup::conversations(owner(), group, items));
    }
}

fn set_custom(account: &mut Account, ids: &[String], custom: &str) {
    for batch in ids.chunks(100) {
        let mark = |id| MarkItem::custom(conversation(id), Some(custom.into()));
        let items = batch.iter().map(|id| mark(id)).collect();
        apply(account, MarkContacts::new(owner(), items));
    }
}

fn ids(shape: &Shape) -> Vec<String> {
    (0..shape.rows).map(|row| format!("@TGS#{row:0width$}", width = shape.id - 5)).collect()
}

fn build(shape: &Shape, ids: &[String]) -> Account {
    let mut account = Account::new();
    for group in ["family", "friends"] {
        apply(&mut account, CreateGroup::new(owner(), group, vec![]));
        move_all(&mut account, ids, group, MembershipChange::Add);
    }
    for batch in ids.chunks(100) {
        let mark = |id| {
            let star = StandardMarks::STAR;
            MarkItem::standard(conversation(id), StandardMarks::empty(), star)
        };
        let items = batch.iter().map(|id| mark(id)).collect();
        apply(&mut account, MarkContacts::new(owner(), items));
    }
    let marked: Vec<String> = ids.iter().step_by(shape.custom_every).cloned().collect();
    set_custom(&mut account, &marked, &"c".repeat(shape.custom));
    account
}

fn rows_are_small() {
    let own = size_of::<Account>();
    println!("an account itself takes {own} bytes");
    println!("{:>5} rows with {:<21} {:>7} {:>9} {:>6}", "", "", "heap", "all in", "a row");
    for shape in &SHAPES {
        let ids = ids(shape);
        let (heap, account) = kept(|| build(shape, &ids));
        assert_eq!(account.usage().rows as usize, shape.rows);
        let bytes = usize::try_from(heap.taken).unwrap() + own;
        let (rows, what) = (shape.rows, shape.what);
        let a_row = bytes as f64 / rows as f64;
        println!("{rows:>5} rows with {what:<21} {:>7} {bytes:>9} {a_row:>6.1}", heap.requested);
        assert!(bytes <= shape.max * rows, "{bytes} bytes for {rows} rows with {what}");
        let (copied, copy) = kept(|| account.clone());
        assert!(copied.requested <= heap.requested && copy == account);
    }
}

fn heap_bytes_are_what_was_requested() {
    #[track_caller]
    fn check(before: isize, account: &Account) {
        let requested = usize::try_from(REQUESTED.load(Relaxed) - before).unwrap();
        assert_eq!(account.heap_bytes(), requested, "{:?}", account.usage());
    }
    let long = "long".repeat(16);
    for rows in [0, 1, 2, 10, 16, 17, 100, 1000] {
        let shape = Shape { rows, ..PLAIN };
        let ids = ids(&shape);
        let before = REQUESTED.load(Relaxed);
        let mut account = build(&shape, &ids);
        check(before, &account);
        for custom in ["", "longer than before", "c", &long, ""] {
            set_custom(&mut account, &ids, custom);
            check(before, &account);
        }
        apply(&mut account, UpdateGroup::rename(owner(), "family", &*long));
        check(before, &account);
        apply(&mut account, UpdateGroup::rename(owner(), &*long, "f"));
        check(before, &account);
        for id in &ids[rows / 2..] {
            account.forget(&conversation(id), 1);
        }
        check(before, &account);
        move_all(&mut account, &ids[..rows / 3], "f", MembershipChange::Remove);
        check(before, &account);
        apply(&mut account, DeleteGroup::new(owner(), "f"));
        check(before, &account);
        let snapshot = serde_json::to_string(&build(&shape, &ids)).unwrap();
        let before = REQUESTED.load(Relaxed);
        check(before, &serde_json::from_str(&snapshot).unwrap());
    }
    // The index of more rows than two bytes can number.
    let mut account = Account::new();
    let before = REQUESTED.load(Relaxed);
    for number in 0..70_000 {
        let kind = ChangeKind::ConversationMarked {
            conversation: Conversation::user(format!("u{number}")).unwrap(),
            standard_mark: Some(StandardMarks::STAR),
            custom_mark: None,
        };
        account.replay(&Change::new(1, kind)).unwrap();
    }
    check(before, &account);
}

fn removed_data_takes_no_memory() {
    let ids = ids(&PLAIN);
    let mut account = build(&PLAIN, &ids);
    for id in &ids {
        account.forget(&conversation(id), 1);
    }
    for group in ["family", "friends"] {
        apply(&mut account, DeleteGroup::new(owner(), group));
    }
    assert_eq!(account.heap_bytes(), 0);
}
