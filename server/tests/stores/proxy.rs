//! A TCP proxy that cuts connections to PostgreSQL before and after statements and replies, or misspells
//! what statements say.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// How long [`Cut::Silence`] lasts. Longer than calls wait.
const SILENCE: Duration = Duration::from_secs(4);

/// What happens to a statement and its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The statement is not sent on.
    BeforeStatement,
    /// The statement is sent on and the connection cut at once: it may be done or not.
    AtStatement,
    /// The statement is done; nothing of the reply comes back.
    BeforeReply,
    /// The statement is done; a part of the reply comes back.
    InReply,
    /// The reply comes back, and then the connection is cut.
    AfterReply,
    /// The statement is done; nothing comes back, and nobody says that the connection is gone until
    /// the operating system gives it up.
    Silence,
}

pub const CUTS: [Cut; 6] = [
    Cut::BeforeStatement,
    Cut::AtStatement,
    Cut::BeforeReply,
    Cut::InReply,
    Cut::AfterReply,
    Cut::Silence,
];

pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// For the next statement, whichever it is.
    armed: Mutex<Option<Cut>>,
    /// What is misspelled, so that PostgreSQL does not know it.
    unknown: Option<&'static str>,
    misspelled: AtomicUsize,
    is_over: AtomicBool,
}

impl Proxy {
    pub fn to(port: u16) -> Self {
        Self::start(port, Shared::default())
    }

    /// To a PostgreSQL that does not know these words.
    pub fn without(port: u16, words: &'static str) -> Self {
        Self::start(port, Shared { unknown: Some(words), ..Shared::default() })
    }

    fn start(port: u16, shared: Shared) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(shared);
        let of_thread = Arc::clone(&shared);
        spawn(move || {
            for client in listener.incoming() {
                if of_thread.is_over.load(Relaxed) {
                    return;
                }
                let Ok(client) = client else { continue };
                // While PostgreSQL is down the client is refused.
                if let Ok(server) = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))) {
                    connect(client, server, &of_thread);
                }
            }
        });
        Self { port: address.port(), shared }
    }

    /// Cuts at the next statement.
    pub fn arm(&self, cut: Cut) {
        *self.shared.armed.lock().unwrap() = Some(cut);
    }

    /// How often the unknown words were sent.
    pub fn misspelled(&self) -> usize {
        self.shared.misspelled.load(Relaxed)
    }

    /// Whether no statement has come since.
    pub fn is_armed(&self) -> bool {
        self.shared.armed.lock().unwrap().is_some()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], self.port)));
    }
}

fn connect(client: TcpStream, server: TcpStream, shared: &Arc<Shared>) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let of_reply: Arc<Mutex<Option<Cut>>> = Arc::default();
    let both = || (client.try_clone().unwrap(), server.try_clone().unwrap());
    let ((from, to), (to_client, from_server)) = (both(), both());
    let (shared, cut) = (Arc::clone(shared), Arc::clone(&of_reply));
    spawn(move || {
        forward_statements(&from, &to, &shared, &cut);
        close(&from, &to);
    });
    spawn(move || {
        if forward_replies(&from_server, &to_client, &of_reply) == Some(Cut::Silence) {
            sleep(SILENCE);
        }
        close(&from_server, &to_client);
    });
}

fn close(one: &TcpStream, other: &TcpStream) {
    let _ = (one.shutdown(Shutdown::Both), other.shutdown(Shutdown::Both));
}

fn forward_statements(
    mut from: &TcpStream,
    mut to: &TcpStream,
    shared: &Shared,
    of_reply: &Mutex<Option<Cut>>,
) {
    let mut buffer = [0; 65536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let cut = shared.armed.lock().unwrap().take();
        if cut == Some(Cut::BeforeStatement) {
            return;
        }
        *of_reply.lock().unwrap() = cut;
        if let Some(words) = shared.unknown {
            shared.misspelled.fetch_add(misspell(&mut buffer[..length], words), Relaxed);
        }
        if to.write_all(&buffer[..length]).is_err() || cut == Some(Cut::AtStatement) {
            return;
        }
    }
}

/// Replaces the first letter of the words wherever they are; how often that is.
fn misspell(bytes: &mut [u8], words: &str) -> usize {
    let is_there = |place: &usize| bytes[*place..].starts_with(words.as_bytes());
    let places: Vec<_> = (0..bytes.len()).filter(is_there).collect();
    for place in &places {
        bytes[*place] = b'X';
    }
    places.len()
}

/// The cut that ended it.
fn forward_replies(
    mut from: &TcpStream,
    mut to: &TcpStream,
    cut: &Mutex<Option<Cut>>,
) -> Option<Cut> {
    let mut buffer = [0; 65536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let cut = *cut.lock().unwrap();
        let sent = match cut {
            Some(Cut::BeforeReply | Cut::Silence) => return cut,
            Some(Cut::InReply) => length / 2,
            _ => length,
        };
        if to.write_all(&buffer[..sent]).is_err() || cut.is_some() {
            return cut;
        }
    }
    None
}
