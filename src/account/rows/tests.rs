//! The rows against a plain list that should hold the same.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::conversation::{GROUP, USER};

fn ids(count: u32) -> Vec<String> {
    (0..count).map(|number| format!("user_{number:04}")).collect()
}

fn find(rows: &Rows, kind: u8, id: &[u8]) -> Option<Place> {
    rows.find(&Key::new(kind, id, rows.is_indexed()))
}

fn insert(rows: &mut Rows, kind: u8, id: &[u8]) -> Place {
    rows.insert(&Key::new(kind, id, rows.is_indexed()), 7)
}

fn remove(rows: &mut Rows, kind: u8, id: &[u8]) {
    let key = Key::new(kind, id, rows.is_indexed());
    let place = rows.find(&key).unwrap();
    rows.remove(&key, place);
}

fn rows(ids: &[String]) -> Rows {
    let mut rows = Rows::default();
    for id in ids {
        insert(&mut rows, USER, id.as_bytes());
    }
    rows
}

fn listed<'r>(rows: &'r Rows, slots: impl Iterator<Item = &'r Row>) -> Vec<&'r [u8]> {
    slots.map(|row| rows.kind_and_id(row).1).collect()
}

/// The rows are these, in this order, and each is found.
#[track_caller]
fn assert_rows(rows: &Rows, expected: &[&String]) {
    let expected: Vec<&[u8]> = expected.iter().map(|id| id.as_bytes()).collect();
    assert_eq!(rows.len(), expected.len());
    assert_eq!(listed(rows, rows.iter()), expected);
    for start in [0, expected.len() / 2, expected.len()] {
        assert_eq!(listed(rows, rows.iter_from(start)), expected[start..], "from {start}");
    }
    for id in expected {
        let row = find(rows, USER, id).and_then(|place| rows.at(place)).unwrap();
        assert_eq!(rows.kind_and_id(row), (USER, id));
        assert!(find(rows, GROUP, id).is_none());
    }
}

/// The index has the rows alone, and is as small as the slots allow.
#[track_caller]
fn assert_index(rows: &Rows) {
    assert_eq!(rows.index.len(), if rows.is_indexed() { rows.len() } else { 0 });
    assert_eq!(rows.index.is_small(), rows.slots.len() <= SMALL_SLOTS);
    assert_eq!(rows.index.heap_bytes() == 0, rows.slots.len() <= FEW, "{}", rows.slots.len());
}

#[test]
fn gaps_are_closed_once_they_outnumber_the_rows() {
    let ids = ids(100);
    let mut rows = rows(&ids);
    for (removed, id) in ids.iter().enumerate().take(99) {
        remove(&mut rows, USER, id.as_bytes());
        let left: Vec<&String> = ids.iter().skip(removed + 1).collect();
        assert_rows(&rows, &left);
        assert_index(&rows);
        // Gaps are closed at 51, with 49 rows left, at 25 (24 left) and at 17 (7 left): up to 16
        // never matter.
        let expected = match removed + 1 {
            removed @ 0..=50 => (100, removed),
            removed @ 51..=75 => (49, removed - 51),
            removed @ 76..=92 => (24, removed - 76),
            removed => (7, removed - 93),
        };
        assert_eq!(
            (rows.slots.len(), rows.slots.iter().filter(|row| row.is_gone()).count()),
            expected,
            "{removed}"
        );
        let slots = rows.slots.len();
        assert!(rows.slots.capacity() <= slots + step(slots));
    }
    remove(&mut rows, USER, ids[99].as_bytes());
    assert_eq!(rows.heap_bytes(), 0, "nothing is kept of the last row");
}

#[test]
fn the_index_of_many_rows_is_given_back_when_few_are_left() {
    let ids = ids(1000);
    let mut rows = rows(&ids);
    let before = rows.index.heap_bytes();
    let mut number = 0;
    rows.retain(|_| {
        number += 1;
        number <= 100
    });
    assert_rows(&rows, &ids[..100].iter().collect::<Vec<_>>());
    assert_index(&rows);
    assert!(rows.index.heap_bytes() <= before / 4, "{} of {before}", rows.index.heap_bytes());
}

