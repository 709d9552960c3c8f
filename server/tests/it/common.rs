//! What the tests share: the server as a process, a small HTTP client, files.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub const QUERY: &str = "sdkappid=1&identifier=admin&usersig=x&random=1&contenttype=json";
pub const GET: &[u8] = br#"{"From_Account":"a","StartIndex":0}"#;

pub fn target(command: &str) -> String {
    format!("/v4/recentcontact/{command}?{QUERY}")
}

/// The head of a valid call of get with a body of that length.
pub fn head(length: usize) -> String {
    let target = target("get_contact_group");
    format!("POST {target} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n")
}

/// A valid call of get.
pub fn call() -> Vec<u8> {
    [head(GET.len()).as_bytes(), GET].concat()
}

/// A directory of one test, removed at its end.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("convmark-server-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file that only its owner can read, and gives its path.
    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path.to_str().unwrap().to_owned()
    }

    /// The value of `--store` for a store in it.
    pub fn store(&self) -> String {
        format!("dir:{}", self.0.join("data").display())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The command, without the environment of the tests.
pub fn command() -> Command {
    command_of(env!("CARGO_BIN_EXE_convmark-server"))
}

/// A program that starts the command, without the environment of the tests.
pub fn command_of(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CONVMARK_"))
    {
        command.env_remove(name);
    }
    command
}

/// The server. It is killed when this is dropped.
pub struct Server {
    pub process: Child,
    pub out: BufReader<ChildStdout>,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(options: &[&str]) -> Self {
        let mut command = command();
        command
            .args(["--listen", "127.0.0.1:0", "--store", "memory"])
            .args(options)
            .stderr(Stdio::null());
        Self::of(command)
    }

    /// Over a store in a directory, which is made if it is not there.
    pub fn over(store: &str, options: &[&str]) -> Self {
        let mut command = command();
        command
            .args(["--listen", "127.0.0.1:0", "--store", store, "--create"])
            .args(options)
            .stderr(Stdio::null());
        Self::of(command)
    }

    /// Waits until the process says where it listens.
    pub fn of(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let address = said(&mut out);
        Self { process, out, address }
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// The status, if the process ends within that time.
    pub fn ends_within(&mut self, most: Duration) -> Option<ExitStatus> {
        let begun = Instant::now();
        while begun.elapsed() < most {
            if let Some(status) = self.process.try_wait().unwrap() {
                return Some(status);
            }
            sleep(Duration::from_millis(10));
        }
        None
    }
}

/// A body that marks a conversation of a user.
pub fn mark(user: &str, contact: &str) -> Vec<u8> {
    let item = format!(
        r#"{{"OptType":1,"ContactItem":{{"Type":1,"To_Account":"{contact}"}},"SetMark":[1]}}"#
    );
    format!(r#"{{"From_Account":"{user}","MarkItem":[{item}]}}"#).into_bytes()
}

/// The address at the end of the next line.
pub fn said(out: &mut impl BufRead) -> SocketAddr {
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim_end().rsplit('/').next().unwrap().parse();
    address.unwrap_or_else(|_| panic!("the server did not start; it said {line:?}"))
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
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Checks what all answers have in common, and gives the code.
    pub fn code(&self) -> i64 {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        let value: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        let code = value["ErrorCode"].as_i64().unwrap();
        assert_eq!(value["ActionStatus"], if code == 0 { "OK" } else { "FAIL" });
        code
    }
}

/// One connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        Self::try_connect(address).unwrap()
    }

    pub fn try_connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_write_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    pub fn get(&mut self) -> Answer {
        self.send(&call()).unwrap()
    }

    pub fn post(&mut self, target: &str, headers: &str, body: &[u8]) -> Answer {
        self.request("POST", target, headers, body).unwrap()
    }

    pub fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        let host = if headers.contains("host: ") { "" } else { "host: localhost\r\n" };
        let length = body.len();
        let head = format!(
            "{method} {target} HTTP/1.1\r\n{host}{headers}content-length: {length}\r\n\r\n"
        );
        self.send(&[head.as_bytes(), body].concat())
    }

    /// Marks a conversation, and gives the code.
    pub fn mark(&mut self, user: &str, contact: &str) -> i64 {
        self.post(&target("mark_contact"), "", &mark(user, contact)).code()
    }

    /// The first page of a user.
    pub fn page(&mut self, user: &str) -> Answer {
        let body = format!(r#"{{"From_Account":"{user}","StartIndex":0}}"#);
        self.post(&target("get_contact_group"), "", body.as_bytes())
    }

    /// Sends bytes as they are and reads one answer.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        self.write(bytes)?;
        self.read()
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    pub fn shut(&mut self) {
        self.stream.get_mut().shutdown(Shutdown::Write).unwrap();
    }

    /// Whether the server closes the connection within that time, without another answer.
    pub fn is_closed_within(&mut self, most: Duration) -> bool {
        self.stream.get_mut().set_read_timeout(Some(most)).unwrap();
        match self.stream.read(&mut [0]) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }

    /// Reads one answer. An incomplete one is an error.
    pub fn read(&mut self) -> io::Result<Answer> {
        let first = self.line()?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or(io::ErrorKind::InvalidData)?;
        let mut headers = Vec::new();
        while let Some((name, value)) = self.line()?.split_once(": ") {
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut answer = Answer { status, headers, body: String::new() };
        let mut body = vec![0; answer.header("content-length").parse().unwrap_or(0)];
        self.stream.read_exact(&mut body)?;
        answer.body = String::from_utf8(body).map_err(|_| io::ErrorKind::InvalidData)?;
        Ok(answer)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        if line.ends_with('\n') {
            Ok(line.trim_end().to_owned())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
