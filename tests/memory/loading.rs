//! What loading compact snapshots allocates.

use convmark::Account;
use support::formats::Format;

use super::{PLAIN, SHAPES, Shape, allocations, build, crafted, ids, peak};

/// What loading may allocate: each byte of the input can be the ID of a row.
fn bound(input: &[u8]) -> usize {
    64 * input.len() + 8192
}

pub fn allocates_what_the_input_is_worth() {
    println!("loading: {:<13} {:>5} {:>7} {:>7} {:>7}", "", "rows", "input", "peak", "kept");
    for shape in &SHAPES {
        let account = build(shape, &ids(shape));
        for format in Format::ALL {
            let bytes = format.write(&account);
            let mut loaded: Option<Account> = None;
            let peak = peak(|| loaded = format.read(&bytes).ok());
            let kept = loaded.unwrap().heap_bytes();
            let (name, input) = (format!("{format:?}"), bytes.len());
            println!("loading: {name:<13} {:>5} {input:>7} {peak:>7} {kept:>7}", shape.rows);
            assert!(peak < kept + kept / 2 + input + 8192, "{format:?}: {peak} for {kept}");
            assert!(peak <= bound(&bytes), "{format:?}: {peak} for {input}");
            assert!(kept <= account.heap_bytes(), "a loaded account has no room for more");
        }
        if shape.rows == 1000 {
            let bytes = postcard::to_allocvec(&account).unwrap();
            let made = allocations(|| drop(postcard::from_bytes::<Account>(&bytes).unwrap()));
            println!("loading: 1000 rows from postcard make {made} allocations");
            assert!(made <= 20, "{made}");
        }
    }
}

pub fn claims_allocate_nothing() {
    // 2^60 groups, bytes of IDs, rows, or bytes of a custom mark.
    let varint = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    let starts: [&[u8]; 5] =
        [&[1, 5], &[1, 5, 0], &[1, 5, 0, 1, b'x'], &[1, 5, 0, 1, b'x', 1, 1, 1], &[1, 5, 1, 1]];
    let mut most = 0;
    for start in starts {
        let claim = [start, &varint].concat();
        most = most.max(peak(|| assert!(postcard::from_bytes::<Account>(&claim).is_err())));
    }
    let starts: [&[u8]; 5] = [
        &[0x85, 1, 5],
        &[0x85, 1, 5, 0x80],
        &[0x85, 1, 5, 0x80, 0x61, b'x'],
        &[0x85, 1, 5, 0x80, 0x61, b'x', 0x81, 0x85, 1, 1],
        &[0x85, 1, 5, 0x81, 0x82, 1],
    ];
    for start in starts {
        for kind in [0x5b, 0x7b, 0x9b, 0xbb] {
            let claim = [start, &[kind, 0x10, 0, 0, 0, 0, 0, 0, 0]].concat();
            most = most.max(peak(|| {
                assert!(ciborium::from_reader::<Account, _>(&*claim).is_err());
            }));
        }
    }
    for start in starts {
        let mut start = start.to_vec();
        // The same lengths of lists and texts in MessagePack.
        for byte in &mut start {
            *byte = match *byte {
                0x80..=0x8f => *byte + 0x10,
                0x61 => 0xa1,
                other => other,
            };
        }
        for kind in [0xdb, 0xdd, 0xc6, 0xdf] {
            let claim = [&*start, &[kind, 0xff, 0xff, 0xff, 0xff]].concat();
            most = most.max(peak(|| assert!(rmp_serde::from_slice::<Account>(&claim).is_err())));
        }
    }
    println!("inputs under 20 bytes that claim 2^60 elements allocate {most} bytes at most");
    assert!(most <= 8192, "{most}");
}

/// The most that loading can be made to allocate: 100,000 bytes of IDs make room for as many rows.
pub fn many_ids_allocate_in_proportion() {
    const IDS: usize = 100_000;
    let one_byte = "i".repeat(IDS);
    let four_bytes: String = (0..IDS / 4).map(|row| format!("{row:04x}")).collect();
    for format in Format::ALL {
        let check = |what: &str, input: &[u8], rows: Option<u32>| {
            let mut loaded: Option<Account> = None;
            let peak = peak(|| loaded = format.read(input).ok());
            let found = loaded.map(|account| account.usage().rows);
            assert_eq!(found, rows, "{format:?}, {what}");
            println!("{what} in {} bytes of {format:?} allocate {peak} bytes", input.len());
            assert!(peak <= bound(input), "{format:?}, {what}: {peak} for {}", input.len());
        };
        let claimed = [crafted::ids(format, &one_byte), crafted::claimed_rows(format)].concat();
        check("2^60 rows, none there", &claimed, None);
        let row = crafted::row(format, 1);
        check("2^60 rows, one there", &[&claimed, &*row].concat(), None);
        check("2^60 rows, many there", &[&claimed, &*row.repeat(IDS / 2)].concat(), None);
        let whole = |ids: &str, rows: usize, row: &[u8]| {
            [crafted::ids(format, ids), crafted::rows(format, rows), row.repeat(rows)].concat()
        };
        check("all rows of the same ID", &whole(&one_byte, IDS, &row), None);
        let all = whole(&four_bytes, IDS / 4, &crafted::row(format, 4));
        check("all rows of other IDs", &all, Some(25_000));
    }
}

pub fn damage_allocates_in_proportion() {
    let shape = Shape { rows: 20, ..PLAIN };
    let account = build(&shape, &ids(&shape));
    for format in Format::ALL {
        let bytes = format.write(&account);
        let (bound, mut most) = (bound(&bytes), 0);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            most = most.max(peak(|| drop(format.read::<Account>(&damaged))));
            most = most.max(peak(|| drop(format.read::<Account>(&damaged[..bit / 8]))));
        }
        println!("damaged {format:?} of {} bytes allocates {most} bytes at most", bytes.len());
        assert!(most <= bound, "{format:?}: {most}");
    }
}