#[test]
fn gaps_anywhere_change_no_order() {
    let ids = ids(64);
    let mut rows = rows(&ids);
    let mut number = 0;
    rows.retain(|_| {
        number += 1;
        number % 4 != 0
    });
    let left: Vec<&String> = ids
        .iter()
        .enumerate()
        .filter(|(place, _)| (place + 1) % 4 != 0)
        .map(|(_, id)| id)
        .collect();
    assert_eq!((rows.slots.len(), rows.len()), (64, 48));
    assert_rows(&rows, &left);
    let kept: BTreeSet<u32> = (0..)
        .zip(&ids)
        .filter(|(_, id)| id.as_bytes()[8] % 3 == 0)
        .filter_map(|(_, id)| find(&rows, USER, id.as_bytes()))
        .map(|place| rows.at(place).unwrap().id)
        .collect();
    rows.retain(|row| kept.contains(&row.id));
    let left: Vec<&String> = left.into_iter().filter(|id| id.as_bytes()[8] % 3 == 0).collect();
    assert_rows(&rows, &left);
    assert_eq!(rows.slots.len(), left.len());
    rows.retain(|_| false);
    assert_eq!((rows.len(), rows.heap_bytes()), (0, 0));
}

#[test]
fn few_rows_have_no_index_and_few_gaps_do_not_make_one() {
    let ids = ids(200);
    let mut rows = rows(&ids[..15]);
    let mut list: Vec<&String> = ids[..15].iter().collect();
    // Sixteen slots are always enough, since the gaps among them are used again.
    for new in &ids[15..] {
        remove(&mut rows, USER, list.remove(list.len() / 2).as_bytes());
        insert(&mut rows, USER, new.as_bytes());
        list.push(new);
        assert_rows(&rows, &list);
        assert_index(&rows);
        assert!(rows.slots.len() <= FEW);
    }
    for count in [15, 16, 17, 18, 17, 16, 15, 1] {
        while list.len() < count {
            list.push(&ids[list.len()]);
            insert(&mut rows, USER, list[list.len() - 1].as_bytes());
        }
        while list.len() > count {
            remove(&mut rows, USER, list.remove(0).as_bytes());
        }
        assert_rows(&rows, &list);
        assert_index(&rows);
    }
}

#[test]
fn the_index_takes_two_bytes_a_row_while_they_are_enough() {
    let many = u32::try_from(SMALL_SLOTS).unwrap() + 2;
    let ids: Vec<String> = (0..many).map(|number| number.to_string()).collect();
    let mut rows = rows(&ids[..SMALL_SLOTS]);
    assert_index(&rows);
    for id in &ids[SMALL_SLOTS..] {
        insert(&mut rows, USER, id.as_bytes());
        assert_index(&rows);
        assert!(!rows.index.is_small());
    }
    assert_rows(&rows, &ids.iter().collect::<Vec<_>>());
    // Gaps are closed, and the slots are few enough for two bytes again.
    for id in ids.iter().step_by(2).chain(&ids[1..3]) {
        if find(&rows, USER, id.as_bytes()).is_some() {
            remove(&mut rows, USER, id.as_bytes());
        }
    }
    assert_index(&rows);
    assert!(rows.index.is_small());
    assert_rows(&rows, &ids.iter().skip(3).step_by(2).collect::<Vec<_>>());
    let left = ids.len() / 2 - 1;
    assert!(rows.index.capacity() < 2 * left, "{} for {left}", rows.index.capacity());
    for id in ids.iter().skip(3).step_by(2) {
        remove(&mut rows, USER, id.as_bytes());
    }
    assert_eq!(rows.heap_bytes(), 0);
}

#[test]
fn conversations_that_hash_alike_are_told_apart() {
    let (left, right) = (*b"lpcklgkcoimbjihl", *b"nicjfilbljgppelk");
    for fill in [0, 100] {
        let mut rows = rows(&ids(fill));
        for kind in [USER, GROUP] {
            insert(&mut rows, kind, &left);
            assert!(find(&rows, kind, &right).is_none());
            insert(&mut rows, kind, &right);
        }
        for (kind, id) in [(USER, left), (USER, right), (GROUP, left), (GROUP, right)] {
            let row = find(&rows, kind, &id).and_then(|place| rows.at(place)).unwrap();
            assert_eq!(rows.kind_and_id(row), (kind, id.as_slice()));
        }
        for kind in [USER, GROUP] {
            remove(&mut rows, kind, &left);
            assert!(find(&rows, kind, &left).is_none());
            assert!(find(&rows, kind, &right).is_some());
            insert(&mut rows, kind, &left);
            remove(&mut rows, kind, &right);
            assert!(find(&rows, kind, &left).is_some());
            assert!(find(&rows, kind, &right).is_none());
        }
    }
    let hash = |kind, id| Key::new(kind, id, true).hash();
    assert_eq!(hash(USER, &left), hash(USER, &right), "the test needs two with one hash");
}

