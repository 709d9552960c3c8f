//! The errors and warnings of a body.

use super::conversation::{Conversation, is_group_id, is_user_id};
use super::json::{self, Document, Kind, Whole};
use super::policy::Policy;
use std::collections::BTreeSet;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The request is refused.
    Error,
    /// The answer is the same as without the warning.
    Warning,
}

/// One finding without its message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The severity.
    pub severity: Severity,
    /// The rule's ID.
    pub rule: &'static str,
    /// The code of the answer. Warnings have none.
    pub code: Option<i64>,
    /// A JSON Pointer to the value.
    pub path: String,
}

/// Everything found in a body: the errors in canonical order, then the warnings.
pub fn findings(command: &str, body: &[u8], policy: &Policy) -> Vec<Finding> {
    match json::parse(body) {
        Some(document) => judge(command, &document, policy),
        None => vec![invalid_json()],
    }
}

/// The same for a body that is parsed already.
pub fn judge(command: &str, document: &Document, policy: &Policy) -> Vec<Finding> {
    let mut judge = Judge {
        document,
        policy,
        errors: Vec::new(),
        warnings: Vec::new(),
        has_unpaired_surrogate: false,
        seen: BTreeSet::new(),
    };
    judge.body(command);
    if judge.has_unpaired_surrogate {
        return vec![invalid_json()];
    }
    let mut all = judge.errors;
    all.append(&mut judge.warnings);
    all
}

fn invalid_json() -> Finding {
    Finding {
        severity: Severity::Error,
        rule: "invalid-json",
        code: Some(60003),
        path: String::new(),
    }
}

/// The JSON type that a field ought to have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    /// A string whose wrong type has a code of its own.
    Account,
    List,
}

struct Judge<'a> {
    document: &'a Document,
    policy: &'a Policy,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    /// Whether a text that is read had an unpaired surrogate escape.
    has_unpaired_surrogate: bool,
    /// The conversations that the request has named so far.
    seen: BTreeSet<Conversation>,
}

/// One object that is being judged.
#[derive(Clone)]
struct Place {
    node: usize,
    path: String,
}

impl Place {
    fn at(&self, name: &str) -> String {
        format!("{}/{}", self.path, name.replace('~', "~0").replace('/', "~1"))
    }
}

