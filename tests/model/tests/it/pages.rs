//! An account that is read page by page, and made again from its pages, is the same account.

use crate::runner::on_bytes;
use convmark::account::Page;
use convmark::answer::Answer;
use convmark::policy::LastPageIndex;
use convmark::{Account, Command, Facts, Policy, Validator};
use convmark_model::generate::{ByteSource, operations};
use convmark_model::handle::account_after;
use support::bodies::Requester;

#[test]
fn pages_make_the_account_that_they_are_of() {
    on_bytes(600, 600, |data| {
        let mut source = ByteSource::new(data);
        let size = 1 + source.below(5);
        let last = if source.one_in(2) { LastPageIndex::Zero } else { LastPageIndex::Absent };
        let policy = Policy::default().to_builder().page_size(u32::try_from(size).unwrap());
        let policy = policy.last_page_index(last).build().unwrap();
        let mut account = account_after(&operations::mostly_valid_run(&mut source, 40));
        let pages = pages(&mut account, &policy);
        let made = Account::from_pages(
            pages.iter().map(|(start_index, answer)| Page { start_index: *start_index, answer }),
        );
        assert_eq!(made.unwrap(), with_highest_group_as_last(&account));
    });
}

fn pages(account: &mut Account, policy: &Policy) -> Vec<(u64, Answer)> {
    let mut pages = Vec::new();
    let mut start = 0;
    loop {
        let body = Requester("a").get(start);
        let request =
            Validator::new(policy).decode(Command::GetContactGroup, body.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        account.apply(&request, &Facts::vouched(), 0).unwrap().write_answer(&mut bytes);
        let answer = Answer::read(&bytes).unwrap();
        let (is_last, next) = (answer.complete == Some(true), answer.next_start_index);
        pages.push((start, answer));
        if is_last {
            return pages;
        }
        start = next.unwrap();
    }
}

/// The same account if no group had been deleted after the newest that is left.
fn with_highest_group_as_last(account: &Account) -> Account {
    let mut stored = serde_json::to_value(account).unwrap();
    stored["last_group_id"] = account.groups().last().map_or(0, |group| group.id).into();
    serde_json::from_value(stored).unwrap()
}