/// Loads rows of users with these IDs.
fn load(rows: &mut Rows, ids: &[impl AsRef<[u8]>]) -> Result<(), usize> {
    for id in ids {
        rows.load(&Key::new(USER, id.as_ref(), false), 1, "", 0, 7);
    }
    rows.finish_loading()
}

#[test]
fn loading_makes_room_once() {
    let ids = ids(1000);
    let mut rows = Rows::default();
    let texts: usize = ids.iter().map(|id| id.len() + 1).sum();
    rows.reserve(1000, texts);
    let room = (rows.slots.capacity(), rows.texts.heap_bytes());
    assert_eq!(room, (1000, 10_000));
    load(&mut rows, &ids).unwrap();
    assert_eq!((rows.slots.capacity(), rows.texts.heap_bytes()), room);
    assert_eq!(rows.index.capacity(), Index::new(1000, 1000).capacity());
}

#[test]
fn loaded_rows_are_those_that_were_inserted() {
    for count in [0, 1, FEW - 1, FEW, FEW + 1, 1000, SMALL_SLOTS, SMALL_SLOTS + 1] {
        let ids = ids(count.try_into().unwrap());
        let (mut loaded, mut inserted) = (Rows::default(), Rows::default());
        load(&mut loaded, &ids).unwrap();
        for id in &ids {
            insert(&mut inserted, USER, id.as_bytes());
        }
        assert_eq!(loaded.len(), inserted.len());
        assert_eq!(loaded.slots.capacity(), count, "there is no room for more");
        assert_eq!(loaded.index.is_small(), inserted.index.is_small());
        for id in &ids {
            let place = find(&loaded, USER, id.as_bytes());
            assert!(place.is_some());
            assert_eq!(place, find(&inserted, USER, id.as_bytes()));
            assert!(find(&loaded, GROUP, id.as_bytes()).is_none());
        }
        assert!(find(&loaded, USER, b"other").is_none());
    }
}

#[test]
fn the_first_row_that_repeats_another_is_found() {
    for count in [2, FEW, FEW + 1, 100] {
        let mut ids = ids(count.try_into().unwrap());
        ids.swap(0, 1);
        for place in 1..count {
            let mut repeated = ids.clone();
            repeated[place] = ids[place / 2].clone();
            repeated.push(ids[0].clone());
            assert_eq!(load(&mut Rows::default(), &repeated), Err(place));
        }
    }
}

#[test]
fn memory_grows_in_small_steps() {
    let mut rows = Rows::default();
    for (number, id) in ids(1000).iter().enumerate() {
        insert(&mut rows, USER, id.as_bytes());
        let (slots, used) = (rows.slots.capacity(), number + 1);
        assert!(slots <= used + (used / 4).max(2), "{slots} slots for {used} rows");
        let (texts, used) = (rows.texts.heap_bytes(), rows.texts.live() as usize);
        assert!(texts <= used + used / 8, "{texts} bytes for {used}");
    }
}

#[test]
fn removed_rows_leave_no_texts_behind() {
    let ids = ids(40);
    let mut rows = rows(&ids);
    for round in 0..1000 {
        let id = ids[round % 30].as_bytes();
        let place = find(&rows, USER, id).unwrap();
        rows.set_marks(place, None, Some(&"0123456789"[..round % 10]), 7);
        remove(&mut rows, USER, id);
        insert(&mut rows, USER, id);
        let used = rows.texts.live() as usize;
        assert_eq!(used, 40 * 10);
        assert!(rows.texts.heap_bytes() <= (2 * used + 30) * 9 / 8, "{round}");
    }
    assert_rows(&rows, &ids[30..].iter().chain(&ids[10..30]).chain(&ids[..10]).collect::<Vec<_>>());
}

#[test]
fn texts_are_counted_before_they_are_stored() {
    let mut rows = Rows::default();
    let key = Key::new(USER, b"four", false);
    assert!(rows.has_room(None, &key, None, 5));
    assert!(!rows.has_room(None, &key, None, 4));
    assert!(rows.has_room(None, &key, Some("abc"), 12));
    assert!(!rows.has_room(None, &key, Some("abc"), 11));
    let place = insert(&mut rows, USER, b"four");
    rows.set_marks(place, None, Some("abc"), 7);
    let row = rows.at(place);
    assert_eq!(rows.texts.live(), 12);
    for (custom, fits) in [("", true), ("ab", true), ("abc", true), ("abcd", false)] {
        assert_eq!(rows.has_room(row, &key, Some(custom), 12), fits, "{custom}");
        // What does not grow fits in any case.
        assert_eq!(rows.has_room(row, &key, Some(custom), 0), fits, "{custom}");
    }
    assert!(rows.has_room(row, &key, None, 0));
}
