//! Which row of `docs/decisions.md` a difference touches.

use convmark::code::ErrorCode;
use convmark::{Command, Rule};

use super::difference::Kind;
use super::listed::Kept;
use super::ours::Ours;
use super::theirs::Theirs;

/// Titles of rows, without the asterisks of bold ones. Each has a name here, and a test finds each
/// in the page exactly once.
macro_rules! rows {
    ($($name:ident = $title:literal;)+) => {
        $(pub const $name: &str = $title;)+

        #[cfg(test)]
        const ALL: &[&str] = &[$($name),+];
    };
}

rows! {
    GROUP_NAMES = "Group names, code 51011";
    GROUPS = "Number of groups, code 51010";
    CAPACITY = "Capacity, code 51008";
    CREATE_CONVERSATIONS = "`ContactItem` of create";
    CONVERSATIONS = "Conversations in one create or update, code 51006";
    MARK_ITEMS = "Marks in one request, code 51006";
    SEARCH_COUNT = "Conversations in one search";
    SINGLE_GROUP = "Exactly one group in create and del";
    CUSTOM_MARKS = "Custom marks";
    MARK_BASE = "Index of mark bits";
    PLAN = "Plan, code 51013";
    PAGE_SIZE = "Page size of get";
    TOO_MANY_CALLS = "Too many calls";
    ORDER_OF_CHECKS = "Order of checks";
    PATH = "Path of the URL";
    NOT_MODELED = "The commands `get_list` and `delete`";
    SDKAPPID = "`sdkappid`";
    RANDOM = "`random`";
    OTHER_PARAMETERS = "Other URL parameters";
    PARAMETER_TWICE = "A URL parameter given twice";
    HTTP = "HTTP itself";
    NOT_ADMIN = "Caller is not an admin";
    JSON = "What is valid JSON";
    REPEATED_MEMBERS = "Repeated members";
    UPDATE_REQUIRED = "Required fields of update";
    USER_IDS = "User IDs";
    GROUP_CHAT_IDS = "Group chat IDs";
    ACCOUNT_NOT_STRING = "`From_Account` or `To_Account` is not a string";
    SCHEMA_CODES = "Codes for errors of the schema";
    NAME_TAKEN = "A name that is taken";
    GROUP_MISSING = "No such group";
    GROUP_IDS = "Group IDs";
    GROUP_IDS_EXHAUSTED = "The ID counter at its maximum";
    PARTIAL_SUCCESS = "Partial success";
    UNKNOWN_PEER = "A peer that is not imported";
    UNRESOLVED = "Unresolved IDs in removals and clears";
    TIMESTAMPS = "Timestamps";
    PAGES = "Pages of get";
    SEARCH = "Search";
    ROW = "Form of a row";
    FAILED_BODY = "Body of a failed answer";
    ERROR_DISPLAY = "`ErrorDisplay`";
    LAST_PAGE_INDEX = "`NextStartIndex` on the last page";
    RENAME_ITEMS = "`ContactResultItem` after a rename";
    LIVE_SERVICE = "Answers of the live service";
    FAULTS = "50004 and 50005";
}

/// The row about a setting.
pub fn of_setting(name: &str) -> &'static str {
    match name {
        "group_name_max_bytes" => GROUP_NAMES,
        "groups" => GROUPS,
        "capacity" => CAPACITY,
        "create_needs_conversations" => CREATE_CONVERSATIONS,
        "conversations_max" => CONVERSATIONS,
        "mark_items_max" => MARK_ITEMS,
        "search_max" => SEARCH_COUNT,
        "custom_mark_max_bytes" => CUSTOM_MARKS,
        "custom_mark_needs_plan" => PLAN,
        "mark_base" => MARK_BASE,
        "page_size" => PAGE_SIZE,
        "error_display" => ERROR_DISPLAY,
        "last_page_index" => LAST_PAGE_INDEX,
        "rename_items" => RENAME_ITEMS,
        other => unreachable!("{other} is not tried"),
    }
}

/// The row about a difference that no setting changes.
pub fn of(
    difference: &Kept,
    command: Option<Command>,
    theirs: &Theirs,
    ours: &Ours,
) -> &'static str {
    if matches!(difference.kind, Kind::Order(_)) {
        return TIMESTAMPS;
    }
    let steps: Vec<&str> = difference.path.split('/').skip(1).collect();
    let Some(last) = steps.last() else { return LIVE_SERVICE };
    match *last {
        "ErrorDisplay" => return ERROR_DISPLAY,
        "ErrorInfo" if theirs.is_ok == ours.refusal.is_none() => return FAILED_BODY,
        "GroupId" => return GROUP_IDS,
        _ => {}
    }
    if theirs.is_ok != ours.refusal.is_none() || *last == "ErrorCode" {
        return match &ours.refusal {
            Some((rule, path)) => of_rule(*rule, path, command),
            None => of_code(theirs.code, command),
        };
    }
    if let Some(item) = item(&steps) {
        let rule = ours.item_rules.get(item).copied().flatten();
        return match (rule, theirs.item_code(item)) {
            (Some(rule), _) => of_rule(rule, "", command),
            (None, code) if !code.is_ok() => of_code(code, command),
            (None, _) => PARTIAL_SUCCESS,
        };
    }
    match (command, &*steps) {
        // Another conversation is a matter of order.
        (Some(Command::GetContactGroup), ["ContactItem", _, "To_Account" | "ToGroupId"]) => PAGES,
        (
            Some(Command::SearchContactGroup),
            ["ContactResultItem", _, "To_Account" | "ToGroupId"],
        ) => SEARCH,
        (Some(Command::GetContactGroup), ["ContactItem", _, _, ..]) => ROW,
        (Some(Command::SearchContactGroup), ["ContactResultItem", _, _, ..]) => ROW,
        (Some(Command::GetContactGroup), ["ContactItem" | "GroupItem" | "CompleteFlag", ..]) => {
            PAGES
        }
        (Some(Command::GetContactGroup), ["NextStartIndex"]) => PAGES,
        (Some(Command::SearchContactGroup), ["ContactResultItem" | "GroupItem", ..]) => SEARCH,
        (Some(Command::UpdateContactGroup), [.., "ContactResultItem"]) => RENAME_ITEMS,
        _ => LIVE_SERVICE,
    }
}

