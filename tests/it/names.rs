//! Looking things up by name: every kind the same way, with the same error.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use convmark::marks::MarkBase;
use convmark::policy::{ErrorDisplay, LastPageIndex, RenameItems};
use convmark::region::Region;
use convmark::{Command, ErrorCode, Policy, Revision, Rule, UnknownName, Warning};

/// Each value is found by its name and by nothing else; the error says what is allowed and never
/// what was asked for.
#[track_caller]
fn assert_named<T>(kind: &str, values: &[T], name: fn(T) -> &'static str)
where
    T: FromStr<Err = UnknownName> + Copy + PartialEq + Debug + Display,
{
    let names: Vec<&str> = values.iter().map(|value| name(*value)).collect();
    for (value, name) in values.iter().zip(&names) {
        assert_eq!(name.parse(), Ok(*value));
        assert_eq!(value.to_string(), *name);
        for near in
            [format!("{name} "), format!(" {name}"), name.to_uppercase(), name[1..].to_string()]
        {
            assert!(names.contains(&&*near) || near.parse::<T>().is_err(), "{near}");
        }
    }
    for unknown in ["", "secret", "SECRET-secret\n"] {
        let error = unknown.parse::<T>().unwrap_err();
        assert_eq!((error.kind(), error.allowed()), (kind, &names[..]));
        let expected =
            format!("unknown {kind}; allowed, in exactly this spelling: {}", names.join(", "));
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").to_lowercase().contains("secret"));
    }
}

#[test]
fn commands() {
    assert_named("command", Command::ALL, Command::name);
}

#[test]
fn rules_and_warnings() {
    assert_named("rule", Rule::ALL, Rule::id);
    assert_named("warning", Warning::ALL, Warning::id);
    // Each has its own names.
    assert!("not-admin".parse::<Rule>().is_ok() && "not-admin".parse::<Warning>().is_err());
    assert!("no-effect".parse::<Warning>().is_ok() && "no-effect".parse::<Rule>().is_err());
}

#[test]
fn region_hosts() {
    assert_named("region host", Region::ALL, Region::host);
}

#[test]
fn revisions() {
    assert_named("revision", Revision::ALL, Revision::name);
}

#[test]
fn what_has_a_name_or_number_converts_to_and_from_it() {
    assert_eq!(MarkBase::ALL.iter().map(|base| base.name()).collect::<Vec<_>>(), ["0", "1"]);
    for number in [0, 60003, -7, i64::MAX] {
        let code = ErrorCode::from(number);
        assert_eq!((i64::from(code), code.to_string()), (number, number.to_string()));
    }
    for revision in Revision::ALL {
        assert_eq!(Policy::from(*revision), revision.policy());
    }
    assert_ne!(Policy::from(Revision::ALL[0]), Policy::default());
}

#[test]
fn values_of_settings() {
    assert_named("value of error_display", ErrorDisplay::ALL, ErrorDisplay::name);
    assert_named("value of last_page_index", LastPageIndex::ALL, LastPageIndex::name);
    assert_named("value of rename_items", RenameItems::ALL, RenameItems::name);
}
