//! One input line: a request with its time and the facts about it.

mod members;

pub use members::Members;

use std::borrow::Cow;

use convmark::call::Call;
use convmark::code::CodeInfo;
use convmark::{Command, Conversation, ErrorCode, Facts};

use crate::{codes, names};

/// The members of a line.
pub const LINE: [&str; 8] =
    ["command", "url", "body", "raw", "now", "now_ms", "facts", "answer_with"];

const FACTS: &[&str] = &["admin", "plan", "unknown_accounts", "unresolved_groups"];

/// One request of the input.
pub struct Envelope<'a> {
    /// The whole line, without white space at its end; empty if the request is not of a line.
    pub text: &'a str,
    pub target: Target<'a>,
    /// The exact text of the body.
    pub body: Cow<'a, str>,
    /// Unix seconds.
    pub now: u64,
    /// Milliseconds, for the call frequency.
    pub now_ms: u64,
    /// Whether the caller is an app admin.
    pub is_admin: bool,
    pub facts: Facts,
    /// The code that replay answers with instead of judging the request.
    pub answer_with: Option<&'static CodeInfo>,
}

/// Where the request goes.
pub enum Target<'a> {
    Command(Command),
    /// Path and query.
    Url(Cow<'a, str>),
}

impl Target<'_> {
    /// The command, unless a URL names none.
    pub fn command(&self) -> Option<Command> {
        match self {
            Self::Command(command) => Some(*command),
            Self::Url(url) => match Call::parse_target(url) {
                Ok(call) => Some(call.command()),
                Err(refusal) => refusal.command(),
            },
        }
    }
}

impl<'a> Envelope<'a> {
    /// Reads a line.
    ///
    /// The error says what is wrong and what is allowed. It shows the names of members and
    /// commands, and nothing else of the line.
    pub fn read(line: &'a [u8]) -> Result<Self, String> {
        Self::of(&Members::of_line(line, &LINE)?)
    }

    /// Takes the members of a request out of those of a line.
    pub fn of(line: &Members<'a>) -> Result<Self, String> {
        let text = line.source();
        let now = line.integer("now")?.unwrap_or(0);
        let now_ms = line.integer("now_ms")?.unwrap_or(now.saturating_mul(1000));
        let (target, body) = (target(line)?, body(line)?);
        let (is_admin, facts) = facts(line)?;
        let answer_with = answer_with(line)?;
        Ok(Self { text, target, body, now, now_ms, is_admin, facts, answer_with })
    }

    /// Where the body stands in the line, in bytes, unless the line has it with escapes.
    pub fn body_offset(&self) -> Option<usize> {
        let Cow::Borrowed(body) = &self.body else { return None };
        let offset = body.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        (offset + body.len() <= self.text.len()).then_some(offset)
    }
}

fn target<'a>(line: &Members<'a>) -> Result<Target<'a>, String> {
    match (line.text("command")?, line.text("url")?) {
        (Some(name), None) => match name.parse() {
            Ok(command) => Ok(Target::Command(command)),
            Err(_) => Err(names::unknown(
                "command",
                &name,
                "",
                Command::ALL.iter().map(|command| command.name()),
            )),
        },
        (None, Some(url)) if is_absolute(&url) => {
            Err(line.wrong("url", "path and query only, without scheme and host"))
        }
        (None, Some(url)) => Ok(Target::Url(url)),
        (both, _) => Err(not_exactly_one("command", "url", both.is_some())),
    }
}

fn is_absolute(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

fn body<'a>(line: &Members<'a>) -> Result<Cow<'a, str>, String> {
    // null is a body like any other.
    match (line.get("body"), line.text("raw")?) {
        (Some(body), None) => Ok(Cow::Borrowed(body.get())),
        (None, Some(raw)) => Ok(raw),
        (both, _) => Err(not_exactly_one("body", "raw", both.is_some())),
    }
}

/// The error about two members of which exactly one must be given.
pub fn not_exactly_one(first: &str, second: &str, are_both_given: bool) -> String {
    let given = if are_both_given { "both are" } else { "neither is" };
    format!("exactly one of `{first}` and `{second}` is needed, but {given} given")
}

/// Whether the caller is an app admin, and the facts for the core.
fn facts(line: &Members<'_>) -> Result<(bool, Facts), String> {
    let Some(given) = line.present("facts") else { return Ok((true, Facts::vouched())) };
    let given = Members::read(given.get(), "`facts`", FACTS)?;
    let mut facts = Facts::vouched();
    if given.boolean("plan")? == Some(false) {
        facts = facts.without_plan();
    }
    // The core never asks for a text that cannot be an ID, so it needs no answer.
    let users = given.texts("unknown_accounts")?;
    let users = users.into_iter().filter_map(|id| Conversation::user(id).ok());
    let groups = given.texts("unresolved_groups")?;
    let groups = groups.into_iter().filter_map(|id| Conversation::group(id).ok());
    let facts = users.chain(groups).fold(facts, |facts, unknown| facts.with_unknown(unknown));
    Ok((given.boolean("admin")?.unwrap_or(true), facts))
}

/// The code that replay is to answer with: that of a failed call or request.
fn answer_with(line: &Members<'_>) -> Result<Option<&'static CodeInfo>, String> {
    let Some(given) = line.present("answer_with") else { return Ok(None) };
    let number = given.get().parse().map(ErrorCode::new);
    let allowed = codes::of_failed_answers();
    let found = allowed.clone().find(|info| number == Ok(info.code));
    found.map(Some).ok_or_else(|| {
        let codes: Vec<_> = allowed.map(|info| info.code.to_string()).collect();
        line.wrong("answer_with", &format!("one of the codes {}", codes.join(", ")))
    })
}
