//! One account in the crate, in the reference model, and made anew from the changes alone.

use super::findings::shown;
use super::{convert, masked};
use crate::generate::operations::{Call, Operation, Run};
use crate::handle::{Response, handle, json_of};
use crate::reference;
use convmark::{Account, Change, Conversation, Policy};

/// The same account three times, under one policy.
#[derive(Clone, Debug)]
pub struct ComparedAccount {
    /// The crate's.
    pub account: Account,
    /// What the crate's changes alone make.
    pub replayed: Account,
    /// The reference model's.
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

    /// An account that is there already. The reference model gets what can be seen of it.
    ///
    /// # Panics
    ///
    /// If the reference model's stored form of it is another one.
    pub fn of(account: Account, policy: Policy) -> Self {
        let reference = convert::account(&account);
        let compared =
            Self { replayed: account.clone(), account: account, reference, policy, reference_policy: convert::policy(&policy) };
        compared.agree(&|| "the account as it was".into());
        compared
    }

    /// Does what a run says, and compares after each step.
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

    /// Does one thing. Returns the answer, if it was a request.
    ///
    /// # Panics
    ///
    /// If crate and reference model differ.
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
                let loaded: Account = serde_json::from_slice(&stored).expect("what was stored can be loaded");
                assert!(loaded == self.account, "the snapshot is another account: {}", shown(&stored));
                self.account = loaded;
                None
            }
        }
    }

    /// A request through crate and reference model.
    ///
    /// # Panics
    ///
    /// If answers, changes or accounts differ.
    pub fn call(&mut self, call: &Call) -> Response {
        let command = call.command.name();
        let facts = if call.facts.unknown_accounts.is_empty() {
            call.facts.clone()
        } else {
            let account = reference::account::from_account(command, &call.body, &self.reference_policy).unwrap_or_default();
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
        assert_eq!(masked(&answered.answer), expected.answer, "{}", context());
        assert_eq!(answered.changes, expected.changes, "{}", context());
        for change in &answered.changes {
            let change: Change = serde_json::from_str(change).expect("changes can be read");
            self.replayed.replay(&change).unwrap_or_else(|error| panic!("{error}: {change:?} of {}", context()));
        }
        assert!(!answered.changes.is_empty() || self.account == before, "changed without a change: {}", context());
        self.agree(&context);
        answered
    }

    /// The host drops a conversation; IDs that the crate does not take are left alone. Returns the changes.
    ///
    /// # Panics
    ///
    /// If changes or accounts differ.
    pub fn forget(&mut self, kind: u8, id: &str, now: u64) -> Vec<String> {
        let conversation = if kind == 1 { Conversation::user(id) } else { Conversation::group(id) };
        let Ok(conversation) = conversation else { return Vec::new() };
        let expected = self.reference.forget(u64::from(kind), id, now);
        let change = self.account.forget(&conversation, now);
        assert_eq!(change.iter().map(json_of).collect::<Vec<_>>(), expected, "forgetting {kind} {id}");
        if let Some(change) = change {
            self.replayed.replay(&change).expect("the change fits");
        }
        self.agree(&|| format!("after forgetting {kind} {id}"));
        expected
    }

    /// A stored change, sound or not: both take it or neither does.
    ///
    /// # Panics
    ///
    /// If they differ.
    pub fn replay(&mut self, text: &[u8]) {
        let read: Result<Change, _> = serde_json::from_slice(text);
        let before = self.account.clone();
        let replayed = read.is_ok_and(|change| self.account.replay(&change).is_ok());
        let expected = std::str::from_utf8(text).is_ok_and(|text| self.reference.replay(text).is_ok());
        assert_eq!(replayed, expected, "{}", shown(text));
        assert!(replayed || self.account == before, "a change that does not fit did something: {}", shown(text));
        self.replayed = self.account.clone();
        self.agree(&|| shown(text));
    }

    /// The three accounts are the same.
    fn agree(&self, context: &dyn Fn() -> String) {
        assert_eq!(self.snapshot(), reference::snapshot::to_json(&self.reference), "{}", context());
        assert!(self.replayed == self.account, "the changes make another account: {}", context());
    }

    /// The crate's account in its stored form.
    pub fn snapshot(&self) -> String {
        serde_json::to_string(&self.account).expect("accounts can be stored")
    }
}
