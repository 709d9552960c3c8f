//! The list of options: one entry each, from which the command line, the environment, the file, the
//! help and the table of the README are made.

/// What the environment variables of all options begin with.
pub const PREFIX: &str = "CONVMARK_";
/// The option that names the file. It is not in the list: a file cannot name another.
pub const CONFIG: &str = "config";

/// How often an option may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// Without a value, or with `true` or `false`.
    Flag,
    /// One value.
    One,
    /// Any number of values.
    Many,
    /// Any number of values, which a comma separates.
    List,
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub struct OptionInfo {
    /// The name, without dashes in front. It is the key in the file too.
    pub name: &'static str,
    /// What stands for the value in the help.
    pub value: &'static str,
    /// How often it may be given.
    pub arity: Arity,
    /// The default as it would be given; `None` if the help says what holds.
    pub default: Option<&'static str>,
    /// What it means, with its unit and what is allowed.
    pub help: &'static str,
}

impl OptionInfo {
    /// The environment variable.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", variable(self.name))
    }
}

/// The environment variable of an option, without the prefix.
#[must_use]
pub fn variable(option: &str) -> String {
    option.replace('-', "_").to_ascii_uppercase()
}

/// Options that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The heading in the help.
    pub heading: &'static str,
    /// The options, in the order of the help.
    pub options: &'static [OptionInfo],
}

