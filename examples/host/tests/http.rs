//! What clients receive: always status 200, and the core's answers byte for byte.

mod common;

use std::ffi::OsStr;
use std::fs;
use std::str::FromStr;

use common::{Answer, Client, Directory, QUERY, Random, Server, now, target, timeless};
use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Command, Facts, Policy, Refusal, Revision};
use support::bodies::{Requester, addition, chat_contact, mark_item, removal, user_contact};

fn start(directory: &Directory, options: &[&str]) -> Server {
    let options: Vec<_> = options.iter().map(OsStr::new).collect();
    Server::start(&directory.file("host.redb"), &options)
}

/// Checks what all answers have in common, and gives the code.
fn code(answer: &Answer) -> i64 {
    assert_eq!(
        (answer.status, answer.content_type.as_str()),
        (200, "application/json"),
        "{}",
        answer.body
    );
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let code = value["ErrorCode"].as_i64().unwrap();
    assert_eq!(value["ActionStatus"], if code == 0 { "OK" } else { "FAIL" });
    code
}

fn refused(refusal: &Refusal, policy: &Policy) -> String {
    let mut answer = Vec::new();
    refusal.write_answer(policy, &mut answer);
    String::from_utf8(answer).unwrap()
}

/// The requester of most bodies.
const A: Requester<'_> = Requester("a");

fn get_body() -> String {
    A.get(0)
}

fn mark_body() -> String {
    A.set_marks("b", "1")
}

