//! The threads that read.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::engine::Engine;
use super::{CLOSED, SharedEngine, engine};
use crate::store::{Damage, StoreError};

type Job = Box<dyn FnOnce(&SharedEngine) + Send>;

/// A few threads with one line of jobs. They end when the line is dropped.
pub(super) struct Readers {
    jobs: Sender<Job>,
}

impl Readers {
    pub(super) fn start(threads: usize, shared: &Arc<SharedEngine>) -> io::Result<Self> {
        let (jobs, line) = channel::<Job>();
        let line = Arc::new(Mutex::new(line));
        for _ in 0..threads.max(1) {
            let (line, shared) = (Arc::clone(&line), Arc::clone(shared));
            let run = move || {
                while let Some(job) = next(&line) {
                    job(&shared);
                }
            };
            std::thread::Builder::new().name("store-reader".into()).spawn(run)?;
        }
        Ok(Self { jobs })
    }

    /// Runs a read on one of the threads. If nobody waits for the result any more, it is not run.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Engine) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = move |shared: &SharedEngine| {
            if answer.is_closed() {
                return;
            }
            let result = match engine(shared) {
                // The engine may panic on damaged files. That is the end of this read only.
                Ok(engine) => catch_unwind(AssertUnwindSafe(|| read(&engine)))
                    .unwrap_or(Err(StoreError::Damaged(Damage::Files))),
                Err(why) => Err(StoreError::Unavailable(why)),
            };
            // The one who asked may be gone.
            let _ = answer.send(result);
        };
        self.jobs.send(Box::new(job)).map_err(|_| StoreError::Unavailable(CLOSED))?;
        answered.await.unwrap_or(Err(StoreError::Unavailable(CLOSED)))
    }
}

fn next(line: &Mutex<Receiver<Job>>) -> Option<Job> {
    line.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}
