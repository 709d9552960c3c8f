//! The subcommands that work on whole stores, as processes.

pub mod damaged;
mod edited;
mod forget;
mod killed;
mod moved_in;
mod round_trip;
mod running;
mod unlisted;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use convmark::{Command, Policy};
use convmark_server::service::{Service, ServiceOptions};
use convmark_server::store::embedded::{EmbeddedOptions, EmbeddedStore, OpenError};
use support::bodies::{Requester, chat_contact};
use tokio::task::JoinSet;

use crate::common::{Directory, Server, command};

const NOW: u64 = 1_700_000_000;

/// A directory with stores and files.
struct Place(Directory);

impl Place {
    fn new() -> Self {
        Self(Directory::new())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn store(&self, name: &str) -> String {
        format!("dir:{}", self.path(name).display())
    }

    /// The process of a subcommand with a store.
    fn start(&self, subcommand: &str, store: &str, arguments: &[&str]) -> Child {
        command()
            .args([subcommand, "--store", &self.store(store)])
            .args(arguments)
            .current_dir(self.0.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs a subcommand with these bytes on standard input.
    fn run_with(&self, subcommand: &str, store: &str, arguments: &[&str], input: &[u8]) -> Ran {
        let mut process = command()
            .args([subcommand, "--store", &self.store(store)])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(input).unwrap();
        Ran::of(process)
    }

    fn run(&self, subcommand: &str, store: &str, arguments: &[&str]) -> Ran {
        Ran::of(self.start(subcommand, store, arguments))
    }

    /// A server with a store, which is made.
    fn serve(&self, store: &str) -> Server {
        let mut command = command();
        command
            .args(["--listen", "127.0.0.1:0", "--create", "--store", &self.store(store)])
            .stderr(Stdio::null());
        Server::of(command)
    }
}

/// How a subcommand ended.
#[derive(Debug)]
struct Ran {
    /// Without one, it was killed.
    status: Option<i32>,
    out: String,
    problem: String,
}

impl Ran {
    fn of(process: Child) -> Self {
        let output = process.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            status: output.status.code(),
            out: text(output.stdout),
            problem: text(output.stderr),
        }
    }

    /// It did everything, and said this.
    #[track_caller]
    fn is_done(&self, out: &str) {
        assert_eq!((self.status, self.out.as_str()), (Some(0), out), "{self:?}");
        assert_eq!(self.problem, "");
    }

    /// It refused, and said this among other things.
    #[track_caller]
    fn is_refused(&self, problem: &str) {
        assert_eq!((self.status, self.out.as_str()), (Some(1), ""), "{self:?}");
        assert!(self.problem.contains(problem), "{self:?}");
    }
}

fn open(path: &Path, create: bool) -> EmbeddedStore {
    let mut options = EmbeddedOptions::default();
    options.create = create;
    open_with(path, options)
}

fn open_with(path: &Path, options: EmbeddedOptions) -> EmbeddedStore {
    let start = Instant::now();
    loop {
        match EmbeddedStore::open(path, options) {
            Err(OpenError::InUse { .. }) if start.elapsed() < Duration::from_secs(30) => {
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => return opened.unwrap(),
        }
    }
}

/// Sends calls to the service over a store, which is made, all at once.
async fn fill(path: &Path, calls: impl IntoIterator<Item = (Command, String)>) {
    fill_store(open(path, true), calls).await;
}

async fn fill_store(store: EmbeddedStore, calls: impl IntoIterator<Item = (Command, String)>) {
    let store = Arc::new(store);
    let mut options = ServiceOptions::default();
    options.fold_min_bytes = 300;
    let service = Service::new(Arc::clone(&store), &Policy::default(), options);
    let mut tasks = JoinSet::new();
    for (command, body) in calls {
        let service = service.clone();
        tasks.spawn(async move { service.call(command, body.as_bytes(), NOW).await });
    }
    while let Some(answer) = tasks.join_next().await {
        let answer = String::from_utf8(answer.unwrap().to_vec()).unwrap();
        assert!(answer.contains(r#""ActionStatus":"OK""#), "{answer}");
    }
    service.close().await.unwrap();
}

/// The call that marks a conversation with a user.
fn mark(user: &str, peer: &str, mark: &str) -> (Command, String) {
    (Command::MarkContact, Requester(user).set_custom_mark(peer, mark))
}

/// The call that makes a group with a group chat in it.
fn group(user: &str, name: &str, chat: &str) -> (Command, String) {
    (Command::CreateContactGroup, Requester(user).create(name, &chat_contact(chat)))
}

/// How often these bytes are in the files of a directory.
fn count(path: &Path, text: &str) -> usize {
    let mut found = 0;
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found += count(&path, text);
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            found += memchr::memmem::find_iter(&bytes, text).count();
        }
    }
    found
}
