//! The members of a UserSig, and the text that is signed.

use std::borrow::Cow;
use std::fmt::Write;

use serde::Deserialize;

use super::Illegal;

/// The members of a UserSig. Others are ignored; one that occurs twice is an error.
#[derive(Deserialize)]
pub struct Document<'a> {
    #[serde(rename = "TLS.ver", borrow)]
    version: Cow<'a, str>,
    #[serde(rename = "TLS.identifier", borrow)]
    pub identifier: Cow<'a, str>,
    #[serde(rename = "TLS.sdkappid")]
    pub sdkappid: i64,
    /// Unix seconds at which it was made.
    #[serde(rename = "TLS.time")]
    pub time: i64,
    /// Seconds that it is valid for.
    #[serde(rename = "TLS.expire")]
    pub expire: i64,
    /// Base64 of any bytes.
    #[serde(rename = "TLS.userbuf", borrow, default)]
    userbuf: Option<Cow<'a, str>>,
    /// Base64 of the HMAC.
    #[serde(rename = "TLS.sig", borrow)]
    pub sig: Cow<'a, str>,
}

impl<'a> Document<'a> {
    /// Reads the JSON.
    pub fn read(json: &'a [u8]) -> Result<Self, Illegal> {
        let document: Self = serde_json::from_slice(json).map_err(|_| Illegal::Members)?;
        if document.version == "2.0" { Ok(document) } else { Err(Illegal::Version) }
    }

    /// The text that is signed.
    pub fn signed(&self) -> String {
        let Self { identifier, sdkappid, time, expire, .. } = self;
        let mut text = format!(
            "TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n"
        );
        if let Some(userbuf) = &self.userbuf {
            // Writing to a text does not fail.
            let _ = writeln!(text, "TLS.userbuf:{userbuf}");
        }
        text
    }
}
