//! An account from recorded pages of `get_contact_group`.

mod error;

use alloc::vec::Vec;

pub use error::{PagePlace, PagesError, PagesProblem};

use super::Account;
use super::snapshot::{Loader, NewRow, RepeatedRow};
use super::texts::TEXTS_MAX;
use crate::answer::{Answer, ContactRow, GroupItem};

/// One recorded page of `get_contact_group`.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The `StartIndex` that was asked for.
    pub start_index: u64,
    /// The answer to it.
    pub answer: &'a Answer,
}

impl Account {
    /// An account from the pages that `get_contact_group` gave, for moving to a service of one's own:
    /// all pages, in order, recorded while nothing changed the account.
    ///
    /// Kept are groups with their IDs, rows in their order, marks and timestamps. What pages do not
    /// say is the highest group ID ever used: it is taken to be that of the last group, so that a new
    /// group can get the ID of a deleted one. A `Timestamp` that is missing is 0.
    ///
    /// Like loading a snapshot, this checks the structure, never the policy. It accepts leading zeros in
    /// `StandardMark`, which samples of the documentation have.
    ///
    /// ```
    /// use convmark::account::Page;
    /// use convmark::{Account, answer::Answer};
    ///
    /// let bytes = br#"{"ContactItem":[{"Type":1,"To_Account":"u","StandardMark":"1","ContactGroupId":[4],"Timestamp":1700000000}],
    ///                  "GroupItem":[{"GroupName":"friends","GroupId":4}],"CompleteFlag":1,"NextStartIndex":0,
    ///                  "ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
    /// let answer = Answer::read(bytes).unwrap();
    /// let account = Account::from_pages([Page { start_index: 0, answer: &answer }])?;
    /// assert_eq!((account.usage().groups, account.usage().rows), (1, 1));
    /// # Ok::<(), convmark::account::PagesError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PagesError`] if a page failed, repeats, is missing or out of order, if pages contradict each
    /// other, or if one cannot be part of an account.
    pub fn from_pages<'a>(pages: impl IntoIterator<Item = Page<'a>>) -> Result<Self, PagesError> {
        let mut pages = pages.into_iter();
        let first =
            pages.next().ok_or_else(|| whole(0, PagesProblem::Incomplete { expected: 0 }))?;
        let mut next = next_index(&first, Some(0)).map_err(|problem| whole(0, problem))?;
        let mut reader = Reader::new(first.answer)?;
        reader.rows(first.answer)?;
        for page in pages {
            let number = reader.pages.len();
            next = next_index(&page, next).map_err(|problem| whole(number, problem))?;
            if sorted(&page.answer.groups) != reader.groups {
                return Err(whole(number, PagesProblem::OtherGroups));
            }
            reader.rows(page.answer)?;
        }
        match next {
            None => reader.finish(),
            Some(expected) => Err(whole(reader.pages.len(), PagesProblem::Incomplete { expected })),
        }
    }
}

const fn whole(page: usize, problem: PagesProblem) -> PagesError {
    PagesError { page, place: PagePlace::Whole, problem }
}

/// The `StartIndex` of the page after this one, `None` after the last, if this one is at its place.
fn next_index(page: &Page<'_>, expected: Option<u64>) -> Result<Option<u64>, PagesProblem> {
    let Page { start_index: found, answer } = *page;
    let expected = expected.ok_or(PagesProblem::AfterTheLast)?;
    if found != expected {
        return Err(PagesProblem::StartIndex { expected, found });
    }
    if !answer.is_ok() {
        return Err(PagesProblem::Failed { code: answer.code });
    }
    match answer.complete {
        None => Err(PagesProblem::NoCompleteFlag),
        Some(true) => Ok(None),
        Some(false) => {
            let rows = u64::try_from(answer.rows.len()).unwrap_or(u64::MAX);
            let next = found.saturating_add(rows);
            if rows > 0 && answer.next_start_index == Some(next) {
                Ok(Some(next))
            } else {
                Err(PagesProblem::NextStartIndex { rows })
            }
        }
    }
}

/// The groups by ID and name. Pages may have them in any order.
fn sorted(groups: &[GroupItem]) -> Vec<(i64, &str)> {
    let mut groups: Vec<_> = groups.iter().map(|group| (group.id, group.name.as_str())).collect();
    groups.sort_unstable();
    groups
}

/// An account that grows page by page.
struct Reader<'a> {
    loader: Loader,
    /// The groups of the first page.
    groups: Vec<(i64, &'a str)>,
    /// For each page how many rows came before it.
    pages: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(first: &'a Answer) -> Result<Self, PagesError> {
        let groups = sorted(&first.groups);
        let error = |id, problem| {
            let place = first.groups.iter().rposition(|group| group.id == id);
            PagesError { page: 0, place: place.map_or(PagePlace::Whole, PagePlace::Group), problem }
        };
        let out_of_range = |id| error(id, PagesProblem::GroupId);
        let highest = groups.last().map_or(0, |(id, _)| *id);
        let loader = u32::try_from(highest).ok().and_then(|id| Loader::new(id, TEXTS_MAX));
        let mut loader = loader.ok_or_else(|| out_of_range(highest))?;
        for (id, name) in &groups {
            let number = group_id(*id).ok_or_else(|| out_of_range(*id))?;
            loader.group(number, name).map_err(|problem| error(*id, problem.into()))?;
        }
        Ok(Self { loader, groups, pages: Vec::new() })
    }

    fn rows(&mut self, answer: &Answer) -> Result<(), PagesError> {
        let page = self.pages.len();
        self.pages.push(self.loader.row_count());
        for (number, row) in answer.rows.iter().enumerate() {
            let place = PagePlace::Row(number);
            self.row(row).map_err(|problem| PagesError { page, place, problem })?;
        }
        Ok(())
    }

    fn row(&mut self, row: &ContactRow) -> Result<(), PagesProblem> {
        let conversation = &row.conversation().ok_or(PagesProblem::Conversation)?;
        let marks = row.marks().ok_or(PagesProblem::StandardMark)?.bits();
        let ids = row.group_ids.iter().map(|id| group_id(*id));
        let ids: Option<Vec<u32>> = ids.collect();
        let mut ids = ids.ok_or(PagesProblem::RowGroup)?;
        ids.sort_unstable();
        let groups = self.loader.bits(&ids)?;
        let (custom, timestamp) = (row.custom_mark.as_str(), row.timestamp_seconds);
        Ok(self.loader.row(&NewRow { conversation, marks, custom, groups, timestamp })?)
    }

    fn finish(self) -> Result<Account, PagesError> {
        let pages = &self.pages;
        self.loader.finish().map_err(|RepeatedRow(row)| {
            let page = pages.partition_point(|before| *before <= row).saturating_sub(1);
            let before = pages.get(page).copied().unwrap_or_default();
            let place = PagePlace::Row(row.saturating_sub(before));
            PagesError { page, place, problem: PagesProblem::RepeatedRow }
        })
    }
}

fn group_id(id: i64) -> Option<u32> {
    u32::try_from(id).ok().filter(|id| *id > 0)
}
