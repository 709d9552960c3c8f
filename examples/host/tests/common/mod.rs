//! What both tests share: the host as a process and a small HTTP client.
#![allow(dead_code, reason = "each test uses a part")]

use std::ffi::OsStr;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A directory of one test, removed at its end.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "convmark-host-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The host. It is killed when this is dropped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

/// Starts the process without waiting for it to listen.
pub fn spawn(data: &Path, options: &[&OsStr]) -> Child {
    let mut process = Process::new(env!("CARGO_BIN_EXE_convmark-host"));
    process.args(["--listen", "127.0.0.1:0", "--data"]).arg(data).args(options);
    process.stdout(Stdio::piped()).spawn().unwrap()
}

impl Server {
    pub fn start(data: &Path, options: &[&OsStr]) -> Self {
        Self::of(spawn(data, options))
    }

    /// Waits until the process says where it listens.
    pub fn of(mut process: Child) -> Self {
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit('/').next().unwrap().parse();
        Self {
            process,
            address: address.unwrap_or_else(|_| panic!("the host did not start; it said {line:?}")),
        }
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address).unwrap()
    }

    /// SIGKILL where there are signals.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    #[cfg(unix)]
    pub fn terminate(mut self) -> std::process::ExitStatus {
        let status = Process::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(status.success());
        self.process.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// One connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
}

pub const QUERY: &str = "sdkappid=1&identifier=admin&usersig=x&random=1&contenttype=json";

pub fn target(command: &str) -> String {
    format!("/v4/recentcontact/{command}?{QUERY}")
}

impl Client {
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    pub fn post(&mut self, target: &str, body: &[u8]) -> io::Result<Answer> {
        self.request("POST", target, "", body)
    }

    pub fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut bytes = format!(
            "{method} {target} HTTP/1.1\r\nhost: h\r\n{headers}content-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        self.send(&bytes)
    }

    /// Sends bytes as they are and reads one answer. An incomplete answer is an error.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        self.stream.get_mut().write_all(bytes)?;
        self.read()
    }

    /// As `send`, and closes the sending half of the connection.
    pub fn break_off(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        self.stream.get_mut().write_all(bytes)?;
        self.stream.get_mut().shutdown(std::net::Shutdown::Write)?;
        self.read()
    }

    fn read(&mut self) -> io::Result<Answer> {
        let mut line = || -> io::Result<String> {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            if line.ends_with('\n') {
                Ok(line.trim_end().to_owned())
            } else {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        };
        let first = line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut answer = Answer {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            content_type: String::new(),
            body: String::new(),
        };
        let mut length = 0;
        loop {
            let header = line()?;
            match header.split_once(": ") {
                Some(("content-length", value)) => {
                    length = value.parse().map_err(|_| io::ErrorKind::InvalidData)?
                }
                Some(("content-type", value)) => answer.content_type = value.to_owned(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        answer.body = String::from_utf8(body).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(answer)
    }
}

/// The answer with every timestamp replaced by 0, and the timestamps: only the host knows its
/// times.
pub fn timeless(answer: &str) -> (String, Vec<u64>) {
    const NAME: &str = "\"Timestamp\":";
    let mut pieces = answer.split(NAME);
    let (mut text, mut times) = (pieces.next().unwrap_or_default().to_owned(), Vec::new());
    for piece in pieces {
        let end = piece.find(|character: char| !character.is_ascii_digit()).unwrap_or(piece.len());
        times.push(piece[..end].parse().unwrap());
        text.push_str(NAME);
        text.push('0');
        text.push_str(&piece[end..]);
    }
    (text, times)
}

/// Unix seconds.
pub fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// Pseudo-random numbers, the same for the same seed (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
