//! Recordings.

use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Command, Facts, Policy};
use serde_json::{Value, json};

use super::{Faked, mark};
use crate::common::target;

/// The lines of the recording.
fn lines(fake: &Faked) -> Vec<Value> {
    let recording = fake.send("GET", "calls?format=recording", "", b"").body;
    recording.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The answer of a fresh service of the core to each line, in order.
fn replayed(lines: &[Value]) -> Vec<Value> {
    let mut service = Service::new(&Policy::default());
    let answer = |line: &Value| {
        let command: Command = line["command"].as_str().unwrap().parse().unwrap();
        let (body, time) = (line["body"].to_string(), line["now"].as_u64().unwrap());
        let call = Incoming::new(command, body.as_bytes());
        let outcome = service.serve(&call, &Facts::vouched(), Time::from_seconds(time)).unwrap();
        serde_json::from_slice(outcome.answer()).unwrap()
    };
    lines.iter().map(answer).collect()
}

/// Group IDs count up, so that the order of calls shows in every answer.
#[test]
fn a_recording_is_in_the_order_in_which_calls_were_judged() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 25;
    let fake = Faked::start(&["--fake-calls-max", "100000"]);
    fake.put("clock", &json!({"fixed": 1_700_000_000}));
    fake.put("calls", &json!({"bodies": true}));
    std::thread::scope(|threads| {
        for thread in 0..THREADS {
            let fake = &fake;
            threads.spawn(move || {
                let mut client = fake.server.client();
                for round in 0..ROUNDS {
                    let name = format!("g{}", (thread + round) % 3);
                    let create =
                        json!({"From_Account": "anna", "GroupContactItem": [{"GroupName": name}]});
                    let delete = json!({"From_Account": "anna", "GroupName": [name]});
                    for (command, body) in
                        [("create_contact_group", create), ("del_contact_group", delete)]
                    {
                        client.post(&target(command), "", body.to_string().as_bytes());
                    }
                }
            });
        }
    });
    let lines = lines(&fake);
    assert_eq!(lines.len(), THREADS * ROUNDS * 2);
    let recorded: Vec<_> = lines.iter().map(|line| line["answer"].clone()).collect();
    assert_eq!(replayed(&lines), recorded);
}

#[test]
fn a_recording_has_what_the_service_judged() {
    let fake = Faked::start(&[]);
    fake.put("calls", &json!({"bodies": true}));
    fake.put(
        "faults",
        &json!({"faults": [
            {"account": "a", "answer_with": 50005},
            {"account": "b", "drop": "before"},
            {"account": "c", "drop": "after"},
        ]}),
    );
    assert_eq!(fake.mark("a", "x"), 50005);
    assert!(fake.is_dropped("mark_contact", &mark("b", "x")));
    assert!(fake.is_dropped("mark_contact", &mark("c", "x")));
    assert_eq!(fake.mark("d", "x"), 0);
    fake.server.client().request("GET", &target("mark_contact"), "", b"").unwrap();
    let recording = fake.send("GET", "calls?format=recording", "", b"");
    // The first two, and the one that is refused.
    let headers = ["convmark-left-out", "convmark-not-judged"].map(|name| recording.header(name));
    assert_eq!(headers, ["0", "3"]);
    let recording = recording.body;
    let lines: Vec<Value> =
        recording.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let accounts: Vec<_> = lines.iter().map(|line| &line["body"]["From_Account"]).collect();
    assert_eq!(accounts, ["c", "d"]);
    assert!(lines.iter().all(|line| line["answer"]["ErrorCode"] == 0));
    assert_eq!(
        fake.refused("GET", "calls?format=csv", ""),
        (400, "format must be json or recording".to_owned())
    );
}

#[test]
fn a_recording_says_how_many_calls_it_leaves_out() {
    let options = ["--body-max-bytes", "8MiB", "--fake-calls-max", "6"];
    let fake = Faked::start(&options);
    let left_out = |expected: (&str, &str, &[&str])| {
        let recording = fake.send("GET", "calls?format=recording", "", b"");
        let lines = recording.body.lines().map(|line| serde_json::from_str(line).unwrap());
        let bodies: Vec<String> =
            lines.map(|line: Value| line["raw"].as_str().unwrap_or("JSON").to_owned()).collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        let headers =
            ["convmark-left-out", "convmark-not-judged"].map(|name| recording.header(name));
        assert_eq!((headers[0], headers[1], &*bodies), expected);
    };
    left_out(("0", "0", &[]));
    let mut client = fake.server.client();
    let mut send = |body: &[u8]| client.post(&target("get_contact_group"), "", body).code();
    // Before bodies are kept.
    send(b"first");
    left_out(("1", "0", &[]));
    fake.put("calls", &json!({"bodies": true}));
    assert_eq!(fake.page("anna"), 0);
    send(b"second");
    left_out(("1", "0", &["JSON", "second"]));
    // Not UTF-8, and too long.
    send(b"{\"From_Account\":\"\xff\"}");
    send(&vec![b'x'; 5 << 20]);
    left_out(("3", "0", &["JSON", "second"]));
    // Calls that are not judged have no place in a recording.
    client.post("/v4/other?usersig=x", "", b"{}");
    left_out(("3", "1", &["JSON", "second"]));
    // More than are kept: the first two go.
    assert_eq!((fake.page("anna"), fake.page("anna")), (0, 0));
    left_out(("4", "1", &["second", "JSON", "JSON"]));
    // Of the calls that go, those that were not judged are counted as such still.
    for _ in 0..3 {
        assert_eq!(fake.page("anna"), 0);
    }
    left_out(("5", "1", &["JSON"; 5]));
    assert_eq!(fake.page("anna"), 0);
    left_out(("5", "1", &["JSON"; 6]));
    assert_eq!(fake.ask("DELETE", "calls", ""), json!({"deleted": 6}));
    left_out(("0", "0", &[]));
}
