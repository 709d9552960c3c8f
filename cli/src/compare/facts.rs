//! What only the service knows: taken from the line, and else inferred from the recorded answer.

use convmark::call::Caller;
use convmark::{CheckedRequest, ErrorCode, Facts, Lookup};

use super::theirs::Theirs;
use crate::recorded::Exchange;

/// Where facts are taken from.
#[derive(Clone, Copy)]
pub enum Known<'a> {
    Given(&'a Exchange<'a>),
    Inferred(&'a Theirs),
    /// From the answer as well, and items that failed for any reason fail.
    AsAnswered(&'a Theirs),
}

impl<'a> Known<'a> {
    pub const fn of(exchange: &'a Exchange<'a>, theirs: &'a Theirs) -> Self {
        if exchange.facts.is_some() { Self::Given(exchange) } else { Self::Inferred(theirs) }
    }

    pub fn caller(self) -> Caller {
        let is_admin = match self {
            Self::Given(exchange) => exchange.request.is_admin,
            Self::Inferred(theirs) | Self::AsAnswered(theirs) => {
                ![ErrorCode::NOT_ADMIN, ErrorCode::NOT_ADMIN_GATEWAY].contains(&theirs.code)
            }
        };
        if is_admin { Caller::Admin } else { Caller::Other }
    }

    pub fn facts(self, request: &CheckedRequest<'_>) -> Facts {
        let (theirs, failed): (_, fn(ErrorCode) -> bool) = match self {
            Self::Given(exchange) => return exchange.request.facts.clone(),
            Self::Inferred(theirs) => (theirs, is_unknown),
            Self::AsAnswered(theirs) => (theirs, |code| !code.is_ok()),
        };
        let mut facts = Facts::asked();
        for lookup in request.lookups() {
            let yes = match lookup {
                Lookup::Requester(_) => {
                    ![ErrorCode::ACCOUNT_UNKNOWN, ErrorCode::ACCOUNT_UNKNOWN_PUBLIC]
                        .contains(&theirs.code)
                }
                Lookup::Plan => {
                    theirs.code != ErrorCode::PLAN_REQUIRED
                        && !theirs.any_item(ErrorCode::PLAN_REQUIRED)
                }
                Lookup::Peer { item, .. } | Lookup::GroupChat { item, .. } => {
                    !failed(theirs.item_code(item))
                }
                _ => true,
            };
            facts.answer(&lookup, yes);
        }
        facts
    }
}

fn is_unknown(code: ErrorCode) -> bool {
    code == ErrorCode::ACCOUNT_UNKNOWN || code == ErrorCode::GROUP_UNRESOLVED
}
