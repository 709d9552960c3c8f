//! Requests built in code: checking one finds what a report of the body that it writes finds, and
//! the body reads as the request.

use crate::runner::on_bytes;
use convmark::marks::{MarkBase, StandardMarks};
use convmark::request::{
    CreateGroup, DeleteGroup, GetGroups, MarkContacts, MarkItem, Membership, MembershipChange,
    SearchGroups, UpdateGroup,
};
use convmark::{Command, Conversation, Finding, Policy, Report, Request, UserId, Validator};
use convmark_model::compare::findings::shown;
use convmark_model::generate::limits::count;
use convmark_model::generate::{ByteSource, policies, texts};
use convmark_model::reference::json::{Document, parse};
use convmark_model::rewrite::resolve;

#[test]
fn checking_a_built_request_equals_judging_its_body() {
    on_bytes(4000, 160, |data| {
        let mut source = ByteSource::new(data);
        let policy = policies::policy(&mut source);
        let request = request(&mut source, &policy);
        assert_checked_as_judged(&request, &policy, source.pick(&[256, 1, 2]));
    });
}

/// Each bit alone, set and cleared, with both index bases.
#[test]
fn every_bit_of_a_built_request_is_in_its_body() {
    for base in [MarkBase::Zero, MarkBase::One] {
        let policy = Policy::default().to_builder().mark_base(base).build().expect("in range");
        for bit in 0..64 {
            let (bit, none) = (StandardMarks::from_bits_retain(1 << bit), StandardMarks::empty());
            let all = StandardMarks::from_bits_retain(u64::MAX);
            let peer = || Conversation::user("b").expect("an ID");
            let items = vec![
                MarkItem::standard(peer(), bit, none),
                MarkItem::both(peer(), none, bit, None),
                MarkItem::standard(peer(), all, bit),
            ];
            let account = UserId::new("a").expect("an ID");
            assert_checked_as_judged(&MarkContacts::new(account, items).into(), &policy, 256);
        }
    }
}

fn assert_checked_as_judged(request: &Request<'static>, policy: &Policy, max_findings: usize) {
    let new = |policy: &Policy| Validator::new(policy).with_max_findings(max_findings);
    let command = request.command();
    let mut body = Vec::new();
    request.write_body(policy, &mut body);
    let text = shown(&body);
    let report = new(policy).report(command, &body);
    match new(policy).check(request.clone()) {
        Ok(checked) => {
            assert_eq!(found(&report, Finding::code), [], "{text}");
            assert_eq!(checked.policy(), policy);
            assert!(checked.request() == request, "another request is checked: {text}");
            let mut written = Vec::new();
            checked.write_body(&mut written);
            assert_eq!(shown(&written), text);
            assert!(new(policy).decode(command, &body).as_ref() == Ok(&checked), "{text}");
        }
        Err(checked) => {
            assert!(!report.is_valid(), "{text}");
            assert_eq!(described(&checked), described(&report), "{text}");
            assert_eq!(checked.more(), report.more(), "{text}");
            assert!(checked.findings().iter().all(|finding| finding.span().is_none()), "{text}");
        }
    }
    // Beyond the limits of the policy, the body still says what the request says.
    if let Ok(decoded) = Validator::new(&widest(policy)).decode(command, &body) {
        assert!(decoded.request() == request, "the body reads as another request: {text}");
    } else {
        assert!(is_never_valid(request), "{text}");
    }
    if let Request::Mark(marks) = request {
        assert_indexes(marks, policy.mark_base(), &parse(&body).expect("bodies are JSON"));
    }
}

/// What the errors of a report say.
fn found<T>(report: &Report, what: impl Fn(&Finding) -> T) -> Vec<T> {
    report.errors().map(what).collect()
}

/// Everything of the findings except the span.
fn described(report: &Report) -> Vec<String> {
    report
        .findings()
        .iter()
        .map(|finding| {
            let code = finding.code().map(|code| code.get());
            let (rule, warning, kind) = (finding.rule(), finding.warning(), finding.kind());
            format!("{rule:?} {warning:?} {code:?} {kind:?} {finding}")
        })
        .collect()
}

