//! The key of an account.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use convmark::UserId;

use crate::plural::count;

/// Which account: the user ID. Cheap to clone.
///
/// `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey(Arc<str>);

impl AccountKey {
    /// The key of a user's account.
    #[must_use]
    pub fn new(user: &UserId<'_>) -> Self {
        Self(user.as_str().into())
    }

    /// The key that a store has kept, if it is a user ID.
    #[must_use]
    pub fn from_stored(text: &[u8]) -> Option<Self> {
        let user = UserId::new(std::str::from_utf8(text).ok()?).ok()?;
        Some(Self::new(&user))
    }

    /// The user ID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key orders and hashes as its text does.
impl Borrow<str> for AccountKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = u64::try_from(self.0.len()).unwrap_or(u64::MAX);
        write!(f, "AccountKey({})", count(bytes, "byte"))
    }
}
