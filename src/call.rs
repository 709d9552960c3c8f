//! The call around the body: path and query (stage 0).

mod incoming;

pub use incoming::{Caller, Incoming};

use alloc::borrow::Cow;
use core::fmt;

use crate::code::ErrorCode;
use crate::command::Command;
use crate::conversation::UserId;
use crate::refusal::Refusal;
use crate::report::{Absence, Finding, FindingKind, Path};
use crate::rule::Rule;
use crate::schema::{Parameter, Shape};

/// The command and the parameters that a URL names.
///
/// `Debug` does not show the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Call<'a> {
    command: Command,
    sdkappid: u32,
    identifier: UserId<'a>,
    usersig: Cow<'a, str>,
    random: u32,
}

const SDKAPPID: Parameter = Parameter {
    name: "sdkappid",
    shape: Shape::Integer { min: 1, max: U32_MAX },
    missing: ErrorCode::SDKAPPID_MISSING,
    bad: ErrorCode::URL_PARAMETER,
    allowed: "sdkappid must be a decimal integer from 1 to 4294967295, given once: the SDKAppID of the app",
};
const IDENTIFIER: Parameter = Parameter {
    name: "identifier",
    shape: Shape::USER_ID,
    missing: ErrorCode::URL_PARAMETER,
    bad: ErrorCode::URL_PARAMETER,
    allowed: "identifier must be a user ID of 1 to 32 printable ASCII bytes, given once: the app admin who calls",
};
const USERSIG: Parameter = Parameter {
    name: "usersig",
    shape: Shape::Secret,
    missing: ErrorCode::URL_PARAMETER,
    bad: ErrorCode::URL_PARAMETER,
    allowed: "usersig must be present and not empty, given once: the UserSig of the identifier",
};
const RANDOM: Parameter = Parameter {
    name: "random",
    shape: Shape::Integer { min: 0, max: U32_MAX },
    missing: ErrorCode::HTTP,
    bad: ErrorCode::HTTP,
    allowed: "random must be a decimal integer from 0 to 4294967295, given once",
};
const CONTENTTYPE: Parameter = Parameter {
    name: "contenttype",
    shape: Shape::Literal("json"),
    missing: ErrorCode::URL_PARAMETER,
    bad: ErrorCode::URL_PARAMETER,
    allowed: "contenttype must be exactly json, given once",
};

/// The documented parameters, in the order of the checks.
pub(crate) const PARAMETERS: &[Parameter] = &[SDKAPPID, IDENTIFIER, USERSIG, RANDOM, CONTENTTYPE];

/// The maximum of an unsigned 32-bit number.
const U32_MAX: u64 = 0xffff_ffff;

/// What was given for a parameter.
#[derive(Default)]
struct Values<'a> {
    value: Option<Cow<'a, str>>,
    again: bool,
}

impl<'a> Values<'a> {
    fn put(&mut self, value: Cow<'a, str>) {
        if self.value.is_some() {
            self.again = true;
        } else {
            self.value = Some(value);
        }
    }
}

impl<'a> Call<'a> {
    /// Reads a path with its query, as in a request line:
    /// `/v4/recentcontact/mark_contact?sdkappid=..&..`.
    ///
    /// # Errors
    ///
    /// As [`Call::parse`].
    pub fn parse_target(target: &'a str) -> Result<Self, Refusal> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self::parse(path, query)
    }

    /// Reads a path and a query string. The query is decoded as HTML forms are; the path is not
    /// decoded.
    ///
    /// # Errors
    ///
    /// The first that applies: the path is that of `get_list` or `delete`, which the service has
    /// and this crate does not model (`not-modeled`, 60009), or is not that of a command
    /// (`unknown-endpoint`, 60009); then for `sdkappid`, `identifier`, `usersig`, `random`,
    /// `contenttype`, in this order: given twice (`duplicate-parameter`), absent or empty
    /// (`missing-parameter`), malformed (`bad-parameter`), with 60012 for an absent `sdkappid`,
    /// 60002 for `random`, else 60025.
    ///
    /// ```
    /// use convmark::Command;
    /// use convmark::call::Call;
    ///
    /// let query = "sdkappid=88888888&identifier=admin&usersig=xxx&random=99999999&contenttype=json";
    /// let call = Call::parse("/v4/recentcontact/get_contact_group", query).unwrap();
    /// assert_eq!((call.command(), call.sdkappid()), (Command::GetContactGroup, 88888888));
    /// let refusal = Call::parse("/v4/recentcontact/get_contact_group", "identifier=admin").unwrap_err();
    /// assert_eq!((refusal.code().get(), refusal.finding().path().as_str()), (60012, "?sdkappid"));
    /// ```
    pub fn parse(path: &str, query: &'a str) -> Result<Self, Refusal> {
        Self::parse_pairs(path, form_urlencoded::parse(query.as_bytes()))
    }

