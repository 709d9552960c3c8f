//! The state of one account, and what the commands do to it.

use super::change::{Change, What};
use super::command;
use super::conversation::Conversation;
use super::json::{self, array, quote};
use super::policy::{Capacity, ErrorDisplay, Policy};
use super::request::{self, MarkItem, Request};
use super::schema::{self, Severity};

/// The maximum group ID.
pub const GROUP_ID_MAX: u32 = 0x7fff_ffff;
/// The maximum number of groups that any policy allows.
const GROUPS_MAX: usize = 64;

/// A group of conversations; its members are found in the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its ID.
    pub id: u32,
    /// Its name.
    pub name: String,
}

/// All the data of one conversation. A row without data does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The conversation.
    pub conversation: Conversation,
    /// The standard marks.
    pub standard: u64,
    /// The custom mark; empty if there is none.
    pub custom: String,
    /// The IDs of the groups it is in, ascending.
    pub group_ids: Vec<u32>,
    /// The time of its last change in seconds.
    pub timestamp: u64,
}

impl Row {
    fn is_marked(&self) -> bool {
        self.standard != 0 || !self.custom.is_empty()
    }
}

/// All groups and rows of one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The highest group ID ever used.
    pub last_group_id: u32,
    /// The groups, by ascending ID.
    pub groups: Vec<Group>,
    /// The rows in the order of their creation.
    pub rows: Vec<Row>,
}

/// The facts that the host supplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Whether the account is imported.
    pub requester_known: bool,
    /// Whether the app's plan has the feature.
    pub plan: bool,
    /// Peers that are not imported.
    pub unknown_accounts: Vec<String>,
    /// Group IDs that cannot be resolved.
    pub unresolved_groups: Vec<String>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            requester_known: true,
            plan: true,
            unknown_accounts: Vec::new(),
            unresolved_groups: Vec::new(),
        }
    }
}

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handled {
    /// The answer, compact, with `*` for every text that is not empty.
    pub answer: String,
    /// The changes in JSON form.
    pub changes: Vec<String>,
}

/// A binary number without leading zeros, and nothing for zero.
pub fn bits_of(bits: u64) -> String {
    if bits == 0 { String::new() } else { format!("{bits:b}") }
}

/// The answer to a request that failed as a whole, also if its URL was wrong.
pub fn fail_answer(command: Option<&str>, code: i64, policy: &Policy) -> String {
    let display = error_display(command, policy);
    format!("{{\"ActionStatus\":\"FAIL\",\"ErrorCode\":{code},\"ErrorInfo\":\"*\"{display}}}")
}

fn ok_answer(command: &str, members: &str, policy: &Policy) -> String {
    let display = error_display(Some(command), policy);
    format!("{{{members},\"ActionStatus\":\"OK\",\"ErrorCode\":0,\"ErrorInfo\":\"\"{display}}}")
}

fn error_display(command: Option<&str>, policy: &Policy) -> &'static str {
    let has = match policy.error_display {
        ErrorDisplay::None => false,
        ErrorDisplay::Sampled => ["create_contact_group", "mark_contact", "search_contact_group"]
            .map(Some)
            .contains(&command),
        ErrorDisplay::All => true,
    };
    if has { ",\"ErrorDisplay\":\"\"" } else { "" }
}

/// The account whose data a body is about, if the body is valid.
pub fn from_account(command: &str, body: &[u8], policy: &Policy) -> Option<String> {
    parse(command, body, policy).ok().map(|(account, _)| account)
}

/// Stages 2 and 3.
fn parse(command: &str, body: &[u8], policy: &Policy) -> Result<(String, Request), i64> {
    let document = json::parse(body).ok_or(60003)?;
    let findings = schema::judge(command, &document, policy);
    match findings.iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(finding.code.unwrap_or(50004)),
        // A body without errors can be read. Otherwise the comparison with the crate would fail.
        None => request::read(command, &document, policy).ok_or(50004),
    }
}

