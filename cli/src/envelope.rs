//! One input line: a request with what surrounds it.

use std::borrow::Cow;

use convmark::{Caller, Command, Conversation, Facts, Incoming};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// One request of the input.
pub struct Envelope<'a> {
    target: Target<'a>,
    /// The exact text of the body.
    pub body: Cow<'a, str>,
    /// Unix seconds.
    pub now: u64,
    /// Milliseconds, for the call frequency.
    pub now_ms: u64,
    caller: Caller,
    pub facts: Facts,
}

enum Target<'a> {
    Command(Command),
    Url(Cow<'a, str>),
}

impl<'a> Envelope<'a> {
    /// Reads a line; the error says what it lacks.
    pub fn read(line: &'a [u8]) -> Result<Self, String> {
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err("not a JSON object".into());
        }
        // Not read as bytes: what is skipped must be UTF-8 too.
        let line = std::str::from_utf8(line).map_err(|error| format!("not valid UTF-8 from byte {} on", error.valid_up_to()))?;
        let members: Members = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let target = match (members.command, members.url) {
            (Some(command), None) => {
                Target::Command(command.0.parse().map_err(|error: convmark::UnknownName| error.to_string())?)
            }
            (None, Some(url)) => Target::Url(url.0),
            _ => return Err("exactly one of command and url is needed".into()),
        };
        let body = match (members.body, members.raw) {
            (Some(body), None) => Cow::Borrowed(body.get()),
            (None, Some(raw)) => raw.0,
            _ => return Err("exactly one of body and raw is needed".into()),
        };
        let now = members.now.unwrap_or(0);
        let facts = members.facts.map(FactMembers::read).transpose()?.unwrap_or_default();
        Ok(Self {
            target,
            body,
            now,
            now_ms: members.now_ms.unwrap_or(now.saturating_mul(1000)),
            caller: if facts.admin.unwrap_or(true) { Caller::Admin } else { Caller::Other },
            facts: facts.into_facts(),
        })
    }

    /// The call, to be judged or served.
    pub fn incoming(&self) -> Incoming<'_> {
        let incoming = match &self.target {
            Target::Command(command) => Incoming::new(*command, self.body.as_bytes()),
            Target::Url(url) => Incoming::to_url(url, self.body.as_bytes()),
        };
        incoming.by(self.caller)
    }

    /// The command, or what is wrong with the URL.
    pub fn command(&self) -> Result<Command, convmark::Refusal> {
        match &self.target {
            Target::Command(command) => Ok(*command),
            Target::Url(url) => convmark::Call::parse_target(url).map(|call| call.command()),
        }
    }
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow)]
    command: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    // null is a body like any other.
    #[serde(borrow, default, deserialize_with = "present")]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    raw: Option<Text<'a>>,
    now: Option<u64>,
    now_ms: Option<u64>,
    #[serde(borrow)]
    facts: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// A string, borrowed from the line unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Borrowed<'b>(#[serde(borrow)] Cow<'b, str>);
        Borrowed::deserialize(deserializer).map(|text| Text(text.0))
    }
}

#[derive(Default, Deserialize)]
struct FactMembers {
    admin: Option<bool>,
    plan: Option<bool>,
    unknown_accounts: Option<Vec<String>>,
    unresolved_groups: Option<Vec<String>>,
}

impl FactMembers {
    /// A derived reader would take an array for an object.
    fn read(raw: &RawValue) -> Result<Self, String> {
        if !raw.get().starts_with('{') {
            return Err("facts is not an object".into());
        }
        serde_json::from_str(raw.get()).map_err(|error| format!("facts: {error}"))
    }

    fn into_facts(self) -> Facts {
        let mut facts = Facts::vouched();
        if self.plan == Some(false) {
            facts = facts.without_plan();
        }
        // What is no well-formed ID can never be asked for.
        let users = self.unknown_accounts.unwrap_or_default().into_iter().filter_map(|id| Conversation::user(id).ok());
        let groups = self.unresolved_groups.unwrap_or_default().into_iter().filter_map(|id| Conversation::group(id).ok());
        users.chain(groups).fold(facts, Facts::with_unknown)
    }
}
