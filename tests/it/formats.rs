//! The formats of serde that the compact forms are tested with.

use convmark::{Account, Change};
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Postcard,
    Cbor,
    MessagePack,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Postcard, Self::Cbor, Self::MessagePack];

    /// The formats that pass messages of errors on.
    pub const TELLING: [Self; 2] = [Self::Cbor, Self::MessagePack];

    /// The ending of the names of stored files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Postcard => "postcard",
            Self::Cbor => "cbor",
            Self::MessagePack => "msgpack",
        }
    }

    pub fn write(self, value: &impl Serialize) -> Vec<u8> {
        match self {
            Self::Postcard => postcard::to_allocvec(value).unwrap(),
            Self::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).unwrap();
                bytes
            }
            Self::MessagePack => rmp_serde::to_vec(value).unwrap(),
        }
    }

    pub fn read<T: for<'de> Deserialize<'de>>(self, bytes: &[u8]) -> Result<T, String> {
        match self {
            Self::Postcard => postcard::from_bytes(bytes).map_err(|error| error.to_string()),
            Self::Cbor => ciborium::from_reader(bytes).map_err(|error| match error {
                ciborium::de::Error::Semantic(_, message) => message,
                other => other.to_string(),
            }),
            Self::MessagePack => rmp_serde::from_slice(bytes).map_err(|error| error.to_string()),
        }
    }

    /// A file of `tests/stored`, which holds what earlier versions wrote.
    pub fn stored(self, name: &str) -> Vec<u8> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stored");
        std::fs::read(format!("{folder}/{name}.{}", self.ending())).unwrap()
    }
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
