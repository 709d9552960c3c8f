//! The handler, which has its time and runs to its end.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use convmark::{Command, Refusal};
use tracing::Instrument;

use super::Front;
use crate::http::Handler;
use crate::http::run_to_end::RunToEnd;
use crate::metrics::Stage;
use crate::request_id::RequestId;
use crate::service::Trace;

impl<H: Handler> Front<H> {
    /// The stages from the JSON on, which run to their end. Until then, `held` is kept.
    pub(in crate::http) async fn call(
        &self,
        command: Command,
        body: Bytes,
        held: impl Send + 'static,
        id: RequestId,
        now_seconds: u64,
        trace: Option<Arc<Trace>>,
    ) -> Bytes {
        let Ok(place) = Arc::clone(&self.calls).try_acquire_owned() else {
            return self.busy(Some(command), "too many calls in flight");
        };
        let begun = Instant::now();
        let handler = Arc::clone(&self.handler);
        let work = async move {
            let answer = match trace {
                None => handler.call(command, body, now_seconds).await,
                Some(trace) => handler.call_traced(command, body, now_seconds, trace).await,
            };
            drop((held, place));
            answer
        };
        let work = work.instrument(tracing::info_span!("call", request = %id));
        let ended = tokio::time::timeout(self.settings.time_outs.call, RunToEnd::new(work)).await;
        self.metrics.took(Stage::Call, begun.elapsed());
        match ended {
            Ok(Ok(answer)) => answer,
            Ok(Err(_panicked)) => {
                tracing::error!(request = %id, command = command.name(), "a call panicked");
                self.refused(&Refusal::host_fault(command))
            }
            Err(_) => {
                tracing::warn!(request = %id, command = command.name(), "a call took too long");
                self.refused(&Refusal::host_timeout(command))
            }
        }
    }
}