/// The indexes in the body are those of the bits, counted from the base.
fn assert_indexes(request: &MarkContacts, base: MarkBase, body: &Document) {
    for (number, item) in request.items().iter().enumerate() {
        for (name, marks) in [("ClearMark", item.clear_marks()), ("SetMark", item.set_marks())] {
            let list = resolve(body, &format!("/MarkItem/{number}/{name}"));
            let first = u64::from(base == MarkBase::One);
            let indexes: Vec<u64> =
                (0..64).filter(|bit| marks.bits() >> bit & 1 == 1).map(|bit| bit + first).collect();
            let written: Vec<u64> = list
                .map(|list| body.elements(list))
                .unwrap_or_default()
                .iter()
                .map(|index| body.unsigned(*index).expect("an index"))
                .collect();
            assert_eq!(written, indexes, "{name} of item {number}");
        }
    }
}

/// The policy with every limit at its maximum.
fn widest(policy: &Policy) -> Policy {
    policy
        .to_builder()
        .group_name_max_bytes(65536)
        .conversations_max(None)
        .mark_items_max(1_000_000)
        .search_max(1_000_000)
        .custom_mark_max_bytes(65536)
        .build()
        .expect("in range")
}

/// Whether no policy allows the request: a name is empty, or a list that needs an element is.
fn is_never_valid(request: &Request) -> bool {
    match request {
        Request::Create(request) => request.group_name().is_empty(),
        Request::Update(request) => {
            let new = match request.kind() {
                convmark::request::UpdateKind::Rename(name) => name.as_ref(),
                convmark::request::UpdateKind::Conversations(_) => "x",
            };
            request.group_name().is_empty() || new.is_empty()
        }
        Request::Delete(request) => request.group_name().is_empty(),
        Request::Mark(request) => request.items().is_empty(),
        Request::Search(request) => request.conversations().is_empty(),
        Request::Get(_) => false,
    }
}

fn request(source: &mut ByteSource, policy: &Policy) -> Request<'static> {
    let account = UserId::new(texts::user(source)).expect("an ID");
    let group = texts::unusual(source, policy);
    match source.pick(Command::ALL) {
        Command::CreateContactGroup => {
            let maximum = policy.conversations_max().map_or(3, count);
            let conversations = list(source, maximum, conversation);
            CreateGroup::new(account, group, conversations).into()
        }
        Command::UpdateContactGroup if source.one_in(2) => {
            let old = if source.one_in(3) { group.clone() } else { "n".to_string() };
            UpdateGroup::rename(account, old, group).into()
        }
        Command::UpdateContactGroup => {
            let maximum = policy.conversations_max().map_or(3, count);
            let memberships = list(source, maximum, |source| Membership {
                change: source.pick(&[MembershipChange::Add, MembershipChange::Remove]),
                conversation: conversation(source),
            });
            UpdateGroup::conversations(account, group, memberships).into()
        }
        Command::DelContactGroup => DeleteGroup::new(account, group).into(),
        Command::MarkContact => {
            let items = list(source, count(policy.mark_items_max()), |source| mark(source, policy));
            MarkContacts::new(account, items).into()
        }
        Command::GetContactGroup => GetGroups::new(account, source.long()).into(),
        Command::SearchContactGroup => {
            let conversations = list(source, count(policy.search_max()), conversation);
            SearchGroups::new(account, conversations).into()
        }
    }
}

/// A short list, or one that is at the maximum, or one element beyond it.
fn list<T>(
    source: &mut ByteSource,
    maximum: usize,
    mut element: impl FnMut(&mut ByteSource) -> T,
) -> Vec<T> {
    let length = source.pick(&[1, 2, 0, maximum.min(4), maximum.min(4) + 1]);
    (0..length).map(|_| element(source)).collect()
}

fn conversation(source: &mut ByteSource) -> Conversation<'static> {
    let made = if source.one_in(3) {
        Conversation::group(texts::chat(source))
    } else {
        Conversation::user(texts::user(source))
    };
    made.expect("an ID")
}

fn mark(source: &mut ByteSource, policy: &Policy) -> MarkItem<'static> {
    let conversation = conversation(source);
    let marks = |source: &mut ByteSource| {
        let bits = source.pick(&[0, 1, 1 << 63, u64::MAX, 1 << 63 | 1, 1 << 31, 0]);
        StandardMarks::from_bits_retain(if source.one_in(8) { source.long() } else { bits })
    };
    let (clear, set) = (marks(source), marks(source));
    let custom = source.one_in(2).then(|| {
        let usual = source.one_in(3);
        let text =
            if usual { texts::unusual(source, policy) } else { texts::custom_mark(source, policy) };
        text.into()
    });
    match source.below(3) {
        0 => MarkItem::standard(conversation, clear, set),
        1 => MarkItem::custom(conversation, custom),
        _ => MarkItem::both(conversation, clear, set, custom),
    }
}
