//! A fake service over PostgreSQL, which tests set back to its start.

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::common::{Client, Server, command, said, target};

fn server(url: &str, options: &[&str]) -> Server {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--store", url]).args(options);
    Server::of(command)
}

fn rows(client: &mut Client, user: &str) -> Value {
    let body = json!({"From_Account": user, "StartIndex": 0}).to_string();
    let answer = client.post(&target("get_contact_group"), "", body.as_bytes());
    assert_eq!(answer.code(), 0);
    serde_json::from_str::<Value>(&answer.body).unwrap()["ContactItem"].clone()
}

#[test]
fn a_reset_over_postgresql_is_seen_by_every_server() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let url = cluster.url();
    let mut fake = server(&url, &["--fake", "--control", "127.0.0.1:0"]);
    let control = said(&mut fake.out);
    let ask = |method: &str, path: &str, body: &str| {
        let path = format!("/_convmark/{path}");
        let answer = Client::connect(control).request(method, &path, "", body.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let other = server(&url, &[]);
    let (mut one, mut two) = (fake.client(), other.client());
    for number in 0..300 {
        assert_eq!(one.mark(&format!("user{number:03}"), "x"), 0);
    }
    assert_eq!(two.mark("user000", "y"), 0);
    assert_eq!(ask("GET", "accounts?limit=1000", "")["users"].as_array().unwrap().len(), 300);
    ask("POST", "reset", "");
    assert_eq!(ask("GET", "accounts", ""), json!({"users": []}));
    for client in [&mut one, &mut two] {
        assert_eq!(rows(client, "user000"), json!([]));
    }
    // Accounts begin in the past again, and both servers go on from there.
    ask("PUT", "clock", r#"{"fixed":1000}"#);
    assert_eq!(one.mark("user000", "x"), 0);
    assert_eq!(rows(&mut two, "user000")[0]["Timestamp"], 1000);
    let seed = json!({"version": 1, "last_group_id": 7, "groups": [], "rows": []}).to_string();
    ask("PUT", "accounts/user000", &seed);
    assert_eq!(rows(&mut two, "user000"), json!([]));
    assert_eq!(two.mark("user000", "z"), 0);
    assert_eq!(ask("GET", "accounts/user000", "")["last_group_id"], 7);
    assert_eq!(rows(&mut one, "user000")[0]["To_Account"], "z");
}
