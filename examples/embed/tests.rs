//! Answers, and what a restart and a crash leave.

use std::fs;
use std::io::Cursor;

use support::bodies::{Requester, user_contact};

use super::run;

const ME: Requester<'_> = Requester("me");

/// A file of one test, removed at its end.
struct File(std::path::PathBuf);

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl File {
    fn run(&self, requests: &[(&str, String)]) -> Vec<String> {
        let line = |(command, body): &(&str, String)| {
            format!("{{\"command\":\"{command}\",\"body\":{body}}}\n")
        };
        let input: String = requests.iter().map(line).collect();
        let mut output = Vec::new();
        run(&self.0, Cursor::new(input), &mut output).unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    fn lines(&self) -> usize {
        fs::read_to_string(&self.0).unwrap().lines().count()
    }
}

#[test]
fn the_example_stores_changes_before_it_answers() {
    let name = format!("convmark-embed-{}.jsonl", std::process::id());
    let file = File(std::env::temp_dir().join(name));
    let create = ("create_contact_group", ME.create("g", &user_contact("a")));
    let get = [("get_contact_group", ME.get(0))];
    let answers = file.run(&[create.clone(), create.clone(), ("get_contact_group", "{}".into())]);
    assert_eq!(
        answers[0],
        r#"{"GroupResultItem":[{"GroupItem":{"GroupName":"g","GroupId":1},"ResultItem":[{"ContactItem":{"Type":1,"To_Account":"a"},"ResultCode":0,"ResultInfo":""}]}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#
    );
    assert!(answers[1].contains(r#""ErrorInfo":"group-name-taken: "#), "{}", answers[1]);
    assert!(
        answers[2].contains(r#""ErrorInfo":"missing-field at /From_Account: "#),
        "{}",
        answers[2]
    );
    assert_eq!((answers.len(), file.lines()), (3, 1));

    let page = file.run(&get);
    assert!(page[0].contains(r#""GroupItem":[{"GroupName":"g","GroupId":1}]"#), "{}", page[0]);

    // A line that a crash cut short is removed.
    let stored = fs::read(&file.0).unwrap();
    fs::write(&file.0, [&stored[..], &stored[..stored.len() / 2]].concat()).unwrap();
    assert_eq!(file.run(&get), page);
    assert_eq!(fs::read(&file.0).unwrap(), stored);
}