    /// Reads a path and query pairs that the host's HTTP library has decoded already.
    ///
    /// # Errors
    ///
    /// As [`Call::parse`].
    pub fn parse_pairs<N: AsRef<str>, V: Into<Cow<'a, str>>>(
        path: &str,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Refusal> {
        let command = command_of(path).map_err(|rule| {
            Refusal::new(None, Finding::error(rule, Path::default(), FindingKind::Rule))
        })?;
        let mut given = <[Values<'a>; PARAMETERS.len()]>::default();
        for (name, value) in pairs {
            let place = PARAMETERS.iter().position(|parameter| parameter.name == name.as_ref());
            if let Some(given) = place.and_then(|place| given.get_mut(place)) {
                given.put(value.into());
            }
        }
        let [sdkappid, identifier, usersig, random, contenttype] = given;
        let call = Self {
            command,
            sdkappid: SDKAPPID.read(command, sdkappid, |value| SDKAPPID.integer(&value))?,
            identifier: IDENTIFIER.read(command, identifier, |value| UserId::new(value).ok())?,
            usersig: USERSIG.read(command, usersig, Some)?,
            random: RANDOM.read(command, random, |value| RANDOM.integer(&value))?,
        };
        CONTENTTYPE.read(command, contenttype, |value| CONTENTTYPE.literal(&value))?;
        Ok(call)
    }

    /// The command that the path names.
    #[must_use]
    pub const fn command(&self) -> Command {
        self.command
    }

    /// `sdkappid`: the app, from 1.
    #[must_use]
    pub const fn sdkappid(&self) -> u32 {
        self.sdkappid
    }

    /// `identifier`: the user ID of the caller. Whether that is an app admin is for the host to
    /// check.
    #[must_use]
    pub const fn identifier(&self) -> &UserId<'a> {
        &self.identifier
    }

    /// `usersig`: the caller's signature, a secret. Verifying it is for the host.
    #[must_use]
    pub fn usersig(&self) -> &str {
        &self.usersig
    }

    /// `random`: any unsigned 32-bit number.
    #[must_use]
    pub const fn random(&self) -> u32 {
        self.random
    }

    /// The same call, owning its texts.
    #[must_use]
    pub fn into_owned(self) -> Call<'static> {
        Call {
            command: self.command,
            sdkappid: self.sdkappid,
            identifier: self.identifier.into_owned(),
            usersig: Cow::Owned(self.usersig.into_owned()),
            random: self.random,
        }
    }
}

impl Parameter {
    fn read<'a, T>(
        &self,
        command: Command,
        given: Values<'a>,
        read: impl FnOnce(Cow<'a, str>) -> Option<T>,
    ) -> Result<T, Refusal> {
        let refuse = |rule, code, absence| {
            let kind = FindingKind::Parameter { name: self.name, absence, allowed: self.allowed };
            Refusal::of_parameter(Some(command), rule, code, kind)
        };
        if given.again {
            return Err(refuse(Rule::DuplicateParameter, self.bad, None));
        }
        let missing = |absence| refuse(Rule::MissingParameter, self.missing, Some(absence));
        let value = given.value.ok_or_else(|| missing(Absence::NotThere))?;
        if value.is_empty() {
            return Err(missing(Absence::EmptyString));
        }
        read(value).ok_or_else(|| refuse(Rule::BadParameter, self.bad, None))
    }

    /// A decimal integer of the parameter's range.
    fn integer(&self, text: &str) -> Option<u32> {
        let Shape::Integer { min, max } = self.shape else { return None };
        decimal(text).filter(|value| (min..=max).contains(&u64::from(*value)))
    }

    /// Exactly the parameter's text.
    fn literal(&self, text: &str) -> Option<()> {
        let Shape::Literal(literal) = self.shape else { return None };
        (text == literal).then_some(())
    }
}

/// The commands of the service that this crate does not model: they are about the list of
/// conversations itself.
const NOT_MODELED: [&str; 2] = ["get_list", "delete"];

/// The command that a path names, or the rule that the path breaks.
fn command_of(path: &str) -> Result<Command, Rule> {
    let name = path.strip_prefix(Command::PATH_PREFIX).ok_or(Rule::UnknownEndpoint)?;
    let not_modeled = NOT_MODELED.contains(&name);
    name.parse().map_err(|_| if not_modeled { Rule::NotModeled } else { Rule::UnknownEndpoint })
}

/// ASCII digits only, leading zeros allowed.
fn decimal(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("command", &self.command)
            .field("sdkappid", &self.sdkappid)
            .finish_non_exhaustive()
    }
}