/// Judges a request for an account and applies it.
pub fn handle(
    account: &mut Account,
    command: &str,
    body: &[u8],
    admin: bool,
    facts: &Facts,
    policy: &Policy,
    now: u64,
) -> Handled {
    let mut changes = Vec::new();
    let result = stages(account, command, body, admin, facts, policy, now, &mut changes);
    let answer = match result {
        Ok(members) => ok_answer(command, &members, policy),
        Err(code) => fail_answer(Some(command), code, policy),
    };
    Handled { answer, changes: changes.iter().map(Change::to_json).collect() }
}

/// The members of the answer before its status, or the code of the failure.
#[expect(clippy::too_many_arguments, reason = "one per thing that decides the answer")]
fn stages(
    account: &mut Account,
    command: &str,
    body: &[u8],
    admin: bool,
    facts: &Facts,
    policy: &Policy,
    now: u64,
    changes: &mut Vec<Change>,
) -> Result<String, i64> {
    if command::known(command).is_none() {
        return Err(60009);
    }
    if !admin {
        return Err(50003);
    }
    let (_, request) = parse(command, body, policy)?;
    if !facts.requester_known {
        return Err(50001);
    }
    let needs_plan = matches!(
        request,
        Request::Create(..) | Request::Rename(..) | Request::Members(..) | Request::Delete(_)
    );
    if needs_plan && !facts.plan {
        return Err(51013);
    }
    let mut work = Work { account, facts, policy, now, changes };
    match request {
        Request::Create(name, conversations) => work.create(&name, conversations),
        Request::Rename(old, new) => work.rename(&old, &new),
        Request::Members(name, items) => work.members(&name, items),
        Request::Delete(name) => work.delete(&name),
        Request::Mark(items) => Ok(work.mark(items)),
        Request::Get(start) => Ok(work.account.page(start, policy)),
        Request::Search(conversations) => Ok(work.account.search(&conversations)),
    }
}

struct Work<'a> {
    account: &'a mut Account,
    facts: &'a Facts,
    policy: &'a Policy,
    now: u64,
    changes: &'a mut Vec<Change>,
}

