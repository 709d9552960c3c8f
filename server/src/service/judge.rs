//! Calls judged on an account that nobody else has.

use bytes::Bytes;
use convmark::{Refusal, Validator};

use super::shared::Shared;
use super::state::{NotJudged, State};
use super::waiting::{Call, Failure, Work};
use crate::store::{AppendId, Record, Store};

/// What the calls of one turn come to.
pub(super) struct Judged {
    pub(super) answers: Vec<Bytes>,
    pub(super) records: Vec<Record>,
}

impl<S: Store> Shared<S> {
    /// Judges calls one after another, each on what the one before left.
    pub(super) fn judge(
        &self,
        validator: &mut Validator,
        state: &mut State,
        calls: &[Call],
        append_id: AppendId,
    ) -> Result<Judged, Failure> {
        let mut judged = Judged { answers: Vec::with_capacity(calls.len()), records: Vec::new() };
        for call in calls {
            let answer = match &call.work {
                Work::Request { request, facts, trace } => {
                    let (now_seconds, trace) = (call.now_seconds, trace.as_deref());
                    match state.judge(validator, request, facts, now_seconds, append_id, trace) {
                        Ok((answer, record)) => {
                            judged.records.extend(record);
                            answer
                        }
                        // Its own fault only.
                        Err(NotJudged::Misuse) => {
                            self.refuse(&Refusal::host_fault(request.command()))
                        }
                        Err(NotJudged::NotEncoded) => return Err(Failure::Fault),
                    }
                }
                Work::Forget(conversation) => {
                    let record = state.forget(conversation, call.now_seconds, append_id);
                    judged.records.extend(record.map_err(|_| Failure::Fault)?);
                    Bytes::new()
                }
            };
            judged.answers.push(answer);
        }
        Ok(judged)
    }
}
