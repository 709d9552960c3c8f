//! The options that choose the policy.

use clap::{Args, Command};
use convmark::marks::MarkBase;
use convmark::policy::{ErrorDisplay, LastPageIndex, PolicyError, RenameItems};
use convmark::{Policy, Revision};

use crate::failure::Failure;
use crate::one_of::one_of;

/// The revision that the observed answers belong to.
const OBSERVED: Revision = Revision::V2026_04;

#[derive(Clone, Args)]
#[command(next_help_heading = "Policy options")]
pub struct Settings {
    /// The documented revision [default: the newest]
    #[arg(long, value_name = "NAME")]
    #[arg(value_parser = one_of(Revision::ALL, Revision::name))]
    revision: Option<Revision>,
    /// Answer as the live service was observed to answer in 2025-04: as under 2026-04, with
    /// --error-display all and --last-page-index absent. The options below win over --observed and
    /// --revision, in any order
    #[arg(long)]
    observed: bool,
    /// The index of the first mark bit [default: 1]
    #[arg(long, value_name = "INDEX")]
    #[arg(value_parser = one_of(MarkBase::ALL, MarkBase::name))]
    mark_base: Option<MarkBase>,
    /// The maximum number of rows on a page of get_contact_group, from 1 [default: 100]
    #[arg(long, value_name = "N")]
    page_size: Option<u32>,
    /// Which answers end with "ErrorDisplay":"": none; sampled, that is those of create, mark and
    /// search; or all [default: none; under 2023-03 sampled]
    #[arg(long, value_name = "WHICH")]
    #[arg(value_parser = one_of(ErrorDisplay::ALL, ErrorDisplay::name))]
    error_display: Option<ErrorDisplay>,
    /// Whether NextStartIndex is 0 or absent on the last page of get_contact_group [default: zero]
    #[arg(long, value_name = "HOW")]
    #[arg(value_parser = one_of(LastPageIndex::ALL, LastPageIndex::name))]
    last_page_index: Option<LastPageIndex>,
    /// Whether ContactResultItem is absent or [] in the answer to a rename [default: absent]
    #[arg(long, value_name = "HOW")]
    #[arg(value_parser = one_of(RenameItems::ALL, RenameItems::name))]
    rename_items: Option<RenameItems>,
}

impl Settings {
    /// The option for a setting of the policy, if there is one.
    pub fn option(setting: &str) -> Option<String> {
        let options = Self::augment_args(Command::new(""));
        let mut options = options.get_arguments();
        let found = options.find(|option| option.get_id() == setting)?;
        found.get_long().map(|name| format!("--{name}"))
    }

    /// Whether `--observed`, which is not given, would give a setting that value.
    pub fn would_be_observed(&self, setting: &str, value: &str) -> bool {
        let with_observed = Self { observed: true, ..self.clone() };
        let Ok((_, policy)) = with_observed.choose() else { return false };
        let observed = match setting {
            "error_display" => policy.error_display().name(),
            "last_page_index" => policy.last_page_index().name(),
            _ => return false,
        };
        !self.observed && observed == value
    }

    /// The revision that the options start from, with the policy that they make of it.
    pub fn choose(&self) -> Result<(Revision, Policy), Failure> {
        let revision = self.revision.unwrap_or_default();
        let mut policy = revision.policy();
        if self.observed {
            if revision != OBSERVED {
                return Err(Failure::Usage(format!(
                    "--observed is for the revision {OBSERVED} only; leave out --revision {revision}"
                )));
            }
            policy = Policy::observed();
        }
        let mut builder = policy.to_builder();
        if let Some(base) = self.mark_base {
            builder = builder.mark_base(base);
        }
        if let Some(rows) = self.page_size {
            builder = builder.page_size(rows);
        }
        if let Some(display) = self.error_display {
            builder = builder.error_display(display);
        }
        if let Some(index) = self.last_page_index {
            builder = builder.last_page_index(index);
        }
        if let Some(items) = self.rename_items {
            builder = builder.rename_items(items);
        }
        Ok((revision, builder.build().map_err(out_of_range)?))
    }
}

/// The number of calls per second, if a policy allows it.
pub fn calls_per_second(calls: u32) -> Result<u32, Failure> {
    let policy = Policy::default().to_builder().calls_per_second(calls).build();
    Ok(policy.map_err(out_of_range)?.calls_per_second())
}

fn out_of_range(error: PolicyError) -> Failure {
    let (option, range) = (error.setting().replace('_', "-"), error.range());
    Failure::Usage(format!(
        "--{option} must be an integer from {} to {}",
        range.start(),
        range.end()
    ))
}
