//! A PostgreSQL of the tests: found or installed, on a temporary directory and a free port of the
//! loopback, as an ordinary user, ended by its own process ID.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use convmark_server::store::postgres::{PostgresOptions, SchemaName};

const PASSWORD: &str = "s3cret @/:?";
const PASSWORD_IN_URL: &str = "s3cret%20%40%2F%3A%3F";

/// Starts the server and tells its process ID. A line on standard input stops it; the end of standard
/// input, which also comes if the tests are killed, stops it and removes the directory.
const RUN: &str = r#"
    directory=$1; shift
    "$@" >>"$directory/log" 2>&1 &
    server=$!
    echo $server
    if read -r line; then
        kill -INT $server 2>/dev/null
        wait $server
    else
        kill -QUIT $server 2>/dev/null
        wait $server
        rm -rf "$directory"
    fi
"#;

/// One PostgreSQL.
pub struct Cluster {
    directory: PathBuf,
    pub port: u16,
    running: Mutex<Option<Running>>,
}

struct Running {
    keeper: Child,
    id: u32,
}

impl Cluster {
    /// Makes a database cluster and starts it. Settings are `name=value`. `None` if PostgreSQL is left
    /// out.
    pub fn start(settings: &[&str]) -> Option<Self> {
        programs()?;
        let cluster = Self::prepare();
        let password = cluster.directory.join("password");
        fs::write(&password, PASSWORD).unwrap();
        own(&password);
        let mut initdb = ordinary("initdb");
        initdb.args([
            "--username=convmark",
            "--encoding=UTF8",
            "--locale=C",
            "--auth=scram-sha-256",
            "--no-sync",
        ]);
        initdb.arg("--pwfile").arg(&password).arg("-D").arg(cluster.data());
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.set(settings);
        cluster.restart();
        Some(cluster)
    }

    /// A standby that this cluster waits for with each commit from now on.
    pub fn standby(&self) -> Self {
        let standby = Self::prepare();
        let mut copy = ordinary("pg_basebackup");
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "-d"]);
        let copied = copy.arg(self.url()).arg("-D").arg(standby.data()).output().unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        standby.set(&["cluster_name='standby'"]);
        standby.restart();
        self.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        self.sql("SELECT pg_reload_conf()");
        let start = Instant::now();
        while self.sql("SELECT sync_state FROM pg_stat_replication") != "sync" {
            assert!(start.elapsed() < Duration::from_secs(30), "{}", standby.log());
            sleep(Duration::from_millis(30));
        }
        standby
    }

    /// An empty directory and a port.
    fn prepare() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Relaxed);
        let name = format!("convmark-postgres-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).unwrap();
        own(&directory);
        Self { directory, port: free_port(), running: Mutex::new(None) }
    }

    /// Adds settings, which hold from the next start on.
    pub fn set(&self, settings: &[&str]) {
        let path = self.data().join("postgresql.auto.conf");
        let mut file = fs::File::options().append(true).open(path).unwrap();
        for setting in settings {
            writeln!(file, "{setting}").unwrap();
        }
    }

    /// Starts PostgreSQL after it was stopped or killed, and waits until it accepts connections.
    pub fn restart(&self) {
        self.begin();
        let start = Instant::now();
        while !self.accepts() {
            if start.elapsed() > Duration::from_secs(60) {
                panic!("PostgreSQL does not start:\n{}", self.log());
            }
            // A server that was killed leaves processes behind, for a moment.
            if !self.is_alive() {
                self.forget();
                self.begin();
            }
            sleep(Duration::from_millis(30));
        }
    }

    fn begin(&self) {
        let mut running = self.running.lock().unwrap();
        assert!(running.is_none(), "it runs");
        let postgres = ordinary("postgres");
        let mut keeper = Command::new("sh");
        keeper.args(["-c", RUN, "sh"]).arg(&self.directory);
        keeper.arg(postgres.get_program()).args(postgres.get_args());
        keeper.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        for setting in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "lc_messages=C"] {
            keeper.arg("-c").arg(setting);
        }
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = keeper.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        *running = Some(Running { keeper, id: line.trim().parse().unwrap() });
    }

    /// Kills PostgreSQL without a word.
    pub fn kill(&self) {
        self.signal("KILL");
        self.forget();
    }

    pub fn signal(&self, name: &str) {
        let id = self.running.lock().unwrap().as_ref().unwrap().id.to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    fn forget(&self) {
        let mut running = self.running.lock().unwrap().take().unwrap();
        let mut input = running.keeper.stdin.take().unwrap();
        let _ = input.write_all(b"stop\n");
        running.keeper.wait().unwrap();
    }

    fn is_alive(&self) -> bool {
        let running = self.running.lock().unwrap();
        let id = running.as_ref().unwrap().id.to_string();
        let state = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z")
    }

    fn accepts(&self) -> bool {
        let mut ready = Command::new(programs().unwrap().join("pg_isready"));
        ready
            .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .status()
            .unwrap()
            .success()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// A connection string with another port, such as that of a proxy.
    pub fn url_at(&self, port: u16) -> String {
        format!("postgres://convmark:{PASSWORD_IN_URL}@127.0.0.1:{port}/postgres")
    }

    /// A connection string with two hosts.
    pub fn url_at_both(port: u16, other: u16) -> String {
        format!("postgres://convmark:{PASSWORD_IN_URL}@127.0.0.1:{port},127.0.0.1:{other}/postgres")
    }

    pub fn url(&self) -> String {
        self.url_at(self.port)
    }

    /// Runs SQL as the superuser.
    pub fn sql(&self, text: &str) -> String {
        let mut psql = Command::new(programs().unwrap().join("psql"));
        psql.args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", text]).arg(self.url());
        let output = psql.output().unwrap();
        assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap();
        if let Some(running) = running.as_mut() {
            drop(running.keeper.stdin.take());
            let _ = running.keeper.wait();
        } else {
            let _ = fs::remove_dir_all(&self.directory);
        }
    }
}

/// The cluster of the tests that do it no harm. It ends with the process.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(&["fsync=off", "max_connections=150"])).as_ref()
}