impl Judge<'_> {
    fn error(&mut self, rule: &'static str, code: i64, path: &str) {
        self.errors.push(Finding {
            severity: Severity::Error,
            rule,
            code: Some(code),
            path: path.to_string(),
        });
    }

    fn warn(&mut self, rule: &'static str, path: &str) {
        self.warnings.push(Finding {
            severity: Severity::Warning,
            rule,
            code: None,
            path: path.to_string(),
        });
    }

    fn body(&mut self, command: &str) {
        let fields: &[&str] = match command {
            "create_contact_group" => &["From_Account", "GroupContactItem"],
            "update_contact_group" => &["From_Account", "UpdateType", "UpdateGroup"],
            "del_contact_group" => &["From_Account", "GroupName"],
            "mark_contact" => &["From_Account", "MarkItem"],
            "get_contact_group" => &["From_Account", "StartIndex"],
            _ => &["From_Account", "ContactItem"],
        };
        let Some(root) = self.object(0, "", fields) else {
            return;
        };
        let account = self.field(&root, "From_Account");
        self.id(account, &root.at("From_Account"), Shape::Account, is_user_id);
        match command {
            "create_contact_group" => self.create(&root),
            "update_contact_group" => self.update(&root),
            "del_contact_group" => self.del(&root),
            "mark_contact" => self.mark(&root),
            "get_contact_group" => {
                let index = self.field(&root, "StartIndex");
                self.integer(index, &root.at("StartIndex"), 0, u64::MAX);
            }
            _ => self.search(&root),
        }
    }

    fn create(&mut self, root: &Place) {
        let path = root.at("GroupContactItem");
        let list = self.field(root, "GroupContactItem");
        let Some(elements) = self.list(list, &path, true) else {
            return;
        };
        if elements.len() != 1 {
            self.error("single-item-only", 50002, &path);
        }
        for (index, element) in elements.into_iter().enumerate() {
            let Some(group) =
                self.object(element, &format!("{path}/{index}"), &["GroupName", "ContactItem"])
            else {
                continue;
            };
            let name = self.field(&group, "GroupName");
            self.new_name(name, &group.at("GroupName"));
            let path = group.at("ContactItem");
            let list = self.field(&group, "ContactItem");
            let Some(contacts) = self.list(list, &path, self.policy.create_contact_item_required)
            else {
                continue;
            };
            self.conversation_count(contacts.len(), &path);
            for (index, contact) in contacts.into_iter().enumerate() {
                let path = format!("{path}/{index}");
                let conversation = self.contact(contact, &path);
                self.repeated(conversation, &path);
            }
        }
    }

    fn update(&mut self, root: &Place) {
        let update_type = self.field(root, "UpdateType");
        self.integer(update_type, &root.at("UpdateType"), 1, 1);
        let fields = ["UpdateGroupType", "OldGroupName", "NewGroupName", "ContactUpdateItem"];
        let group = self.field(root, "UpdateGroup");
        let Some(group) = self.required_object(group, &root.at("UpdateGroup"), &fields) else {
            return;
        };
        let kind = self.field(&group, "UpdateGroupType");
        let kind = self.integer(kind, &group.at("UpdateGroupType"), 1, 2);
        let old = self.field(&group, "OldGroupName");
        let old = self.name(old, &group.at("OldGroupName"));

        let path = group.at("NewGroupName");
        let new = self.field(&group, "NewGroupName");
        if kind == Some(1) {
            let new = self.new_name(new, &path);
            if new.is_some() && new == old {
                self.warn("no-effect", &path);
            }
        } else {
            self.unused(new, &path, Shape::Text, kind.map(|_| "ignored-field"));
        }

        let path = group.at("ContactUpdateItem");
        let list = self.field(&group, "ContactUpdateItem");
        if kind != Some(2) {
            self.unused(list, &path, Shape::List, kind.map(|_| "ignored-field"));
            return;
        }
        if self.absent_or_empty_list(list) {
            self.warn("no-effect", &group.path);
        }
        let Some(items) = self.list(list, &path, false) else {
            return;
        };
        self.conversation_count(items.len(), &path);
        for (index, item) in items.into_iter().enumerate() {
            let path = format!("{path}/{index}");
            let Some(item) = self.object(item, &path, &["ContactOptType", "ContactItem"]) else {
                continue;
            };
            let operation = self.field(&item, "ContactOptType");
            self.integer(operation, &item.at("ContactOptType"), 1, 2);
            let conversation = self.contact_field(&item);
            self.repeated(conversation, &path);
        }
    }

    fn del(&mut self, root: &Place) {
        let path = root.at("GroupName");
        let list = self.field(root, "GroupName");
        let Some(names) = self.list(list, &path, true) else {
            return;
        };
        if names.len() != 1 {
            self.error("single-item-only", 50002, &path);
        }
        for (index, name) in names.into_iter().enumerate() {
            let path = format!("{path}/{index}");
            if *self.document.kind(name) == Kind::Null {
                self.error("wrong-type", 50002, &path);
            } else {
                self.name(Some(name), &path);
            }
        }
    }

    fn mark(&mut self, root: &Place) {
        let path = root.at("MarkItem");
        let list = self.field(root, "MarkItem");
        let Some(items) = self.list(list, &path, true) else {
            return;
        };
        if items.is_empty() || items.len() > self.policy.mark_items_max as usize {
            self.error("item-count", 51006, &path);
        }
        for (index, item) in items.into_iter().enumerate() {
            self.mark_item(item, &format!("{path}/{index}"));
        }
    }

    fn mark_item(&mut self, item: usize, path: &str) {
        let fields = ["OptType", "ContactItem", "ClearMark", "SetMark", "CustomMark"];
        let Some(item) = self.object(item, path, &fields) else {
            return;
        };
        let kind = self.field(&item, "OptType");
        let kind = self.integer(kind, &item.at("OptType"), 1, 3);
        let conversation = self.contact_field(&item);
        self.repeated(conversation, path);

        let uses_bits = matches!(kind, Some(1 | 3));
        let uses_custom = matches!(kind, Some(2 | 3));
        let warning = kind.map(|_| "ignored-field");
        let clear = self.field(&item, "ClearMark");
        let cleared = if uses_bits {
            self.bits(clear, &item.at("ClearMark"))
        } else {
            self.unused(clear, &item.at("ClearMark"), Shape::List, warning);
            0
        };
        let set = self.field(&item, "SetMark");
        let were_set = if uses_bits {
            self.bits(set, &item.at("SetMark"))
        } else {
            self.unused(set, &item.at("SetMark"), Shape::List, warning);
            0
        };
        if cleared & were_set != 0 {
            self.warn("set-and-clear", &item.at("SetMark"));
        }
        let custom = self.field(&item, "CustomMark");
        if uses_custom {
            let path = item.at("CustomMark");
            let text = self.text(custom, &path, Shape::Text);
            if text.is_some_and(|text| text.len() > self.policy.custom_mark_bytes as usize) {
                self.error("custom-mark-too-long", 50002, &path);
            }
        } else {
            self.unused(custom, &item.at("CustomMark"), Shape::Text, warning);
        }

        let no_bits = self.absent_or_empty_list(clear) && self.absent_or_empty_list(set);
        let no_effect = match kind {
            Some(1) => no_bits,
            Some(2) => custom.is_none(),
            Some(3) => no_bits && custom.is_none(),
            _ => false,
        };
        if no_effect {
            self.warn("no-effect", path);
        }
    }

    fn search(&mut self, root: &Place) {
        let path = root.at("ContactItem");
        let list = self.field(root, "ContactItem");
        let Some(contacts) = self.list(list, &path, true) else {
            return;
        };
        if contacts.is_empty() || contacts.len() > self.policy.search_max as usize {
            self.error("search-count", 50002, &path);
        }
        for (index, contact) in contacts.into_iter().enumerate() {
            let path = format!("{path}/{index}");
            let conversation = self.contact(contact, &path);
            self.repeated(conversation, &path);
        }
    }

    // Parts that several commands share.

    /// The required `ContactItem` of an item.
    fn contact_field(&mut self, item: &Place) -> Option<Conversation> {
        let path = item.at("ContactItem");
        match self.field(item, "ContactItem") {
            Some(contact) => self.contact(contact, &path),
            None => {
                self.error("missing-field", 50002, &path);
                None
            }
        }
    }

    /// A `ContactItem` object. Returns the conversation if its type and ID are valid.
    fn contact(&mut self, node: usize, path: &str) -> Option<Conversation> {
        let contact = self.object(node, path, &["Type", "ToGroupId", "To_Account"])?;
        let kind = self.field(&contact, "Type");
        let kind = self.integer(kind, &contact.at("Type"), 1, 2);
        let mut named = None;
        let warning = kind.map(|_| "irrelevant-id");

        let path = contact.at("ToGroupId");
        let group = self.field(&contact, "ToGroupId");
        if kind == Some(2) {
            named = self.id(group, &path, Shape::Text, is_group_id).map(Conversation::GroupChat);
        } else {
            self.unused(group, &path, Shape::Text, warning);
        }

        let path = contact.at("To_Account");
        let account = self.field(&contact, "To_Account");
        if kind == Some(1) {
            named = self.id(account, &path, Shape::Account, is_user_id).map(Conversation::OneToOne);
        } else {
            self.unused(account, &path, Shape::Account, warning);
        }
        named
    }

    fn repeated(&mut self, conversation: Option<Conversation>, path: &str) {
        if conversation.is_some_and(|conversation| !self.seen.insert(conversation)) {
            self.warn("repeated-conversation", path);
        }
    }

    fn conversation_count(&mut self, count: usize, path: &str) {
        if self.policy.max_conversations.is_some_and(|maximum| count > maximum as usize) {
            self.error("item-count", 51006, path);
        }
    }

    /// A used array of mark indexes. Returns the bits of the valid ones.
    fn bits(&mut self, list: Option<usize>, path: &str) -> u64 {
        let base = u64::from(self.policy.mark_base);
        let mut bits = 0;
        for (index, element) in
            self.list(list, path, false).unwrap_or_default().into_iter().enumerate()
        {
            let path = format!("{path}/{index}");
            if *self.document.kind(element) == Kind::Null {
                self.error("wrong-type", 50002, &path);
                continue;
            }
            let Some(number) = self.integer(Some(element), &path, base, base + 63) else {
                continue;
            };
            bits |= 1 << (number - base);
            if (4..32).contains(&(number - base)) {
                self.warn("internal-mark-bit", &path);
            }
        }
        bits
    }

    /// A required, used name; `None` unless it is a string and not empty.
    fn name(&mut self, node: Option<usize>, path: &str) -> Option<String> {
        let Some(node) = node else {
            self.error("missing-field", 50002, path);
            return None;
        };
        let text = self.text(Some(node), path, Shape::Text)?;
        if text.is_empty() {
            self.error("missing-field", 50002, path);
            return None;
        }
        Some(text)
    }

    /// The same for the new name of a group.
    fn new_name(&mut self, node: Option<usize>, path: &str) -> Option<String> {
        let name = self.name(node, path)?;
        if name.len() > self.policy.group_name_bytes as usize {
            self.error("group-name-too-long", 51011, path);
        } else if name.len() > 32 {
            self.warn("long-group-name", path);
        }
        Some(name)
    }

    /// A required, used ID.
    fn id(
        &mut self,
        node: Option<usize>,
        path: &str,
        shape: Shape,
        good: fn(&str) -> bool,
    ) -> Option<String> {
        let text = match node {
            Some(_) => self.text(node, path, shape)?,
            None => String::new(),
        };
        if text.is_empty() {
            self.error("missing-field", 50002, path);
            None
        } else if good(&text) {
            Some(text)
        } else {
            self.error("malformed-id", 50002, path);
            None
        }
    }

    // Fields and their types.

    /// An object whose members are used. Unknown names are found here.
    fn object(&mut self, node: usize, path: &str, documented: &[&str]) -> Option<Place> {
        let place = Place { node, path: path.to_string() };
        if !matches!(self.document.kind(node), Kind::Object(_)) {
            self.error("wrong-type", 50002, path);
            return None;
        }
        let mut unknown = BTreeSet::new();
        for (name, _) in self.document.members(node) {
            if name.has_unpaired_surrogate {
                self.has_unpaired_surrogate = true;
            } else if !documented.contains(&name.text.as_str()) && unknown.insert(&name.text) {
                self.warn("unknown-field", &place.at(&name.text));
            }
        }
        Some(place)
    }

    fn required_object(
        &mut self,
        node: Option<usize>,
        path: &str,
        documented: &[&str],
    ) -> Option<Place> {
        match node {
            Some(node) => self.object(node, path, documented),
            None => {
                self.error("missing-field", 50002, path);
                None
            }
        }
    }

    /// The first occurrence of a documented field, unless it is absent or `null`. Duplicates are
    /// found here, so this must come before all other findings about the field.
    fn field(&mut self, place: &Place, name: &str) -> Option<usize> {
        let count = self
            .document
            .members(place.node)
            .iter()
            .filter(|(key, _)| !key.has_unpaired_surrogate && key.text == name)
            .count();
        if count > 1 {
            self.error("duplicate-field", 50002, &place.at(name));
        }
        self.document.get(place.node, name)
    }

    /// The content of a used string.
    fn text(&mut self, node: Option<usize>, path: &str, shape: Shape) -> Option<String> {
        match self.document.kind(node?) {
            Kind::String(text) => {
                self.has_unpaired_surrogate |= text.has_unpaired_surrogate;
                Some(text.text.clone())
            }
            _ => {
                self.wrong_type(path, shape);
                None
            }
        }
    }

    /// The elements of a used array.
    fn list(&mut self, node: Option<usize>, path: &str, required: bool) -> Option<Vec<usize>> {
        match node.map(|node| self.document.kind(node)) {
            Some(Kind::Array(elements)) => Some(elements.clone()),
            Some(_) => {
                self.wrong_type(path, Shape::List);
                None
            }
            None => {
                if required {
                    self.error("missing-field", 50002, path);
                }
                None
            }
        }
    }

    /// A required integer in a range.
    fn integer(&mut self, node: Option<usize>, path: &str, low: u64, high: u64) -> Option<u64> {
        let whole = match node.map(|node| self.document.kind(node)) {
            None => {
                self.error("missing-field", 50002, path);
                return None;
            }
            Some(Kind::Number(text)) => json::whole(text),
            Some(_) => Whole::No,
        };
        match whole {
            Whole::Unsigned(value) if (low..=high).contains(&value) => Some(value),
            Whole::No => {
                self.error("wrong-type", 50002, path);
                None
            }
            _ => {
                self.error("out-of-range", 50002, path);
                None
            }
        }
    }

    /// A field that is not used: checks its type, and warns if it has a value and a warning is
    /// given.
    fn unused(
        &mut self,
        node: Option<usize>,
        path: &str,
        shape: Shape,
        warning: Option<&'static str>,
    ) {
        let Some(node) = node else { return };
        let empty = match (self.document.kind(node), shape) {
            (Kind::String(text), Shape::Text | Shape::Account) => text.text.is_empty(),
            (Kind::Array(elements), Shape::List) => elements.is_empty(),
            _ => {
                self.wrong_type(path, shape);
                return;
            }
        };
        if let (false, Some(rule)) = (empty, warning) {
            self.warn(rule, path);
        }
    }

    fn wrong_type(&mut self, path: &str, shape: Shape) {
        if shape == Shape::Account {
            self.error("account-not-string", 60015, path);
        } else {
            self.error("wrong-type", 50002, path);
        }
    }

    fn absent_or_empty_list(&self, node: Option<usize>) -> bool {
        match node.map(|node| self.document.kind(node)) {
            None => true,
            Some(Kind::Array(elements)) => elements.is_empty(),
            Some(_) => false,
        }
    }
}
