//! Recorded pages of `get_contact_group`, and the readings of an account that they make up.

use std::fmt;

use convmark::Account;
use convmark::account::{self, PagePlace, PagesError, PagesProblem};
use convmark::answer::Answer;

use super::Place;

/// A page that was answered.
pub struct Page {
    pub place: Place,
    /// The `StartIndex` that was asked for.
    pub start_index: u64,
    pub answer: Answer,
}

/// The pages of one account, from `StartIndex` 0 on.
#[derive(Default)]
pub struct Reading(Vec<Page>);

impl Reading {
    pub fn push(&mut self, page: Page) {
        self.0.push(page);
    }

    /// Whether its last page was the last one of the account.
    pub fn is_complete(&self) -> bool {
        self.0.last().is_some_and(|page| page.answer.complete == Some(true))
    }

    pub fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// The places of its first and its last page.
    pub fn places(&self) -> Option<(Place, Place)> {
        Some((self.0.first()?.place, self.0.last()?.place))
    }

    /// The account that the pages are of.
    pub fn account(&self) -> Result<Account, WrongPage> {
        let pages = self.0.iter();
        let pages =
            pages.map(|page| account::Page { start_index: page.start_index, answer: &page.answer });
        Account::from_pages(pages).map_err(|error| self.locate(error))
    }

    fn locate(&self, error: PagesError) -> WrongPage {
        let PagesError { page, place, problem, .. } = error;
        // What is missing after the last page is said of the last page.
        let page = self.0.get(page).or(self.0.last()).map(|page| page.place);
        WrongPage { page, place, problem }
    }
}

/// Why pages are not an account. It quotes no ID, no name and no mark.
#[derive(Clone, Copy, Debug)]
pub struct WrongPage {
    /// The page, unless there is none at all.
    page: Option<Place>,
    place: PagePlace,
    problem: PagesProblem,
}

/// `line 4: the answer at /ContactItem/3: …`
impl fmt::Display for WrongPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(page) = self.page {
            write!(f, "{page}: ")?;
        }
        if let PagesProblem::Incomplete { expected } = self.problem {
            return write!(
                f,
                "CompleteFlag is 0, and the page that follows is missing: StartIndex {expected}, and all up to the one with CompleteFlag 1"
            );
        }
        match self.place {
            PagePlace::Whole => {}
            place => write!(f, "the answer at {place}: ")?,
        }
        write!(f, "{}", self.problem)
    }
}
