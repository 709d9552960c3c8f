//! The facts that only the server knows, read from a file.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use convmark::conversation::{GroupChatId, IdError, UserId};
use convmark::{CheckedRequest, Facts, Lookup};
use serde::{Serialize, Serializer};

use crate::config::ConfigError;
use crate::json::{Json, WrongJson};

/// What is known. If a list is absent, every ID of its kind is known.
///
/// `Debug` shows no ID.
#[derive(Clone, Default, Serialize)]
pub struct Known {
    #[serde(serialize_with = "sorted", skip_serializing_if = "Option::is_none")]
    accounts: Option<HashSet<String>>,
    #[serde(serialize_with = "sorted", skip_serializing_if = "Option::is_none")]
    groups: Option<HashSet<String>>,
    #[serde(serialize_with = "sorted", skip_serializing_if = "Option::is_none")]
    admins: Option<HashSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<bool>,
}

fn sorted<S: Serializer>(list: &Option<HashSet<String>>, serializer: S) -> Result<S::Ok, S::Error> {
    list.as_ref().map(|list| list.iter().collect::<BTreeSet<_>>()).serialize(serializer)
}

impl Known {
    /// Reads a file: `{"accounts":[..],"groups":[..],"admins":[..],"plan":true}`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::File`] if it cannot be read or has another form.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let error = |problem: String| ConfigError::File { path: path.to_owned(), problem };
        let text = fs::read(path).map_err(|problem| error(problem.to_string()))?;
        let known = Json::parse(&text, "the file").and_then(|json| Self::of(&json));
        known.map_err(|problem| error(problem.to_string()))
    }

    /// What a JSON object of that form says.
    ///
    /// # Errors
    ///
    /// If it has another form, or an ID that no account or group chat can have.
    pub(crate) fn of(json: &Json<'_>) -> Result<Self, WrongJson> {
        let users = |list: &Json<'_>| ids(list, "an array of user IDs", user_id);
        let chats = |list: &Json<'_>| ids(list, "an array of group chat IDs", group_chat_id);
        let [accounts, groups, admins, plan] =
            json.object(["accounts", "groups", "admins", "plan"])?;
        Ok(Self {
            accounts: accounts.as_ref().map(users).transpose()?,
            groups: groups.as_ref().map(chats).transpose()?,
            admins: admins.as_ref().map(users).transpose()?,
            plan: plan.map(|plan| plan.boolean()).transpose()?,
        })
    }

    /// The app admins, if the file names them.
    #[must_use]
    pub const fn admins(&self) -> Option<&HashSet<String>> {
        self.admins.as_ref()
    }

    /// The same with these app admins; `None` is everyone.
    #[must_use]
    pub fn with_admins(self, admins: Option<HashSet<String>>) -> Self {
        Self { admins, ..self }
    }

    /// Whether that user is an app admin.
    #[must_use]
    pub fn is_admin(&self, identifier: &str) -> bool {
        lists(self.admins.as_ref(), identifier)
    }

    /// Whether nothing is limited: every account and group chat is known, and the plan includes
    /// the feature.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.accounts.is_none() && self.groups.is_none() && self.plan.unwrap_or(true)
    }

    /// Answers exactly the lookups that the core needs for this request.
    #[must_use]
    pub fn facts(&self, request: &CheckedRequest<'_>) -> Facts {
        if self.is_everything() {
            return Facts::vouched();
        }
        let mut facts = Facts::asked();
        for lookup in request.lookups() {
            let yes = match &lookup {
                Lookup::Requester(id) | Lookup::Peer { id, .. } => {
                    lists(self.accounts.as_ref(), id.as_str())
                }
                Lookup::GroupChat { id, .. } => lists(self.groups.as_ref(), id.as_str()),
                Lookup::Plan => self.plan.unwrap_or(true),
                // A lookup of a later version gets no answer. The core then reports misuse instead
                // of guessing.
                _ => continue,
            };
            facts.answer(&lookup, yes);
        }
        facts
    }
}

/// The IDs of a list. `kinds` says in words what they are.
fn ids(
    list: &Json<'_>,
    kinds: &str,
    read: impl Fn(&Json<'_>) -> Result<String, WrongJson>,
) -> Result<HashSet<String>, WrongJson> {
    let mut ids = HashSet::new();
    list.each(kinds, |id| {
        ids.insert(read(&id)?);
        Ok(())
    })?;
    Ok(ids)
}

/// A user ID.
///
/// # Errors
///
/// If it is not one.
pub(crate) fn user_id(json: &Json<'_>) -> Result<String, WrongJson> {
    id(json, "a user ID", |id| UserId::new(id).map(drop))
}

fn group_chat_id(json: &Json<'_>) -> Result<String, WrongJson> {
    id(json, "a group chat ID", |id| GroupChatId::new(id).map(drop))
}

/// An ID. `kind` says in words what it is.
fn id(
    json: &Json<'_>,
    kind: &str,
    check: impl Fn(&str) -> Result<(), IdError>,
) -> Result<String, WrongJson> {
    let id = json.string(kind)?;
    match check(&id) {
        Ok(()) => Ok(id),
        Err(error) => Err(json.wrong(format_args!("must be {kind}: {error}"))),
    }
}

fn lists(known: Option<&HashSet<String>>, id: &str) -> bool {
    known.is_none_or(|known| known.contains(id))
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = |list: &Option<HashSet<String>>| list.as_ref().map(HashSet::len);
        f.debug_struct("Known")
            .field("accounts", &count(&self.accounts))
            .field("groups", &count(&self.groups))
            .field("admins", &count(&self.admins))
            .field("plan", &self.plan)
            .finish()
    }
}
