//! The warnings of an accepted request that is odd in nothing but naming conversations again: found without a walk.

use alloc::vec::Vec;

use super::create::{CreateField, GroupField};
use super::fields::Fields;
use super::mark::MarkField;
use super::raw::span_of_id;
use super::search::SearchField;
use super::update::{self, UpdateField};
use super::{Request, UpdateKind};
use crate::account::hash;
use crate::conversation::Conversation;
use crate::report::{Finding, Judgment, Note, Path, Report, Step};
use crate::rule::Warning;

/// Memory to find them in.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    /// The hash of each conversation with its place in the list.
    hashes: Vec<(u64, usize)>,
    places: Vec<usize>,
}

impl Repeats {
    /// The report, unless it takes a walk to make it.
    pub(crate) fn report(&mut self, request: &Request<'_>, body: &[u8]) -> Option<Report> {
        let mut path = Path::default();
        let mut at = |field: &'static str| path.push(Step::Field(field));
        match request {
            Request::Create(request) => {
                at(CreateField::GroupContactItem.name());
                path.push_index(0);
                path.push(Step::Field(GroupField::ContactItem.name()));
                self.find(request.conversations(), |conversation| conversation, path, body)
            }
            Request::Search(request) => {
                at(SearchField::ContactItem.name());
                self.find(request.conversations(), |conversation| conversation, path, body)
            }
            Request::Mark(request) => {
                at(MarkField::MarkItem.name());
                self.find(request.items(), |item| item.conversation(), path, body)
            }
            Request::Update(request) => match request.kind() {
                UpdateKind::Rename(_) => Some(Report::default()),
                UpdateKind::Conversations(memberships) => {
                    at(UpdateField::UpdateGroup.name());
                    at(update::GroupField::ContactUpdateItem.name());
                    self.find(memberships, |membership| &membership.conversation, path, body)
                }
            },
            Request::Delete(_) | Request::Get(_) => Some(Report::default()),
        }
    }

    fn find<'i, T>(
        &mut self,
        items: &'i [T],
        conversation: impl Fn(&'i T) -> &'i Conversation<'i>,
        list: Path,
        body: &[u8],
    ) -> Option<Report> {
        self.hashes.clear();
        self.hashes.extend(items.iter().zip(0..).map(|(item, place)| (hash(conversation(item)), place)));
        self.hashes.sort_unstable();
        self.places.clear();
        let mut first: Option<(u64, &Conversation<'_>)> = None;
        for (hash, place) in &self.hashes {
            let this = items.get(*place).map(&conversation)?;
            match first {
                Some((same, known)) if same == *hash => {
                    if known != this {
                        // Two that differ but hash alike: rare, unless made on purpose.
                        return None;
                    }
                    self.places.push(*place);
                }
                _ => first = Some((*hash, this)),
            }
        }
        if self.places.is_empty() {
            return Some(Report::default());
        }
        self.places.sort_unstable();
        let text = core::str::from_utf8(body).ok()?;
        let mut warnings = Vec::new();
        for place in self.places.iter().take(Report::MAX_FINDINGS) {
            let (start, end) = span_of_id(text, items.get(*place).map(&conversation)?)?;
            let mut path = list;
            path.push_index(*place);
            let finding = Finding::new(Judgment::Warning(Warning::RepeatedConversation), path, Note::Explained);
            warnings.push(finding.spanning(start, end));
        }
        let more = self.places.len().saturating_sub(warnings.len());
        Some(Report::new(Vec::new(), warnings, more, Report::MAX_FINDINGS))
    }
}
