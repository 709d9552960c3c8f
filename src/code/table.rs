//! The table of codes.

use super::{CodeInfo, CodeSource, ErrorCode, Levels, Retry};
use crate::revision::revision;

// One entry per code: the constant and the row of the table come from it, so they cannot disagree.
macro_rules! codes {
    ($(
        $constant:ident = $number:literal, $name:literal, $levels:ident, $retry:expr;
        meaning: $meaning:literal;
        $(in $revision:tt: $text:literal;)*
        advice: $advice:literal;
        source: $source:ident $([$($listed:tt),+])?;
    )+) => {
        impl ErrorCode {
            $(
                #[doc = concat!(stringify!($number), ": ", $meaning, ". Source: see its [`CodeInfo::source`].")]
                pub const $constant: Self = Self($number);
            )+
        }

        // Ascending by number: `info` searches it.
        pub(super) const TABLE: &[CodeInfo] = &[$(
            CodeInfo {
                code: ErrorCode::$constant,
                name: $name,
                levels: Levels::$levels,
                retry: $retry,
                meaning: $meaning,
                by_revision: &[$((revision!($revision), $text)),*],
                advice: $advice,
                source: CodeSource::$source $((&[$(revision!($listed)),+]))?,
            },
        )+];
    };
}

codes! {
    OK = 0, "ok", REQUEST_AND_ITEM, None;
    meaning: "success";
    advice: "nothing to do; in an answer with items, look at each item's own code";
    source: Samples;

    ACCOUNT_UNKNOWN = 50001, "account-unknown", REQUEST_AND_ITEM, Some(Retry::No);
    meaning: "the account is not imported into the app";
    advice: "import the account first, or correct its user ID";
    source: Pages["2023-03", "2026-04"];

    PARAMETER_WRONG = 50002, "parameter-wrong", REQUEST, Some(Retry::No);
    meaning: "a request parameter is wrong; the error text says which";
    advice: "correct the field that the error text names";
    source: Pages["2023-03", "2026-04"];

    NOT_ADMIN = 50003, "not-admin", CALL, Some(Retry::No);
    meaning: "the caller must be an app admin";
    advice: "call with the identifier and UserSig of an app admin";
    source: Pages["2023-03", "2026-04"];

    INTERNAL = 50004, "internal", REQUEST, Some(Retry::Yes);
    meaning: "internal error of the service";
    advice: "send the same request again after a pause";
    source: Pages["2023-03", "2026-04"];

    TIMEOUT = 50005, "timeout", REQUEST, Some(Retry::Yes);
    meaning: "timeout inside the service";
    advice: "send the same request again after a pause";
    source: Pages["2023-03", "2026-04"];

    ITEM_COUNT = 51006, "item-count", REQUEST, Some(Retry::No);
    meaning: "no conversation, or more than 100 of them, in one request that marks or groups conversations";
    in "2023-03": "no conversation, or more than 100 of them, to mark in one request";
    advice: "send 1 to 100 conversations in one request; split longer lists";
    source: Pages["2023-03"];

    GROUP_UNRESOLVED = 51007, "group-unresolved", ITEM, Some(Retry::Unknown);
    meaning: "the group chat's ID cannot be resolved: an internal error, or the chat was disbanded, or (later tables) the user left it";
    in "2023-03": "the group chat's ID cannot be resolved: an internal error, or the chat was disbanded";
    advice: "check that the group chat exists and that the user is in it; if so, try again";
    source: Pages["2023-03", "2026-04"];

    CAPACITY = 51008, "capacity", ITEM, Some(Retry::No);
    meaning: "the account has reached its limit of conversations, 1000 by default";
    in "2023-03": "the conversation groups hold 1000 conversations in total";
    in "2026-04": "1000 grouped conversations, the default limit, are reached";
    advice: "remove conversations from groups, or clear their marks, to make room";
    source: Pages["2023-03", "2026-04"];

    GROUP_MISSING = 51009, "group-missing", REQUEST, Some(Retry::No);
    meaning: "the account has no such conversation group";
    in "2023-03": "the conversation group to delete does not exist";
    advice: "create the group first, or correct its name; names are compared byte for byte";
    source: Pages["2023-03"];

    TOO_MANY_GROUPS = 51010, "too-many-groups", REQUEST, Some(Retry::No);
    meaning: "the account would have more than 20 conversation groups";
    advice: "delete a conversation group first";
    source: Pages["2023-03"];

    GROUP_NAME_TOO_LONG = 51011, "group-name-too-long", REQUEST, Some(Retry::No);
    meaning: "the name of the conversation group has too many bytes";
    in "2023-03": "the name of the conversation group is longer than 32 bytes";
    in "2026-04": "the name of the conversation group is longer than 64 bytes";
    advice: "shorten the name; what counts is its bytes in UTF-8, not its characters";
    source: Pages["2023-03", "2026-04"];

    TOO_MANY_PINNED = 51012, "too-many-pinned", NONE, Some(Retry::No);
    meaning: "too many pinned conversations, more than 50; no command of this crate produces it";
    advice: "unpin a conversation first";
    source: Pages["2023-03"];

    PLAN_REQUIRED = 51013, "plan-required", REQUEST_AND_ITEM, Some(Retry::No);
    meaning: "the app's plan does not include the feature (lifted by Ultimate in 2023, Premium in 2024, Pro, Pro Plus or Enterprise since 2025)";
    in "2023-03": "the feature needs the Ultimate plan";
    in "2026-04": "the feature needs the Pro, Pro Plus or Enterprise plan";
    advice: "upgrade the app's plan, or do without the feature";
    source: Pages["2023-03", "2026-04"];

    HTTP = 60002, "http", CALL, Some(Retry::No);
    meaning: "the HTTP request could not be parsed; the form of its URL may be wrong";
    advice: "send a POST with a JSON body to the documented URL";
    source: PublicTable;

    INVALID_JSON = 60003, "invalid-json", CALL, Some(Retry::No);
    meaning: "the body is not valid JSON";
    advice: "send one JSON object in valid UTF-8, with nothing after it";
    source: PublicTable;

    TOO_FREQUENT = 60007, "too-frequent", CALL, Some(Retry::Yes);
    meaning: "the app calls more often than allowed";
    advice: "wait and send the same call again; spread the calls over time";
    source: PublicTable;

    NO_RESOURCE = 60009, "no-resource", CALL, Some(Retry::No);
    meaning: "the URL names no resource of the service";
    advice: "check the path of the URL, its case and its slashes";
    source: PublicTable;

    NOT_ADMIN_GATEWAY = 60010, "not-admin-gateway", CALL, Some(Retry::No);
    meaning: "the caller must be an app admin; the gateway's equivalent of 50003";
    advice: "call with the identifier and UserSig of an app admin";
    source: PublicTable;

    SDKAPPID_MISSING = 60012, "sdkappid-missing", CALL, Some(Retry::No);
    meaning: "the URL lacks the SDKAppID";
    advice: "add the parameter sdkappid to the URL";
    source: PublicTable;

    ACCOUNT_NOT_STRING = 60015, "account-not-string", CALL, Some(Retry::No);
    meaning: "an account ID in the body is not a string";
    advice: "write account IDs as JSON strings, even if they consist of digits";
    source: PublicTable;

    TOO_MANY_REQUESTS = 60018, "too-many-requests", CALL, Some(Retry::Yes);
    meaning: "too many requests";
    advice: "wait and send the same call again; spread the calls over time";
    source: PublicTable;

    URL_PARAMETER = 60025, "url-parameter", CALL, Some(Retry::No);
    meaning: "the SDKAppID, the identifier, the UserSig or the content type in the URL is wrong";
    advice: "correct the parameters sdkappid, identifier, usersig and contenttype of the URL";
    source: PublicTable;

    USERSIG_EXPIRED = 70001, "usersig-expired", CALL, Some(Retry::No);
    meaning: "the UserSig has expired";
    advice: "create a new UserSig";
    source: PublicTable;

    USERSIG_ILLEGAL = 70003, "usersig-illegal", CALL, Some(Retry::No);
    meaning: "the UserSig is illegal";
    advice: "create the UserSig again, and check that the URL contains all of it, percent-encoded";
    source: PublicTable;

    USERSIG_UNVERIFIED = 70009, "usersig-unverified", CALL, Some(Retry::No);
    meaning: "the UserSig does not verify";
    advice: "create the UserSig with the key of this app";
    source: PublicTable;

    USERSIG_IDENTIFIER_MISMATCH = 70013, "usersig-identifier-mismatch", CALL, Some(Retry::No);
    meaning: "the identifier and the UserSig do not belong together";
    advice: "create the UserSig for the identifier in the URL";
    source: PublicTable;

    USERSIG_SDKAPPID_MISMATCH = 70014, "usersig-sdkappid-mismatch", CALL, Some(Retry::No);
    meaning: "the SDKAppID and the UserSig do not belong together";
    advice: "create the UserSig for the SDKAppID in the URL";
    source: PublicTable;

    ACCOUNT_UNKNOWN_PUBLIC = 70107, "account-unknown-public", CALL, Some(Retry::No);
    meaning: "the account is not imported into the app; the public equivalent of 50001";
    advice: "import the account first, or correct its user ID";
    source: PublicTable;

    TIMEOUT_PUBLIC = 70169, "timeout-public", CALL, Some(Retry::Yes);
    meaning: "timeout inside the service; the public equivalent of 50005";
    advice: "send the same request again after a pause";
    source: PublicTable;

    PARAMETER_WRONG_PUBLIC = 70402, "parameter-wrong-public", CALL, Some(Retry::No);
    meaning: "illegal parameter; the public equivalent of 50002";
    advice: "check the fields of the request against the page of its command";
    source: PublicTable;

    INTERNAL_PUBLIC = 70500, "internal-public", CALL, Some(Retry::Yes);
    meaning: "internal error of the service; the public equivalent of 50004";
    advice: "send the same request again after a pause";
    source: PublicTable;
}
