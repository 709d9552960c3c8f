//! The documented codes that each command answers with.

/// The codes of one command.
#[derive(Clone, Copy, Debug)]
pub struct CommandCodes {
    /// The command's wire name.
    pub command: &'static str,
    /// Codes of whole requests, because of the caller, the body or the account.
    pub requests: &'static [i64],
    /// Codes of items. Empty for commands without items.
    pub items: &'static [i64],
}

/// Codes of calls that fail before the body is read, or because of a fault of the service: the same
/// for every command.
pub const CALLS: [i64; 7] = [50004, 50005, 60002, 60007, 60009, 60012, 60025];

/// The codes of whole requests that every command has.
pub const REQUESTS: [i64; 6] = [0, 50001, 50002, 50003, 60003, 60015];

/// Each command with the codes that it has beside those of [`CALLS`] and [`REQUESTS`].
pub const COMMANDS: [CommandCodes; 6] = [
    CommandCodes {
        command: "create_contact_group",
        requests: &[51006, 51010, 51011, 51013],
        items: &[0, 50001, 51007, 51008],
    },
    CommandCodes {
        command: "update_contact_group",
        requests: &[51006, 51009, 51011, 51013],
        items: &[0, 50001, 51007, 51008],
    },
    CommandCodes { command: "del_contact_group", requests: &[51009, 51013], items: &[] },
    CommandCodes {
        command: "mark_contact",
        requests: &[51006],
        items: &[0, 50001, 51007, 51008, 51013],
    },
    CommandCodes { command: "get_contact_group", requests: &[], items: &[] },
    CommandCodes { command: "search_contact_group", requests: &[], items: &[] },
];
