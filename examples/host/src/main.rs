//! How to embed convmark: the documented HTTP service in front, accounts in a durable store behind.
//!
//! The steps of a call: HTTP, URL, frequency, caller, body ([`Host::serve`]); facts, the account's
//! lock, load, apply, store ([`Host::apply`]); then the answer. The core judges requests and
//! changes accounts. No rule of it is repeated here.

mod http;
mod known;
mod options;
mod store;

use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use axum::Router;
use convmark::call::Call;
use convmark::rate::RateLimiters;
use convmark::{CheckedRequest, Policy, Refusal, Validator};
use known::Known;
use store::Store;

/// One host serves one app. It does not compare the SDKAppID.
struct Host {
    policy: Policy,
    known: Known,
    limiters: Option<Mutex<RateLimiters>>,
    started: Instant,
    /// Requests of one account run one after another, those of different accounts in parallel. A
    /// fixed number of locks, chosen by hash, needs no cleaning up. Two accounts that share a lock
    /// only wait for each other.
    locks: [Mutex<()>; 256],
    hasher: RandomState,
    store: Store,
}

impl Host {
    /// Stages 0 to 3, then the account. `body` is `None` if the HTTP request is not a form of a
    /// call.
    fn serve(&self, target: &str, body: Option<&[u8]>) -> Result<Vec<u8>, Refusal> {
        let call = Call::parse_target(target);
        // HTTP is judged before the URL. The command, if the path names one, only decides the
        // answer's members.
        let Some(body) = body else {
            return Err(Refusal::bad_http(
                call.as_ref().map_or_else(Refusal::command, |call| Some(call.command())),
            ));
        };
        let call = call?;
        let command = call.command();
        // Here a host on a public address verifies `call.usersig()`. This one listens on loopback
        // and trusts it.
        if let Some(limiters) = &self.limiters {
            // The monotonic clock: setting the time of the machine does not admit more calls.
            let now_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            if !lock(limiters).admit(command, now_ms) {
                return Err(Refusal::too_frequent(command));
            }
        }
        if !self.known.is_admin(call.identifier()) {
            return Err(Refusal::not_admin(command));
        }
        let request = Validator::new(&self.policy).decode(command, body)?;
        self.apply(&request).map_err(|error| {
            // The client only learns of an internal error (50004, which it may try again). The
            // reason is for the log.
            eprintln!("convmark-host: {command}: {error}");
            Refusal::host_fault(command)
        })
    }

    fn apply(&self, request: &CheckedRequest<'_>) -> Result<Vec<u8>, Box<dyn Error>> {
        let user = request.account();
        // Before the lock: a real host asks other services, and no other request should wait for
        // their answers.
        let facts = self.known.facts(request);
        let _turn = self.turn(user.as_str());
        // Loaded for every request. A host that keeps accounts in memory must drop this one if
        // anything below fails: it would be ahead of the store, and the next answer would depend on
        // a change that may not be stored.
        let mut account = self.store.load(user)?;
        // The time is read under the lock too, so that timestamps follow the order of the changes.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        let outcome = account.apply(request, &facts, now)?;
        // Requests that change nothing cost no write.
        if outcome.changes().next().is_some() {
            // Before the answer: a client that was told OK must find the change after any crash. If
            // the commit fails, the answer is 50004, and the change is stored as a whole or not at
            // all. The client can ask or try again.
            self.store.save(user, outcome.account())?;
        }
        let mut answer = Vec::new();
        outcome.write_answer(&mut answer);
        Ok(answer)
    }

    fn turn(&self, user: &str) -> MutexGuard<'_, ()> {
        // The remainder is less than the length, which fits.
        let place = self.hasher.hash_one(user) % self.locks.len() as u64;
        lock(&self.locks[place as usize])
    }

    /// The answer of every call, refused ones included.
    fn answer(&self, target: &str, body: Option<&[u8]>) -> Vec<u8> {
        self.serve(target, body).unwrap_or_else(|refusal| {
            let mut answer = Vec::new();
            refusal.write_answer(&self.policy, &mut answer);
            answer
        })
    }
}

/// No lock here guards a value that a panic could leave half changed, so a poisoned lock can be
/// used.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn asked_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminated) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! { _ = tokio::signal::ctrl_c() => {} _ = terminated.recv() => {} }
        return;
    }
    // Without a handler the process ends at once, which the store allows.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

async fn run(options: options::Options) -> Result<(), Box<dyn Error>> {
    let at = |what: &dyn std::fmt::Display, error: &dyn Error| format!("{what}: {error}");
    let listener = tokio::net::TcpListener::bind(options.listen)
        .await
        .map_err(|error| at(&options.listen, &error))?;
    let store = Store::open(&options.data).map_err(|error| at(&options.data.display(), &error))?;
    let address = listener.local_addr()?;
    let host = Arc::new(Host {
        policy: options.policy,
        known: options.known,
        limiters: options.calls_per_second.map(RateLimiters::new).map(Mutex::new),
        started: Instant::now(),
        locks: [const { Mutex::new(()) }; 256],
        hasher: RandomState::new(),
        store,
    });
    println!("convmark-host listens on http://{address}");
    // The core judges the path, so there is nothing to route.
    let service = Router::new().fallback(http::handle).with_state(host);
    axum::serve(http::Always200(listener), service).with_graceful_shutdown(asked_to_stop()).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    // Arguments must be UTF-8: in a file name, other bytes are replaced.
    let arguments =
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let options = match options::parse(arguments) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("convmark-host: {problem}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("convmark-host: {error}");
            ExitCode::FAILURE
        }
    }
}
