//! The command line.

use convmark::{ErrorDisplay, LastPageIndex, MarkBase, Policy, RenameItems, Revision, UnknownName};

pub const USAGE: &str = "\
usage: convmark replay   [--changes] [--reload] [--calls-per-second N] [COMMON] [FILE]
       convmark validate [--format text|people|json] [--color auto|always|never] [COMMON] [FILE]
       convmark describe [--color auto|always|never] [CODE|RULE]
       convmark schema   [COMMON]
       convmark --help
COMMON: [--revision 2023-03|2026-04] [--observed] [--mark-base 0|1] [--page-size N]
        [--error-display none|sampled|all] [--last-page-index zero|absent] [--rename-items absent|empty]";

pub const HELP: &str = r#"convmark: replays and validates requests of the chat service v4/recentcontact

usage: convmark replay   [--changes] [--reload] [--calls-per-second N] [COMMON] [FILE]
       convmark validate [--format text|people|json] [--color auto|always|never] [COMMON] [FILE]
       convmark describe [--color auto|always|never] [CODE|RULE]
       convmark schema   [COMMON]

replay and validate read JSON Lines from FILE, or from standard input when FILE is - or absent. One line is one request:

  {"command":"mark_contact","now":1700000000,"body":{...},"facts":{"admin":true,"plan":true,
   "unknown_accounts":["u"],"unresolved_groups":["g"]}}

  command | url       the command's name, or path and query as in a request line; one of the two
  body | raw          the body as JSON, taken as its text stands in the line, or as a string with its exact text; one of the two
  now                 Unix seconds, default 0
  now_ms              milliseconds for the call frequency, default now times 1000
  facts               what the host would know; default: the caller is an admin, the plan includes the feature, every
                      account and group chat is known. unknown_accounts that contains From_Account makes the requester unknown

Unknown members are ignored; a known one may stand once; null is absent in any but body. Lines of white space are skipped.
A line must be JSON in UTF-8 itself: a body that is neither can only be given as raw, and bytes that are no UTF-8 not at all.

replay     applies each request to accounts in memory (kept by From_Account alone) and prints one answer per request
  --changes             prints {"response":{..},"changes":[..]} instead
  --reload              stores and loads the account before every request; the output must be the same
  --calls-per-second N  keeps a call-frequency gate per command, on now_ms; default: no limit

validate   judges the URL, if there is one, and the body; prints what is wrong or odd, and a last line with the totals
  --format text         one line per finding, without anything of the request but member names; the default unless standard
                        output is a terminal
  --format people       as compilers do: the offending piece of the body underlined, what to do, the ground of the rule; the
                        default on a terminal, and with --color always
  --format json         one object per request: {"line":3,"findings":[..]}
  --color WHEN          auto (the default): on a terminal, unless NO_COLOR is set or TERM is dumb; always; never.
                        The formats text and json have no color. COLUMNS, if set, is the width for --format people

describe   explains a code (51011) or a rule (group-name-too-long): what it means, its ground, its source, what to do;
           alone, lists them all
  --color WHEN          as for validate

schema     prints the six commands as an OpenAPI 3.1 document: requests, answers, codes, rules, limits

COMMON
  --revision 2023-03|2026-04         the documented revision, default 2026-04
  --observed                         answers as the live service was observed to give them in 2025-04: revision 2026-04 with
                                     --error-display all and --last-page-index absent
  --mark-base 0|1                    the index of the first mark bit, default 1
  --page-size N                      rows per page of get_contact_group, from 1, default 100
  --error-display none|sampled|all   which answers have "ErrorDisplay":"": none (the default of 2026-04), those of create, mark
                                     and search (the default of 2023-03), or all
  --last-page-index zero|absent      NextStartIndex on the last page of get_contact_group: 0 (the default) or left out
  --rename-items absent|empty        ContactResultItem in the answer to a rename: left out (the default) or []
A single setting wins over --revision and --observed, in any order.

A line that is no such request is printed in place as {"line":N,"error":".."}, and processing goes on.

exit status: 0 done (answers that say FAIL are no error); 1 validate found an error; 2 an input line was no request,
no code or rule has that name, or the options or the file were wrong."#;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subcommand {
    Help,
    Replay,
    Validate,
    Describe,
    Schema,
}

/// How `validate` prints.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    People,
    Json,
}

/// When there is color.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Auto,
    Always,
    Never,
}

pub struct Options {
    pub subcommand: Subcommand,
    pub revision: Revision,
    pub policy: Policy,
    pub changes: bool,
    pub reload: bool,
    pub calls_per_second: Option<u32>,
    /// `None` is the one that suits the output.
    pub format: Option<Format>,
    pub color: Color,
    /// `None` is standard input.
    pub file: Option<String>,
    /// What to describe; `None` is everything.
    pub topic: Option<String>,
}

