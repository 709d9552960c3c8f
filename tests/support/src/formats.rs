//! The formats of serde that the compact forms are tested with.

use serde::{Deserialize, Serialize};

/// A format that is not for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Format {
    Postcard,
    Cbor,
    MessagePack,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Postcard, Self::Cbor, Self::MessagePack];

    /// The formats that pass messages of errors on.
    pub const TELLING: [Self; 2] = [Self::Cbor, Self::MessagePack];

    /// Writes a value.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    #[must_use]
    pub fn write(self, value: &impl Serialize) -> Vec<u8> {
        const WORKS: &str = "the value can be stored";
        match self {
            Self::Postcard => postcard::to_allocvec(value).expect(WORKS),
            Self::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(value, &mut bytes).expect(WORKS);
                bytes
            }
            Self::MessagePack => rmp_serde::to_vec(value).expect(WORKS),
        }
    }

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// The message of the value's type, if the format passes it on, or that of the format.
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
}
