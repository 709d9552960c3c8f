//! Fills accounts: over HTTP, or many at once through the library.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use convmark::{Command, Revision};
use convmark_server::service::{Service, ServiceOptions};
use convmark_server::store::embedded::{EmbeddedOptions, EmbeddedStore};

use crate::Result;
use crate::load::Accounts;

/// How many rows one call makes.
const ROWS_AT_ONCE: u32 = 100;
const CLIENTS: u32 = 8;
const TASKS: u32 = 512;
/// What the rows' time is, in Unix seconds.
const TIME_SECONDS: u64 = 1_790_000_000;

fn body(prefix: &str, account: u32, rows: std::ops::Range<u32>) -> String {
    let items: Vec<_> = rows
        .map(|row| {
            format!(r#"{{"OptType":1,"ContactItem":{{"Type":1,"To_Account":"peer_{row}"}},"SetMark":[1]}}"#)
        })
        .collect();
    format!(r#"{{"From_Account":"{prefix}_{account}","MarkItem":[{}]}}"#, items.join(","))
}

/// Makes the accounts over HTTP.
pub fn over_http(address: SocketAddr, accounts: Accounts) -> Result<()> {
    let next = AtomicU32::new(0);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| client(address, accounts, &next).map_err(|error| error.to_string()))
            })
            .collect();
        clients.into_iter().try_for_each(|client| match client.join() {
            Ok(done) => done.map_err(Into::into),
            Err(_) => Err("a client panicked".into()),
        })
    })
}

fn client(address: SocketAddr, accounts: Accounts, next: &AtomicU32) -> Result<()> {
    let mut stream = BufReader::new(TcpStream::connect(address)?);
    stream.get_ref().set_nodelay(true)?;
    loop {
        let account = next.fetch_add(1, Relaxed);
        if account >= accounts.count {
            return Ok(());
        }
        let mut row = 0;
        while row < accounts.rows {
            let end = accounts.rows.min(row + ROWS_AT_ONCE);
            call(&mut stream, &body(accounts.prefix, account, row..end))?;
            row = end;
        }
    }
}

fn call(stream: &mut BufReader<TcpStream>, body: &str) -> Result<()> {
    let head = format!(
        "POST /v4/recentcontact/mark_contact?sdkappid=1&identifier=admin&usersig=x&random=1&contenttype=json \
         HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.get_mut().write_all([head.as_bytes(), body.as_bytes()].concat().as_slice())?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    done(&answer)
}

fn done(answer: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(answer);
    if text.contains(r#""ActionStatus":"OK""#) {
        Ok(())
    } else {
        Err(format!("filling failed: {text}").into())
    }
}

/// Makes the accounts in a directory, with the service and the store of the server in this process.
pub fn in_directory(path: &Path, accounts: Accounts) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut options = EmbeddedOptions::default();
    options.create = true;
    let store = Arc::new(EmbeddedStore::open(path, options)?);
    let policy = Revision::V2026_04.policy();
    let service = Service::new(store, &policy, ServiceOptions::default());
    let next = Arc::new(AtomicU32::new(0));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let (service, next) = (service.clone(), Arc::clone(&next));
                tokio::spawn(async move {
                    loop {
                        let account = next.fetch_add(1, Relaxed);
                        if account >= accounts.count {
                            return Ok(());
                        }
                        let body = body(accounts.prefix, account, 0..accounts.rows);
                        let answer =
                            service.call(Command::MarkContact, body.as_bytes(), TIME_SECONDS).await;
                        done(&answer).map_err(|error| error.to_string())?;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await?.map_err(|error: String| error)?;
        }
        service.close().await?;
        Ok(())
    })
}
