//! Which questions one statement answers, and what becomes of the others.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};

use super::*;

/// A statement that is answered when the test says so.
#[derive(Default)]
struct Slow {
    begun: Mutex<Vec<Vec<u32>>>,
    /// One permit for each statement that may end.
    ends: Option<Semaphore>,
    dropped: AtomicUsize,
}

struct CountsDrop<'a>(&'a AtomicUsize);

impl Drop for CountsDrop<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

impl Answers for Arc<Slow> {
    type Question = u32;
    type Answer = Result<u32, &'static str>;

    const RUNNING_MAX: usize = 1;
    const QUESTIONS_MAX: usize = 3;

    /// Ten times the question. 13 fails with all that are asked together, and 66 panics.
    async fn answer(&self, questions: Vec<u32>) -> Vec<Self::Answer> {
        let counts = CountsDrop(&self.dropped);
        self.begun.lock().unwrap().push(questions.clone());
        if let Some(ends) = &self.ends {
            ends.acquire().await.unwrap().forget();
        }
        std::mem::forget(counts);
        assert!(!questions.contains(&66), "as the test wants it");
        let failed = questions.contains(&13);
        questions
            .iter()
            .map(|number| if failed { Err("failed") } else { Ok(number * 10) })
            .collect()
    }
}

struct World {
    slow: Arc<Slow>,
    together: Arc<Together<Arc<Slow>>>,
}

type Answer = JoinHandle<Option<Result<u32, &'static str>>>;

impl World {
    fn new() -> Self {
        let slow = Arc::new(Slow { ends: Some(Semaphore::new(0)), ..Slow::default() });
        Self { together: Arc::new(Together::new(Arc::clone(&slow))), slow }
    }

    /// Asks, and returns when the question waits or its statement has begun.
    async fn ask(&self, question: u32) -> Answer {
        let together = Arc::clone(&self.together);
        let answer = tokio::spawn(async move { together.ask(question).await });
        settle().await;
        answer
    }

    fn end_one(&self) {
        self.slow.ends.as_ref().unwrap().add_permits(1);
    }

    fn begun(&self) -> Vec<Vec<u32>> {
        self.slow.begun.lock().unwrap().clone()
    }
}

/// Until every task waits.
async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_statement_answers_only_what_was_asked_before_it_began() {
    let world = World::new();
    let first = world.ask(1).await;
    let second = world.ask(2).await;
    let third = world.ask(3).await;
    assert_eq!(world.begun(), [[1]]);
    world.end_one();
    assert_eq!(first.await.unwrap(), Some(Ok(10)));
    settle().await;
    assert_eq!(world.begun(), [vec![1], vec![2, 3]]);
    let fourth = world.ask(4).await;
    world.end_one();
    assert_eq!(second.await.unwrap(), Some(Ok(20)));
    assert_eq!(third.await.unwrap(), Some(Ok(30)));
    world.end_one();
    assert_eq!(fourth.await.unwrap(), Some(Ok(40)));
    assert_eq!(world.begun(), [vec![1], vec![2, 3], vec![4]]);
    // Nothing is left running, so the next one begins at once.
    drop(world.ask(5).await);
    assert_eq!(world.begun().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_statement_answers_no_more_than_its_bound_and_equal_questions_each() {
    let world = World::new();
    let first = world.ask(1).await;
    let mut others = Vec::new();
    for question in [2, 2, 3, 4, 5] {
        others.push(world.ask(question).await);
    }
    (0..3).for_each(|_| world.end_one());
    assert_eq!(first.await.unwrap(), Some(Ok(10)));
    for (answer, expected) in others.into_iter().zip([20, 20, 30, 40, 50]) {
        assert_eq!(answer.await.unwrap(), Some(Ok(expected)));
    }
    assert_eq!(world.begun(), [vec![1], vec![2, 2, 3], vec![4, 5]]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_that_of_all_in_the_statement_and_of_no_other() {
    let world = World::new();
    let first = world.ask(1).await;
    let (second, third) = (world.ask(13).await, world.ask(2).await);
    world.end_one();
    settle().await;
    let fourth = world.ask(3).await;
    world.end_one();
    world.end_one();
    assert_eq!(first.await.unwrap(), Some(Ok(10)));
    assert_eq!(second.await.unwrap(), Some(Err("failed")));
    assert_eq!(third.await.unwrap(), Some(Err("failed")));
    assert_eq!(fourth.await.unwrap(), Some(Ok(30)));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_goes_away_harms_nobody() {
    let world = World::new();
    let (first, beside) = (world.ask(1).await, world.ask(2).await);
    let (gone, waiting) = (world.ask(3).await, world.ask(4).await);
    gone.abort();
    let _ = gone.await;
    world.end_one();
    assert_eq!(first.await.unwrap(), Some(Ok(10)));
    settle().await;
    // Who was gone before the statement began is not asked for.
    assert_eq!(world.begun(), [vec![1], vec![2, 4]]);
    beside.abort();
    let _ = beside.await;
    settle().await;
    assert_eq!(world.slow.dropped.load(Relaxed), 0);
    world.end_one();
    assert_eq!(waiting.await.unwrap(), Some(Ok(40)));
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_nobody_waits_for_is_dropped_and_the_next_one_begins() {
    let world = World::new();
    let first = world.ask(1).await;
    let second = world.ask(2).await;
    first.abort();
    let _ = first.await;
    settle().await;
    assert_eq!(world.slow.dropped.load(Relaxed), 1);
    assert_eq!(world.begun(), [[1], [2]]);
    world.end_one();
    assert_eq!(second.await.unwrap(), Some(Ok(20)));
}

#[tokio::test(start_paused = true)]
async fn a_slow_statement_keeps_no_other_from_beginning() {
    let world = World::new();
    let first = world.ask(1).await;
    let second = world.ask(2).await;
    assert_eq!(world.begun(), [[1]]);
    tokio::time::advance(SLOW).await;
    settle().await;
    assert_eq!(world.begun(), [[1], [2]]);
    let third = world.ask(3).await;
    assert_eq!(world.begun(), [[1], [2]]);
    (0..3).for_each(|_| world.end_one());
    for (answer, expected) in [(first, 10), (second, 20), (third, 30)] {
        assert_eq!(answer.await.unwrap(), Some(Ok(expected)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_end_for_those_who_wait_and_not_for_those_who_come() {
    let world = World::new();
    let (first, second) = (world.ask(66).await, world.ask(2).await);
    world.end_one();
    assert_eq!(first.await.unwrap(), None);
    assert_eq!(second.await.unwrap(), None);
    let third = world.ask(3).await;
    world.end_one();
    assert_eq!(third.await.unwrap(), Some(Ok(30)));
}

#[test]
fn the_end_of_the_runtime_is_an_end_for_those_who_wait() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let world = World::new();
    runtime.block_on(async { drop((world.ask(1).await, world.ask(2).await)) });
    assert_eq!(world.together.0.state().waiting.len(), 1);
    drop(runtime);
    assert_eq!(world.together.0.state().waiting.len(), 0);
    assert_eq!(world.together.0.state().running, 0);
    assert_eq!(world.begun(), [[1]]);
}
