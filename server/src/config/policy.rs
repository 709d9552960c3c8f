//! The policy that the options make. The core checks every range.

use convmark::policy::PolicyError;
use convmark::{Policy, Revision};

use super::ConfigError;
use super::layers::Layers;
use super::options::all;
use super::values::{capacity, named, number, number_or_none, yes_or_no};

/// The revision that the observed answers belong to.
const OBSERVED: Revision = Revision::V2026_04;

/// The policy, and the limit of calls per second if there is one.
///
/// # Errors
///
/// [`ConfigError::Value`] names the option.
pub fn choose(layers: &Layers) -> Result<(Policy, Option<u32>), ConfigError> {
    let revision = layers.one("revision", named::<Revision>)?.unwrap_or_default();
    let mut policy = revision.policy();
    if layers.flag("observed")? {
        if revision != OBSERVED {
            let problem =
                format!("is for the revision {OBSERVED} only; leave out --revision {revision}");
            return Err(layers.error("observed", problem));
        }
        policy = Policy::observed();
    }
    let mut builder = policy.to_builder();
    macro_rules! set {
        ($($option:literal => $setter:ident($parse:expr);)+) => {
            $(if let Some(value) = layers.one($option, $parse)? {
                builder = builder.$setter(value);
            })+
        };
    }
    set! {
        "mark-base" => mark_base(named);
        "page-size" => page_size(number);
        "error-display" => error_display(named);
        "last-page-index" => last_page_index(named);
        "rename-items" => rename_items(named);
        "group-name-max-bytes" => group_name_max_bytes(number);
        "groups" => groups(number);
        "capacity" => capacity(capacity);
        "create-needs-conversations" => create_needs_conversations(yes_or_no);
        "conversations-max" => conversations_max(number_or_none);
        "mark-items-max" => mark_items_max(number);
        "search-max" => search_max(number);
        "custom-mark-max-bytes" => custom_mark_max_bytes(number);
        "custom-mark-needs-plan" => custom_mark_needs_plan(yes_or_no);
        "calls-per-second" => calls_per_second(number);
    }
    let policy = builder.build().map_err(|error| out_of_range(layers, &error))?;
    // The documented limit is what a policy has by default; a fake service has none unless told so.
    let limit = layers.has("calls-per-second").then(|| policy.calls_per_second());
    Ok((policy, limit))
}

fn out_of_range(layers: &Layers, error: &PolicyError) -> ConfigError {
    let (name, range) = (error.setting().replace('_', "-"), error.range());
    // A setting without an option cannot be out of its range.
    let option = all().find(|option| option.name == name).map_or("revision", |option| option.name);
    let problem = format!("must be an integer from {} to {}", range.start(), range.end());
    layers.error(option, problem)
}
