//! Many callers of one account.

use crate::common::{Directory, Server, head, mark, said, target};
use crate::control::get;

/// A call that marks a conversation.
fn call(user: &str, contact: &str) -> Vec<u8> {
    let body = mark(user, contact);
    let head = head(body.len()).replace(&target("get_contact_group"), &target("mark_contact"));
    [head.as_bytes(), &body].concat()
}

#[test]
fn a_thousand_callers_of_one_account_are_answered_and_so_is_another() {
    const CALLERS: usize = 1000;
    // Both ends of the connections; this raises the limit of this process.
    assert_eq!(convmark_server::files::connections(CALLERS, 0), Ok(CALLERS));
    let directory = Directory::new();
    let server = Server::over(&directory.store(), &[]);
    let mut other = server.client();
    let mut callers: Vec<_> = (0..CALLERS).map(|_| server.client()).collect();
    for (number, caller) in callers.iter_mut().enumerate() {
        caller.write(&call("hot", &format!("c{}", number % 100))).unwrap();
        if number % 100 == 0 {
            assert_eq!(other.mark("other", &format!("c{number}")), 0);
        }
    }
    assert!(callers.iter_mut().all(|caller| caller.read().unwrap().code() == 0));
    let pages = [other.page("hot").body, other.page("other").body];
    assert_eq!(pages.map(|page| page.matches("To_Account").count()), [100, 10]);
}

/// How many records and commits there were.
fn commits(metrics: &str) -> (u64, u64) {
    let number = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse::<f64>().unwrap() as u64
    };
    (number("convmark_commit_records_sum"), number("convmark_commit_records_count"))
}

#[test]
fn calls_are_stored_together_as_far_as_that_is_allowed() {
    for (most, options) in [(1, &["--commit-max-records", "1"][..]), (4096, &[])] {
        let directory = Directory::new();
        let options = [&["--control", "127.0.0.1:0"], options].concat();
        let mut server = Server::over(&directory.store(), &options);
        let control = said(&mut server.out);
        let mut callers: Vec<_> = (0..60).map(|_| server.client()).collect();
        for round in 0..5 {
            for (number, caller) in callers.iter_mut().enumerate() {
                let user = if number % 2 == 0 { "hot".to_owned() } else { format!("u{number}") };
                caller.write(&call(&user, &format!("c{round}x{number}"))).unwrap();
            }
            assert!(callers.iter_mut().all(|caller| caller.read().unwrap().code() == 0));
        }
        let (records, commits) = commits(&get(control, "/metrics"));
        assert_eq!(records, 300);
        assert!(if most == 1 { commits == 300 } else { commits < 300 }, "{commits}");
    }
}
