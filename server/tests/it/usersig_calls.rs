//! UserSigs in calls: codes, their order among the other checks, and what counts.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::common::{Directory, GET, Server};
use crate::usersig::{make, url};

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

#[test]
fn calls_are_verified() {
    let directory = Directory::new();
    let (old, new) = (directory.write("old", "old key\n"), directory.write("new", "new key"));
    let options = ["--app", "7", "--key", &old, "--key", &new, "--admins", "admin,second"];
    let server = Server::start(&options);
    let mut client = server.client();
    let mut code = |url: &str| client.post(url, "", GET).code();
    let time = now();
    for key in ["old key", "new key"] {
        assert_eq!(code(&url(7, "admin", &make(key, "admin", 7, time, 100))), 0);
    }
    assert_eq!(code(&url(7, "second", &make("new key", "second", 7, time, 100))), 0);
    // End users have valid UserSigs too.
    assert_eq!(code(&url(7, "user", &make("new key", "user", 7, time, 100))), 50003);
    assert_eq!(code(&url(7, "admin", "x")), 70003);
    assert_eq!(code(&url(7, "admin", &make("new key", "second", 7, time, 100))), 70013);
    assert_eq!(code(&url(7, "admin", &make("new key", "admin", 8, time, 100))), 70014);
    assert_eq!(code(&url(7, "admin", &make("no key", "admin", 7, time, 100))), 70009);
    assert_eq!(code(&url(7, "admin", &make("new key", "admin", 7, time - 200, 100))), 70001);
    assert_eq!(code(&url(7, "admin", &make("new key", "admin", 7, time - 130, 100))), 0);
    assert_eq!(code(&url(7, "admin", &make("new key", "admin", 7, time + 1000, 100))), 70001);
    // The URL comes first, the app of the server before the UserSig.
    assert_eq!(code(&url(8, "admin", &make("new key", "admin", 8, time, 100))), 60025);
    assert_eq!(code(&url(8, "admin", "x")), 60025);
    assert_eq!(code(&url(7, "admin", "")), 60025);
    assert_eq!(code(&url(7, "admin", "x").replace("random=1", "random=")), 60002);
    // The body comes last.
    let good = url(7, "admin", &make("new key", "admin", 7, time, 100));
    assert_eq!(server.client().post(&good, "", b"{").code(), 60003);
    let answer = server.client().post(&url(7, "admin", "secret"), "", b"{");
    assert!(answer.code() == 70003 && !answer.body.contains("secret"), "{answer:?}");
}

#[test]
fn only_verified_calls_count_for_the_frequency() {
    let directory = Directory::new();
    let key = directory.write("key", "k");
    let options = ["--app", "7", "--key", &key, "--admins", "admin", "--calls-per-second", "1"];
    let server = Server::start(&options);
    let mut client = server.client();
    for _ in 0..20 {
        assert_eq!(client.post(&url(7, "admin", "x"), "", GET).code(), 70003);
    }
    let good = url(7, "admin", &make("k", "admin", 7, now(), 100));
    assert_eq!(client.post(&good, "", GET).code(), 0);
    assert_eq!(client.post(&good, "", GET).code(), 60007);
    assert_eq!(client.post(&url(7, "admin", "x"), "", GET).code(), 70003);
}

#[test]
fn without_a_key_any_usersig_is_accepted_and_the_app_can_be_fixed() {
    let server = Server::start(&["--app", "7"]);
    let mut client = server.client();
    assert_eq!(client.post(&url(7, "anyone", "x"), "", GET).code(), 0);
    assert_eq!(client.post(&url(8, "anyone", "x"), "", GET).code(), 60025);
}

#[cfg(unix)]
#[test]
fn keys_are_read_again_on_sighup() {
    let directory = Directory::new();
    let key = directory.write("key", "old");
    let server = Server::start(&["--app", "7", "--key", &key, "--admins", "admin"]);
    let mut client = server.client();
    let mut code = |key: &str| {
        client.post(&url(7, "admin", &make(key, "admin", 7, now(), 100)), "", GET).code()
    };
    directory.write("key", "new");
    assert_eq!((code("old"), code("new")), (0, 70009));
    server.signal("HUP");
    let begun = std::time::Instant::now();
    while code("new") != 0 {
        assert!(begun.elapsed().as_secs() < 20, "the new key is not valid");
    }
    assert_eq!(code("old"), 70009);
    // A file that is wrong changes nothing.
    directory.write("key", " ");
    server.signal("HUP");
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!((code("old"), code("new")), (70009, 0));
}
