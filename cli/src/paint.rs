//! Color, where it is wanted.

use std::io::IsTerminal;

use crate::options::{Color, Options};

/// What a piece of output is, for its color.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Error,
    Warning,
    /// Rulers and places.
    Frame,
    Strong,
}

#[derive(Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    /// Color if asked for; else on a terminal that can show it, unless `NO_COLOR` says no.
    pub fn of(options: &Options) -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self(match options.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb,
        })
    }

    /// The text in the color of its role. The text must be fit for a terminal already.
    pub fn text(self, role: Role, text: &str) -> String {
        if !self.0 || text.is_empty() {
            return text.to_string();
        }
        let sequence = match role {
            Role::Error => "1;31",
            Role::Warning => "1;33",
            Role::Frame => "1;34",
            Role::Strong => "1",
        };
        format!("\x1b[{sequence}m{text}\x1b[0m")
    }
}
