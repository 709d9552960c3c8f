//! Tests that control the service.

mod access;
mod accounts;
mod bodies;
mod calls;
mod check;
mod clock;
mod configuration;
mod damaged;
mod document;
mod drops;
mod facts;
mod faults;
mod findings;
mod kept_bodies;
mod late;
mod recording;
mod reset;
mod reset_waits;
mod rules;
mod snapshots;
mod unserved;

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::common::{Answer, Client, Server, said, target};

/// The server, under control.
pub struct Faked {
    pub server: Server,
    pub control: SocketAddr,
    client: Mutex<Client>,
}

impl Faked {
    /// In memory.
    pub fn start(options: &[&str]) -> Self {
        Self::of(Server::start(&[&["--control", "127.0.0.1:0"], options].concat()))
    }

    /// Over a store in a directory.
    pub fn over(store: &str) -> Self {
        Self::of(Server::over(store, &["--control", "127.0.0.1:0", "--fake"]))
    }

    fn of(mut server: Server) -> Self {
        let control = said(&mut server.out);
        let client = Mutex::new(server.client());
        Self { server, control, client }
    }

    /// Asks for something under `/_convmark/`.
    pub fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let target = format!("/_convmark/{path}");
        let answer = Client::connect(self.control).request(method, &target, headers, body).unwrap();
        assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{answer:?}");
        document::note(method, path, body, &answer);
        answer
    }

    /// What is answered with status 200.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let answer = self.send(method, path, "", body.as_bytes());
        assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }

    pub fn get(&self, path: &str) -> Value {
        self.ask("GET", path, "")
    }

    pub fn put(&self, path: &str, body: &Value) -> Value {
        self.ask("PUT", path, &body.to_string())
    }

    /// The status and the error of what is refused.
    pub fn refused(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let answer = self.send(method, path, "", body.as_bytes());
        assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
        let value: Value = serde_json::from_str(&answer.body).unwrap();
        let members: Vec<_> = value.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error"], "{answer:?}");
        (answer.status, value["error"].as_str().unwrap().to_owned())
    }

    /// Calls a command by a connection that is kept.
    pub fn call(&self, command: &str, body: &Value) -> Value {
        let mut client = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = client.post(&target(command), "", body.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Whether a call by a new connection ends without an answer.
    pub fn is_dropped(&self, command: &str, body: &Value) -> bool {
        let body = body.to_string();
        Client::connect(self.server.address)
            .request("POST", &target(command), "", body.as_bytes())
            .is_err()
    }

    /// Marks a conversation, and gives the code.
    pub fn mark(&self, user: &str, contact: &str) -> i64 {
        self.call("mark_contact", &mark(user, contact))["ErrorCode"].as_i64().unwrap()
    }

    /// The first page of a user, and gives the code.
    pub fn page(&self, user: &str) -> i64 {
        self.call("get_contact_group", &page(user))["ErrorCode"].as_i64().unwrap()
    }

    /// The users with accounts.
    pub fn users(&self) -> Vec<String> {
        serde_json::from_value(self.get("accounts")["users"].clone()).unwrap()
    }
}

pub fn mark(user: &str, contact: &str) -> Value {
    let conversation = json!({"Type": 1, "To_Account": contact});
    json!({"From_Account": user, "MarkItem": [{"OptType": 1, "ContactItem": conversation, "SetMark": [1]}]})
}

pub fn page(user: &str) -> Value {
    json!({"From_Account": user, "StartIndex": 0})
}

/// The snapshot of an account with one group and one marked row.
pub fn snapshot() -> Value {
    json!({
        "version": 1,
        "last_group_id": 3,
        "groups": [{"group_id": 1, "name": "friends"}],
        "rows": [{
            "conversation": {"Type": 1, "To_Account": "user_0002"},
            "standard_mark": "111",
            "custom_mark": "abcd",
            "group_ids": [1],
            "timestamp": 1_600_000_000,
        }],
    })
}
