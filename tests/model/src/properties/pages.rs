//! All pages together equal the whole.

use crate::compare::findings::shown;
use crate::reference::json::parse;
use crate::rewrite::resolve;
use convmark::policy::LastPageIndex;
use convmark::request::GetGroups;
use convmark::{Account, Facts, Policy, UserId, Validator};

struct Page {
    rows: Vec<String>,
    groups: String,
    complete: bool,
    /// `NextStartIndex`, which the last page has only if the policy says so.
    next: Option<u64>,
}

fn page(account: &Account, policy: &Policy, start: u64) -> Page {
    let request = GetGroups::new(UserId::new("a").expect("an ID"), start);
    let request = Validator::new(policy).check(request).expect("get has no limits");
    // Reading needs neither the plan nor any peer.
    let facts = Facts::vouched().without_plan();
    let mut account = account.clone();
    let answer = crate::handle::apply(&mut account, &request, &facts, 0).answer;
    let document = parse(&answer).expect("answers are JSON");
    let raw = |node: usize| shown(&answer[document.nodes[node].start..document.nodes[node].end]);
    let number = |path: &str| {
        resolve(&document, path).map(|node| document.unsigned(node).expect("a number"))
    };
    let rows = resolve(&document, "/ContactItem").expect("ContactItem");
    Page {
        rows: document.elements(rows).iter().map(|row| raw(*row)).collect(),
        groups: raw(resolve(&document, "/GroupItem").expect("GroupItem")),
        complete: number("/CompleteFlag") == Some(1),
        next: number("/NextStartIndex"),
    }
}

/// Checks every page size up to one more than the number of rows, and starts at and after the end.
pub fn pages_concatenate_to_the_whole(account: &Account, policy: &Policy) {
    let all = account.rows().count();
    let sized = |size: usize| {
        let size = u32::try_from(size).expect("few");
        policy.to_builder().page_size(size).build().expect("a page size within the range")
    };
    let whole = page(account, &sized(all + 1), 0);
    let none = (policy.last_page_index() == LastPageIndex::Zero).then_some(0);
    assert!(whole.complete && whole.next == none && whole.rows.len() == all);
    for size in 1..=all + 1 {
        let policy = sized(size);
        let (mut rows, mut start) = (Vec::new(), 0);
        loop {
            let part = page(account, &policy, start);
            assert_eq!(part.groups, whole.groups);
            assert!(
                part.rows.len() == size || part.complete,
                "a page before the last is too short"
            );
            rows.extend(part.rows);
            assert_eq!(part.complete, part.next == none);
            assert_eq!(part.complete, rows.len() == all, "size {size}, start {start}");
            if part.complete {
                break;
            }
            assert_eq!(part.next, Some(u64::try_from(rows.len()).expect("few")));
            start = part.next.expect("more pages");
        }
        assert_eq!(rows, whole.rows);
    }
    for past in [all, all + 1, usize::MAX] {
        let empty = page(account, policy, u64::try_from(past).expect("64 bits"));
        assert!(
            empty.rows.is_empty()
                && empty.complete
                && empty.next == none
                && empty.groups == whole.groups
        );
    }
}
