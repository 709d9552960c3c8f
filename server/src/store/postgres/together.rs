//! Questions that wait at the same time are answered together, by one statement.
//!
//! Nothing is delayed for that: a question begins a statement if fewer than a few are running.
//! What comes meanwhile waits for the next one. So a statement always begins after each question
//! that it answers was asked.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// After how long a statement no longer counts as running: others must not wait for one that waits
/// for a standby, or for a connection that is gone.
const SLOW: Duration = Duration::from_millis(250);

/// Answers questions, many at once.
pub(super) trait Answers: Send + Sync + 'static {
    type Question: Send + 'static;
    type Answer: Send + 'static;

    /// How many statements are running at once, unless they are slow.
    const RUNNING_MAX: usize;
    /// How many questions one statement answers at most.
    const QUESTIONS_MAX: usize;

    /// One answer to each question, in their order. The future is dropped when nobody waits for any
    /// of them any more.
    fn answer(
        &self,
        questions: Vec<Self::Question>,
    ) -> impl Future<Output = Vec<Self::Answer>> + Send;
}

/// Asks questions together.
pub(super) struct Together<A: Answers>(Arc<Shared<A>>);

struct Shared<A: Answers> {
    answers: A,
    state: Mutex<State<A>>,
}

struct State<A: Answers> {
    waiting: VecDeque<Asked<A>>,
    running: usize,
}

struct Asked<A: Answers> {
    question: A::Question,
    caller: oneshot::Sender<A::Answer>,
}

impl<A: Answers> Together<A> {
    pub(super) fn new(answers: A) -> Self {
        let state = Mutex::new(State { waiting: VecDeque::new(), running: 0 });
        Self(Arc::new(Shared { answers, state }))
    }

    /// The answer of a statement that begins after this; `None` if it failed in a way that it should
    /// not, or the runtime ends. If the future is dropped before the statement begins, the question
    /// is not asked.
    pub(super) async fn ask(&self, question: A::Question) -> Option<A::Answer> {
        let (caller, answer) = oneshot::channel();
        self.0.state().waiting.push_back(Asked { question, caller });
        Running::begin(&self.0);
        answer.await.ok()
    }
}

impl<A: Answers> Shared<A> {
    fn state(&self) -> MutexGuard<'_, State<A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The questions of one statement.
    fn take(&self) -> (Vec<A::Question>, Vec<oneshot::Sender<A::Answer>>) {
        let mut state = self.state();
        let (mut questions, mut callers) = (Vec::new(), Vec::new());
        while questions.len() < A::QUESTIONS_MAX {
            let Some(Asked { question, caller }) = state.waiting.pop_front() else { break };
            if !caller.is_closed() {
                questions.push(question);
                callers.push(caller);
            }
        }
        (questions, callers)
    }

    async fn run(&self) {
        let (questions, mut callers) = self.take();
        tokio::select! {
            answers = self.answers.answer(questions), if !callers.is_empty() => {
                for (caller, answer) in callers.into_iter().zip(answers) {
                    // The caller may be gone.
                    let _ = caller.send(answer);
                }
            }
            () = all_gone(&mut callers) => {}
        }
    }
}

async fn all_gone<T>(callers: &mut [oneshot::Sender<T>]) {
    for caller in callers {
        caller.closed().await;
    }
}

/// A statement that counts as running.
struct Running<A: Answers> {
    shared: Arc<Shared<A>>,
    is_over: bool,
}

impl<A: Answers> Running<A> {
    /// Begins a statement, if questions wait and not too many are running.
    fn begin(shared: &Arc<Shared<A>>) {
        let mut state = shared.state();
        if state.waiting.is_empty() || state.running >= A::RUNNING_MAX {
            return;
        }
        state.running = state.running.saturating_add(1);
        drop(state);
        let running = Self { shared: Arc::clone(shared), is_over: false };
        tokio::spawn(running.run());
    }

    async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let mut run = pin!(shared.run());
        let is_slow = timeout(SLOW, &mut run).await.is_err();
        self.end();
        if is_slow {
            run.await;
        }
    }

    fn end(&mut self) {
        self.is_over = true;
        let mut state = self.shared.state();
        state.running = state.running.saturating_sub(1);
        drop(state);
        Self::begin(&self.shared);
    }
}

impl<A: Answers> Drop for Running<A> {
    /// After a panic, or when the runtime ends: nothing is begun then, and nobody waits in vain.
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = self.shared.state();
            state.running = state.running.saturating_sub(1);
            let waiting = std::mem::take(&mut state.waiting);
            drop(state);
            drop(waiting);
        }
    }
}

#[cfg(test)]
mod tests;
