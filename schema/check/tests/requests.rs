//! The schema and the crate judge nearly valid bodies.

use std::collections::BTreeMap;

use convmark::Command;
use convmark_schema_check::{Class, Document, Verdict, compare, near_valid};
use support::bodies::Requester;
use support::random::Random;

/// Bodies per command and revision.
const SAMPLES: u64 = 2000;

#[test]
fn schema_and_crate_differ_only_as_listed() {
    let mut verdicts: BTreeMap<Verdict, u32> = BTreeMap::new();
    for document in Document::all() {
        for command in Command::ALL {
            for seed in 1..=SAMPLES {
                let body = near_valid(*command, &document.policy, &mut Random::new(seed));
                match compare(&document, *command, &body) {
                    Ok(verdict) => *verdicts.entry(verdict).or_default() += 1,
                    Err(difference) => {
                        panic!("{command}, sample {seed}: {difference}\n{body:.2000}")
                    }
                }
            }
        }
    }
    println!("{verdicts:?}");
    // The samples cover both verdicts and every listed difference.
    for common in [Verdict::BothAccept, Verdict::BothReject] {
        assert!(verdicts[&common] > 4000, "{verdicts:?}");
    }
    for class in [Class::Bytes, Class::Repeated, Class::Spelling, Class::Reader] {
        assert!(verdicts[&Verdict::Differ(class)] > 20, "{verdicts:?}");
    }
}

#[test]
fn each_listed_difference_occurs() {
    let document = &Document::all()[1];
    let name = "é".repeat(40);
    let long_name = Requester("a").create(&name, "");
    for (command, body, verdict) in [
        (Command::GetContactGroup, r#"{"From_Account":"a","StartIndex":0}"#, Verdict::BothAccept),
        (Command::GetContactGroup, r#"{"From_Account":"a","StartIndex":-1}"#, Verdict::BothReject),
        (
            Command::GetContactGroup,
            r#"{"From_Account":"a","StartIndex":18446744073709551616}"#,
            Verdict::BothReject,
        ),
        (Command::CreateContactGroup, long_name.as_str(), Verdict::Differ(Class::Bytes)),
        (
            Command::GetContactGroup,
            r#"{"From_Account":"a","StartIndex":0,"StartIndex":0}"#,
            Verdict::Differ(Class::Repeated),
        ),
        (
            Command::GetContactGroup,
            r#"{"From_Account":"a","StartIndex":1.0}"#,
            Verdict::Differ(Class::Spelling),
        ),
        (
            Command::GetContactGroup,
            r#"{"From_Account":"a","StartIndex":-0}"#,
            Verdict::Differ(Class::Spelling),
        ),
        (
            Command::GetContactGroup,
            r#"{"From_Account":"a","StartIndex":0,"X":"\ud800"}"#,
            Verdict::Differ(Class::Reader),
        ),
        (
            Command::GetContactGroup,
            r#"{"From_Account":"a","StartIndex":0,"X":1e400}"#,
            Verdict::Differ(Class::Reader),
        ),
    ] {
        assert_eq!(compare(document, command, body), Ok(verdict), "{body}");
    }
}
