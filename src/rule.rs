//! Every rule that a request can break and every warning that it can draw: id, code, ground,
//! explanation.

mod ground;
mod info;
mod rules;
mod warnings;

pub use ground::Ground;
pub use info::{RuleInfo, WarningInfo};
pub use rules::Rule;
pub use warnings::Warning;