impl Work<'_> {
    fn create(&mut self, name: &str, conversations: Vec<Conversation>) -> Result<String, i64> {
        if self.account.group_named(name).is_some() {
            return Err(50002);
        }
        if self.account.groups.len() >= self.policy.groups as usize {
            return Err(51010);
        }
        if self.account.last_group_id >= GROUP_ID_MAX {
            return Err(50004);
        }
        let id = self.account.last_group_id + 1;
        self.record(What::GroupCreated(id, name.to_string()));
        let mut results = Vec::new();
        for conversation in conversations {
            let code = self.add(id, &conversation);
            results.push(format!("{{{}}}", result(&conversation, code)));
        }
        Ok(format!(
            "\"GroupResultItem\":[{{\"GroupItem\":{},\"ResultItem\":{}}}]",
            group_item(name, id),
            array(&results)
        ))
    }

    fn rename(&mut self, old: &str, new: &str) -> Result<String, i64> {
        let id = self.account.group_named(old).ok_or(51009)?;
        if self.account.group_named(new).is_some_and(|other| other != id) {
            return Err(50002);
        }
        if old != new {
            self.record(What::GroupRenamed(id, old.to_string(), new.to_string()));
        }
        let items = if self.policy.rename_has_items { ",\"ContactResultItem\":[]" } else { "" };
        Ok(format!(
            "\"UpdateType\":1,\"UpdateGroupResult\":{{\"UpdateGroupType\":1,\"GroupName\":{},\"GroupId\":{id},\"OldGroupName\":{}{items}}}",
            quote(new),
            quote(old)
        ))
    }

    fn members(&mut self, name: &str, items: Vec<(u64, Conversation)>) -> Result<String, i64> {
        let id = self.account.group_named(name).ok_or(51009)?;
        let mut results = Vec::new();
        for (operation, conversation) in items {
            let code = if operation == 1 {
                self.add(id, &conversation)
            } else {
                self.remove(id, &conversation)
            };
            results.push(format!(
                "{{\"ContactOptType\":{operation},{}}}",
                result(&conversation, code)
            ));
        }
        let name = quote(name);
        Ok(format!(
            "\"UpdateType\":1,\"UpdateGroupResult\":{{\"UpdateGroupType\":2,\"GroupName\":{name},\"GroupId\":{id},\"OldGroupName\":{name},\"ContactResultItem\":{}}}",
            array(&results)
        ))
    }

    fn delete(&mut self, name: &str) -> Result<String, i64> {
        let id = self.account.group_named(name).ok_or(51009)?;
        self.record(What::GroupDeleted(id, name.to_string()));
        Ok(format!("\"GroupItem\":[{}]", group_item(name, id)))
    }

    fn mark(&mut self, items: Vec<MarkItem>) -> String {
        let mut results = Vec::new();
        for item in items {
            let code = self.mark_one(&item);
            results.push(format!(
                "{{\"OptType\":{},{}}}",
                item.operation,
                result(&item.conversation, code)
            ));
        }
        format!("\"ResultItem\":{}", array(&results))
    }

    // Each of these handles one item and returns its code.

    fn add(&mut self, id: u32, conversation: &Conversation) -> i64 {
        if let Some(code) = self.unreachable(conversation) {
            return code;
        }
        let row = self.account.row(conversation);
        if row.is_some_and(|row| row.group_ids.contains(&id)) {
            return 0;
        }
        let rows = &self.account.rows;
        let full = match self.policy.capacity {
            Capacity::Shared(maximum) => row.is_none() && rows.len() >= maximum as usize,
            Capacity::Separate { grouped, .. } => {
                let is_grouped = row.is_some_and(|row| !row.group_ids.is_empty());
                !is_grouped
                    && rows.iter().filter(|row| !row.group_ids.is_empty()).count()
                        >= grouped as usize
            }
            Capacity::PerGroup { members, .. } => {
                rows.iter().filter(|row| row.group_ids.contains(&id)).count() >= members as usize
            }
        };
        if full {
            return 51008;
        }
        self.record(What::Added(id, conversation.clone()));
        0
    }

    fn remove(&mut self, id: u32, conversation: &Conversation) -> i64 {
        if let Some(code) = self.unreachable(conversation) {
            return code;
        }
        if self.account.row(conversation).is_some_and(|row| row.group_ids.contains(&id)) {
            self.record(What::Removed(id, conversation.clone()));
        }
        0
    }

    fn mark_one(&mut self, item: &MarkItem) -> i64 {
        let needs_plan = item.operation != 2 || self.policy.custom_mark_needs_plan;
        if needs_plan && !self.facts.plan {
            return 51013;
        }
        if let Some(code) = self.unreachable(&item.conversation) {
            return code;
        }
        let row = self.account.row(&item.conversation);
        let standard = row.map_or(0, |row| row.standard);
        let custom = row.map_or("", |row| row.custom.as_str());
        // The fuzz target `canary` plants this bug to show that fuzzing finds it.
        let new_standard = if cfg!(canary) {
            (standard | item.set) & !item.clear
        } else {
            (standard & !item.clear) | item.set
        };
        let new_custom = item.custom.as_deref().unwrap_or(custom);
        if new_standard == standard && new_custom == custom {
            return 0;
        }
        let newly_marked =
            !row.is_some_and(Row::is_marked) && (new_standard != 0 || !new_custom.is_empty());
        let rows = &self.account.rows;
        let full = match self.policy.capacity {
            Capacity::Shared(maximum) => {
                row.is_none() && newly_marked && rows.len() >= maximum as usize
            }
            Capacity::Separate { marked, .. } | Capacity::PerGroup { marked, .. } => {
                newly_marked && rows.iter().filter(|row| row.is_marked()).count() >= marked as usize
            }
        };
        if full {
            return 51008;
        }
        let what = What::Marked(
            item.conversation.clone(),
            (new_standard != standard).then_some(new_standard),
            (new_custom != custom).then(|| new_custom.to_string()),
        );
        self.record(what);
        0
    }

    fn unreachable(&self, conversation: &Conversation) -> Option<i64> {
        match conversation {
            Conversation::OneToOne(id) => self.facts.unknown_accounts.contains(id).then_some(50001),
            Conversation::GroupChat(id) => {
                self.facts.unresolved_groups.contains(id).then_some(51007)
            }
        }
    }

    fn record(&mut self, what: What) {
        let change = Change { at: self.now, what };
        self.account.apply(&change);
        self.changes.push(change);
    }
}