/// Sets the first mark of that conversation.
fn mark_of(requester: Requester<'_>, contact: &str) -> String {
    requester.mark(&mark_item(1, contact, r#","SetMark":[1]"#))
}

fn item_code(answer: &Answer) -> i64 {
    assert_eq!(code(answer), 0, "{}", answer.body);
    serde_json::from_str::<serde_json::Value>(&answer.body).unwrap()["ResultItem"][0]["ResultCode"]
        .as_i64()
        .unwrap()
}

#[test]
fn every_call_is_answered_with_status_200() {
    let directory = Directory::new();
    let server = start(&directory, &[]);
    let mut client = server.client();
    let get = target("get_contact_group");

    for (path, expected) in [
        (get.clone(), 0),
        (target("get_contact_group/"), 60009),
        (target("Get_contact_group"), 60009),
        (target("get_contact_grou%70"), 60009),
        (format!("//v4/recentcontact/get_contact_group?{QUERY}"), 60009),
        ("/".to_owned(), 60009),
        ("/v4/recentcontact/get_contact_group".to_owned(), 60012),
        (get.replace("random=1", "random=x"), 60002),
        (get.replace("json", "xml"), 60025),
        (get.replace("identifier=admin", "identifier="), 60025),
    ] {
        assert_eq!(code(&client.post(&path, get_body().as_bytes()).unwrap()), expected, "{path}");
    }

    // HTTP itself. Under this policy no such answer depends on the command.
    let bad_http = refused(&Refusal::bad_http(None), &Policy::default());
    let mut same = |method: &str, path: &str, body: &[u8]| {
        let answer = client.request(method, path, "", body).unwrap();
        assert_eq!(
            (code(&answer), answer.body.as_str()),
            (60002, bad_http.as_str()),
            "{method} {path}"
        );
    };
    same("GET", "/", b"");
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "OTHER"] {
        same(method, &get, get_body().as_bytes());
        same(method, &get, b"");
        same(method, "/nowhere", b"");
    }
    same("POST", &get, b"");
    same("POST", "/nowhere", b"");
    // A body of the maximum length, and longer ones. The connection stays open.
    let mut long = get_body().as_bytes().to_vec();
    long.resize((1 << 20) + 1, b' ');
    same("POST", &get, &long);
    long.resize(5 << 20, b' ');
    same("POST", &get, &long);
    assert_eq!(code(&client.post(&get, &long[..1 << 20]).unwrap()), 0);

    // The content type is not judged, and chunks are a body like any other.
    for headers in [
        "",
        "content-type: text/plain\r\n",
        "content-type: \r\n",
        "content-type: application/json\r\n",
    ] {
        assert_eq!(code(&client.request("POST", &get, headers, get_body().as_bytes()).unwrap()), 0);
    }
    let body = get_body();
    let chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let chunked =
        format!("POST {get} HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");
    assert_eq!(code(&client.send(chunked.as_bytes()).unwrap()), 0);
    let absolute =
        client.post(&format!("http://console.tim.qq.com{get}"), get_body().as_bytes()).unwrap();
    assert_eq!(code(&absolute), 0);
}

#[test]
fn bytes_that_are_not_http_are_answered_too() {
    let directory = Directory::new();
    let server = start(&directory, &[]);
    let bad_http = refused(&Refusal::bad_http(None), &Policy::default());
    let get = target("get_contact_group");
    let head = format!("POST {get} HTTP/1.1\r\nhost: h\r\n");
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
        b"not HTTP at all\r\n\r\n".to_vec(),
        b"POST / HTTP/9.9\r\n\r\n".to_vec(),
        format!("POST /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 17)).into_bytes(),
        format!("{head}{}\r\n", "x: y\r\n".repeat(1000)).into_bytes(),
        format!("{head}content-length: x\r\n\r\n").into_bytes(),
        format!("{head}content-length: 1\r\ncontent-length: 2\r\n\r\n{{}}").into_bytes(),
        format!("{head}transfer-encoding: chunked\r\n\r\nzz\r\n").into_bytes(),
    ] {
        let answer = server.client().send(&bytes);
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        let answer = answer.unwrap_or_else(|error| panic!("{start}: {error}"));
        assert_eq!((code(&answer), answer.body.as_str()), (60002, bad_http.as_str()), "{start}");
    }
    // A valid call, then bytes that are not HTTP, on one connection.
    let mut client = server.client();
    assert_eq!(code(&client.post(&get, get_body().as_bytes()).unwrap()), 0);
    assert_eq!(code(&client.send(b"?\r\n\r\n").unwrap()), 60002);
    // An incomplete body.
    let mut client = server.client();
    assert_eq!(
        code(&client.break_off(format!("{head}content-length: 99\r\n\r\n{{").as_bytes()).unwrap()),
        60002
    );
}

/// Requests of all kinds: valid ones, ones that fail as a whole or in part, malformed ones.
fn series() -> Vec<(&'static str, String)> {
    let mut series: Vec<(&str, String)> = vec![
        ("create_contact_group", A.create(r"gr\u00fcn", &[user_contact("x"), user_contact("y")])),
        ("create_contact_group", A.create("grün", "")),
        ("create_contact_group", A.create("b", "")),
        ("update_contact_group", A.rename("b", "c")),
        ("update_contact_group", A.add("c", &[chat_contact("@TGS#1")])),
        ("del_contact_group", A.delete("nothing")),
        ("del_contact_group", A.delete("c")),
        ("mark_contact", mark_body()),
        ("mark_contact", r#"{"From_Account":"a","MarkItem":[]}"#.into()),
        ("mark_contact", r#"{"From_Account":7,"MarkItem":[]}"#.into()),
        ("mark_contact", r#"{"From_Account":"a""#.into()),
        ("search_contact_group", A.search(&[user_contact("y"), user_contact("unknown")])),
        ("get_contact_group", get_body()),
        ("get_contact_group", Requester("never seen").get(u64::MAX)),
    ];
    let mut random = Random(7);
    for number in 0..400 {
        let account = Requester(["a", "z"][random.below(2) as usize]);
        let group = format!("g{}", random.below(25));
        let contact = user_contact(&random.below(150).to_string());
        series.push(match random.below(6) {
            0 => ("create_contact_group", account.create(&group, "")),
            1 => ("del_contact_group", account.delete(&group)),
            2 => ("update_contact_group", {
                let item = if number % 2 == 0 { addition(&contact) } else { removal(&contact) };
                account.change(&group, &item)
            }),
            3 => ("mark_contact", mark_of(account, &contact)),
            4 => ("search_contact_group", account.search(&[contact, user_contact("x")])),
            _ => ("get_contact_group", account.get(random.below(3) * 50)),
        });
    }
    series
}

#[test]
fn answers_are_the_cores_and_outlive_a_restart() {
    for revision in Revision::ALL {
        let directory = Directory::new();
        let mut server = start(&directory, &["--revision", revision.name()]);
        let (mut client, mut model, begun) =
            (server.client(), Service::new(&revision.policy()), now());
        for (number, (command, body)) in series().into_iter().enumerate() {
            if number % 100 == 50 {
                server.kill();
                server = start(&directory, &["--revision", revision.name()]);
                client = server.client();
            }
            let answer = client.post(&target(command), body.as_bytes()).unwrap();
            code(&answer);
            let incoming = Incoming::new(Command::from_str(command).unwrap(), body.as_bytes());
            let expected = model.serve(&incoming, &Facts::vouched(), Time::default()).unwrap();
            let (text, times) = timeless(&answer.body);
            assert_eq!(text.as_bytes(), expected.answer(), "{command} {body}");
            assert!(times.iter().all(|time| (begun..=now()).contains(time)), "{times:?}");
        }
        // The path names a command, so the answer has the members that the revision adds for it.
        for command in Command::ALL {
            let answer = client.post(&target(command.name()), b"").unwrap();
            assert_eq!(
                answer.body,
                refused(&Refusal::bad_http(Some(*command)), &revision.policy())
            );
        }
    }
}

#[test]
fn the_facts_file_is_honoured() {
    let directory = Directory::new();
    let facts = directory.file("facts.json");
    let with = |json: &str| {
        fs::write(&facts, json).unwrap();
        start(&directory, &["--facts", facts.to_str().unwrap()])
    };
    let mark_as = |client: &mut Client, from: &str, contact: &str| {
        client.post(&target("mark_contact"), mark_of(Requester(from), contact).as_bytes()).unwrap()
    };
    let (peer, stranger) = (&*user_contact("b"), &*user_contact("c"));
    let (group, lost) = (&*chat_contact("g"), &*chat_contact("h"));

    let server = with(r#"{"accounts":["a","b"],"groups":["g"],"admins":["admin"]}"#);
    let mut client = server.client();
    assert_eq!(item_code(&mark_as(&mut client, "a", peer)), 0);
    assert_eq!(item_code(&mark_as(&mut client, "a", stranger)), 50001);
    assert_eq!(item_code(&mark_as(&mut client, "a", group)), 0);
    assert_eq!(item_code(&mark_as(&mut client, "a", lost)), 51007);
    assert_eq!(code(&mark_as(&mut client, "c", peer)), 50001);
    let other = target("mark_contact").replace("identifier=admin", "identifier=other");
    assert_eq!(code(&client.post(&other, mark_body().as_bytes()).unwrap()), 50003);
    // A caller that is not an admin learns nothing about the body.
    assert_eq!(code(&client.post(&other, b"{").unwrap()), 50003);
    server.kill();

    let server = with(r#"{"groups":[],"plan":false}"#);
    let mut client = server.client();
    assert_eq!(
        code(
            &client
                .post(&target("del_contact_group"), Requester("q").delete("g").as_bytes())
                .unwrap()
        ),
        51013
    );
    assert_eq!(item_code(&mark_as(&mut client, "q", stranger)), 51013);
    assert_eq!(
        code(
            &client
                .post(&other.replace("mark_contact", "get_contact_group"), get_body().as_bytes())
                .unwrap()
        ),
        0
    );
    server.kill();

    let server = with("{}");
    assert_eq!(item_code(&mark_as(&mut server.client(), "anybody", lost)), 0);
}

#[test]
fn the_call_frequency_is_kept_per_command() {
    let directory = Directory::new();
    let server = start(&directory, &["--calls-per-second", "2"]);
    let mut client = server.client();
    let mut codes = |command: &str, body: &str| {
        [0; 3].map(|_| code(&client.post(&target(command), body.as_bytes()).unwrap()))
    };
    assert_eq!(codes("get_contact_group", &get_body()), [0, 0, 60007]);
    assert_eq!(codes("mark_contact", &mark_body()), [0, 0, 60007]);
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let directory = Directory::new();
    let server = start(&directory, &[]);
    let mut client = server.client();
    assert_eq!(
        item_code(&client.post(&target("mark_contact"), mark_body().as_bytes()).unwrap()),
        0
    );
    let data = directory.file("host.redb");
    let before = fs::read(&data).unwrap();
    for (command, body) in [
        ("mark_contact", mark_body()),
        ("get_contact_group", get_body()),
        ("get_contact_group", Requester("new").get(0)),
        ("del_contact_group", A.delete("nothing")),
        (
            "mark_contact",
            Requester("new").mark(&mark_item(1, &user_contact("b"), r#","ClearMark":[1]"#)),
        ),
    ] {
        code(&client.post(&target(command), body.as_bytes()).unwrap());
    }
    assert!(fs::read(&data).unwrap() == before);
    client.post(&target("mark_contact"), A.set_marks("b", "2").as_bytes()).unwrap();
    assert!(fs::read(&data).unwrap() != before);
}

/// A limit on the size of files stands in for a full disk.
#[cfg(unix)]
#[test]
fn a_store_that_fails_answers_50004_and_recovers() {
    use std::process::{Command as Process, Stdio};

    let directory = Directory::new();
    let data = directory.file("host.redb");
    let mut process = Process::new("sh");
    process.args([
        "-c",
        "trap '' XFSZ; ulimit -f 8192; exec \"$@\"",
        "sh",
        env!("CARGO_BIN_EXE_convmark-host"),
    ]);
    process
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let server = Server::of(process.spawn().unwrap());
    let mut client = server.client();
    let mut model = Service::new(&Policy::default());
    let serve = |model: &mut Service, command: Command, body: &str| {
        let incoming = Incoming::new(command, body.as_bytes());
        model.serve(&incoming, &Facts::vouched(), Time::default()).unwrap().into_parts().0
    };
    let (mut failed, mut users) = (Vec::new(), 0);
    // Several failures: the host goes on after the first.
    while failed.len() < 5 {
        users += 1;
        assert!(users < 3000, "the limit is never reached");
        let items: Vec<_> = (0..100)
            .map(|item| {
                format!(r#"{{"OptType":2,"ContactItem":{{"Type":1,"To_Account":"{item}"}},"CustomMark":"{}"}}"#, "m".repeat(256))
            })
            .collect();
        let body = format!(r#"{{"From_Account":"{users}","MarkItem":[{}]}}"#, items.join(","));
        let answer = client.post(&target("mark_contact"), body.as_bytes()).unwrap();
        match code(&answer) {
            0 => assert_eq!(answer.body.as_bytes(), serve(&mut model, Command::MarkContact, &body)),
            _ => {
                assert_eq!(
                    answer.body,
                    refused(&Refusal::host_fault(Command::MarkContact), &Policy::default())
                );
                failed.push((users, body));
            }
        }
    }
    let check = |client: &mut Client, model: &mut Service| {
        for user in 1..=users {
            let body = format!(r#"{{"From_Account":"{user}","StartIndex":0}}"#);
            let answer = client.post(&target("get_contact_group"), body.as_bytes()).unwrap();
            assert_eq!(code(&answer), 0, "{}", answer.body);
            let (text, _) = timeless(&answer.body);
            if text.as_bytes() != serve(model, Command::GetContactGroup, &body) {
                // A failed commit may still be stored, but only as a whole.
                let (_, request) = failed.iter().find(|(failed, _)| *failed == user).unwrap();
                serve(model, Command::MarkContact, request);
                assert_eq!(text.as_bytes(), serve(model, Command::GetContactGroup, &body));
            }
        }
    };
    // The same process goes on with what is on the disk.
    check(&mut client, &mut model);
    server.kill();
    // With space again, every account is there and can grow.
    let server = start(&directory, &[]);
    let mut client = server.client();
    check(&mut client, &mut model);
    for (_, body) in &failed {
        assert_eq!(code(&client.post(&target("mark_contact"), body.as_bytes()).unwrap()), 0);
        serve(&mut model, Command::MarkContact, body);
    }
    check(&mut client, &mut model);
}

#[cfg(unix)]
#[test]
fn it_stops_when_asked_to() {
    let directory = Directory::new();
    let server = start(&directory, &[]);
    let mut client = server.client();
    assert_eq!(
        item_code(&client.post(&target("mark_contact"), mark_body().as_bytes()).unwrap()),
        0
    );
    assert!(server.terminate().success());
    let server = start(&directory, &[]);
    assert!(
        server
            .client()
            .post(&target("get_contact_group"), get_body().as_bytes())
            .unwrap()
            .body
            .contains("\"To_Account\":\"b\"")
    );
}

#[test]
fn wrong_options_are_refused_with_the_usage() {
    let directory = Directory::new();
    let bad_facts = directory.file("facts.json");
    fs::write(&bad_facts, r#"{"acounts":[]}"#).unwrap();
    for options in [
        &["--what"][..],
        &["--data"],
        &["--listen", "here"],
        &["--revision", "2020-01"],
        &["--calls-per-second", "1000001"],
        &["--facts", bad_facts.to_str().unwrap()],
        &["--facts", directory.file("nothing").to_str().unwrap()],
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_convmark-host"))
            .args(options)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("usage: convmark-host"));
    }
}