/// Options for tables of their own.
pub fn options(url: &str) -> PostgresOptions {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut options = PostgresOptions::parse(url).unwrap();
    options.schema = SchemaName::new(&format!("test_{}", NEXT.fetch_add(1, Relaxed))).unwrap();
    options.connections = 4;
    options
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The directory of the programs. `None` if PostgreSQL is left out.
fn programs() -> Option<&'static Path> {
    static PROGRAMS: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PROGRAMS.get_or_init(|| {
        if std::env::var("CONVMARK_POSTGRES").is_ok_and(|value| value == "skip") {
            eprintln!("NOT TESTED: PostgreSQL, as CONVMARK_POSTGRES=skip says");
            return None;
        }
        let found = find().or_else(|| {
            install();
            find()
        });
        Some(found.expect(
            "initdb was not found and cannot be installed: install the package postgresql, or leave these tests out \
             with CONVMARK_POSTGRES=skip",
        ))
    });
    found.as_deref()
}

fn find() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut of_debian: Vec<_> = of_debian.map(|entry| entry.unwrap().path().join("bin")).collect();
    of_debian.sort();
    places.extend(of_debian.into_iter().rev());
    places
        .into_iter()
        .find(|place| ["initdb", "postgres", "psql"].iter().all(|name| place.join(name).is_file()))
}

fn install() {
    if !is_root() {
        return;
    }
    eprintln!("initdb was not found: installing the package postgresql");
    for arguments in
        [&["update"][..], &["install", "--yes", "--no-install-recommends", "postgresql"]]
    {
        let mut apt = Command::new("apt-get");
        apt.arg("-qq").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        let _ = apt.stdin(Stdio::null()).stdout(Stdio::null()).status();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Who PostgreSQL runs as: it does not run as root.
fn ordinary_user() -> Option<(u32, u32)> {
    if !is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let of = |wanted: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(wanted))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody"))
}

/// A program of PostgreSQL, run by the ordinary user.
fn ordinary(program: &str) -> Command {
    let path = programs().unwrap().join(program);
    let Some((user, group)) = ordinary_user() else { return Command::new(path) };
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
    command.arg("--clear-groups").arg(path).current_dir("/");
    command
}

/// Gives a file to the ordinary user.
fn own(path: &Path) {
    if let Some((user, group)) = ordinary_user() {
        std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
    }
}
