//! What the tests of the compact forms share.

use convmark::{Account, Change};
use serde::{Deserialize, Deserializer, Serialize};

pub use support::formats::Format;

/// A file of `tests/stored`, which holds what earlier versions wrote.
pub fn stored_file(format: Format, name: &str) -> Vec<u8> {
    let ending = match format {
        Format::Postcard => "postcard",
        Format::Cbor => "cbor",
        Format::MessagePack => "msgpack",
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stored");
    std::fs::read(format!("{folder}/{name}.{ending}")).unwrap()
}

/// A change with its own texts, as a host reads it from a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedChange(pub Change<'static>);

impl<'de> Deserialize<'de> for OwnedChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Change::deserialize(deserializer).map(|change| Self(change.into_owned()))
    }
}

impl Serialize for OwnedChange {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Cuts the bytes everywhere and flips every bit. `check` gets what can be read nevertheless.
pub fn damage<T: for<'de> Deserialize<'de>>(
    format: Format,
    bytes: &[u8],
    mut check: impl FnMut(&[u8], T),
) {
    for end in 0..bytes.len() {
        assert!(format.read::<T>(&bytes[..end]).is_err(), "{format:?} cut at {end}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        if let Ok(value) = format.read::<T>(&damaged) {
            check(&damaged, value);
        }
    }
}

#[derive(Serialize, Deserialize)]
enum Event {
    Stored { account: Account },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "event")]
enum Tagged {
    Stored { account: Account },
}

/// Inside an internally tagged enum serde reads through a buffer, which hides the format.
#[test]
fn compact_snapshots_are_read_back_in_ordinary_enums_only() {
    let account = Account::new();
    for format in Format::ALL {
        let bytes = format.write(&Event::Stored { account: account.clone() });
        let Event::Stored { account: read } = format.read(&bytes).unwrap();
        assert_eq!(read, account);
    }
    let bytes = Format::Cbor.write(&Tagged::Stored { account });
    let error = Format::Cbor.read::<Tagged>(&bytes).map(|_| ()).unwrap_err();
    assert!(error.contains("expected a snapshot of an account"), "{error}");
}
