//! Heap memory: exact counts of allocations per request and bytes per account.
//!
//! This is a binary of its own with one test, because its allocator counts for the whole process.

#[path = "../benches/service.rs"]
mod service;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::Relaxed};

use convmark::request::{MarkContacts, MarkItem};
use convmark::{Account, Conversation, Facts, Policy, StandardMarks, UserId, Validator};
use service::{Service, command};
use support::workload::{self, Flow, Variant, Workload};

/// The system's allocator with counters.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

/// The bytes that common allocators use for a block: 8 bytes of header, in steps of 16, at least
/// 32.
fn taken(size: usize) -> isize {
    isize::try_from((size + 8).next_multiple_of(16).max(32)).unwrap()
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(taken(layout.size()), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        BYTES.fetch_sub(taken(layout.size()), Relaxed);
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        BYTES.fetch_add(taken(size) - taken(layout.size()), Relaxed);
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

/// The bytes of heap memory that the result of `work` uses, and the result.
fn bytes_kept<T>(work: impl FnOnce() -> T) -> (isize, T) {
    let before = BYTES.load(Relaxed);
    let made = work();
    (BYTES.load(Relaxed) - before, made)
}

#[test]
fn memory() {
    warm_requests_allocate_nothing();
    every_timed_write_changes_every_row_it_names();
    asked_facts_allocate_nothing();
    an_answer_of_plain_items_takes_one_allocation();
    a_new_validator_allocates_the_items_only();
    an_empty_account_is_small();
    a_thousand_rows_are_small();
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
    let (heap, account) = bytes_kept(Account::new);
    assert_eq!(heap, 0);
    assert!(size_of_val(&account) <= 256, "{} bytes", size_of_val(&account));
}

/// 1000 rows with 14-byte IDs, one mark each, each in two groups, a 4-byte custom mark on a tenth.
fn a_thousand_rows_are_small() {
    let policy = Policy::default();
    let owner = || UserId::new("owner").unwrap();
    let ids: Vec<String> = (0..1000).map(|row| format!("@TGS#{row:09}")).collect();
    let (heap, account) = bytes_kept(|| {
        let mut account = Account::new();
        let mut apply = |request: convmark::Request<'_>| {
            let request = Validator::new(&policy).check(request).unwrap();
            let outcome = account.apply(&request, &Facts::vouched(), 1_700_000_000).unwrap();
            assert!(outcome.code().is_ok() && outcome.item_codes().all(|code| code.is_ok()));
        };
        for group in ["family", "friends"] {
            apply(convmark::request::CreateGroup::new(owner(), group, vec![]).into());
            for batch in ids.chunks(100) {
                let join = |id: &String| convmark::request::Membership {
                    change: convmark::request::MembershipChange::Add,
                    conversation: Conversation::group(id.clone()).unwrap(),
                };
                apply(
                    convmark::request::UpdateGroup::conversations(
                        owner(),
                        group,
                        batch.iter().map(join).collect(),
                    )
                    .into(),
                );
            }
        }
        for (number, batch) in ids.chunks(100).enumerate() {
            let mark = |id: &String| {
                let conversation = Conversation::group(id.clone()).unwrap();
                let custom = (number == 0).then(|| "abcd".into());
                MarkItem::both(conversation, StandardMarks::empty(), StandardMarks::STAR, custom)
            };
            apply(MarkContacts::new(owner(), batch.iter().map(mark).collect()).into());
        }
        account
    });
    assert_eq!(account.usage().rows, 1000);
    let bytes = heap + isize::try_from(size_of_val(&account)).unwrap();
    println!("{} bytes a row", bytes / 1000);
    assert!(bytes <= 96 * 1000, "{bytes} bytes for 1000 rows");
}
