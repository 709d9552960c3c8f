//! The README says what the help says.

use std::fmt::Write;
use std::fs;

use convmark_server::config::{command, options};

const BEGIN: &str = "<!-- options -->\n";
const END: &str = "<!-- end of options -->\n";

fn table() -> String {
    let mut text = String::new();
    for group in options::GROUPS {
        write!(text, "\n### {}\n\n| option | meaning | default |\n|---|---|---|\n", group.heading)
            .unwrap();
        for option in group.options {
            let value =
                if option.value.is_empty() { String::new() } else { format!(" {}", option.value) };
            let name = format!("--{}{value}", option.name).replace('|', "\\|");
            let default = option.default.map(|default| format!("`{default}`")).unwrap_or_default();
            let help = option.help.replace('|', "\\|");
            writeln!(text, "| `{name}` | {help} | {default} |").unwrap();
        }
    }
    text + "\n"
}

/// With `CONVMARK_WRITE=1` in the environment it writes the table instead.
#[test]
fn the_table_of_options_is_that_of_the_help() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    if std::env::var_os("CONVMARK_WRITE").is_some() {
        fs::write(path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert!(
        found == table(),
        "the table of options is not that of the help; write it with CONVMARK_WRITE=1"
    );
}

#[test]
fn the_help_has_every_option_with_its_variable() {
    let help = command().render_long_help().to_string();
    for option in options::all() {
        assert!(help.contains(&format!("--{}", option.name)), "{}", option.name);
        assert!(help.contains(&format!("[env: {}", option.variable())), "{}", option.name);
        let ends_with_stop = option.help.ends_with('.');
        assert!(!ends_with_stop, "{}", option.name);
    }
}
