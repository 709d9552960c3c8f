//! Bodies: any bytes and nearly valid ones, through every door and against the twin.

use crate::runner::on_bytes;
use convmark::{Command, Policy, Revision};
use convmark_proof::targets;

#[test]
fn near_valid_bodies() {
    on_bytes(6000, 240, targets::near_valid);
}

#[test]
fn raw_bytes() {
    on_bytes(1500, 40, targets::raw_bytes);
}

/// Noise hardly ever looks like JSON; a small alphabet does now and then.
#[test]
fn raw_bytes_of_a_small_alphabet() {
    on_bytes(4000, 40, |data| {
        let pieces: [&str; 24] = [
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "0",
            "-",
            "e1",
            ".5",
            "null",
            "\"From_Account\":\"a\"",
            "\"ContactItem\":[",
            "\"Type\":1",
            "\"To_Account\":",
            "\"b\"",
            "\"StartIndex\":",
            "\"GroupName\":[",
            " ",
            "\\ud800",
            "true",
            "\u{fffd}",
        ];
        let Some((first, rest)) = data.split_first() else { return };
        let body: String = rest.iter().map(|byte| pieces[usize::from(byte % 24)]).collect();
        targets::judged(Command::all()[usize::from(first % 6)], body.as_bytes(), &Revision::V2026_04.policy());
        let object = format!("{{{body}}}");
        targets::judged(Command::all()[usize::from(first % 6)], object.as_bytes(), &Revision::V2026_04.policy());
    });
}

/// Found by fuzzing: a number that is part of a member's name may stand in a message, as the name does.
#[test]
fn a_number_may_be_part_of_a_member_name() {
    let body = br#"{"From_Account":"me","StartIndex":1234567890123,"StartIndex1234567890123":1}"#;
    targets::judged(Command::GetContactGroup, body, &Policy::default());
}
