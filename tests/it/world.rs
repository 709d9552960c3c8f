//! What most tests need: short ways to judge a body and to keep one account.

use convmark::{
    Account, Capacity, Change, Command, Conversation, Facts, Policy, Report, Revision, Rule, UserId, decode, first_error,
    is_valid, report, report_up_to,
};

pub const CREATE: Command = Command::CreateContactGroup;
pub const UPDATE: Command = Command::UpdateContactGroup;
pub const DELETE: Command = Command::DelContactGroup;
pub const MARK: Command = Command::MarkContact;
pub const GET: Command = Command::GetContactGroup;
pub const SEARCH: Command = Command::SearchContactGroup;

pub const POLICY: Policy = Revision::V2026_04.policy();

/// Errors as `rule code path`, in order.
pub fn errors_under(command: Command, body: &[u8], policy: &Policy) -> Vec<String> {
    let report = report(command, body, policy);
    let show = |finding: &convmark::Finding| format!("{} {} {}", finding.id(), finding.code().unwrap(), finding.path());
    let errors: Vec<String> = report.errors().map(show).collect();
    // The other doors agree.
    assert_eq!(is_valid(command, body, policy), errors.is_empty());
    assert_eq!(decode(command, body, policy).is_ok(), errors.is_empty());
    assert_eq!(first_error(command, body, policy).as_ref().map(show), errors.first().cloned());
    assert_eq!(report.is_valid(), errors.is_empty());
    for finding in report.findings() {
        assert!(!finding.message().is_empty());
    }
    errors
}

pub fn errors(command: Command, body: impl AsRef<[u8]>) -> Vec<String> {
    errors_under(command, body.as_ref(), &POLICY)
}

/// Warnings as `warning path`, sorted: they have no order.
pub fn warnings(command: Command, body: impl AsRef<[u8]>) -> Vec<String> {
    let report = report(command, body.as_ref(), &POLICY);
    assert_eq!(report, report_up_to(command, body.as_ref(), &POLICY, Report::MAX_FINDINGS), "{}", shown(body.as_ref()));
    let mut warnings: Vec<String> = report.warnings().map(|finding| format!("{} {}", finding.id(), finding.path())).collect();
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

/// One-to-one with that peer.
pub fn peer(id: &str) -> Conversation<'_> {
    Conversation::user(id).unwrap()
}

pub fn chat(id: &str) -> Conversation<'_> {
    Conversation::group(id).unwrap()
}

/// `ContactItem` of a one-to-one conversation.
pub fn contact(id: &str) -> String {
    format!(r#"{{"Type":1,"To_Account":"{id}"}}"#)
}

/// Many of them: u0, u1, ..
pub fn contacts(range: std::ops::Range<usize>) -> String {
    range.map(|number| contact(&format!("u{number}"))).collect::<Vec<_>>().join(",")
}

pub fn create_body(name: &str, contacts: &str) -> String {
    format!(r#"{{"From_Account":"me","GroupContactItem":[{{"GroupName":"{name}","ContactItem":[{contacts}]}}]}}"#)
}

pub fn rename_body(old: &str, new: &str) -> String {
    format!(
        r#"{{"From_Account":"me","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":1,"OldGroupName":"{old}","NewGroupName":"{new}"}}}}"#
    )
}

/// `operation` is 1 to add, 2 to remove.
pub fn update_body(name: &str, operation: u8, contacts: &[String]) -> String {
    let items: Vec<String> =
        contacts.iter().map(|contact| format!(r#"{{"ContactOptType":{operation},"ContactItem":{contact}}}"#)).collect();
    format!(
        r#"{{"From_Account":"me","UpdateType":1,"UpdateGroup":{{"UpdateGroupType":2,"OldGroupName":"{name}","ContactUpdateItem":[{}]}}}}"#,
        items.join(",")
    )
}

pub fn delete_body(name: &str) -> String {
    format!(r#"{{"From_Account":"me","GroupName":["{name}"]}}"#)
}

/// An element of `MarkItem`; `rest` starts with a comma or is empty.
pub fn mark_item(operation: u8, contact: &str, rest: &str) -> String {
    format!(r#"{{"OptType":{operation},"ContactItem":{contact}{rest}}}"#)
}

pub fn mark_body(items: &[String]) -> String {
    format!(r#"{{"From_Account":"me","MarkItem":[{}]}}"#, items.join(","))
}

pub fn set_body(id: &str, bits: &str) -> String {
    mark_body(&[mark_item(1, &contact(id), &format!(r#","SetMark":[{bits}]"#))])
}

pub fn custom_body(id: &str, mark: &str) -> String {
    mark_body(&[mark_item(2, &contact(id), &format!(r#","CustomMark":"{mark}""#))])
}

pub fn get_body(start: u64) -> String {
    format!(r#"{{"From_Account":"me","StartIndex":{start}}}"#)
}

pub fn search_body(contacts: &str) -> String {
    format!(r#"{{"From_Account":"me","ContactItem":[{contacts}]}}"#)
}

/// What came of one request.
#[derive(Debug)]
pub struct Done {
    pub code: i64,
    pub rule: Option<Rule>,
    pub items: Vec<i64>,
    pub answer: String,
    pub changes: Vec<Change<'static>>,
}

impl Done {
    pub fn change_names(&self) -> Vec<&'static str> {
        self.changes.iter().map(|change| change.kind().name()).collect()
    }
}

/// One account under one policy, with a clock that moves on with every request.
#[derive(Clone)]
pub struct World {
    pub account: Account,
    pub policy: Policy,
    pub now: u64,
}

impl World {
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
    pub fn run(&mut self, command: Command, body: impl AsRef<[u8]>) -> Done {
        self.run_knowing(command, body, &Facts::vouched())
    }

    /// Applies the request and checks what must always hold: refusals and failures change nothing, changes replay.
    #[track_caller]
    pub fn run_knowing(&mut self, command: Command, body: impl AsRef<[u8]>, facts: &Facts) -> Done {
        self.now += 1;
        let request = match decode(command, body.as_ref(), &self.policy) {
            Ok(request) => request,
            Err(refusal) => {
                let mut answer = Vec::new();
                refusal.write_answer(&self.policy, &mut answer);
                return Done {
                    code: refusal.code().get(),
                    rule: Some(refusal.rule()),
                    items: Vec::new(),
                    answer: String::from_utf8(answer).unwrap(),
                    changes: Vec::new(),
                };
            }
        };
        let before = self.account.clone();
        let outcome = self.account.apply(&request, facts, self.now).expect("all facts are there");
        let (code, rule) = (outcome.code().get(), outcome.refusal().map(convmark::Refusal::rule));
        let items = outcome.item_codes().map(convmark::ErrorCode::get).collect();
        let (answer, changes) = outcome.into_owned().into_parts();
        let mut shadow = before.clone();
        for change in &changes {
            shadow.replay(change).expect("its own changes fit");
        }
        assert_eq!(shadow, self.account);
        assert_eq!(changes.is_empty(), before == self.account);
        Done { code, rule, items, answer: String::from_utf8(answer).unwrap(), changes }
    }

    /// Runs a request that must succeed with all its items.
    #[track_caller]
    pub fn ok(&mut self, command: Command, body: impl AsRef<[u8]>) -> Done {
        let done = self.run(command, body);
        assert_eq!(done.code, 0, "{}", done.answer);
        assert!(done.items.iter().all(|code| *code == 0), "{}", done.answer);
        done
    }

    pub fn snapshot(&self) -> String {
        serde_json::to_string(&self.account).unwrap()
    }
}
