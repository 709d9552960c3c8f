//! The generator of accounts and single requests.

use super::conversations::conversations;
use super::text::{escaped, indented};
use super::{Conversation, OWNER, Request, Variant};
use crate::bodies::{Requester, addition, chat_contact, mark_item, removal, user_contact};
use crate::random::Random;

/// Bodies are made for this requester.
const REQUESTER: Requester<'_> = Requester(OWNER);

/// The group that every row is in.
pub(super) const EVERYONE: usize = 0;
/// The group that a random half of the rows is in.
pub(super) const WORK: usize = 1;
/// A group that the prepared account does not have.
pub(super) const NEW: usize = 2;
/// More groups, each with a fifth of the rows.
pub(super) const OTHERS: [usize; 3] = [3, 4, 5];

pub(super) struct Generator {
    pub(super) random: Random,
    pub(super) variant: Variant,
    pub(super) rows: usize,
    /// The conversations of the account's rows in their order, then conversations without data.
    pub(super) conversations: Vec<Conversation>,
    /// Which rows the prepared account has in the group `WORK`.
    pub(super) working: Vec<bool>,
}

impl Generator {
    pub(super) fn new(name: &str, rows: usize, variant: Variant) -> Self {
        let seed = name
            .bytes()
            .fold(rows as u64, |hash, byte| hash.wrapping_mul(1_000_003) ^ u64::from(byte));
        Self::seeded(seed, rows, variant, rows + 400)
    }

    pub(super) fn seeded(seed: u64, rows: usize, variant: Variant, count: usize) -> Self {
        let mut random = Random::new(seed);
        let conversations = conversations(&mut random, variant, count);
        Self { random, variant, rows, conversations, working: Vec::new() }
    }

    fn request(
        &self,
        command: &'static str,
        body: String,
        items: usize,
        changes: usize,
    ) -> Request {
        let body = match self.variant {
            Variant::Plain | Variant::Realistic | Variant::NonAscii => body,
            Variant::Escaped => escaped(&body),
            Variant::Pretty => indented(&body),
        };
        Request { command, body: body.into_bytes(), items, changes }
    }

    fn group_name(&self, group: usize) -> &'static str {
        let names = if self.variant.has_non_ascii_texts() {
            ["所有会话", "同事 Büro", "новая группа", "家人", "amis d'été", "🏸 羽毛球"]
        } else {
            ["everyone", "colleagues", "new group", "family", "friends", "badminton"]
        };
        names[group]
    }

    /// The `ContactItem` of a row.
    pub(super) fn contact(&self, row: usize) -> String {
        match &self.conversations[row] {
            Conversation::User(id) => user_contact(id),
            Conversation::Group(id) => chat_contact(id),
        }
    }

    fn contacts(&self, rows: &[usize]) -> Vec<String> {
        rows.iter().map(|&row| self.contact(row)).collect()
    }

    pub(super) fn create_request(&self, group: usize, rows: &[usize]) -> Request {
        let body = REQUESTER.create(self.group_name(group), &self.contacts(rows));
        self.request("create_contact_group", body, rows.len(), rows.len() + 1)
    }

    /// Adds (true) and removes (false) rows.
    pub(super) fn update_request(&self, group: usize, items: &[(usize, bool)]) -> Request {
        let item = |&(row, adds): &(usize, bool)| match adds {
            true => addition(&self.contact(row)),
            false => removal(&self.contact(row)),
        };
        let body =
            REQUESTER.change(self.group_name(group), &items.iter().map(item).collect::<Vec<_>>());
        self.request("update_contact_group", body, items.len(), items.len())
    }

    pub(super) fn del_request(&self, group: usize, members: usize) -> Request {
        self.request("del_contact_group", REQUESTER.delete(self.group_name(group)), members, 1)
    }

    pub(super) fn mark_request(&self, items: &[String]) -> Request {
        self.request("mark_contact", REQUESTER.mark(items), items.len(), items.len())
    }

    pub(super) fn get_request(&self, start: usize, page: usize) -> Request {
        let rows = self.rows.saturating_sub(start).min(page);
        self.request("get_contact_group", REQUESTER.get(start), rows, 0)
    }

    pub(super) fn search_request(&self, rows: &[usize]) -> Request {
        self.request("search_contact_group", REQUESTER.search(&self.contacts(rows)), rows.len(), 0)
    }

    /// Three of the four documented bits. Except in the plain variant also bits that customers may
    /// use freely.
    pub(super) fn mark_indexes(&self, row: usize) -> String {
        let indexes: [u64; 3] = match (row % 4, self.variant == Variant::Plain) {
            (0, _) => [1, 2, 3],
            (1, true) => [1, 2, 4],
            (2, true) => [1, 3, 4],
            (_, true) => [2, 3, 4],
            (1, false) => [1, 33, 34],
            (2, false) => [2, 4, 40],
            (_, false) => [3, 36, 64],
        };
        format!("[{},{},{}]", indexes[0], indexes[1], indexes[2])
    }

    /// A mark item that sets three bits in even rounds and clears them in odd ones. The custom mark
    /// differs between the two, so that the item changes its row, no matter what the prepared
    /// account has there.
    pub(super) fn mark_item(&self, row: usize, round: usize) -> String {
        let custom = match (round % 2, self.variant.has_non_ascii_texts()) {
            (0, false) => "aaaa",
            (_, false) => "bbbb",
            (0, true) => "标a",
            (_, true) => "注b",
        };
        let list = if round % 2 == 0 { "SetMark" } else { "ClearMark" };
        let members = format!(r#","{list}":{},"CustomMark":"{custom}""#, self.mark_indexes(row));
        mark_item(3, &self.contact(row), &members)
    }

    pub(super) fn member_requests(&self, group: usize, rows: &[usize]) -> Vec<Request> {
        let first = rows.len().min(100);
        let mut requests = vec![self.create_request(group, &rows[..first])];
        for batch in rows[first..].chunks(100) {
            let items: Vec<_> = batch.iter().map(|&row| (row, true)).collect();
            requests.push(self.update_request(group, &items));
        }
        requests
    }

    /// The requests that make the prepared account: a group with every row, one with a random half,
    /// three with a fifth each, marks on half of the rows, custom marks on a tenth.
    pub(super) fn account(&mut self) -> Vec<Request> {
        let rows: Vec<usize> = (0..self.rows).collect();
        let mut requests = self.member_requests(EVERYONE, &rows);
        let mut shuffled = rows;
        self.random.shuffle(&mut shuffled);
        let half = shuffled[..self.rows / 2].to_vec();
        self.working = vec![false; self.rows];
        for &row in &half {
            self.working[row] = true;
        }
        requests.extend(self.member_requests(WORK, &half));
        for group in OTHERS {
            self.random.shuffle(&mut shuffled);
            requests.extend(self.member_requests(group, &shuffled[..self.rows / 5]));
        }
        self.random.shuffle(&mut shuffled);
        let mut items = Vec::with_capacity(self.rows / 2);
        for (number, &row) in shuffled[..self.rows / 2].iter().enumerate() {
            let set = format!(r#","SetMark":[{}]"#, 1 + self.random.below(4));
            let custom = if self.variant.has_non_ascii_texts() { "星z" } else { "zzzz" };
            items.push(match number < self.rows / 10 {
                true => {
                    mark_item(3, &self.contact(row), &format!(r#"{set},"CustomMark":"{custom}""#))
                }
                false => mark_item(1, &self.contact(row), &set),
            });
        }
        requests.extend(items.chunks(100).map(|batch| self.mark_request(batch)));
        requests
    }
}
