//! One account three times: in the crate, in the reference model, and rebuilt from the changes
//! alone.

use super::findings::shown;
use super::{convert, mask_messages};
use crate::generate::operations::{Call, Operation, Run};
use crate::handle::{Response, handle, json_of};
use crate::reference;
use convmark::{Account, Change, Conversation, Policy};

/// The same account in the crate, in the reference model and rebuilt from changes, under one
/// policy.
#[derive(Clone, Debug)]
pub struct ComparedAccount {
    /// The account in the crate.
    pub account: Account,
    /// The account rebuilt from the crate's changes alone.
    pub replayed: Account,
    /// The account in the reference model.
    pub reference: reference::account::Account,
    /// The policy.
    pub policy: Policy,
    reference_policy: reference::policy::Policy,
}

impl ComparedAccount {
    /// An empty account.
    pub fn new(policy: Policy) -> Self {
        Self {
            account: Account::new(),
            replayed: Account::new(),
            reference: reference::account::Account::default(),
            policy,
            reference_policy: convert::policy(&policy),
        }
    }

    /// An existing account. The reference model starts from what the public interface shows of it.
    ///
    /// # Panics
    ///
    /// If the reference model stores it in another form.
    pub fn of(account: Account, policy: Policy) -> Self {
        let reference = convert::account(&account);
        let compared = Self {
            replayed: account.clone(),
            account,
            reference,
            policy,
            reference_policy: convert::policy(&policy),
        };
        compared.agree(&|| "the initial account".into());
        compared
    }

    /// Performs all operations of a run and compares after each.
    ///
    /// # Panics
    ///
    /// At the first difference.
    pub fn run(run: &Run) -> Self {
        let mut compared = Self::new(run.policy);
        for operation in &run.operations {
            compared.step(operation);
        }
        compared
    }

    /// Performs one operation. Returns the response if it was a request.
    ///
    /// # Panics
    ///
    /// If the crate and the reference model differ.
    pub fn step(&mut self, operation: &Operation) -> Option<Response> {
        match operation {
            Operation::Call(call) => {
                super::findings::compare(call.command, &call.body, &self.policy);
                Some(self.call(call))
            }
            Operation::Forget(kind, id, now) => {
                self.forget(*kind, id, *now);
                None
            }
            Operation::Reload => {
                let stored = serde_json::to_vec(&self.account).expect("accounts can be stored");
                let loaded: Account =
                    serde_json::from_slice(&stored).expect("what was stored can be loaded");
                assert!(
                    loaded == self.account,
                    "the snapshot loads as another account: {}",
                    shown(&stored)
                );
                self.account = loaded;
                None
            }
        }
    }

    /// Sends a request to the crate and to the reference model.
    ///
    /// # Panics
    ///
    /// If answers, changes or accounts differ.
    pub fn call(&mut self, call: &Call) -> Response {
        let command = call.command.name();
        let facts = if call.facts.unknown_accounts.is_empty() {
            call.facts.clone()
        } else {
            let account =
                reference::account::from_account(command, &call.body, &self.reference_policy)
                    .unwrap_or_default();
            convert::facts_for(&call.facts, &account)
        };
        let expected = reference::account::handle(
            &mut self.reference,
            command,
            &call.body,
            call.admin,
            &facts,
            &self.reference_policy,
            call.now,
        );
        let before = self.account.clone();
        let answered = handle(&mut self.account, call, &self.policy);
        let context = || format!("{command} at {}: {}", call.now, shown(&call.body));
        assert_eq!(mask_messages(&answered.answer), expected.answer, "{}", context());
        assert_eq!(answered.changes, expected.changes, "{}", context());
        for change in &answered.changes {
            let change: Change = serde_json::from_str(change).expect("changes can be read");
            self.replayed
                .replay(&change)
                .unwrap_or_else(|error| panic!("{error}: {change:?} of {}", context()));
        }
        assert!(
            !answered.changes.is_empty() || self.account == before,
            "changed without a change: {}",
            context()
        );
        self.agree(&context);
        answered
    }

    /// Drops a conversation, as a host does. Does nothing for IDs that the crate refuses. Returns
    /// the changes.
    ///
    /// # Panics
    ///
    /// If changes or accounts differ.
    pub fn forget(&mut self, kind: u8, id: &str, now: u64) -> Vec<String> {
        let conversation = if kind == 1 { Conversation::user(id) } else { Conversation::group(id) };
        let Ok(conversation) = conversation else { return Vec::new() };
        let expected = self.reference.forget(u64::from(kind), id, now);
        let change = self.account.forget(&conversation, now);
        assert_eq!(
            change.iter().map(json_of).collect::<Vec<_>>(),
            expected,
            "forgetting {kind} {id}"
        );
        if let Some(change) = change {
            self.replayed.replay(&change).expect("the change fits");
        }
        self.agree(&|| format!("after forgetting {kind} {id}"));
        expected
    }

    /// Replays a stored change, valid or not: both accept it or both refuse it.
    ///
    /// # Panics
    ///
    /// If they differ.
    pub fn replay(&mut self, text: &[u8]) {
        let read: Result<Change, _> = serde_json::from_slice(text);
        let before = self.account.clone();
        let replayed = read.is_ok_and(|change| self.account.replay(&change).is_ok());
        let expected =
            std::str::from_utf8(text).is_ok_and(|text| self.reference.replay(text).is_ok());
        assert_eq!(replayed, expected, "{}", shown(text));
        assert!(
            replayed || self.account == before,
            "a change that does not fit changed the account: {}",
            shown(text)
        );
        self.replayed = self.account.clone();
        self.agree(&|| shown(text));
    }

    /// Asserts that the three accounts are equal.
    fn agree(&self, context: &dyn Fn() -> String) {
        assert_eq!(self.snapshot(), reference::snapshot::to_json(&self.reference), "{}", context());
        assert!(
            self.replayed == self.account,
            "replaying the changes gives another account: {}",
            context()
        );
    }

    /// The crate's account in stored form.
    pub fn snapshot(&self) -> String {
        serde_json::to_string(&self.account).expect("accounts can be stored")
    }
}