/// Reads the arguments after the program's name.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut arguments = arguments.peekable();
    let mut options = Options {
        subcommand: Subcommand::Help,
        revision: Revision::default(),
        policy: Policy::default(),
        changes: false,
        reload: false,
        calls_per_second: None,
        format: None,
        color: Color::Auto,
        file: None,
        topic: None,
    };
    options.subcommand = match arguments.next().as_deref() {
        Some("replay") => Subcommand::Replay,
        Some("validate") => Subcommand::Validate,
        Some("describe") => Subcommand::Describe,
        Some("schema") => Subcommand::Schema,
        Some("--help" | "-h" | "help") => return Ok(options),
        Some(other) => return Err(format!("unknown subcommand {other}")),
        None => return Err("a subcommand is needed".into()),
    };
    let is = |subcommand| options.subcommand == subcommand;
    let (replay, validate, describe) = (is(Subcommand::Replay), is(Subcommand::Validate), is(Subcommand::Describe));
    let (mut mark_base, mut page_size, mut observed) = (None, None, false);
    let (mut error_display, mut last_page_index, mut rename_items) = (None, None, None);
    while let Some(argument) = arguments.next() {
        let (name, mut inline) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (argument, None),
        };
        let mut value = || inline.take().or_else(|| arguments.next()).ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--help" | "-h" => {
                options.subcommand = Subcommand::Help;
                return Ok(options);
            }
            "--revision" if !describe => {
                options.revision = named(&name, &value()?)?;
                options.policy = options.revision.policy();
            }
            "--mark-base" if !describe => {
                mark_base = Some(match value()?.as_str() {
                    "0" => MarkBase::Zero,
                    "1" => MarkBase::One,
                    _ => return Err("--mark-base must be 0 or 1".into()),
                });
            }
            "--observed" if !describe => observed = true,
            "--error-display" if !describe => error_display = Some(named::<ErrorDisplay>(&name, &value()?)?),
            "--last-page-index" if !describe => last_page_index = Some(named::<LastPageIndex>(&name, &value()?)?),
            "--rename-items" if !describe => rename_items = Some(named::<RenameItems>(&name, &value()?)?),
            "--page-size" if !describe => page_size = Some(number(&name, &value()?)?),
            "--changes" if replay => options.changes = true,
            "--reload" if replay => options.reload = true,
            "--calls-per-second" if replay => options.calls_per_second = Some(number(&name, &value()?)?),
            "--format" if validate => {
                options.format = Some(match value()?.as_str() {
                    "text" => Format::Text,
                    "people" => Format::People,
                    "json" => Format::Json,
                    _ => return Err("--format must be text, people or json".into()),
                });
            }
            "--color" if validate || describe => {
                options.color = match value()?.as_str() {
                    "auto" => Color::Auto,
                    "always" => Color::Always,
                    "never" => Color::Never,
                    _ => return Err("--color must be auto, always or never".into()),
                }
            }
            "-" if !(replay || validate) => return Err("unknown option -".into()),
            "-" if options.file.is_none() => options.file = Some("-".into()),
            _ if name.starts_with('-') => return Err(format!("unknown option {name}")),
            _ if describe && options.topic.is_none() => options.topic = Some(name),
            _ if describe => return Err("only one CODE or RULE can be described".into()),
            _ if !(replay || validate) => return Err("no FILE is read".into()),
            _ if options.file.is_some() => return Err("only one FILE can be read".into()),
            _ => options.file = Some(name),
        }
        if inline.is_some() {
            return Err("an option has a value that it does not take".into());
        }
    }
    options.file = options.file.filter(|file| file != "-");
    if observed {
        if options.revision != Revision::V2026_04 {
            return Err("--observed is about revision 2026-04; leave out one of --observed and --revision".into());
        }
        options.policy = Policy::observed();
    }
    let mut policy = options.policy.to_builder();
    if let Some(base) = mark_base {
        policy = policy.mark_base(base);
    }
    if let Some(size) = page_size {
        policy = policy.page_size(size);
    }
    if let Some(display) = error_display {
        policy = policy.error_display(display);
    }
    if let Some(index) = last_page_index {
        policy = policy.last_page_index(index);
    }
    if let Some(items) = rename_items {
        policy = policy.rename_items(items);
    }
    if let Some(calls) = options.calls_per_second {
        // The policy knows what a gate can hold.
        policy = policy.calls_per_second(calls);
    }
    options.policy = policy.build().map_err(|error| error.to_string())?;
    Ok(options)
}

fn number(name: &str, value: &str) -> Result<u32, String> {
    value.parse().map_err(|_| format!("{name} must be a number from 0 to 4294967295"))
}

fn named<T: std::str::FromStr<Err = UnknownName>>(option: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|error| format!("{option}: {error}"))
}
