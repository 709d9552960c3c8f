//! `describe`: explains a code or a rule, or lists them all.

use std::io::Write;

use annotate_snippets::renderer::{
    DEFAULT_EMPHASIS_STYLE, DEFAULT_ERROR_STYLE, DEFAULT_LINE_NUM_STYLE, DEFAULT_WARNING_STYLE,
    Style,
};
use clap::Args;
use convmark::code::{CodeInfo, Retry};
use convmark::rule::Ground;
use convmark::{ErrorCode, Revision, Rule, Warning};

use crate::failure::Failure;
use crate::{color, names};

/// Explain a code or a rule, or list them all
#[derive(Args)]
pub struct Options {
    /// A code, the name of a code, a rule or a warning: 51011, group-name-too-long. Without it, all
    /// are listed
    #[arg(value_name = "CODE|RULE")]
    topic: Option<String>,
    #[command(flatten)]
    color: color::Choice,
}

/// Columns of the names in front of the texts.
const NAME: usize = 10;
/// Columns of a line.
const LINE: usize = 100;

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let mut page = Page { text: String::new(), is_colored: options.color.is_on() };
    match options.topic.as_deref() {
        Some(topic) => describe(topic, &mut page)?,
        None => list(&mut page),
    }
    out.write_all(page.text.as_bytes())?;
    Ok(0)
}

/// The text to print, with or without color.
struct Page {
    text: String,
    is_colored: bool,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.is_colored { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    fn heading(&mut self, style: Style, text: &str) {
        let heading = self.styled(style, text);
        self.line(&heading);
    }

    /// One named text, wrapped; nothing if it is empty.
    fn entry(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut column = LINE;
        for (place, word) in text.split(' ').enumerate() {
            let width = word.chars().count();
            if column + 1 + width > LINE {
                let name = if place == 0 { name } else { "" };
                let name = self.styled(DEFAULT_LINE_NUM_STYLE, &format!("{name:NAME$}"));
                let end = if place == 0 { "" } else { "\n" };
                self.text.push_str(&format!("{end}  {name}  {word}"));
                column = NAME + 4 + width;
            } else {
                self.text.push(' ');
                self.text.push_str(word);
                column += 1 + width;
            }
        }
        self.text.push('\n');
    }
}

fn describe(topic: &str, page: &mut Page) -> Result<(), Failure> {
    let number = topic.parse().map(ErrorCode::new);
    let code = CodeInfo::ALL.iter().find(|info| number == Ok(info.code) || info.name == topic);
    let (rule, warning) = (topic.parse::<Rule>().ok(), topic.parse::<Warning>().ok());
    if code.is_none() && rule.is_none() && warning.is_none() {
        return Err(Failure::Refused(unknown(topic)));
    }
    if let Some(rule) = rule {
        describe_rule(rule, page);
    }
    if let Some(warning) = warning {
        describe_warning(warning, page);
    }
    if let Some(info) = code {
        if rule.is_some() {
            page.line("");
        }
        describe_code(info, page);
    }
    Ok(())
}

fn unknown(topic: &str) -> String {
    let codes = CodeInfo::ALL.iter().map(|info| info.name);
    let rules = Rule::ALL.iter().map(|rule| rule.id());
    let warnings = Warning::ALL.iter().map(|warning| warning.id());
    let meant = names::nearest(topic, codes.chain(rules).chain(warnings));
    let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
    format!(
        "no code or rule is called `{}`; {meant}`convmark describe` lists all of them",
        names::shown(topic)
    )
}

fn describe_rule(rule: Rule, page: &mut Page) {
    let info = rule.info();
    page.heading(DEFAULT_ERROR_STYLE, &format!("error[{rule}]"));
    page.entry("what", info.explanation);
    page.entry("what to do", info.advice);
    let codes: Vec<_> = info.codes.iter().map(|code| named(*code)).collect();
    page.entry("answers", &codes.join(", "));
    page.entry("found in", &format!("stage {}: {}", info.stage, stage(info.stage)));
    page.entry("item text", info.item_info);
    page.entry("ground", &ground(info.ground));
    page.entry("source", info.source);
}

fn describe_warning(warning: Warning, page: &mut Page) {
    let info = warning.info();
    page.heading(DEFAULT_WARNING_STYLE, &format!("warning[{warning}]"));
    page.entry("what", info.explanation);
    page.entry("what to do", info.advice);
    page.entry("answers", "none: warnings never change the answer");
    page.entry("ground", &ground(info.ground));
    page.entry("source", info.source);
}

fn describe_code(info: &CodeInfo, page: &mut Page) {
    page.heading(DEFAULT_EMPHASIS_STYLE, &format!("code {}", named(info.code)));
    page.entry("means", info.meaning);
    for revision in Revision::ALL {
        page.entry(revision.name(), info.own_meaning(*revision).unwrap_or_default());
    }
    page.entry("what to do", info.advice);
    page.entry("answers", &levels(info));
    let retry = match info.retry {
        None => "no: the request has succeeded",
        Some(Retry::No) => "no: something has to change first",
        Some(Retry::Yes) => "yes: the same call may succeed later",
        Some(_) => "unknown: the code covers both",
    };
    page.entry("retry", retry);
    let rules = Rule::ALL.iter().filter(|rule| rule.info().codes.contains(&info.code));
    let rules: Vec<_> = rules.map(|rule| rule.id()).collect();
    page.entry("rules", &rules.join(", "));
    page.entry("source", &info.source.to_string());
}

/// The levels at which the code occurs.
fn levels(info: &CodeInfo) -> String {
    let levels = [
        (info.levels.call(), "the call, before its request is judged (ErrorCode)"),
        (info.levels.request(), "the request as a whole (ErrorCode)"),
        (info.levels.item(), "one item (ResultCode)"),
    ];
    let levels = levels.into_iter().filter(|(is_level, _)| *is_level).map(|(_, level)| level);
    let levels = levels.collect::<Vec<_>>().join("; ");
    if levels.is_empty() { "none of the six commands".to_string() } else { levels }
}

fn list(page: &mut Page) {
    page.heading(DEFAULT_EMPHASIS_STYLE, "CODES");
    for info in CodeInfo::ALL {
        page.line(&format!("  {:>5}  {:27}  {}", info.code, info.name, info.meaning));
    }
    page.line("");
    page.heading(DEFAULT_EMPHASIS_STYLE, "RULES, in order of precedence");
    for rule in Rule::ALL {
        let info = rule.info();
        page.line(&format!(
            "  {:>5}  {rule:27}  [{}] {}",
            rule.code(),
            info.ground,
            info.explanation
        ));
    }
    page.line("");
    page.heading(DEFAULT_EMPHASIS_STYLE, "WARNINGS");
    for warning in Warning::ALL {
        let info = warning.info();
        page.line(&format!("  {:>5}  {warning:27}  [{}] {}", "", info.ground, info.explanation));
    }
    page.line("\n`convmark describe NAME` (or the number of a code) explains one of them.");
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
        Ground::DocumentedIn(revision) => {
            return format!("[{ground}] only the pages of {revision} say so");
        }
        Ground::Implied => "a sample, the public code table or the official SDKs show it",
        Ground::Observed => "a recorded answer of the live service shows it",
        Ground::Decided => {
            "the documentation is silent or contradicts itself; this implementation decided"
        }
        _ => "see the source",
    };
    format!("[{ground}] {meaning}")
}
