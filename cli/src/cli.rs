//! The command line.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::{compare, completions, describe, import, man, replay, schema, validate};

/// Validates and replays requests of the chat service v4/recentcontact, and compares and imports
/// recordings of it
#[derive(Parser)]
#[command(name = "convmark", version, flatten_help = true, after_help = AFTER_HELP)]
#[command(subcommand_required = true, arg_required_else_help = false)]
pub struct Cli {
    #[command(subcommand)]
    pub subcommand: Subcommand,
}

#[derive(clap::Subcommand)]
pub enum Subcommand {
    #[command(after_help = AFTER_HELP)]
    Replay(replay::Options),
    #[command(after_help = AFTER_HELP)]
    Validate(validate::Options),
    #[command(after_help = AFTER_HELP_RECORDED)]
    Compare(compare::Options),
    #[command(after_help = AFTER_HELP_RECORDED)]
    Import(import::Options),
    Describe(describe::Options),
    Schema(schema::Options),
    Completions(completions::Options),
    Man(man::Options),
}

impl Subcommand {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Replay(_) => "replay",
            Self::Validate(_) => "validate",
            Self::Compare(_) => "compare",
            Self::Import(_) => "import",
            Self::Describe(_) => "describe",
            Self::Schema(_) => "schema",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

/// Prints what is wrong with the options of a subcommand, with its usage.
pub fn refuse(subcommand: &str, problem: String) -> ExitCode {
    let mut command = Cli::command();
    command.build();
    let command = command.find_subcommand_mut(subcommand).expect("it was parsed");
    let error = command.error(ErrorKind::ValueValidation, problem);
    // There is no other place to report that standard error is closed.
    let _ = error.print();
    ExitCode::from(2)
}

const AFTER_HELP: &str = r#"Input lines:
  replay and validate read JSON Lines. One line is one request:

  {"command":"mark_contact","now":1700000000,"body":{...},"facts":{"admin":true,"plan":true,
   "unknown_accounts":["u"],"unresolved_groups":["g"]}}

  command | url  the name of the command, or path and query as in a request line; one of the two
  body | raw     the body as any JSON value, whose text in the line is the request body; or a
                 string with the exact text of the body, for malformed bodies; one of the two
  now            Unix seconds; default 0
  now_ms         milliseconds for the call frequency; default now times 1000
  facts          what the service would know; each member is optional. Default: the caller is an
                 admin, the plan includes the feature, every account and every group chat is
                 known. unknown_accounts that contains From_Account makes the requester unknown
  answer_with    a code other than 0 that answers a call or a request: replay answers the line
                 with it and does not judge or apply it

  Any other member is an error, and so is a member that occurs twice. null is the same as absent
  in every member but body. A line that is not such a request is answered in place with
  {"line":N,"error":".."}, and the next line is read. A line of more than 64 MiB is not such a
  request either, and is not kept in memory. Lines of white space are skipped, and counted in
  line numbers. All that was read is answered before the tool waits for more input.
  replay keeps accounts by From_Account alone.

  compare and import read recordings: JSON Lines of such requests, each with its answer, or HAR
  files; compare --help describes them. validate recognizes HAR files, and reads the requests of
  JSON Lines with answers with --from recording. No subcommand reads UTF-16 or gzip.

Exit status:
  0  done; an answer that says FAIL is not an error; a closed output pipe ends the tool quietly
  1  validate found an error, or compare a difference
  2  an input line was not a request or, for compare and import, not an exchange; there was
     nothing to compare, or nothing but what is skipped to validate; import could not make
     accounts of the pages; describe does not know the name; the options were wrong, the
     file could not be read, or the output could not be written

Environment:
  NO_COLOR, CLICOLOR_FORCE and TERM=dumb choose the color as usual; COLUMNS replaces the width of
  the terminal for excerpts"#;

const AFTER_HELP_RECORDED: &str = r#"Recordings:
  JSON Lines: each line is an input line of replay with the answer that was given to it:

  {"command":"get_contact_group","body":{...},"answer":{"ContactItem":[...],...}}

  answer | answer_raw  the answer as a JSON object; or a string with the text of an answer that
                       is not one; one of the two

  HAR: what the network tools of browsers and proxies save. POST entries of this service are
  read, whatever their host; all others are skipped. Lines whose URL is of another service are
  skipped as well.

  A recording of the fake of convmark-server has calls alone: not what was put into it at
  /_convmark/accounts/. compare takes an account to be empty if no pages of it come before its
  first change; call get_contact_group first to have them.

Exit status:
  0  done; for compare: all answers agree; a closed output pipe ends the tool quietly
  1  compare found a difference
  2  the recording or the options are wrong, nothing in it can be compared or imported, or the output could not be written"#;
