//! A PostgreSQL of its own: in a temporary directory, on a free port, as an ordinary user.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Result;

/// Who runs it if this program runs as root, which PostgreSQL refuses.
const USER: &str = "postgres";
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A running PostgreSQL. It is ended when this is dropped.
pub struct Cluster {
    process: Child,
    port: u16,
    _place: TempDir,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let place = tempfile::tempdir()?;
        if is_root()? {
            succeed(Command::new("chown").arg(USER).arg(place.path()))?;
        }
        let data = place.path().join("data");
        let programs = programs()?;
        succeed(
            ordinary(&programs.join("initdb"))?
                .args(["--auth=trust", "--username=convmark", "--encoding=UTF8", "--pgdata"])
                .arg(&data)
                .stdout(Stdio::null()),
        )?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = ordinary(&programs.join("postgres"))?
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", place.path().display()))
            .stderr(Stdio::null())
            .spawn()?;
        let cluster = Self { process, port, _place: place };
        let begun = Instant::now();
        while !Command::new("pg_isready").args(["-q", "-d", &cluster.url()]).status()?.success() {
            if begun.elapsed() > STARTS_WITHIN {
                return Err("PostgreSQL does not start".into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(cluster)
    }

    pub fn url(&self) -> String {
        format!("postgres://convmark@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The fast shutdown.
        let _ = Command::new("kill").args(["-s", "INT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

/// Where the programs are, of the newest release that is installed.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|_| "PostgreSQL is not installed: install postgresql, or name a database with --postgres")?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    found.sort();
    found.pop().ok_or_else(|| "PostgreSQL has no programs".into())
}

/// A program, run by the ordinary user; the process has the ID of the program itself.
fn ordinary(program: &Path) -> Result<Command> {
    if !is_root()? {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, "--clear-groups", "--"]).arg(program);
    // The current directory may not be readable for that user.
    command.current_dir("/");
    Ok(command)
}

fn is_root() -> Result<bool> {
    Ok(Command::new("id").arg("-u").output()?.stdout == b"0\n")
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}
