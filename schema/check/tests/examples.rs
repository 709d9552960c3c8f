//! The examples are of the schemas that they stand under.

use convmark::Command;
use convmark_schema_check::Document;

#[test]
fn examples_are_as_described() {
    for document in Document::all() {
        for command in Command::ALL {
            let requests = document.examples(*command, "requestBody");
            let answers = document.examples(*command, "responses/200");
            assert!(!requests.is_empty() && answers.len() >= requests.len(), "{command}");
            for (name, request) in requests {
                assert!(document.accepts_request(*command, &request), "{command}: {name}");
            }
            for (name, answer) in answers {
                assert_eq!(document.check_answer(*command, &answer), Ok(()), "{command}: {name}");
            }
        }
    }
}
