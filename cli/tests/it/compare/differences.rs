//! What is a difference.

use super::{NO_SETTING_AND_EMPTY, compare, record, with_answer};
use crate::bodies::*;
use crate::tool::text;

#[test]
fn texts_of_errors_and_the_order_of_members_are_not_compared() {
    let answers = [
        r#"{"ErrorInfo":"other","ErrorCode":50002,"ActionStatus":"FAIL"}"#,
        r#"{"ErrorInfo":"","ErrorCode":50002,"ActionStatus":"FAIL"}"#,
    ];
    let recording = answers.map(|answer| with_answer(&line("get_contact_group", "{}"), answer));
    let (status, lines) = compare(&[], &recording.concat());
    assert_eq!(status, 1);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].starts_with("line 2 get_contact_group at /ErrorInfo: theirs \"\", ours \"missing-field at /From_Account"),
        "{}",
        lines[0]
    );
    assert!(
        lines[0].ends_with(
            "; decision: Body of a failed answer (docs/decisions.md); no setting changes this line"
        ),
        "{}",
        lines[0]
    );
}

#[test]
fn timestamps_are_compared_by_order() {
    let mark = |id| line("mark_contact", &ME.set_marks(id, "1"));
    let get = get_line();
    let lines = mark("a") + &mark("b") + &mark("c") + &mark("a");
    let recording = record(&[], &lines);
    let row = |id: &str, time| {
        format!(r#"{{"Type":1,"To_Account":"{id}","StandardMark":"1","Timestamp":{time}}}"#)
    };
    let page = |times: [u32; 3]| {
        let rows = ["a", "b", "c"].iter().zip(times).map(|(id, time)| row(id, time));
        let rows = rows.collect::<Vec<_>>().join(",");
        recording.clone()
            + &with_answer(
                &get,
                &EMPTY_PAGE.replace("[],\"GroupItem\"", &format!("[{rows}],\"GroupItem\"")),
            )
    };
    // The fourth request changed nothing, so the order is that of the first three.
    for times in [[1, 2, 3], [7, 7, 7], [1, 1, 2]] {
        assert_eq!(compare(&[], &page(times)).0, 0, "{times:?}");
    }
    let (status, lines) = compare(&[], &page([5, 9, 6]));
    assert_eq!(status, 1);
    assert_eq!(
        lines,
        [format!(
            "line 5 get_contact_group at /ContactItem/2/Timestamp: theirs 6, ours 3, before \
             /ContactItem/1/Timestamp in theirs and after it in ours; decision: Timestamps (docs/decisions.md); {NO_SETTING_AND_EMPTY}"
        )]
    );
    let (_, lines) = compare(&[], &page([9, 8, 7]));
    let paths: Vec<_> = lines.iter().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "line 5 get_contact_group at /ContactItem/1/Timestamp",
            "line 5 get_contact_group at /ContactItem/2/Timestamp"
        ]
    );
}

#[test]
fn the_rest_of_a_longer_list_is_one_difference() {
    let rows = line("create_contact_group", &ME.create("g", &user_contacts(0..4))) + &get_line();
    let whole = record(&[], &rows);
    let cut = whole.replacen(r#",{"Type":1,"To_Account":"u2","StandardMark":"","ContactGroupId":[1],"Timestamp":0},{"Type":1,"To_Account":"u3","StandardMark":"","ContactGroupId":[1],"Timestamp":0}"#, "", 1);
    assert_ne!(whole, cut);
    let (status, lines) = compare(&[], &cut);
    assert_eq!(status, 1);
    assert_eq!(
        lines,
        [format!(
            "line 2 get_contact_group at /ContactItem/2: theirs absent, ours {{\"ContactGroupId\":[1],\"StandardMark\":\"\",\
             \"Timestamp\":1,\"To_Account\":\"u2\",\"Type\":1}}, and 1 element after it; decision: Pages of get (docs/decisions.md); {NO_SETTING_AND_EMPTY}"
        )]
    );
}

#[test]
fn many_differences_of_one_exchange_are_counted_and_not_all_printed() {
    let members: Vec<_> = (0..300).map(|number| format!("\"x{number}\":0")).collect();
    let answer = EMPTY_PAGE.replacen('{', &format!("{{{},", members.join(",")), 1);
    let (status, text) = text(&["compare"], with_answer(&get_line(), &answer));
    assert_eq!((status, text.lines().count()), (1, 258));
    assert_eq!(text.lines().nth(256), Some("line 1: 44 further differences"));
    assert!(text.contains("0 agree, 1 differ in 300 places;"), "{text}");
}

#[test]
fn long_values_are_cut_in_text() {
    let answer =
        EMPTY_PAGE.replacen('{', &format!("{{\"x\":\"{}\u{1b}\",", "y".repeat(1 << 20)), 1);
    let (_, lines) = compare(&[], &with_answer(&get_line(), &answer));
    assert!(lines[0].chars().count() < 300, "{}", lines[0].len());
}
