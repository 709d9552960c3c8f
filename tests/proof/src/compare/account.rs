//! One account in the crate, in the twin, and made anew from the changes alone.

use super::findings::shown;
use super::{masked, translate};
use crate::act::{Acted, act, json_of};
use crate::generate::operations::{Call, Operation, Run};
use crate::twin;
use convmark::{Account, Change, Conversation, Policy};

/// The same account three times, under one policy.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The crate's.
    pub ours: Account,
    /// What the crate's changes alone make.
    pub shadow: Account,
    /// The twin's.
    pub twin: twin::account::Account,
    /// The policy.
    pub policy: Policy,
    theirs: twin::policy::Policy,
}

impl Pair {
    /// An empty account.
    pub fn new(policy: Policy) -> Self {
        Self {
            ours: Account::new(),
            shadow: Account::new(),
            twin: twin::account::Account::default(),
            policy,
            theirs: translate::policy(&policy),
        }
    }

    /// An account that is there already. The twin gets what can be seen of it.
    ///
    /// # Panics
    ///
    /// If the twin's stored form of it is another one.
    pub fn of(account: Account, policy: Policy) -> Self {
        let twin = translate::account(&account);
        let pair = Self { shadow: account.clone(), ours: account, twin, policy, theirs: translate::policy(&policy) };
        pair.agree(&|| "the account as it was".into());
        pair
    }

    /// Does what a run says, and compares after each step.
    ///
    /// # Panics
    ///
    /// At the first difference.
    pub fn run(run: &Run) -> Self {
        let mut pair = Self::new(run.policy);
        for operation in &run.operations {
            pair.step(operation);
        }
        pair
    }

    /// Does one thing. Returns the answer, if it was a request.
    ///
    /// # Panics
    ///
    /// If crate and twin differ.
    pub fn step(&mut self, operation: &Operation) -> Option<Acted> {
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
                let stored = serde_json::to_vec(&self.ours).expect("accounts can be stored");
                let loaded: Account = serde_json::from_slice(&stored).expect("what was stored can be loaded");
                assert!(loaded == self.ours, "the snapshot is another account: {}", shown(&stored));
                self.ours = loaded;
                None
            }
        }
    }

    /// A request through crate and twin.
    ///
    /// # Panics
    ///
    /// If answers, changes or accounts differ.
    pub fn call(&mut self, call: &Call) -> Acted {
        let command = call.command.name();
        let facts = if call.facts.unknown_accounts.is_empty() {
            call.facts.clone()
        } else {
            let account = twin::account::from_account(command, &call.body, &self.theirs).unwrap_or_default();
            translate::facts_for(&call.facts, &account)
        };
        let expected = twin::account::handle(&mut self.twin, command, &call.body, call.admin, &facts, &self.theirs, call.now);
        let before = self.ours.clone();
        let answered = act(&mut self.ours, call, &self.policy);
        let context = || format!("{command} at {}: {}", call.now, shown(&call.body));
        assert_eq!(masked(&answered.answer), expected.answer, "{}", context());
        assert_eq!(answered.changes, expected.changes, "{}", context());
        for change in &answered.changes {
            let change: Change = serde_json::from_str(change).expect("changes can be read");
            self.shadow.replay(&change).unwrap_or_else(|error| panic!("{error}: {change:?} of {}", context()));
        }
        assert!(!answered.changes.is_empty() || self.ours == before, "changed without a change: {}", context());
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
        let expected = self.twin.forget(u64::from(kind), id, now);
        let change = self.ours.forget(&conversation, now);
        assert_eq!(change.iter().map(json_of).collect::<Vec<_>>(), expected, "forgetting {kind} {id}");
        if let Some(change) = change {
            self.shadow.replay(&change).expect("the change fits");
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
        let before = self.ours.clone();
        let replayed = read.is_ok_and(|change| self.ours.replay(&change).is_ok());
        let expected = std::str::from_utf8(text).is_ok_and(|text| self.twin.replay(text).is_ok());
        assert_eq!(replayed, expected, "{}", shown(text));
        assert!(replayed || self.ours == before, "a change that does not fit did something: {}", shown(text));
        self.shadow = self.ours.clone();
        self.agree(&|| shown(text));
    }

    /// The three accounts are the same.
    fn agree(&self, context: &dyn Fn() -> String) {
        assert_eq!(self.snapshot(), twin::snapshot::to_json(&self.twin), "{}", context());
        assert!(self.shadow == self.ours, "the changes make another account: {}", context());
    }

    /// The crate's account in its stored form.
    pub fn snapshot(&self) -> String {
        serde_json::to_string(&self.ours).expect("accounts can be stored")
    }
}