fn result(conversation: &Conversation, code: i64) -> String {
    let info = if code == 0 { "" } else { "*" };
    format!(
        "\"ContactItem\":{},\"ResultCode\":{code},\"ResultInfo\":\"{info}\"",
        conversation.to_json()
    )
}

fn group_item(name: &str, id: u32) -> String {
    format!("{{\"GroupName\":{},\"GroupId\":{id}}}", quote(name))
}

fn row_item(row: &Row) -> String {
    let mut out =
        format!("{{{},\"StandardMark\":\"{}\"", row.conversation.members(), bits_of(row.standard));
    if !row.custom.is_empty() {
        out.push_str(&format!(",\"CustomMark\":{}", quote(&row.custom)));
    }
    if !row.group_ids.is_empty() {
        let ids: Vec<String> = row.group_ids.iter().map(u32::to_string).collect();
        out.push_str(&format!(",\"ContactGroupId\":{}", array(&ids)));
    }
    out + &format!(",\"Timestamp\":{}}}", row.timestamp)
}

impl Account {
    fn group_named(&self, name: &str) -> Option<u32> {
        self.groups.iter().find(|group| group.name == name).map(|group| group.id)
    }

    fn row(&self, conversation: &Conversation) -> Option<&Row> {
        self.rows.iter().find(|row| row.conversation == *conversation)
    }

    fn page(&self, start: u64, policy: &Policy) -> String {
        let mut rows = Vec::new();
        let mut next = 0;
        for (index, row) in (0_u64..).zip(&self.rows) {
            if index < start {
                continue;
            }
            if rows.len() == policy.page_size as usize {
                next = index;
                break;
            }
            rows.push(row_item(row));
        }
        let complete = u8::from(next == 0);
        let groups: Vec<String> =
            self.groups.iter().map(|group| group_item(&group.name, group.id)).collect();
        let next = match next {
            0 if !policy.last_page_has_index => String::new(),
            next => format!(",\"NextStartIndex\":{next}"),
        };
        format!(
            "\"ContactItem\":{},\"GroupItem\":{},\"CompleteFlag\":{complete}{next}",
            array(&rows),
            array(&groups)
        )
    }

    fn search(&self, conversations: &[Conversation]) -> String {
        let rows: Vec<&Row> =
            conversations.iter().filter_map(|conversation| self.row(conversation)).collect();
        let items: Vec<String> = rows.iter().map(|row| row_item(row)).collect();
        let named = self
            .groups
            .iter()
            .filter(|group| rows.iter().any(|row| row.group_ids.contains(&group.id)));
        let groups: Vec<String> = named.map(|group| group_item(&group.name, group.id)).collect();
        format!("\"ContactResultItem\":{},\"GroupItem\":{}", array(&items), array(&groups))
    }

    /// Drops the row of the conversation with that wire `Type` and ID, because the host says that
    /// it no longer exists.
    pub fn forget(&mut self, kind: u64, id: &str, now: u64) -> Vec<String> {
        let conversation = match kind {
            1 => Conversation::OneToOne(id.to_string()),
            2 => Conversation::GroupChat(id.to_string()),
            _ => return Vec::new(),
        };
        if self.row(&conversation).is_none() {
            return Vec::new();
        }
        let change = Change { at: now, what: What::Forgotten(conversation) };
        self.apply(&change);
        vec![change.to_json()]
    }

