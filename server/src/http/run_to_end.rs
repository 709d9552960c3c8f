//! Runs work to its end, even if nobody waits for it any more.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The work panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Work that goes on in a task of its own if this is dropped before its end: a change that was
/// begun is not broken off because its client is gone or its time is over.
pub struct RunToEnd<T: Send + 'static> {
    work: Option<Work<T>>,
}

impl<T: Send + 'static> RunToEnd<T> {
    pub fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self { work: Some(Box::pin(work)) }
    }
}

impl<T: Send + 'static> Future for RunToEnd<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = &mut self.work else { return Poll::Ready(Err(Panicked)) };
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        let output = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(_) => Err(Panicked),
        };
        self.work = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for RunToEnd<T> {
    fn drop(&mut self) {
        // Without a runtime the process is ending.
        if let (Some(work), Ok(runtime)) = (self.work.take(), tokio::runtime::Handle::try_current())
        {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_after_its_time_out() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, end) = oneshot::channel();
        let work = RunToEnd::new(async move {
            let _ = gone.await;
            let _ = done.send(7);
        });
        assert!(timeout(Duration::from_millis(5), work).await.is_err());
        go.send(()).unwrap();
        assert_eq!(end.await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        assert_eq!(RunToEnd::new(async { 7 }).await, Ok(7));
        let panicking = async {
            tokio::task::yield_now().await;
            panic!("as this test wants it")
        };
        assert_eq!(RunToEnd::<u8>::new(panicking).await, Err(Panicked));
    }
}
