//! The option that says when to use color.

use std::io;

use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};

#[derive(Args)]
pub struct Choice {
    /// When to use color; auto: on a terminal, unless NO_COLOR is set or TERM is dumb
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    color: When,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl Choice {
    /// Whether the output is colored.
    pub fn is_on(&self) -> bool {
        match self.color {
            // anstream takes a dumb terminal for a colored one where the variable CI is set.
            When::Auto => !is_dumb() && AutoStream::choice(&io::stdout()) != ColorChoice::Never,
            When::Always => true,
            When::Never => false,
        }
    }

    /// Whether color is asked for even if the output is not a terminal.
    pub fn is_forced(&self) -> bool {
        self.color == When::Always
    }
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
