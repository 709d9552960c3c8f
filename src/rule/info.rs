//! What is known about a rule and about a warning.

use super::{Ground, Rule, Warning};
use crate::code::ErrorCode;

/// All that is known about one rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RuleInfo {
    /// The rule.
    pub rule: Rule,
    /// Its stable kebab-case id. Decided.
    pub id: &'static str,
    /// Every code the rule can answer with, the usual one first; never empty.
    pub codes: &'static [ErrorCode],
    /// The stage that finds it, 0 to 7: the call around the body, the caller, JSON, schema,
    /// account, plan, state, items. A rule that is found in two stages has the earlier one. Faults
    /// of the host can occur after any stage and are listed under 7.
    pub stage: u8,
    /// What the rule rests on.
    pub ground: Ground,
    /// The pages that state it, or what we decided and why.
    pub source: &'static str,
    /// What is wrong, and what is allowed.
    pub explanation: &'static str,
    /// What the developer of the request can do. Decided.
    pub advice: &'static str,
    /// For rules that fail single items, the sentence for `ResultInfo`, with the rule's id; `""`
    /// for the others. Plain ASCII that needs no escape in JSON.
    pub item_info: &'static str,
}

/// All that is known about one warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct WarningInfo {
    /// The warning.
    pub warning: Warning,
    /// Its stable kebab-case id. Decided.
    pub id: &'static str,
    /// What the documented fact behind the warning rests on. That it is a warning and not an error
    /// is always decided.
    pub ground: Ground,
    /// The pages that state it, or what we decided and why.
    pub source: &'static str,
    /// What was noticed.
    pub explanation: &'static str,
    /// What the developer of the request can do. Decided.
    pub advice: &'static str,
}