    /// Applies a stored change; one that does not fit changes nothing.
    pub fn replay(&mut self, change_json: &str) -> Result<(), String> {
        let change = Change::from_json(change_json)?;
        self.fits(&change)?;
        self.apply(&change);
        Ok(())
    }

    fn fits(&self, change: &Change) -> Result<(), String> {
        let is_group = |id: u32, name: &str| {
            self.groups.iter().any(|group| group.id == id && group.name == name)
        };
        let is_member = |id: u32, conversation: &Conversation| {
            self.row(conversation).is_some_and(|row| row.group_ids.contains(&id))
        };
        let fits = match &change.what {
            What::GroupCreated(id, name) => {
                self.last_group_id < GROUP_ID_MAX
                    && *id == self.last_group_id + 1
                    && !name.is_empty()
                    && self.group_named(name).is_none()
                    && self.groups.len() < GROUPS_MAX
            }
            What::GroupRenamed(id, old, new) => {
                is_group(*id, old) && !new.is_empty() && self.group_named(new).is_none()
            }
            What::GroupDeleted(id, name) => is_group(*id, name),
            What::Added(id, conversation) => {
                self.groups.iter().any(|group| group.id == *id) && !is_member(*id, conversation)
            }
            What::Removed(id, conversation) => is_member(*id, conversation),
            What::Marked(conversation, standard, custom) => {
                let row = self.row(conversation);
                let old_standard = row.map_or(0, |row| row.standard);
                let old_custom = row.map_or("", |row| row.custom.as_str());
                (standard.is_some() || custom.is_some())
                    && *standard != Some(old_standard)
                    && custom.as_deref() != Some(old_custom)
            }
            What::Forgotten(conversation) => self.row(conversation).is_some(),
        };
        if fits { Ok(()) } else { Err("the change does not fit the account".into()) }
    }

    /// Applies a change that fits.
    fn apply(&mut self, change: &Change) {
        match &change.what {
            What::GroupCreated(id, name) => {
                self.last_group_id = *id;
                self.groups.push(Group { id: *id, name: name.clone() });
            }
            What::GroupRenamed(id, _, new) => {
                for group in &mut self.groups {
                    if group.id == *id {
                        group.name = new.clone();
                    }
                }
            }
            What::GroupDeleted(id, _) => {
                self.groups.retain(|group| group.id != *id);
                for row in &mut self.rows {
                    if row.group_ids.contains(id) {
                        row.group_ids.retain(|other| other != id);
                        row.timestamp = change.at;
                    }
                }
            }
            What::Added(id, conversation) => {
                self.touch(conversation, change.at, |row| {
                    row.group_ids.push(*id);
                    row.group_ids.sort_unstable();
                });
            }
            What::Removed(id, conversation) => {
                self.touch(conversation, change.at, |row| {
                    row.group_ids.retain(|other| other != id)
                });
            }
            What::Marked(conversation, standard, custom) => {
                self.touch(conversation, change.at, |row| {
                    if let Some(standard) = standard {
                        row.standard = *standard;
                    }
                    if let Some(custom) = custom {
                        row.custom = custom.clone();
                    }
                });
            }
            What::Forgotten(conversation) => {
                self.rows.retain(|row| row.conversation != *conversation)
            }
        }
        self.rows.retain(|row| row.is_marked() || !row.group_ids.is_empty());
    }

    /// Changes a row, which is created if needed, and sets its timestamp.
    fn touch(&mut self, conversation: &Conversation, at: u64, change: impl Fn(&mut Row)) {
        if self.row(conversation).is_none() {
            self.rows.push(Row {
                conversation: conversation.clone(),
                standard: 0,
                custom: String::new(),
                group_ids: Vec::new(),
                timestamp: at,
            });
        }
        for row in &mut self.rows {
            if row.conversation == *conversation {
                change(row);
                row.timestamp = at;
            }
        }
    }
}
