//! Result codes: every documented number, what it means, where it occurs and whether a retry helps.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::revision::{Revision, revision};

/// A result code as it stands in `ErrorCode` or `ResultCode`: a plain integer without unit, 0 for success.
///
/// The type is open: a host can pass through a code that this crate does not know. The documented
/// numbers are associated constants. Source: the code tables of the six command pages (1047/53437 to
/// 1047/53442) and the public code table of the REST API.
///
/// In serde it is the bare integer.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorCode(i64);

impl ErrorCode {
    /// The code with this number, known or not.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether this is 0, success.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        self.0 == 0
    }

    /// Whether the same call may succeed later without change: [`Retry::Unknown`] for a code that
    /// is not in the table, [`Retry::No`] for success, where there is nothing to repeat (decided).
    #[must_use]
    pub fn retry(self) -> Retry {
        match self.info() {
            Some(info) => info.retry.unwrap_or(Retry::No),
            None => Retry::Unknown,
        }
    }
}

impl fmt::Debug for ErrorCode {
    // By hand: the derived form spreads one number over three lines under `{:#?}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({})", self.0)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What is known about one documented code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CodeInfo {
    /// The code.
    pub code: ErrorCode,
    /// A short kebab-case name, stable and unique. Decided: the tables have numbers only.
    pub name: &'static str,
    /// Where the code occurs.
    pub levels: Levels,
    /// Whether the same call may succeed later; `None` for success.
    pub retry: Option<Retry>,
    /// What the code means, in our words, over all revisions.
    pub meaning: &'static str,
    /// What single revisions say, where that is narrower or different.
    by_revision: &'static [(Revision, &'static str)],
    /// What the developer who receives the code can do. Decided.
    pub advice: &'static str,
    /// Where the code is listed.
    pub source: CodeSource,
}

impl CodeInfo {
    /// What the pages of the revision say, if that is narrower than or different from [`meaning`](Self::meaning).
    #[must_use]
    pub fn own_meaning(&self, revision: Revision) -> Option<&'static str> {
        self.by_revision.iter().find(|(of, _)| *of == revision).map(|(_, text)| *text)
    }
}

/// Where a code is listed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CodeSource {
    /// The code tables of the command pages, in these revisions, oldest first.
    Pages(&'static [Revision]),
    /// The sample answers of the command pages.
    Samples,
    /// The public code table of the REST API.
    PublicTable,
}

impl fmt::Display for CodeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages(revisions) => {
                let mut before = "pages";
                for revision in *revisions {
                    write!(f, "{before} {} ({revision})", revision.code_tables())?;
                    before = ",";
                }
                Ok(())
            }
            Self::Samples => f.write_str("answers on pages 1047/53437 to 1047/53442"),
            Self::PublicTable => f.write_str("public code table of the REST API"),
        }
    }
}

/// The levels at which a code occurs: the call, the request, one of its items.
///
/// A code may have several levels, or none if no command here produces it. Source: the code tables
/// and the answers of the six pages (1047/53437 to 1047/53442); decided where they are silent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Levels {
    call: bool,
    request: bool,
    item: bool,
}

impl Levels {
    const NONE: Self = Self { call: false, request: false, item: false };
    const CALL: Self = Self { call: true, ..Self::NONE };
    const REQUEST: Self = Self { request: true, ..Self::NONE };
    const ITEM: Self = Self { item: true, ..Self::NONE };
    const REQUEST_AND_ITEM: Self = Self { item: true, ..Self::REQUEST };

    /// The code answers the call before its request is looked at (URL, caller, frequency, JSON).
    #[must_use]
    pub const fn call(self) -> bool {
        self.call
    }

    /// The code answers the request as a whole, as `ErrorCode`.
    #[must_use]
    pub const fn request(self) -> bool {
        self.request
    }

    /// The code answers one item of an otherwise successful request, as `ResultCode`.
    #[must_use]
    pub const fn item(self) -> bool {
        self.item
    }
}

/// Whether the same call may succeed later without change.
///
/// Read from the meaning of each code; decided where the tables do not say.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Retry {
    /// No: the request, the account or the app has to change first.
    No,
    /// Yes: the cause passes by itself.
    Yes,
    /// The code covers both cases, or is not known here.
    Unknown,
}

