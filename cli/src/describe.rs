//! `describe`: explains a code or a rule, or lists them all.

use std::io::{self, Write};

use convmark::{CodeInfo, ErrorCode, Ground, Retry, Revision, Rule, Warning};

use crate::options::Options;
use crate::paint::{Paint, Role};

/// Columns of the names in front of the texts.
const NAME: usize = 10;
/// Columns of a line.
const LINE: usize = 100;

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> io::Result<u8> {
    let paint = Paint::of(options);
    let Some(topic) = options.topic.as_deref() else { return list(paint, out).map(|()| 0) };
    let number = topic.parse().map(ErrorCode::new);
    let code = ErrorCode::all().iter().find(|info| number == Ok(info.code) || info.name == topic);
    let (rule, warning) = (topic.parse::<Rule>().ok(), topic.parse::<Warning>().ok());
    if code.is_none() && rule.is_none() && warning.is_none() {
        eprintln!("convmark: no code or rule is called `{}`; `convmark describe` lists all", topic.escape_debug());
        return Ok(2);
    }
    if let Some(rule) = rule {
        describe_rule(rule, paint, out)?;
    }
    if let Some(warning) = warning {
        describe_warning(warning, paint, out)?;
    }
    if let Some(info) = code {
        if rule.is_some() {
            writeln!(out)?;
        }
        describe_code(info, paint, out)?;
    }
    Ok(0)
}

fn describe_rule(rule: Rule, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let info = rule.info();
    writeln!(out, "{}", paint.text(Role::Error, &format!("error[{rule}]")))?;
    let mut entry = |name: &str, text: &str| entry(name, text, paint, out);
    entry("what", info.explanation)?;
    entry("what to do", info.advice)?;
    let codes: Vec<_> = info.codes.iter().map(|code| named(*code)).collect();
    entry("answers", &codes.join(", "))?;
    entry("found in", &format!("stage {}: {}", info.stage, stage(info.stage)))?;
    entry("item text", info.item_info)?;
    entry("ground", &ground(info.ground))?;
    entry("source", info.source)
}

fn describe_warning(warning: Warning, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let info = warning.info();
    writeln!(out, "{}", paint.text(Role::Warning, &format!("warning[{warning}]")))?;
    let mut entry = |name: &str, text: &str| entry(name, text, paint, out);
    entry("what", info.explanation)?;
    entry("what to do", info.advice)?;
    entry("answers", "as if it were not there: warnings never change the answer")?;
    entry("ground", &ground(info.ground))?;
    entry("source", info.source)
}

fn describe_code(info: &CodeInfo, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", paint.text(Role::Strong, &format!("code {}", named(info.code))))?;
    let mut entry = |name: &str, text: &str| entry(name, text, paint, out);
    entry("means", info.meaning)?;
    for revision in Revision::ALL {
        entry(revision.name(), info.own_meaning(*revision).unwrap_or_default())?;
    }
    entry("what to do", info.advice)?;
    let levels = [
        (info.levels.call(), "the call, before its request is looked at"),
        (info.levels.request(), "the request as a whole (ErrorCode)"),
        (info.levels.item(), "one item (ResultCode)"),
    ];
    let levels: Vec<_> = levels.into_iter().filter(|(is_level, _)| *is_level).map(|(_, level)| level).collect();
    entry("answers", if levels.is_empty() { "nothing here".into() } else { levels.join("; ") }.as_str())?;
    entry(
        "retry",
        match info.retry {
            None => "nothing to repeat",
            Some(Retry::No) => "no: something has to change first",
            Some(Retry::Yes) => "yes: the same call may succeed later",
            Some(_) => "unknown: the code covers both",
        },
    )?;
    let rules: Vec<_> = Rule::all().iter().filter(|rule| rule.info().codes.contains(&info.code)).map(|rule| rule.id()).collect();
    entry("rules", &rules.join(", "))?;
    entry("source", &info.source.to_string())
}

fn list(paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", paint.text(Role::Strong, "CODES"))?;
    for info in ErrorCode::all() {
        writeln!(out, "  {:>5}  {:27}  {}", info.code, info.name, info.meaning)?;
    }
    writeln!(out, "\n{}", paint.text(Role::Strong, "RULES, in order of precedence"))?;
    for rule in Rule::all() {
        let info = rule.info();
        writeln!(out, "  {:>5}  {rule:27}  [{}] {}", rule.code(), info.ground, info.explanation)?;
    }
    writeln!(out, "\n{}", paint.text(Role::Strong, "WARNINGS"))?;
    for warning in Warning::all() {
        let info = warning.info();
        writeln!(out, "  {:>5}  {warning:27}  [{}] {}", "", info.ground, info.explanation)?;
    }
    writeln!(out, "\n`convmark describe NAME` (or the number of a code) tells more.")
}

/// One named text, wrapped; nothing if it is empty.
fn entry(name: &str, text: &str, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut column = LINE;
    for (place, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if column + 1 + width > LINE {
            let name = if place == 0 { name } else { "" };
            let end = if place == 0 { "" } else { "\n" };
            write!(out, "{end}  {}  {word}", paint.text(Role::Frame, &format!("{name:NAME$}")))?;
            column = NAME + 4 + width;
        } else {
            write!(out, " {word}")?;
            column += 1 + width;
        }
    }
    writeln!(out)
}

fn named(code: ErrorCode) -> String {
    match code.info() {
        Some(info) => format!("{code} ({})", info.name),
        None => code.to_string(),
    }
}

const fn stage(stage: u8) -> &'static str {
    match stage {
        0 => "the call around the body",
        1 => "the caller",
        2 => "JSON",
        3 => "the schema of the body",
        4 => "the account",
        5 => "the plan",
        6 => "the state of the account",
        _ => "the items, or a fault of the host",
    }
}

fn ground(ground: Ground) -> String {
    let meaning = match ground {
        Ground::Documented => "the public documentation says so",
        Ground::DocumentedIn(revision) => return format!("[{ground}] only the pages of {revision} say so"),
        Ground::Implied => "a sample, the public code table or the official SDKs show it",
        Ground::Observed => "a recorded answer of the live service shows it",
        Ground::Decided => "the documentation is silent or contradicts itself; this crate decided",
        _ => "see the source",
    };
    format!("[{ground}] {meaning}")
}