macro_rules! groups {
    ($($heading:literal { $($name:literal $value:literal $arity:ident $(= $default:literal)?: $help:literal;)+ })+) => {
        /// Every option that a file can set too, by group.
        pub const GROUPS: &[Group] = &[$(Group {
            heading: $heading,
            options: &[$(OptionInfo {
                name: $name,
                value: $value,
                arity: Arity::$arity,
                default: groups!(@default $($default)?),
                help: $help,
            },)+],
        },)+];
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
}

groups! {
    "Listening" {
        "listen" "ADDR:PORT" One = "127.0.0.1:8080": "Where to listen: an IP address or localhost, and a port. Port 0 takes a free port, which is printed";
        "insecure" "" Flag: "Listen beyond loopback without --key: everyone who reaches the port is an admin then";
        "allow-host" "NAME[:PORT]" List: "On loopback: another name that the headers Host and Origin may have, with any port unless it has one. Its own names and those of the documented regions are always allowed. Web pages of the names given here may read answers (CORS)";
        "tls-cert" "FILE" One: "Serve TLS with this chain of certificates, PEM. Needs --tls-key. Both files are read again on SIGHUP";
        "tls-key" "FILE" One: "The private key of --tls-cert, PEM. Nobody but its owner may be able to change it";
        "control" "ADDR:PORT" One: "Where /health, /ready and the Prometheus /metrics are served, without TLS. Default: nowhere";
    }
    "Fake service" {
        "fake" "" Flag: "Let tests control the service under /_convmark/ of --control, which must then be on loopback. --store memory does so without --fake. Not together with --app";
        "fake-calls-max" "N" One = "1000": "The maximum number of calls that /_convmark/calls shows, 0 to 100000. The last calls are kept, in at most 64 MiB";
    }
    "Store" {
        "store" "STORE" One = "dir:convmark-data": "Where accounts are kept: memory, dir:PATH, or postgres://USER@HOST/DATABASE";
        "create" "" Flag: "Make the directory of a dir: store if it does not exist. Not needed for the directory of the default name";
        "keep-history" "" Flag: "Keep the records of changes that a snapshot replaces. The server never reads them again; the subcommands forget and import --replace remove those of the accounts that they change";
        "cache-max-bytes" "BYTES" One = "64MiB": "The maximum number of bytes of the accounts that are kept in memory, 0 to 1TiB. The least recently used go first";
        "commit-max-records" "N" One = "4096": "The maximum number of records that one sync of a dir: store makes durable, 1 to 65536. What waits beyond it goes into the next one";
        "read-consistency" "HOW" One = "strong": "When a call that changes nothing is answered, with several servers: strong, after asking the store; or cached:MS, from an account that was the newest at most MS milliseconds ago, 1 to 3600000";
        "postgres-schema" "NAME" One = "convmark": "The schema of the tables. The server and the subcommand import make it if it does not exist and the role may make it";
        "postgres-connections" "N" One = "16": "The maximum number of connections to PostgreSQL, 1 to 10000";
        "postgres-connect-timeout" "TIME" One: "For connecting to one host, with TLS and login, 1ms to 1h. Default: connect_timeout of the connection string, or 3s";
        "postgres-prepare" "true|false" One = "true": "Whether statements are prepared once for each connection. A proxy that pools transactions needs false";
    }
    "Callers" {
        "app" "SDKAPPID" One: "The app that is served, 1 to 4294967295. A call with another sdkappid is refused. Default: any";
        "key" "FILE" Many: "Verify the UserSig of each call with the secret key in this file. Needs --app and admins. Nobody but its owner may be able to change it. Several keys are all valid, so that a key can be replaced; they are read again on SIGHUP";
        "admins" "ID,.." List: "The user IDs of the app admins; only they may call. Default: those of --facts; without any, every caller is an admin";
        "facts" "FILE" One: "What is known, JSON: {\"accounts\":[..],\"groups\":[..],\"admins\":[..],\"plan\":true}. Each member is optional. An ID that a list does not name is unknown, or not an admin. Default: every ID is known";
        "calls-per-second" "N" One: "Admit N calls a second of each command, 0 to 1000000. Documented: 200. Default: no limit";
    }
    "Policy" {
        "revision" "NAME" One: "The documented revision: 2023-03 or 2026-04. Default: the newest. It sets the defaults of the options below";
        "observed" "" Flag: "Answer as the live service was observed to answer in 2025-04: as under 2026-04, with --error-display all and --last-page-index absent";
        "mark-base" "INDEX" One: "The index of the first mark bit: 1 as documented, or 0 as web SDKs send it";
        "page-size" "ROWS" One: "The maximum number of rows on a page of get_contact_group, 1 to 1000000";
        "error-display" "WHICH" One: "Which answers end with \"ErrorDisplay\":\"\": none; sampled, that is those of create, mark and search; or all";
        "last-page-index" "HOW" One: "Whether NextStartIndex is zero or absent on the last page of get_contact_group";
        "rename-items" "HOW" One: "Whether ContactResultItem is absent or empty in the answer to a rename. A published client needs empty";
        "group-name-max-bytes" "BYTES" One: "The maximum length of a group name in bytes of UTF-8, 1 to 65536";
        "groups" "N" One: "The maximum number of groups in an account, 0 to 64";
        "capacity" "HOW" One: "How rows count: shared:ROWS, separate:GROUPED,MARKED or per-group:MEMBERS,MARKED, each 0 to 1000000";
        "create-needs-conversations" "true|false" One: "Whether ContactItem of create_contact_group is required";
        "conversations-max" "N" One: "The maximum number of conversations in one create or update, 1 to 1000000, or none";
        "mark-items-max" "N" One: "The maximum number of items in one mark_contact, 1 to 1000000";
        "search-max" "N" One: "The maximum number of conversations in one search, 1 to 1000000";
        "custom-mark-max-bytes" "BYTES" One: "The maximum length of a custom mark in bytes of UTF-8, 0 to 65536";
        "custom-mark-needs-plan" "true|false" One: "Whether items that only set the custom mark need the plan";
    }
    "Limits" {
        "connections-max" "N" One = "4096": "The maximum number of connections at a time, 1 to 1000000. One more is answered with 60018 and closed";
        "calls-max" "N" One = "4096": "The maximum number of calls that are judged or stored at a time, 1 to 1000000. One more is answered with 60018";
        "bodies-max-bytes" "BYTES" One = "64MiB": "The maximum number of bytes of all bodies together, 1KiB to 1TiB. A body beyond it is answered with 60018";
        "body-max-bytes" "BYTES" One = "1MiB": "The maximum length of one body, 1KiB to 1GiB. A longer one is answered with 60002";
        "head-max-bytes" "BYTES" One = "16KiB": "The maximum length of the request line with all headers, 8KiB to 1MiB. A longer one is answered with 60002 and the connection closed";
    }
    "Time-outs" {
        "head-timeout" "TIME" One = "10s": "From the first byte of a request to the end of its headers, and for a TLS handshake, 1ms to 1h. Then 60002, and the connection is closed";
        "body-timeout" "TIME" One = "30s": "From the end of the headers to the end of the body, 1ms to 1h. Then 60002, and the connection is closed";
        "call-timeout" "TIME" One = "10s": "For judging and storing one call, 1ms to 1h. Then 50005; what was begun goes on to its end";
        "store-timeout" "TIME" One = "5s": "For the store to do one thing, such as one append, 1ms to 1h. Then 50005";
        "write-timeout" "TIME" One = "30s": "For the client to take an answer, 1ms to 1h. Then the connection is closed";
        "idle-timeout" "TIME" One = "60s": "Between two requests of a connection, and before the first, 1ms to 1h. Then the connection is closed";
        "shutdown-timeout" "TIME" One = "10s": "From SIGTERM or SIGINT until calls in flight are given up, 1ms to 1h. A second signal ends the process at once";
    }
    "Logs" {
        "log-level" "LEVEL" One = "info": "What is written to standard error: error, warn, info, debug (a line for each call) or trace. No level shows IDs, names or UserSigs";
        "log-format" "FORMAT" One = "text": "How: text or json, one object a line";
    }
}

/// Every option, in the order of the help.
pub fn all() -> impl Iterator<Item = &'static OptionInfo> {
    GROUPS.iter().flat_map(|group| group.options)
}

/// The names of all options that the environment can set.
pub fn all_names() -> impl Iterator<Item = &'static str> {
    all().map(|option| option.name).chain([CONFIG])
}
