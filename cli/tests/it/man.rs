//! `man`: man pages.

use crate::tool::{refused, text};

#[test]
fn there_is_a_page_for_the_tool_and_for_each_subcommand() {
    let (status, page) = text(&["man"], "");
    assert_eq!(status, 0);
    assert!(page.contains(".TH convmark 1 "), "{page}");
    for subcommand in ["replay", "validate", "describe", "schema", "completions", "man"] {
        assert!(page.contains(&format!("convmark\\-{subcommand}(1)")), "{subcommand}: {page}");
        let (status, page) = text(&["man", subcommand], "");
        assert_eq!(status, 0);
        assert!(page.contains(&format!(".TH convmark-{subcommand} 1 ")), "{subcommand}: {page}");
    }
    let (_, page) = text(&["man", "validate"], "");
    for text in ["\\-\\-deny", "junit", "Exit status"] {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[test]
fn a_page_that_does_not_exist_is_refused() {
    for name in ["validat", "help", "--help=x", ""] {
        refused(&["man", name]);
    }
    let text = refused(&["man", "validat"]);
    assert!(
        text.starts_with("error: unknown subcommand `validat`; did you mean `validate`? allowed: "),
        "{text}"
    );
}