// One place per code. The constant and the table entry come from the same line, so they cannot disagree.
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
        static TABLE: &[CodeInfo] = &[$(
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

impl ErrorCode {
    /// What is known about this code, or `None` if it is not documented.
    #[must_use]
    pub fn info(self) -> Option<&'static CodeInfo> {
        let index = TABLE.binary_search_by_key(&self, |info| info.code).ok()?;
        TABLE.get(index)
    }

    /// What the code means in the words of the revision, or `None` if it is not documented.
    #[must_use]
    pub fn meaning(self, revision: Revision) -> Option<&'static str> {
        self.info().map(|info| info.own_meaning(revision).unwrap_or(info.meaning))
    }

    /// Every documented code, ascending by number.
    #[must_use]
    pub fn all() -> &'static [CodeInfo] {
        TABLE
    }
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
    meaning: "the caller must be an app admin; the gateway's twin of 50003";
    advice: "call with the identifier and UserSig of an app admin";
    source: PublicTable;

    SDKAPPID_MISSING = 60012, "sdkappid-missing", CALL, Some(Retry::No);
    meaning: "the URL lacks the SDKAppID";
    advice: "add the parameter sdkappid to the URL";
    source: PublicTable;

    ACCOUNT_NOT_STRING = 60015, "account-not-string", CALL, Some(Retry::No);
    meaning: "an account ID in the body is not a string";
    advice: "write account IDs as JSON strings, numeric ones too";
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
    advice: "make a new UserSig";
    source: PublicTable;

    USERSIG_ILLEGAL = 70003, "usersig-illegal", CALL, Some(Retry::No);
    meaning: "the UserSig is illegal";
    advice: "make the UserSig anew and check that it reaches the URL whole and percent-encoded";
    source: PublicTable;

    USERSIG_UNVERIFIED = 70009, "usersig-unverified", CALL, Some(Retry::No);
    meaning: "the UserSig does not verify";
    advice: "make the UserSig with the key of this app";
    source: PublicTable;

    USERSIG_IDENTIFIER_MISMATCH = 70013, "usersig-identifier-mismatch", CALL, Some(Retry::No);
    meaning: "the identifier and the UserSig do not belong together";
    advice: "make the UserSig for the identifier in the URL";
    source: PublicTable;

    USERSIG_SDKAPPID_MISMATCH = 70014, "usersig-sdkappid-mismatch", CALL, Some(Retry::No);
    meaning: "the SDKAppID and the UserSig do not belong together";
    advice: "make the UserSig for the SDKAppID in the URL";
    source: PublicTable;

    ACCOUNT_UNKNOWN_PUBLIC = 70107, "account-unknown-public", CALL, Some(Retry::No);
    meaning: "the account is not imported into the app; the public twin of 50001";
    advice: "import the account first, or correct its user ID";
    source: PublicTable;

    TIMEOUT_PUBLIC = 70169, "timeout-public", CALL, Some(Retry::Yes);
    meaning: "timeout inside the service; the public twin of 50005";
    advice: "send the same request again after a pause";
    source: PublicTable;

    PARAMETER_WRONG_PUBLIC = 70402, "parameter-wrong-public", CALL, Some(Retry::No);
    meaning: "illegal parameter; the public twin of 50002";
    advice: "check the fields of the request against the page of its command";
    source: PublicTable;

    INTERNAL_PUBLIC = 70500, "internal-public", CALL, Some(Retry::Yes);
    meaning: "internal error of the service; the public twin of 50004";
    advice: "send the same request again after a pause";
    source: PublicTable;
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use super::*;

    // Number, levels (C call, R request, I item) and retry, typed anew.
    const EXPECTED: [(i64, &str, &str); 32] = [
        (0, "RI", "-"),
        (50001, "RI", "no"),
        (50002, "R", "no"),
        (50003, "C", "no"),
        (50004, "R", "yes"),
        (50005, "R", "yes"),
        (51006, "R", "no"),
        (51007, "I", "unknown"),
        (51008, "I", "no"),
        (51009, "R", "no"),
        (51010, "R", "no"),
        (51011, "R", "no"),
        (51012, "", "no"),
        (51013, "RI", "no"),
        (60002, "C", "no"),
        (60003, "C", "no"),
        (60007, "C", "yes"),
        (60009, "C", "no"),
        (60010, "C", "no"),
        (60012, "C", "no"),
        (60015, "C", "no"),
        (60018, "C", "yes"),
        (60025, "C", "no"),
        (70001, "C", "no"),
        (70003, "C", "no"),
        (70009, "C", "no"),
        (70013, "C", "no"),
        (70014, "C", "no"),
        (70107, "C", "no"),
        (70169, "C", "yes"),
        (70402, "C", "no"),
        (70500, "C", "yes"),
    ];

    #[test]
    fn the_table_is_complete() {
        let mut table = Vec::new();
        for info in ErrorCode::all() {
            let mut levels = alloc::string::String::new();
            for (is_level, letter) in [(info.levels.call(), 'C'), (info.levels.request(), 'R'), (info.levels.item(), 'I')] {
                if is_level {
                    levels.push(letter);
                }
            }
            let retry = match info.retry {
                None => "-",
                Some(Retry::No) => "no",
                Some(Retry::Yes) => "yes",
                Some(Retry::Unknown) => "unknown",
            };
            table.push((info.code.get(), levels, retry));
        }
        let expected: Vec<_> = EXPECTED.iter().map(|&(n, l, r)| (n, l.to_string(), r)).collect();
        assert_eq!(table, expected);
    }

    #[test]
    fn every_code_finds_its_own_entry() {
        for info in ErrorCode::all() {
            assert_eq!(ErrorCode::new(info.code.get()).info(), Some(info));
            assert_eq!(info.code.retry(), info.retry.unwrap_or(Retry::No));
        }
    }

    #[test]
    fn an_undocumented_code_is_kept_and_unknown() {
        for number in [i64::MIN, -1, 1, 50000, 51005, 51014, 70501, i64::MAX] {
            let code = ErrorCode::new(number);
            assert_eq!(code.get(), number);
            assert_eq!(code.info(), None);
            assert_eq!(code.retry(), Retry::Unknown);
            assert!(!code.is_ok());
        }
        assert!(ErrorCode::OK.is_ok());
        assert_eq!(ErrorCode::OK.retry(), Retry::No);
    }

    #[test]
    fn names_are_unique_and_kebab_case_and_texts_are_there() {
        let mut names = BTreeSet::new();
        for info in ErrorCode::all() {
            assert!(names.insert(info.name), "{}", info.name);
            assert!(info.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", info.name);
            for text in [info.meaning, info.advice, &info.source.to_string()] {
                assert!(!text.is_empty(), "{}", info.name);
            }
        }
    }

    #[test]
    fn revisions_differ_where_the_pages_do() {
        let numbers = |revision| {
            let own = ErrorCode::all().iter().filter(move |info| info.own_meaning(revision).is_some());
            own.map(|info| info.code.get()).collect::<Vec<_>>()
        };
        assert_eq!(numbers(revision!("2023-03")), [51006, 51007, 51008, 51009, 51011, 51013]);
        assert_eq!(numbers(revision!("2026-04")), [51008, 51011, 51013]);
        for info in ErrorCode::all() {
            assert!(info.by_revision.is_sorted_by_key(|(revision, _)| *revision), "{}", info.name);
            for revision in Revision::ALL {
                let texts = info.by_revision.iter().filter(|(of, _)| of == revision);
                let own = texts.map(|(_, text)| *text).collect::<Vec<_>>();
                assert!(own.len() <= 1, "{} has two texts of {revision}", info.name);
                assert!(own != [info.meaning], "{} repeats itself for {revision}", info.name);
                assert_eq!(info.code.meaning(*revision), Some(own.first().copied().unwrap_or(info.meaning)));
            }
        }
        assert_eq!(ErrorCode::new(1).meaning(Revision::NEWEST), None);
    }

    #[test]
    fn codes_are_listed_where_the_tables_have_them() {
        let numbers = |revision| {
            let listed =
                move |info: &&CodeInfo| matches!(info.source, CodeSource::Pages(in_these) if in_these.contains(&revision));
            ErrorCode::all().iter().filter(listed).map(|info| info.code.get()).collect::<Vec<_>>()
        };
        let all_six = (50001..=50005).chain(51006..=51013).collect::<Vec<_>>();
        assert_eq!(numbers(revision!("2023-03")), all_six);
        assert_eq!(numbers(revision!("2026-04")), [50001, 50002, 50003, 50004, 50005, 51007, 51008, 51011, 51013]);
        let source = |code: ErrorCode| code.info().unwrap().source.to_string();
        assert_eq!(source(ErrorCode::CAPACITY), "pages 1047/53437 to 1047/53442 (2023-03), 1047/53439 (2026-04)");
        assert_eq!(source(ErrorCode::ITEM_COUNT), "pages 1047/53437 to 1047/53442 (2023-03)");
        assert_eq!(source(ErrorCode::OK), "answers on pages 1047/53437 to 1047/53442");
        assert_eq!(source(ErrorCode::HTTP), "public code table of the REST API");
    }

    #[test]
    fn prints_as_a_number() {
        assert_eq!(ErrorCode::GROUP_NAME_TOO_LONG.to_string(), "51011");
        assert_eq!(format!("{:>7}", ErrorCode::OK), "      0");
        assert_eq!(format!("{:?}", ErrorCode::GROUP_NAME_TOO_LONG), "ErrorCode(51011)");
        assert_eq!(format!("{:#?}", ErrorCode::new(-1)), "ErrorCode(-1)");
    }

    #[test]
    fn serde_sees_the_bare_integer() {
        assert_eq!(serde_json::to_string(&ErrorCode::CAPACITY).unwrap(), "51008");
        assert_eq!(serde_json::from_str::<ErrorCode>("51008").unwrap(), ErrorCode::CAPACITY);
        assert_eq!(serde_json::from_str::<ErrorCode>("-7").unwrap(), ErrorCode::new(-7));
        assert!(serde_json::from_str::<ErrorCode>("\"51008\"").is_err());
    }
}
