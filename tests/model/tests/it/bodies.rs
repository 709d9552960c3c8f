//! Any bytes and nearly valid bodies, through every entry point and compared with the reference
//! model.

use crate::runner::on_bytes;
use convmark::{Command, Policy, Revision};
use convmark_model::generate::{ByteSource, mutations, policies};
use convmark_model::targets;

#[test]
fn near_valid_bodies_agree_with_the_reference_model() {
    on_bytes(6000, 240, targets::near_valid);
}

#[test]
fn any_bytes_agree_with_the_reference_model() {
    on_bytes(1500, 40, targets::raw_bytes);
}

/// Random bytes are hardly ever JSON. Sequences of JSON fragments sometimes are.
#[test]
fn sequences_of_json_fragments_agree_with_the_reference_model() {
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
        targets::judged(
            Command::ALL[usize::from(first % 6)],
            body.as_bytes(),
            &Revision::V2026_04.policy(),
        );
        let object = format!("{{{body}}}");
        targets::judged(
            Command::ALL[usize::from(first % 6)],
            object.as_bytes(),
            &Revision::V2026_04.policy(),
        );
    });
}

/// Found by fuzzing: a number that is part of a member's name may appear in a message, because the
/// name does.
#[test]
fn a_number_in_a_member_name_may_appear_in_a_message() {
    let body = br#"{"From_Account":"me","StartIndex":1234567890123,"StartIndex1234567890123":1}"#;
    targets::judged(Command::GetContactGroup, body, &Policy::default());
}

/// The name is shown with a replacement for a character that turns the text around it.
#[test]
fn a_character_that_turns_text_is_replaced_in_a_message() {
    let body = br#"{"From_AccGroup":{},"UpdateTy\u2067pe":1}"#;
    for command in Command::ALL {
        targets::judged(*command, body, &Policy::default());
    }
}

/// A number that is in some member's name is no excuse for a message about another member.
#[test]
fn numbers_are_sought_in_messages_about_crowded_bodies() {
    on_bytes(700, 60, |data| {
        let mut source = ByteSource::new(data);
        let number =
            source.pick(&["1234567890123", "18446744073709551616", "-9876543210", "1234567890e5"]);
        let name = source.pick(&["StartIndex", "Type", "x", "To_Account", "MarkItem"]);
        let names =
            [format!("{name}{number}"), number.to_string(), format!("{}{number}", "y".repeat(60))];
        let command = source.pick(Command::ALL);
        let policy = policies::policy(&mut source);
        let mut body = mutations::near_valid_body(&mut source, command, &policy);
        let Some(open) = body.iter().position(|byte| *byte == b'{') else { return };
        let members: String = names
            .iter()
            .map(|name| format!("\"{name}\":{number},\"StartIndex\":{number},"))
            .collect();
        body.splice(open + 1..open + 1, members.bytes());
        targets::judged(command, &body, &policy);
    });
}
