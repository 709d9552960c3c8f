//! Compact snapshots in parts, written byte by byte.

use support::formats::Format;

/// All up to the IDs, and these.
pub fn ids(format: Format, ids: &str) -> Vec<u8> {
    let length = u32::try_from(ids.len()).unwrap();
    let (start, length): (&[u8], _) = match format {
        Format::Postcard => (&[1, 5, 0], varint(length)),
        Format::Cbor => (&[0x85, 1, 5, 0x80], long(0x7a, length)),
        Format::MessagePack => (&[0x95, 1, 5, 0x90], long(0xdb, length)),
    };
    [start, &length, ids.as_bytes()].concat()
}

/// The length of the list of rows.
pub fn rows(format: Format, rows: usize) -> Vec<u8> {
    let rows = u32::try_from(rows).unwrap();
    match format {
        Format::Postcard => varint(rows),
        Format::Cbor => long(0x9a, rows),
        Format::MessagePack => long(0xdd, rows),
    }
}

/// A list of 2^60 rows, or as many as the format can claim.
pub fn claimed_rows(format: Format) -> Vec<u8> {
    match format {
        Format::Postcard => vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
        Format::Cbor => vec![0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0],
        Format::MessagePack => long(0xdd, u32::MAX),
    }
}

/// A row of a user whose ID has that many bytes, with mark 1.
pub fn row(format: Format, id: u8) -> Vec<u8> {
    match format {
        Format::Postcard => vec![id, 1, 0, 0, 0],
        Format::Cbor => vec![0x85, id, 1, 0x60, 0, 0],
        Format::MessagePack => vec![0x95, id, 1, 0xa0, 0, 0],
    }
}
fn varint(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

fn long(kind: u8, length: u32) -> Vec<u8> {
    [&[kind][..], &length.to_be_bytes()].concat()
}
