//! Why a UserSig is refused.

use convmark::ErrorCode;

/// Why a UserSig is refused, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserSigError {
    /// 70003: it cannot be read.
    #[error(
        "usersig-illegal: the UserSig cannot be read: {0}. Create it again, and check that the URL contains all of it, percent-encoded."
    )]
    Illegal(#[from] Illegal),
    /// 70013: it is of another user.
    #[error(
        "usersig-identifier-mismatch: the UserSig is not that of the identifier in the URL. Create a UserSig for the identifier."
    )]
    Identifier,
    /// 70014: it is of another app.
    #[error(
        "usersig-sdkappid-mismatch: the UserSig is not for the SDKAppID in the URL. Create a UserSig for the SDKAppID."
    )]
    App,
    /// 70009: no key made it.
    #[error(
        "usersig-unverified: the UserSig was not made with the key of this app, or was changed. Create it with the secret key of the app."
    )]
    Unverified,
    /// 70001: its time is over.
    #[error("usersig-expired: the UserSig has expired. Create a new one.")]
    Expired,
    /// 70001: its time has not begun.
    #[error(
        "usersig-expired: the UserSig is from the future. Set the clock of the machine that creates it."
    )]
    Future,
}

/// What about a UserSig cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// Not the base64 with `*`, `-` and `_`.
    #[error("it is not base64 with *, - and _ in the place of +, / and =")]
    Base64,
    /// Not one zlib stream.
    #[error("it is not compressed with zlib, or is cut off")]
    Zlib,
    /// Too long when decompressed.
    #[error("it is longer than a UserSig can be")]
    Length,
    /// Not the JSON object with its members.
    #[error(
        "it is not a JSON object with TLS.ver, TLS.identifier, TLS.sdkappid, TLS.time, TLS.expire and TLS.sig of their types"
    )]
    Members,
    /// A version that is not 2.0.
    #[error("its TLS.ver is not 2.0")]
    Version,
}

impl UserSigError {
    /// The code of the answer.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Illegal(_) => ErrorCode::USERSIG_ILLEGAL,
            Self::Identifier => ErrorCode::USERSIG_IDENTIFIER_MISMATCH,
            Self::App => ErrorCode::USERSIG_SDKAPPID_MISMATCH,
            Self::Unverified => ErrorCode::USERSIG_UNVERIFIED,
            Self::Expired | Self::Future => ErrorCode::USERSIG_EXPIRED,
        }
    }
}
