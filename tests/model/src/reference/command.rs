//! The six commands, by their wire names.

/// All of them.
pub const COMMANDS: [&str; 6] = [
    "create_contact_group",
    "update_contact_group",
    "del_contact_group",
    "mark_contact",
    "get_contact_group",
    "search_contact_group",
];

/// The command of that exact name.
pub fn known(name: &str) -> Option<&'static str> {
    COMMANDS.into_iter().find(|command| *command == name)
}
