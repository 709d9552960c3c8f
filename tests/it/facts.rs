//! Facts: which lookups a request needs, and what answers and missing answers do.

use convmark::facts::MissingFact;
use convmark::{Account, Command, Facts, Lookup, Misuse, Policy, Revision, Validator};

use crate::helpers::*;

/// The lookups of a request as text.
fn lookups(command: Command, body: &str, policy: &Policy) -> Vec<String> {
    let request = Validator::new(policy).decode(command, body.as_bytes()).unwrap();
    let show = |lookup: Lookup<'_>| match lookup {
        Lookup::Requester(id) => format!("requester {}", id.as_str()),
        Lookup::Plan => "plan".into(),
        Lookup::Peer { item, id } => format!("peer {item} {}", id.as_str()),
        Lookup::GroupChat { item, id } => format!("chat {item} {}", id.as_str()),
        other => panic!("{other:?}"),
    };
    request.lookups().map(show).collect()
}

const CHAT: &str = r#"{"Type":2,"ToGroupId":"g"}"#;

#[test]
fn an_explicit_answer_about_the_requester_wins() {
    // The requester is also a peer, and as a peer it is unknown.
    let body = r#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"a"},"SetMark":[1]}]}"#;
    let request =
        Validator::new(&Policy::default()).decode(Command::MarkContact, body.as_bytes()).unwrap();
    for mut facts in [Facts::vouched(), Facts::asked()] {
        for lookup in request.lookups() {
            facts.answer(&lookup, !matches!(lookup, Lookup::Peer { .. }));
        }
        let mut account = Account::new();
        let outcome = account.apply(&request, &facts, 1).unwrap();
        assert_eq!(outcome.code().get(), 0);
        assert_eq!(outcome.item_codes().map(|code| code.get()).collect::<Vec<_>>(), [50001]);
    }
}

#[test]
fn create_asks_for_requester_plan_and_each_conversation() {
    let body = ME.create("n", &[user_contact("a"), CHAT.into(), user_contact("a")]);
    assert_eq!(
        lookups(CREATE, &body, &POLICY),
        ["requester me", "plan", "peer 0 a", "chat 1 g", "peer 2 a"]
    );
}

#[test]
fn update_asks_only_for_the_conversations_it_names() {
    assert_eq!(lookups(UPDATE, &ME.rename("a", "b"), &POLICY), ["requester me", "plan"]);
    let body = ME.remove("n", &[CHAT.into(), user_contact("a")]);
    assert_eq!(lookups(UPDATE, &body, &POLICY), ["requester me", "plan", "chat 0 g", "peer 1 a"]);
}

#[test]
fn delete_asks_for_requester_and_plan() {
    assert_eq!(lookups(DELETE, &ME.delete("n"), &POLICY), ["requester me", "plan"]);
}

#[test]
fn mark_asks_for_the_plan_if_an_item_needs_it() {
    assert_eq!(
        lookups(MARK, &ME.set_marks("a", "1"), &Revision::V2023_03.policy()),
        ["requester me", "plan", "peer 0 a"]
    );
    assert_eq!(
        lookups(MARK, &ME.set_custom_mark("a", "c"), &Revision::V2023_03.policy()),
        ["requester me", "peer 0 a"]
    );
    assert_eq!(
        lookups(MARK, &ME.set_custom_mark("a", "c"), &Revision::V2026_04.policy()),
        ["requester me", "plan", "peer 0 a"]
    );
    let mixed = ME.mark(&[mark_item(2, CHAT, ""), mark_item(3, &user_contact("a"), "")]);
    assert_eq!(
        lookups(MARK, &mixed, &Revision::V2023_03.policy()),
        ["requester me", "plan", "chat 0 g", "peer 1 a"]
    );
}

#[test]
fn get_and_search_ask_for_the_requester_only() {
    assert_eq!(lookups(GET, &ME.get(0), &POLICY), ["requester me"]);
    assert_eq!(
        lookups(SEARCH, &ME.search(&[CHAT.into(), user_contact("a")]), &POLICY),
        ["requester me"]
    );
}