/// The item of create, update or mark whose result is at a path, 0-based.
fn item(steps: &[&str]) -> Option<usize> {
    match steps {
        [.., "ResultItem" | "ContactResultItem", item, "ResultCode" | "ResultInfo"] => {
            item.parse().ok()
        }
        _ => None,
    }
}

/// The row about a rule that a request breaks at a path.
fn of_rule(rule: Rule, path: &str, command: Option<Command>) -> &'static str {
    let last = path.rsplit('/').find(|step| step.parse::<u64>().is_err()).unwrap_or_default();
    match rule {
        Rule::UnknownEndpoint => PATH,
        Rule::NotModeled => NOT_MODELED,
        Rule::MissingParameter | Rule::BadParameter => match path {
            "?sdkappid" => SDKAPPID,
            "?random" => RANDOM,
            _ => OTHER_PARAMETERS,
        },
        Rule::DuplicateParameter => PARAMETER_TWICE,
        Rule::BadHttp => HTTP,
        Rule::TooFrequent => TOO_MANY_CALLS,
        Rule::NotAdmin => NOT_ADMIN,
        Rule::InvalidJson => JSON,
        Rule::DuplicateField => REPEATED_MEMBERS,
        Rule::MissingField if command == Some(Command::UpdateContactGroup) => UPDATE_REQUIRED,
        Rule::MissingField if path == "/GroupContactItem/0/ContactItem" => CREATE_CONVERSATIONS,
        Rule::AccountNotString => ACCOUNT_NOT_STRING,
        Rule::OutOfRange if ["SetMark", "ClearMark"].contains(&last) => MARK_BASE,
        Rule::MalformedId if last == "ToGroupId" => GROUP_CHAT_IDS,
        Rule::MalformedId => USER_IDS,
        Rule::GroupNameTooLong => GROUP_NAMES,
        Rule::CustomMarkTooLong => CUSTOM_MARKS,
        Rule::ItemCount if command == Some(Command::MarkContact) => MARK_ITEMS,
        Rule::ItemCount => CONVERSATIONS,
        Rule::SingleItemOnly => SINGLE_GROUP,
        Rule::SearchCount => SEARCH_COUNT,
        Rule::PlanRequired => PLAN,
        Rule::GroupMissing => GROUP_MISSING,
        Rule::GroupNameTaken => NAME_TAKEN,
        Rule::TooManyGroups => GROUPS,
        Rule::GroupIdsExhausted => GROUP_IDS_EXHAUSTED,
        Rule::AccountUnknown => UNKNOWN_PEER,
        Rule::GroupUnresolved => UNRESOLVED,
        Rule::CapacityExceeded => CAPACITY,
        Rule::HostFault | Rule::HostTimeout => FAULTS,
        Rule::MissingField | Rule::WrongType | Rule::OutOfRange => SCHEMA_CODES,
        _ => ORDER_OF_CHECKS,
    }
}

/// The row about a code that their answer has and ours has not.
fn of_code(code: ErrorCode, command: Option<Command>) -> &'static str {
    match code {
        ErrorCode::ACCOUNT_UNKNOWN | ErrorCode::ACCOUNT_UNKNOWN_PUBLIC => UNKNOWN_PEER,
        ErrorCode::NOT_ADMIN | ErrorCode::NOT_ADMIN_GATEWAY => NOT_ADMIN,
        ErrorCode::ITEM_COUNT if command == Some(Command::MarkContact) => MARK_ITEMS,
        ErrorCode::ITEM_COUNT => CONVERSATIONS,
        ErrorCode::GROUP_UNRESOLVED => UNRESOLVED,
        ErrorCode::CAPACITY => CAPACITY,
        ErrorCode::GROUP_MISSING => GROUP_MISSING,
        ErrorCode::TOO_MANY_GROUPS => GROUPS,
        ErrorCode::GROUP_NAME_TOO_LONG => GROUP_NAMES,
        ErrorCode::PLAN_REQUIRED => PLAN,
        ErrorCode::INVALID_JSON => JSON,
        ErrorCode::ACCOUNT_NOT_STRING => ACCOUNT_NOT_STRING,
        _ => SCHEMA_CODES,
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    const DECISIONS: &str = include_str!("../../../docs/decisions.md");

    #[test]
    fn every_title_is_that_of_one_row() {
        let rows =
            DECISIONS.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
        let titles: Vec<String> = rows.map(|title| title.replace("**", "")).collect();
        for title in ALL {
            let count = titles.iter().filter(|found| found == title).count();
            assert_eq!(count, 1, "{title}");
        }
    }
}
