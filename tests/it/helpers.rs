//! Helpers of most tests: judging a body and handling requests to one account.

use convmark::policy::Capacity;
use convmark::{
    Account, Change, Command, Conversation, Facts, Policy, Revision, Rule, UserId, Validator,
};
pub use support::bodies::{Requester, chat_contact, mark_item, user_contact, user_contacts};

pub const CREATE: Command = Command::CreateContactGroup;
pub const UPDATE: Command = Command::UpdateContactGroup;
pub const DELETE: Command = Command::DelContactGroup;
pub const MARK: Command = Command::MarkContact;
pub const GET: Command = Command::GetContactGroup;
pub const SEARCH: Command = Command::SearchContactGroup;

pub const POLICY: Policy = Revision::V2026_04.policy();

/// The requester of most bodies.
pub const ME: Requester<'_> = Requester("me");

/// A request of each command that succeeds, if they come in this order on an empty account.
pub fn one_of_each() -> [(Command, String); 6] {
    [
        (CREATE, ME.create("g", &user_contact("a"))),
        (UPDATE, ME.rename("g", "h")),
        (MARK, ME.set_marks("a", "1")),
        (GET, ME.get(0)),
        (SEARCH, ME.search(&user_contact("a"))),
        (DELETE, ME.delete("h")),
    ]
}

/// The errors of a body as `rule code path`, in order. Checks that all entry points agree on them.
pub fn errors_under(command: Command, body: &[u8], policy: &Policy) -> Vec<String> {
    let report = Validator::new(policy).report(command, body);
    let show = |finding: &convmark::Finding| {
        format!("{} {} {}", finding.id(), finding.code().unwrap(), finding.path())
    };
    let errors: Vec<String> = report.errors().map(show).collect();
    assert_eq!(Validator::new(policy).is_valid(command, body), errors.is_empty());
    assert_eq!(Validator::new(policy).decode(command, body).is_ok(), errors.is_empty());
    assert_eq!(
        Validator::new(policy).first_error(command, body).as_ref().map(show),
        errors.first().cloned()
    );
    assert_eq!(report.is_valid(), errors.is_empty());
    for finding in report.findings() {
        assert!(!finding.message().is_empty());
    }
    errors
}

pub fn errors(command: Command, body: impl AsRef<[u8]>) -> Vec<String> {
    errors_under(command, body.as_ref(), &POLICY)
}

/// The warnings of a body as `warning path`, sorted because they have no order.
pub fn warnings(command: Command, body: impl AsRef<[u8]>) -> Vec<String> {
    let mut validator = Validator::new(&POLICY);
    let report = validator.report(command, body.as_ref());
    // The memory that a validator keeps does not change what it finds.
    assert_eq!(validator.report(command, body.as_ref()), report, "{}", shown(body.as_ref()));
    let mut warnings: Vec<String> =
        report.warnings().map(|finding| format!("{} {}", finding.id(), finding.path())).collect();
    warnings.sort();
    warnings
}

#[track_caller]
pub fn assert_errors(command: Command, body: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(errors(command, &body), expected, "{}", shown(body.as_ref()));
}

#[track_caller]
pub fn assert_warnings(command: Command, body: impl AsRef<[u8]>, expected: &[&str]) {
    assert_eq!(errors(command, &body), [""; 0], "{}", shown(body.as_ref()));
    assert_eq!(warnings(command, &body), expected, "{}", shown(body.as_ref()));
}

fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned()
}

pub fn user(id: &str) -> UserId<'_> {
    UserId::new(id).unwrap()
}

/// The conversation with that user.
pub fn peer(id: &str) -> Conversation<'_> {
    Conversation::user(id).unwrap()
}

/// The conversation in that group chat.
pub fn chat(id: &str) -> Conversation<'_> {
    Conversation::group(id).unwrap()
}

/// The response to one request.
#[derive(Debug)]
pub struct Response {
    pub code: i64,
    pub rule: Option<Rule>,
    pub items: Vec<i64>,
    pub answer: String,
    pub changes: Vec<Change<'static>>,
}

impl Response {
    pub fn change_names(&self) -> Vec<&'static str> {
        self.changes.iter().map(|change| change.kind().name()).collect()
    }
}

/// One account under one policy, with a clock that advances one second with every request.
#[derive(Clone)]
pub struct Session {
    pub account: Account,
    pub policy: Policy,
    pub now: u64,
}

impl Session {
    pub fn new() -> Self {
        Self::with(POLICY)
    }

    pub fn with(policy: Policy) -> Self {
        Self { account: Account::new(), policy, now: 1000 }
    }

    pub fn capacity(capacity: Capacity) -> Self {
        Self::with(POLICY.to_builder().capacity(capacity).build().unwrap())
    }

    #[track_caller]
    pub fn run(&mut self, command: Command, body: impl AsRef<[u8]>) -> Response {
        self.run_with(command, body, &Facts::vouched())
    }

    /// Handles a request with these facts. Checks that the account differs exactly if there are
    /// changes, and that replaying the changes gives the same account.
    #[track_caller]
    pub fn run_with(
        &mut self,
        command: Command,
        body: impl AsRef<[u8]>,
        facts: &Facts,
    ) -> Response {
        self.now += 1;
        let request = match Validator::new(&self.policy).decode(command, body.as_ref()) {
            Ok(request) => request,
            Err(refusal) => {
                let mut answer = Vec::new();
                refusal.write_answer(&self.policy, &mut answer);
                return Response {
                    code: refusal.code().get(),
                    rule: Some(refusal.rule()),
                    items: Vec::new(),
                    answer: String::from_utf8(answer).unwrap(),
                    changes: Vec::new(),
                };
            }
        };
        let before = self.account.clone();
        let outcome =
            self.account.apply(&request, facts, self.now).expect("the facts are complete");
        let (code, rule) = (outcome.code().get(), outcome.refusal().map(convmark::Refusal::rule));
        let items = outcome.item_codes().map(convmark::ErrorCode::get).collect();
        let (answer, changes) = outcome.into_owned().into_parts();
        let mut replayed = before.clone();
        for change in &changes {
            replayed.replay(change).expect("the changes fit the account");
        }
        assert_eq!(replayed, self.account);
        assert_eq!(changes.is_empty(), before == self.account);
        Response { code, rule, items, answer: String::from_utf8(answer).unwrap(), changes }
    }

    /// Handles a request that must succeed with all its items.
    #[track_caller]
    pub fn ok(&mut self, command: Command, body: impl AsRef<[u8]>) -> Response {
        let response = self.run(command, body);
        assert_eq!(response.code, 0, "{}", response.answer);
        assert!(response.items.iter().all(|code| *code == 0), "{}", response.answer);
        response
    }

    pub fn snapshot(&self) -> String {
        serde_json::to_string(&self.account).unwrap()
    }
}
