//! The second address.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::common::{Directory, Server, said, target};

pub fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: h\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn health_readiness_and_metrics_are_told() {
    let mut server = Server::start(&["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    assert!(get(control, "/health").starts_with("HTTP/1.1 200"));
    assert!(get(control, "/ready").starts_with("HTTP/1.1 200"));
    assert!(get(control, "/").starts_with("HTTP/1.1 404"));
    let mut client = server.client();
    assert_eq!(client.get().code(), 0);
    assert_eq!(client.get().code(), 0);
    assert_eq!(client.post(&target("mark_contact"), "", b"{").code(), 60003);
    assert_eq!(client.post("/secret-path", "", b"{").code(), 60009);
    let metrics = get(control, "/metrics");
    assert!(metrics.starts_with("HTTP/1.1 200"), "{metrics}");
    for line in [
        "convmark_calls_total{command=\"get_contact_group\",code=\"0\"} 2\n",
        "convmark_calls_total{command=\"mark_contact\",code=\"60003\"} 1\n",
        "convmark_calls_total{command=\"none\",code=\"60009\"} 1\n",
        "convmark_stage_seconds_count{stage=\"whole\"} 4\n",
        "convmark_stage_seconds_count{stage=\"call\"} 3\n",
        "convmark_stage_seconds_count{stage=\"admission\"} 4\n",
        "convmark_connections 1\n",
        "# EOF\n",
    ] {
        assert!(metrics.contains(line), "{line}{metrics}");
    }
    assert!(!metrics.contains("secret"));
}

/// The value of a metric without labels.
fn value(metrics: &str, name: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name}: {metrics}")).parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn the_release_and_the_process_are_told() {
    let mut server = Server::start(&["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    let metrics = get(control, "/metrics");
    let build = concat!("convmark_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1\n");
    assert!(metrics.contains(build), "{metrics}");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let age = now.as_secs_f64() - value(&metrics, "process_start_time_seconds");
    assert!((0.0..60.0).contains(&age), "{age}");
    let resident = value(&metrics, "process_resident_memory_bytes");
    assert!((1e6..1e9).contains(&resident), "{resident}");
    assert!((5.0..100.0).contains(&value(&metrics, "process_open_fds")), "{metrics}");
    assert_eq!(metrics.matches("# EOF").count(), 1);
}

#[test]
fn the_work_of_the_store_is_told() {
    let directory = Directory::new();
    let options = ["--control", "127.0.0.1:0", "--cache-max-bytes", "2KiB"];
    let mut server = Server::over(&directory.store(), &options);
    let control = said(&mut server.out);
    let mut client = server.client();
    for number in 0..20 {
        assert_eq!(client.mark("anna", &format!("c{number}")), 0);
    }
    // Each of these is the least recently used one soon.
    for number in 0..20 {
        assert_eq!(client.mark(&format!("user{number}"), "c"), 0);
    }
    assert_eq!(client.page("anna").code(), 0);
    let metrics = get(control, "/metrics");
    for line in [
        "convmark_commit_records_count 40\n",
        "convmark_commit_records_sum 40.0\n",
        "convmark_commit_seconds_count 40\n",
        "convmark_appends_total 40\n",
        "convmark_records_total 40\n",
        "convmark_cache_hits_total 19\n",
        "convmark_loads_total 22\n",
        "convmark_conflicts_total 0\n",
        "convmark_unknown_total 0\n",
        "convmark_damaged_total 0\n",
        "convmark_folds_total 0\n",
        "convmark_stage_seconds_count{stage=\"append\"} 40\n",
        "convmark_stage_seconds_count{stage=\"load\"} 22\n",
    ] {
        assert!(metrics.contains(line), "{line}{metrics}");
    }
    let cached = metrics.lines().find_map(|line| line.strip_prefix("convmark_cached_bytes "));
    assert!((1..=2048).contains(&cached.unwrap().parse::<u32>().unwrap()), "{metrics}");
}

#[test]
fn calls_are_not_answered_there() {
    let mut server = Server::start(&["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    let mut client = crate::common::Client::connect(control);
    let answer = client.get();
    let where_they_are = "there are /health, /ready, /metrics and /_convmark/; calls go to the address of --listen\n";
    assert_eq!((answer.status, answer.body.as_str()), (404, where_they_are));
}

#[cfg(unix)]
#[test]
fn a_server_that_stops_is_not_ready() {
    let mut server = Server::start(&["--control", "127.0.0.1:0"]);
    let control = said(&mut server.out);
    let mut half = server.client();
    let head = crate::common::head(9).replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    assert_eq!(half.send(head.as_bytes()).unwrap().status, 100);
    server.signal("TERM");
    let begun = std::time::Instant::now();
    while !get(control, "/ready").starts_with("HTTP/1.1 503") {
        assert!(begun.elapsed().as_secs() < 20, "it still says that it is ready");
    }
    assert!(get(control, "/health").starts_with("HTTP/1.1 200"));
}
