//! Pages that `import` refuses.

use super::{assert_refused, page, page_with, row, run};

#[test]
fn pages_that_are_not_an_account_are_refused_with_line_and_place() {
    let group = |name: &str| format!(r#"{{"GroupName":"{name}","GroupId":1}}"#);
    let long_mark = r#"{"Type":1,"To_Account":"a","StandardMark":"2","Timestamp":5}"#;
    for (input, problem) in [
        (
            page("b", 0, &row("x"), Some(1)),
            "line 1: CompleteFlag is 0, and the page that follows is missing: StartIndex 1, and all up to the one with CompleteFlag 1",
        ),
        (
            "\n".to_string() + &page("b", 1, &row("x"), None),
            "line 2: StartIndex is 1, and 0 comes next; pages must be in order, from StartIndex 0 on, each once",
        ),
        (
            page("b", 0, "", None) + &page("b", 1, "", None),
            "line 2: StartIndex is 1, and the account was read to its end in line 1; give --latest to take the last complete reading and leave this page out, or remove it",
        ),
        (
            page_with("b", 0, &row("x"), &group("g"), Some(1))
                + &page_with("b", 1, &row("y"), &group("h"), None),
            "line 2: GroupItem differs from that of the first page: the account changed between the two, or pages of several accounts are mixed; record them again",
        ),
        (
            page("b", 0, &row("x"), Some(1)) + &page("b", 1, &[row("y"), row("x")].join(","), None),
            "line 2: the answer at /ContactItem/1: a row before is of the same conversation: the account changed between two pages, or pages are mixed; record them again",
        ),
        (
            page("b", 0, long_mark, None),
            "line 1: the answer at /ContactItem/0: StandardMark must be at most 64 binary digits, empty for no mark",
        ),
    ] {
        assert_refused(&[], &input, problem);
    }
}

#[test]
fn a_page_whose_request_or_answer_cannot_be_read_is_refused() {
    let answer = r#"{"ContactItem":[],"CompleteFlag":1,"ActionStatus":"OK","ErrorCode":0}"#;
    let input = format!(
        r#"{{"command":"get_contact_group","body":{{"From_Account":"secret"}},"answer":{answer}}}"#
    );
    assert_refused(
        &[],
        &input,
        "line 1: the request of this page is not a valid one, so that its account and place are not known: \
         missing-field at /StartIndex: `StartIndex` is required but is absent; send an integer (a number without fraction or exponent)",
    );
    let wrong = r#"{"command":"get_contact_group","body":{"From_Account":"a","StartIndex":0},"answer":{"ContactItem":"secret"}}"#;
    assert_refused(
        &[],
        wrong,
        "line 1: the answer is not one of this service: a documented member has another type at line 1, column 23 of the answer",
    );
}

#[test]
fn what_the_reader_of_answers_takes_for_absent_is_refused() {
    let row = |marks: &str, time: &str| {
        let row = format!(r#"{{"Type":1,"To_Account":"secret"{marks}{time}}}"#);
        page("b", 0, &format!("{},{row}", self::row("x")), None)
    };
    let mark = r#","StandardMark":"1""#;
    let time = |time: &str| row(mark, &format!(r#","Timestamp":{time}"#));
    const TIME: &str = "Unix seconds, an integer from 0 to 1099511627775";
    let wrong_time = format!("/ContactItem/1: Timestamp must be {TIME}");
    let too_late = format!("{wrong_time}; this one may be in milliseconds");
    let no_time = format!("/ContactItem/1: Timestamp is missing; it must be {TIME}");
    let no_mark = "/ContactItem/1: StandardMark is missing; it must be a string".to_string();
    let flag = "/CompleteFlag: CompleteFlag must be 0 or 1".to_string();
    let with_flag = |flag: &str| {
        let flag = format!(r#""CompleteFlag":{flag}"#);
        page("b", 0, "", None).replace(r#""CompleteFlag":1"#, &flag)
    };
    for (input, problem) in [
        (time(r#""1700000000""#), &wrong_time),
        (time("-1"), &wrong_time),
        (time("1.5"), &wrong_time),
        (time("true"), &wrong_time),
        (time("18446744073709551616"), &wrong_time),
        (time("1099511627776"), &too_late),
        (time("1700000000000"), &too_late),
        (time("9223372036854775807"), &too_late),
        (time("null"), &no_time),
        (row(mark, ""), &no_time),
        (row("", r#","Timestamp":5"#), &no_mark),
        (row(r#","StandardMark":null"#, r#","Timestamp":5"#), &no_mark),
        (page("b", 0, "null", None), &"/ContactItem/0: a row must be an object".to_string()),
        (with_flag(r#""1""#), &flag),
        (with_flag("true"), &flag),
        (with_flag("2"), &flag),
    ] {
        assert_refused(&[], &input, &format!("line 1: the answer at {problem}"));
    }
    assert_refused(&[], &with_flag("null"), "line 1: CompleteFlag is missing; it must be 0 or 1");
    assert_refused(
        &[],
        &with_flag(r#"1,"CompleteFlag":1"#),
        "line 1: the answer cannot be read at line 1, column 64 of the answer: a member occurs twice, or a name is not valid Unicode",
    );
    let (status, out, _) = run(&["import"], &time("1099511627775"));
    let is_in = |text: &str| out.contains(text);
    let times = (is_in(r#""timestamp":1099511627775"#), is_in(r#""time":1099511627775"#));
    assert_eq!((status, times), (0, (true, true)));
}
