//! One line.

use convmark::Account;
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::wrong_line;
use crate::clock::LAST_SECONDS;
use crate::service::StoredAccount;
use crate::store::{Unlisted, Version};

/// The format that is written, and the only one that is read.
const FORMAT: u32 = 1;

/// The last version that an account may start from: 2^62. PostgreSQL counts to 2^63 - 1 and other
/// stores to 2^64 - 1; an account at the end of that could never change again.
const VERSION_MAX: u64 = 1 << 62;

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// An account.
    Account(AccountLine),
    /// An account that could not be read.
    Damaged(DamagedLine),
    /// A place in the store that could not be listed.
    Unlisted(UnlistedLine),
    /// The last line.
    End(End),
}

/// An account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountLine {
    /// The user ID.
    pub user: String,
    /// How many records the account has had, 1 to 2^62.
    pub store_version: u64,
    /// The time of the last record, in Unix seconds, at most 2^40 - 1.
    pub time: u64,
    /// The core's snapshot, checked by [`AccountLine::stored`].
    pub account: Box<RawValue>,
}

/// An account that could not be read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DamagedLine {
    /// The user ID.
    pub user: String,
    /// What is wrong with it.
    pub damaged: String,
}

/// A place in the store that should have said which accounts there are, and did not.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnlistedLine {
    /// What is wrong there.
    pub unlisted: String,
    /// Tells it from others: 16 hexadecimal digits.
    pub place: String,
}

impl UnlistedLine {
    /// The line of a place.
    pub fn of(unlisted: &Unlisted) -> Self {
        let Unlisted { place, why } = unlisted;
        Self { unlisted: why.to_string(), place: format!("{place:016x}") }
    }
}

/// What the last line says of those before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// How many accounts there are.
    pub accounts: u64,
    /// How many could not be read.
    pub damaged: u64,
    /// How many places in the store could not be listed; absent if there were none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted: u64,
    /// Of all bytes before the line, in hexadecimal.
    pub sha256: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl AccountLine {
    /// The line of an account. `None` if it cannot be written, which is not known to happen.
    pub fn of(user: &str, stored: &StoredAccount) -> Option<Self> {
        Some(Self {
            user: user.to_owned(),
            store_version: stored.version.get(),
            time: stored.time_seconds,
            account: serde_json::value::to_raw_value(&stored.account).ok()?,
        })
    }

    /// The account, checked.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without its values.
    pub fn stored(&self) -> Result<StoredAccount, String> {
        if !(1..=VERSION_MAX).contains(&self.store_version) {
            return Err(format!("store_version must be from 1 to {VERSION_MAX}"));
        }
        if self.time > LAST_SECONDS {
            return Err(format!("time must be from 0 to {LAST_SECONDS}, in Unix seconds"));
        }
        // These errors quote no values.
        let account: Account = serde_json::from_str(self.account.get())
            .map_err(|error| format!("the account is not valid: {error}"))?;
        let version = Version::new(self.store_version);
        Ok(StoredAccount { version, time_seconds: self.time, account })
    }
}

/// All members that any line has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    export: u32,
    user: Option<String>,
    store_version: Option<u64>,
    time: Option<u64>,
    account: Option<Box<RawValue>>,
    damaged: Option<String>,
    unlisted: Option<String>,
    place: Option<String>,
    end: Option<End>,
}

impl Line {
    /// The line with its line feed.
    pub(in crate::maintenance) fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        #[derive(Serialize)]
        struct Numbered<'a, T> {
            export: u32,
            #[serde(flatten)]
            content: &'a T,
        }
        #[derive(Serialize)]
        struct Last<'a> {
            end: &'a End,
        }
        let mut bytes = match self {
            Self::Account(content) => serde_json::to_vec(&Numbered { export: FORMAT, content }),
            Self::Damaged(content) => serde_json::to_vec(&Numbered { export: FORMAT, content }),
            Self::Unlisted(content) => serde_json::to_vec(&Numbered { export: FORMAT, content }),
            Self::End(end) => {
                serde_json::to_vec(&Numbered { export: FORMAT, content: &Last { end } })
            }
        }?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a line.
    ///
    /// # Errors
    ///
    /// What is wrong with it, without its values.
    pub(in crate::maintenance) fn parse(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Format {
            export: u32,
        }
        // An array would be read as an object with all members.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(wrong_line::NO_OBJECT.to_owned());
        }
        let members = serde_json::from_slice::<Members>(bytes);
        let format = match &members {
            Ok(members) => Some(members.export),
            Err(_) => serde_json::from_slice(bytes).ok().map(|Format { export }| export),
        };
        if let Some(format) = format.filter(|format| *format != FORMAT) {
            return Err(format!("it has the format {format}; this release reads {FORMAT}"));
        }
        // The library's text would quote values.
        let members = members.map_err(|error| match error.classify() {
            Category::Data => wrong_line::explain(bytes, error.column()),
            Category::Eof => "it is not complete: it ends before the JSON value does".to_owned(),
            _ => format!("it is not valid JSON at column {}", error.column()),
        })?;
        match members {
            Members {
                user: Some(user),
                store_version: Some(store_version),
                time: Some(time),
                account: Some(account),
                damaged: None,
                unlisted: None,
                place: None,
                end: None,
                ..
            } => Ok(Self::Account(AccountLine { user, store_version, time, account })),
            Members {
                user: Some(user),
                damaged: Some(damaged),
                store_version: None,
                time: None,
                account: None,
                unlisted: None,
                place: None,
                end: None,
                ..
            } => Ok(Self::Damaged(DamagedLine { user, damaged })),
            Members {
                unlisted: Some(unlisted),
                place: Some(place),
                user: None,
                store_version: None,
                time: None,
                account: None,
                damaged: None,
                end: None,
                ..
            } => Ok(Self::Unlisted(UnlistedLine { unlisted, place })),
            Members {
                end: Some(end),
                user: None,
                store_version: None,
                time: None,
                account: None,
                damaged: None,
                unlisted: None,
                place: None,
                ..
            } => Ok(Self::End(end)),
            _ => Err(
                "it must have user, store_version, time and account; or user and damaged; or unlisted and place; or end"
                    .to_owned(),
            ),
        }
    }
}
