//! The command `convmark-server`.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use convmark_server::backend::Backend;
use convmark_server::check::check;
use convmark_server::config::{Config, ConfigError, Task};
use convmark_server::health::Health;
use convmark_server::maintenance;
use convmark_server::run::run;
use convmark_server::{files, logs};

/// How long the last lines of the log are waited for.
const LAST_LINES: Duration = Duration::from_millis(500);
/// How long threads that block are waited for at the end.
const LAST_THREADS: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    files::for_owner_only();
    let config = match Config::read(std::env::args_os(), std::env::vars_os()) {
        Ok(Task::Serve(config)) => config,
        Ok(Task::Check(config)) => {
            let warnings = match check(&config) {
                Ok(warnings) => warnings,
                Err(problem) => return refuse(2, &problem),
            };
            for warning in warnings {
                let _ = writeln!(std::io::stderr(), "convmark-server: warning: {warning}");
            }
            let _ = writeln!(std::io::stdout(), "convmark-server: the configuration is valid");
            return ExitCode::SUCCESS;
        }
        Ok(Task::Maintain(maintenance)) => return with_threads(maintenance::run(maintenance)),
        Ok(Task::Health(health)) => return with_threads(ask(health)),
        Ok(Task::Print(text)) => {
            return match std::io::stdout().write_all(&text) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => refuse(1, &format!("standard output: {error}")),
            };
        }
        // Help, the version, or arguments that are not those of the command.
        Err(ConfigError::Usage(error)) => error.exit(),
        Err(error) => return refuse(2, &format!("{error}\n\nFor more information, try '--help'.")),
    };
    let lines = logs::start(config.logs.0, config.logs.1);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(1, &format!("the threads cannot be started: {error}")),
    };
    let ended = runtime.block_on(run(*config, Backend::open));
    runtime.shutdown_timeout(LAST_THREADS);
    lines.flush(LAST_LINES);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(1, &error.to_string()),
    }
}

fn with_threads(work: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => refuse(1, &format!("the threads cannot be started: {error}")),
    }
}

async fn ask(health: Health) -> ExitCode {
    match health.ask().await {
        Ok(text) => {
            // If nobody can read it, the exit status still tells.
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => refuse(1, &problem),
    }
}

fn refuse(status: u8, problem: &str) -> ExitCode {
    // There is no other place to report that standard error is closed.
    let _ = writeln!(std::io::stderr(), "convmark-server: {problem}");
    ExitCode::from(status)
}
