//! The server as a process: started on free ports, observed from outside, ended by its ID.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// A running server. It is killed when this is dropped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
    control: SocketAddr,
    /// From the start of the process until it said that it listens.
    pub started_in: Duration,
}

impl Server {
    pub fn start(store: &str, more: &[&str]) -> Result<Self> {
        let begun = Instant::now();
        let mut process = Command::new(binary())
            .args(["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--store", store])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().ok_or("no standard output")?).lines();
        let mut said = |start: &str| -> Result<SocketAddr> {
            let line = lines.next().ok_or("the server does not start")??;
            let address = line.strip_prefix(start).ok_or_else(|| format!("it says: {line}"))?;
            Ok(address.parse()?)
        };
        let address = said("convmark-server listens on http://")?;
        let started_in = begun.elapsed();
        let control = said("convmark-server is controlled on http://")?;
        Ok(Self { process, address, control, started_in })
    }

    /// Ends it with SIGTERM, and waits.
    pub fn stop(mut self) -> Result<()> {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-s", "TERM", &id]).status()?;
        let status = self.process.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the server ended with {status}").into())
        }
    }

    /// Ends it with SIGKILL.
    pub fn kill(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    fn proc_file(&self, name: &str) -> Result<String> {
        Ok(fs::read_to_string(format!("/proc/{}/{name}", self.process.id()))?)
    }

    fn proc_number(&self, file: &str, name: &str) -> Result<f64> {
        let text = self.proc_file(file)?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or_else(|| format!("/proc has no {name}"))?.parse()?)
    }

    /// What it caused to be written to disk, in bytes.
    pub fn written_bytes(&self) -> Result<f64> {
        self.proc_number("io", "write_bytes")
    }

    /// Its resident memory now and at its most, in MiB.
    pub fn resident_mib(&self) -> Result<(f64, f64)> {
        let [now, most] = ["VmRSS", "VmHWM"].map(|name| self.proc_number("status", name));
        Ok((now? / 1024.0, most? / 1024.0))
    }

    /// The processor time that it has used, in microseconds, with a resolution of 10 ms.
    pub fn processor_us(&self) -> Result<f64> {
        let stat = self.proc_file("stat")?;
        // After the name, which may have spaces and is in parentheses.
        let fields = stat.rsplit_once(')').ok_or("/proc/…/stat is not as documented")?.1;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<std::result::Result<f64, _>>()? * 1e4)
    }

    /// The sum of all its metrics of that name whose labels have that text.
    pub fn metric(&self, name: &str, label: &str) -> Result<f64> {
        let mut stream = TcpStream::connect(self.control)?;
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let values = text.lines().filter_map(|line| {
            let (key, value) = line.rsplit_once(' ')?;
            let (found, labels) = key.split_once('{').unwrap_or((key, ""));
            (found == name && labels.contains(label)).then(|| value.parse::<f64>())
        });
        Ok(values.sum::<std::result::Result<f64, _>>()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn binary() -> PathBuf {
    std::env::var_os("SERVER_UNDER_TEST").map_or_else(
        || concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/convmark-server").into(),
        PathBuf::from,
    )
}

/// Whether the server has an option.
pub fn has_option(option: &str) -> Result<bool> {
    let help = Command::new(binary()).arg("--help").output()?;
    Ok(String::from_utf8_lossy(&help.stdout).contains(option))
}
