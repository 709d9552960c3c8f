//! All ways to apply a request, and all forms of answers and conversations, agree.

use crate::compare::convert;
use crate::compare::findings::shown;
use crate::generate::operations::Call;
use crate::handle::{Response, handle};
use convmark::answer::Answer;
use convmark::call::{Caller, Incoming};
use convmark::fake::{Service, Time};
use convmark::rate::RateLimiters;
use convmark::{Account, CheckedRequest, Conversation, Facts, Lookup, Policy, UserId, Validator};

/// The single steps, the one call for everything and reused memory give the same answer, changes
/// and account.
pub fn all_ways_to_apply_agree(account: &Account, call: &Call, policy: &Policy) {
    let mut stepwise = account.clone();
    let response = handle(&mut stepwise, call, policy);
    let user = Validator::new(policy)
        .decode(call.command, &call.body)
        .ok()
        .map(|request| request.account().clone().into_owned());
    let user = user.unwrap_or_else(|| UserId::new("a").expect("an ID"));
    let mut service = Service::new(policy);
    service.insert(user.clone(), account.clone());
    let caller = if call.admin { Caller::Admin } else { Caller::Other };
    let incoming = Incoming::new(call.command, &call.body).by(caller);
    let facts = convert::facts(&call.facts);
    let served = service
        .serve(&incoming, &facts, Time::from_seconds(call.now))
        .expect("the facts are complete");
    assert_eq!(shown(served.answer()), shown(&response.answer));
    assert_eq!(
        served.changes().iter().map(crate::handle::json_of).collect::<Vec<_>>(),
        response.changes
    );
    assert_eq!(served.code(), response.code);
    assert!(
        service.account(&user).cloned().unwrap_or_default() == stepwise,
        "another account: {}",
        shown(&call.body)
    );
    let mut reused = account.clone();
    let mut validator = Validator::new(policy);
    let Ok(request) = incoming.judge(&mut validator, &mut RateLimiters::unlimited(), 0) else {
        return;
    };
    let outcome = reused
        .apply_with(&mut validator, &request, &facts, call.now)
        .expect("the facts are complete");
    assert!(outcome.account() == &stepwise);
    let owned = outcome.into_owned();
    assert!(owned == served, "another outcome: {}", shown(&call.body));
    answered_lookups_equal_vouched_facts(account, &request, &facts, &response, call);
}

/// Facts answered one by one give the same result as facts that the host vouches for. A missing
/// answer is reported before anything is applied.
fn answered_lookups_equal_vouched_facts(
    account: &Account,
    request: &CheckedRequest,
    vouched: &Facts,
    response: &Response,
    call: &Call,
) {
    let mut facts = Facts::asked();
    let lookups: Vec<Lookup> = request.lookups().collect();
    for (step, lookup) in lookups.iter().enumerate() {
        let mut untouched = account.clone();
        assert!(
            untouched.apply(request, &facts, call.now).is_err(),
            "the missing answer {step} is not reported"
        );
        assert!(untouched == *account, "applied in spite of a missing fact");
        facts.answer(lookup, convert::answer(&call.facts, lookup));
    }
    let mut asked = account.clone();
    assert_eq!(crate::handle::apply(&mut asked, request, &facts, call.now), *response);
    let mut again = account.clone();
    assert_eq!(crate::handle::apply(&mut again, request, vouched, call.now), *response);
    assert!(asked == again);
}

/// The client's reader finds the same data in an answer as the account and the outcome have.
pub fn client_reader_agrees(account: &Account, response: &Response) {
    // The reader's timestamps are signed, as they are in clients.
    if account.rows().any(|row| i64::try_from(row.timestamp_seconds()).is_err()) {
        return;
    }
    let answer = Answer::read(&response.answer).expect("answers can be read");
    assert_eq!(answer.code, response.code);
    assert_eq!(answer.is_ok(), response.code.is_ok());
    assert_eq!(answer.info.is_empty(), response.code.is_ok());
    assert_eq!(answer.items.len(), response.items.len(), "{}", shown(&response.answer));
    for (item, rule) in answer.items.iter().zip(&response.items) {
        assert_eq!(item.code, rule.map_or(convmark::ErrorCode::OK, convmark::Rule::code));
        assert!(item.conversation().is_some());
    }
    for row in &answer.rows {
        let conversation: Conversation = row.conversation().expect("rows name their conversation");
        let known = account.row(&conversation).expect("only rows that are there are sent");
        assert_eq!(row.marks(), Some(known.standard_marks()));
        assert_eq!(row.custom_mark, known.custom_mark().unwrap_or_default());
        assert_eq!(row.timestamp_seconds, known.timestamp_seconds());
        assert!(row.group_ids.iter().copied().eq(known.group_ids().map(i64::from)));
    }
}

/// A conversation has the same JSON form everywhere and can be read from it.
pub fn conversations_round_trip(conversation: &Conversation) {
    let form = serde_json::to_string(conversation).expect("conversations can be written");
    let read: Conversation = serde_json::from_str(&form).expect("and read");
    assert!(read == *conversation);
    let user = UserId::new("a").expect("an ID");
    let request = convmark::request::SearchGroups::new(user, vec![conversation.clone()]);
    let request = Validator::new(&Policy::default())
        .check(request)
        .expect("one conversation keeps every limit");
    let mut body = Vec::new();
    request.write_body(&mut body);
    assert_eq!(shown(&body), format!("{{\"From_Account\":\"a\",\"ContactItem\":[{form}]}}"));
}