/// Answers all lookups of the request with yes, except the one with that index.
fn all_but(command: Command, body: &str, left_out: usize) -> Facts {
    let request = Validator::new(&POLICY).decode(command, body.as_bytes()).unwrap();
    let mut facts = Facts::asked();
    for (place, lookup) in request.lookups().enumerate() {
        if place != left_out {
            facts.answer(&lookup, true);
        }
    }
    facts
}

#[test]
fn a_missing_answer_is_named_and_nothing_is_applied() {
    let create = ME.create("n", &[user_contact("a"), CHAT.into()]);
    let mark = ME.mark(&[
        mark_item(1, &user_contact("a"), r#","SetMark":[1]"#),
        mark_item(1, CHAT, r#","SetMark":[1]"#),
    ]);
    let update = ME.add("old", &[user_contact("a"), CHAT.into()]);
    let four =
        [MissingFact::Requester, MissingFact::Plan, MissingFact::Item(0), MissingFact::Item(1)];
    for (command, body, facts) in [
        (CREATE, &create, &four[..]),
        (MARK, &mark, &four),
        (UPDATE, &update, &four),
        (UPDATE, &ME.rename("old", "new"), &four[..2]),
        (DELETE, &ME.delete("old"), &four[..2]),
        (GET, &ME.get(0), &four[..1]),
        (SEARCH, &ME.search(&user_contact("a")), &four[..1]),
    ] {
        let mut session = Session::new();
        session.ok(CREATE, ME.create("old", &user_contact("x")));
        let before = session.account.clone();
        let request = Validator::new(&POLICY).decode(command, body.as_bytes()).unwrap();
        assert_eq!(request.lookups().count(), facts.len());
        for (place, fact) in facts.iter().enumerate() {
            let misuse =
                session.account.apply(&request, &all_but(command, body, place), 9).unwrap_err();
            assert_eq!(misuse, Misuse::FactMissing { fact: *fact }, "{command}");
            assert!(misuse.to_string().contains(&fact.to_string()));
            assert_eq!(session.account, before);
        }
        assert!(session.account.apply(&request, &all_but(command, body, usize::MAX), 9).is_ok());
    }
}

#[test]
fn missing_facts_are_named_in_words() {
    let text = |fact| Misuse::FactMissing { fact }.to_string();
    assert!(text(MissingFact::Requester).contains("whether the requester is imported"));
    assert!(text(MissingFact::Plan).contains("whether the plan includes the feature"));
    assert!(
        text(MissingFact::Item(7))
            .contains("whether the conversation of item 7 (counted from 0) resolves")
    );
}

#[test]
fn a_negative_answer_is_not_a_missing_one() {
    let body = ME.create("n", &[user_contact("a"), CHAT.into(), user_contact("b")]);
    let request = Validator::new(&POLICY).decode(CREATE, body.as_bytes()).unwrap();
    let mut facts = Facts::asked();
    for lookup in request.lookups() {
        let no = matches!(lookup, Lookup::Peer { item: 0, .. } | Lookup::GroupChat { .. });
        facts.answer(&lookup, !no);
    }
    let mut account = Account::new();
    let outcome = account.apply(&request, &facts, 1).unwrap();
    let codes: Vec<i64> = outcome.item_codes().map(convmark::ErrorCode::get).collect();
    assert_eq!(codes, [50001, 51007, 0]);
}

#[test]
fn the_last_answer_counts() {
    let body = ME.create("n", &user_contact("a"));
    let request = Validator::new(&POLICY).decode(CREATE, body.as_bytes()).unwrap();
    let mut facts = all_but(CREATE, &body, usize::MAX);
    facts.answer(&Lookup::Plan, false);
    assert_eq!(Account::new().apply(&request, &facts, 1).unwrap().code().get(), 51013);
    facts.answer(&Lookup::Plan, true);
    assert_eq!(Account::new().apply(&request, &facts, 1).unwrap().code().get(), 0);
}

#[test]
fn cleared_facts_have_no_answers() {
    let body = ME.create("n", "");
    let request = Validator::new(&POLICY).decode(CREATE, body.as_bytes()).unwrap();
    for mut facts in [
        Facts::vouched(),
        Facts::vouched().with_unknown(peer("a")),
        all_but(CREATE, &body, usize::MAX),
    ] {
        facts.clear();
        assert_eq!(facts, Facts::asked());
        let misuse = Account::new().apply(&request, &facts, 1).unwrap_err();
        assert_eq!(misuse, Misuse::FactMissing { fact: MissingFact::Requester });
    }
}

#[test]
fn vouching_covers_everything_except_what_is_listed() {
    let body = ME.mark(&[
        mark_item(1, &user_contact("x"), r#","SetMark":[1]"#),
        mark_item(1, &chat_contact("x"), r#","SetMark":[1]"#),
        mark_item(1, &user_contact("y"), r#","SetMark":[1]"#),
    ]);
    let codes = |facts: &Facts| Session::new().run_with(MARK, &body, facts).items;
    assert_eq!(codes(&Facts::vouched()), [0, 0, 0]);
    assert_eq!(codes(&Facts::vouched().with_unknown(peer("x"))), [50001, 0, 0]);
    assert_eq!(codes(&Facts::vouched().with_unknown(chat("x"))), [0, 51007, 0]);
    assert_eq!(codes(&Facts::vouched().without_plan()), [51013; 3]);
    let mut facts = Facts::vouched();
    let y = user("y");
    facts.answer(&Lookup::Peer { item: 2, id: &y }, false);
    assert_eq!(codes(&facts), [0, 0, 50001]);
    facts.answer(&Lookup::Peer { item: 0, id: &y }, true);
    assert_eq!(codes(&facts), [0, 0, 0]);
}

#[test]
fn an_unknown_user_is_unknown_as_a_requester_too() {
    let facts = Facts::vouched().with_unknown(peer("me"));
    for (command, body) in
        [(GET, ME.get(0)), (SEARCH, ME.search(&user_contact("a"))), (CREATE, ME.create("n", ""))]
    {
        assert_eq!(Session::new().run_with(command, body, &facts).code, 50001, "{command}");
    }
    // A group chat with that ID is not the requester.
    assert_eq!(
        Session::new().run_with(GET, ME.get(0), &Facts::vouched().with_unknown(chat("me"))).code,
        0
    );
    assert_eq!(
        Session::new().run_with(GET, ME.get(0), &Facts::vouched().with_unknown_requester()).code,
        50001
    );
}

#[test]
fn removals_and_clears_need_their_conversation_but_deletion_does_not() {
    let mut session = Session::new();
    session.ok(CREATE, ME.create("n", &[user_contact("a"), CHAT.into()]));
    session.ok(MARK, ME.set_marks("a", "1"));
    let gone = Facts::vouched().with_unknown(peer("a")).with_unknown(chat("g"));
    assert_eq!(
        session.run_with(UPDATE, ME.remove("n", &[user_contact("a"), CHAT.into()]), &gone).items,
        [50001, 51007]
    );
    let clear = ME.mark(&[mark_item(1, &user_contact("a"), r#","ClearMark":[1]"#)]);
    assert_eq!(session.run_with(MARK, clear, &gone).items, [50001]);
    assert_eq!(
        session.run_with(SEARCH, ME.search(&user_contact("a")), &gone.clone().without_plan()).code,
        0
    );
    assert_eq!(session.run_with(GET, ME.get(0), &gone.clone().without_plan()).code, 0);
    assert_eq!(session.run_with(DELETE, ME.delete("n"), &gone).code, 0);
}

#[test]
fn in_each_item_the_plan_is_checked_before_the_conversation() {
    let facts = Facts::vouched().without_plan().with_unknown(peer("a"));
    let body = ME.mark(&[
        mark_item(1, &user_contact("a"), r#","SetMark":[1]"#),
        mark_item(2, &user_contact("a"), r#","CustomMark":"c""#),
        mark_item(2, &user_contact("b"), r#","CustomMark":"c""#),
        mark_item(3, &user_contact("b"), r#","SetMark":[1],"CustomMark":"d""#),
    ]);
    let mut session = Session::with(Revision::V2023_03.policy());
    assert_eq!(session.run_with(MARK, &body, &facts).items, [51013, 50001, 0, 51013]);
    assert_eq!(session.account.row(&peer("b")).unwrap().custom_mark(), Some("c"));
    assert_eq!(Session::new().run_with(MARK, &body, &facts).items, [51013; 4]);
}
