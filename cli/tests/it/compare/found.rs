//! The line at the end that names the settings that were found.

use super::record;
use crate::bodies::*;
use crate::tool::run;

/// The line that names the settings, if there is one.
fn found(options: &[&str], recording: &str) -> Option<String> {
    let (_, lines) = run(&[&["compare"], options].concat(), recording);
    lines.into_iter().rev().nth(1).filter(|line| line.starts_with("settings found: "))
}

#[test]
fn the_settings_are_named_at_the_end_with_the_most_differences_first() {
    let group = line("create_contact_group", &ME.create("g", &user_contacts(0..5)));
    let mark = line("mark_contact", &ME.set_marks("a", "0"));
    let get = get_line();
    let recording = record(
        &["--mark-base", "0", "--last-page-index", "absent"],
        &(mark + &group + &get + &get + &get),
    );
    let base = "1 difference by mark_base 0 (--mark-base 0)";
    let last = "3 differences by last_page_index absent (--last-page-index absent)";
    let all = format!("settings found: {last}; {base}");
    assert_eq!(found(&[], &recording), Some(format!("{all}; --observed sets last_page_index")));
    const OBSERVED: [&str; 5] =
        ["--observed", "--last-page-index", "zero", "--error-display", "none"];
    // What --observed sets is said if it can be given and would set it.
    assert_eq!(found(&OBSERVED, &recording), Some(all.clone()));
    assert_eq!(found(&["--last-page-index", "zero"], &recording), Some(all));
    let (_, lines) = run(&["compare", "--revision", "2023-03"], &recording);
    assert!(!lines.concat().contains("--observed"), "{lines:?}");
    let options = ["--last-page-index", "absent"];
    assert_eq!(found(&options, &recording), Some(format!("settings found: {base}")));
    assert_eq!(found(&[&options[..], &["--mark-base", "0"]].concat(), &recording), None);
    let (_, lines) = run(&["compare", "--format", "json"], &recording);
    assert!(
        lines.last().unwrap().ends_with(
            r#","settings":[{"name":"last_page_index","value":"absent","option":"--last-page-index absent","differences":3,"observed":true},{"name":"mark_base","value":"0","option":"--mark-base 0","differences":1}]}}"#
        ),
        "{lines:?}"
    );
}

#[test]
fn a_difference_counts_for_every_setting_that_is_named_and_would_change_it() {
    let group = line("create_contact_group", &ME.create("g", &user_contacts(0..5)));
    let recording = record(&["--error-display", "all"], &(group + &get_line() + &get_line()));
    assert_eq!(
        found(&[], &recording).unwrap(),
        "settings found: 3 differences by error_display all (--error-display all); \
         1 difference by error_display sampled (--error-display sampled); --observed sets error_display"
    );
}

#[test]
fn of_very_many_settings_the_first_ten_are_named() {
    let recording: String = (1..=12)
        .map(|size| {
            let size = size.to_string();
            let lines = line("create_contact_group", &ME.create("g", &user_contacts(0..20)));
            let lines = (lines + &get_line()).replace("\"me\"", &format!("\"u{size}\""));
            record(&["--page-size", &size], &lines)
        })
        .collect();
    let found = found(&[], &recording).unwrap();
    assert_eq!(found.matches(" by page_size ").count(), 10, "{found}");
    assert!(found.ends_with("; 2 further settings"), "{found}");
    let (_, lines) = run(&["compare", "--format", "json"], &recording);
    assert_eq!(lines.last().unwrap().matches(r#"{"name":"page_size""#).count(), 12);
}
