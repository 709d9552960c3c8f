//! Facts: what is asked for, what is answered, what is missing.

use convmark::{Account, Command, Facts, Lookup, MissingFact, Misuse, Policy, Revision, decode};

use crate::world::*;

/// The lookups of a request, in words.
fn lookups(command: Command, body: &str, policy: &Policy) -> Vec<String> {
    let request = decode(command, body.as_bytes(), policy).unwrap();
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
    // The requester is its own peer, and as a peer it does not resolve.
    let body = r#"{"From_Account":"a","MarkItem":[{"OptType":1,"ContactItem":{"Type":1,"To_Account":"a"},"SetMark":[1]}]}"#;
    let request = decode(Command::MarkContact, body.as_bytes(), &Policy::default()).unwrap();
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
    let body = create_body("n", &format!("{},{CHAT},{}", contact("a"), contact("a")));
    assert_eq!(lookups(CREATE, &body, &POLICY), ["requester me", "plan", "peer 0 a", "chat 1 g", "peer 2 a"]);
}

#[test]
fn update_asks_for_what_it_moves_only() {
    assert_eq!(lookups(UPDATE, &rename_body("a", "b"), &POLICY), ["requester me", "plan"]);
    let body = update_body("n", 2, &[CHAT.into(), contact("a")]);
    assert_eq!(lookups(UPDATE, &body, &POLICY), ["requester me", "plan", "chat 0 g", "peer 1 a"]);
}

#[test]
fn delete_asks_for_requester_and_plan() {
    assert_eq!(lookups(DELETE, &delete_body("n"), &POLICY), ["requester me", "plan"]);
}

#[test]
fn mark_asks_for_the_plan_where_an_item_needs_it() {
    assert_eq!(lookups(MARK, &set_body("a", "1"), &Revision::V2023_03.policy()), ["requester me", "plan", "peer 0 a"]);
    assert_eq!(lookups(MARK, &custom_body("a", "c"), &Revision::V2023_03.policy()), ["requester me", "peer 0 a"]);
    assert_eq!(lookups(MARK, &custom_body("a", "c"), &Revision::V2026_04.policy()), ["requester me", "plan", "peer 0 a"]);
    let mixed = mark_body(&[mark_item(2, CHAT, ""), mark_item(3, &contact("a"), "")]);
    assert_eq!(lookups(MARK, &mixed, &Revision::V2023_03.policy()), ["requester me", "plan", "chat 0 g", "peer 1 a"]);
}

#[test]
fn get_and_search_ask_for_the_requester_only() {
    assert_eq!(lookups(GET, &get_body(0), &POLICY), ["requester me"]);
    assert_eq!(lookups(SEARCH, &search_body(&format!("{CHAT},{}", contact("a"))), &POLICY), ["requester me"]);
}

/// Answers all lookups of the request but the one at that place with yes.
fn all_but(command: Command, body: &str, left_out: usize) -> Facts {
    let request = decode(command, body.as_bytes(), &POLICY).unwrap();
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
    let create = create_body("n", &format!("{},{CHAT}", contact("a")));
    let mark = mark_body(&[mark_item(1, &contact("a"), r#","SetMark":[1]"#), mark_item(1, CHAT, r#","SetMark":[1]"#)]);
    let update = update_body("old", 1, &[contact("a"), CHAT.into()]);
    let four = [MissingFact::Requester, MissingFact::Plan, MissingFact::Item(0), MissingFact::Item(1)];
    for (command, body, facts) in [
        (CREATE, &create, &four[..]),
        (MARK, &mark, &four),
        (UPDATE, &update, &four),
        (UPDATE, &rename_body("old", "new"), &four[..2]),
        (DELETE, &delete_body("old"), &four[..2]),
        (GET, &get_body(0), &four[..1]),
        (SEARCH, &search_body(&contact("a")), &four[..1]),
    ] {
        let mut world = World::new();
        world.ok(CREATE, create_body("old", &contact("x")));
        let before = world.account.clone();
        let request = decode(command, body.as_bytes(), &POLICY).unwrap();
        assert_eq!(request.lookups().count(), facts.len());
        for (place, fact) in facts.iter().enumerate() {
            let misuse = world.account.apply(&request, &all_but(command, body, place), 9).unwrap_err();
            assert_eq!(misuse, Misuse::FactMissing { fact: *fact }, "{command}");
            assert!(misuse.to_string().contains(&fact.to_string()));
            assert_eq!(world.account, before);
        }
        assert!(world.account.apply(&request, &all_but(command, body, usize::MAX), 9).is_ok());
    }
}

#[test]
fn missing_facts_are_named_in_words() {
    let text = |fact| Misuse::FactMissing { fact }.to_string();
    assert!(text(MissingFact::Requester).contains("whether the requester is imported"));
    assert!(text(MissingFact::Plan).contains("whether the plan includes the feature"));
    assert!(text(MissingFact::Item(7)).contains("whether the conversation of item 7 (counted from 0) resolves"));
}

#[test]
fn an_answer_of_no_is_not_a_missing_one() {
    let body = create_body("n", &format!("{},{CHAT},{}", contact("a"), contact("b")));
    let request = decode(CREATE, body.as_bytes(), &POLICY).unwrap();
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
    let body = create_body("n", &contact("a"));
    let request = decode(CREATE, body.as_bytes(), &POLICY).unwrap();
    let mut facts = all_but(CREATE, &body, usize::MAX);
    facts.answer(&Lookup::Plan, false);
    assert_eq!(Account::new().apply(&request, &facts, 1).unwrap().code().get(), 51013);
    facts.answer(&Lookup::Plan, true);
    assert_eq!(Account::new().apply(&request, &facts, 1).unwrap().code().get(), 0);
}

#[test]
fn cleared_facts_answer_nothing() {
    let body = create_body("n", "");
    let request = decode(CREATE, body.as_bytes(), &POLICY).unwrap();
    for mut facts in [Facts::vouched(), Facts::vouched().with_unknown(peer("a")), all_but(CREATE, &body, usize::MAX)] {
        facts.clear();
        assert_eq!(facts, Facts::asked());
        let misuse = Account::new().apply(&request, &facts, 1).unwrap_err();
        assert_eq!(misuse, Misuse::FactMissing { fact: MissingFact::Requester });
    }
}

#[test]
fn vouching_covers_everything_but_what_is_listed() {
    let body = mark_body(&[
        mark_item(1, &contact("x"), r#","SetMark":[1]"#),
        mark_item(1, r#"{"Type":2,"ToGroupId":"x"}"#, r#","SetMark":[1]"#),
        mark_item(1, &contact("y"), r#","SetMark":[1]"#),
    ]);
    let codes = |facts: &Facts| World::new().run_knowing(MARK, &body, facts).items;
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
    for (command, body) in [(GET, get_body(0)), (SEARCH, search_body(&contact("a"))), (CREATE, create_body("n", ""))] {
        assert_eq!(World::new().run_knowing(command, body, &facts).code, 50001, "{command}");
    }
    // A group chat of that ID is another thing.
    assert_eq!(World::new().run_knowing(GET, get_body(0), &Facts::vouched().with_unknown(chat("me"))).code, 0);
    assert_eq!(World::new().run_knowing(GET, get_body(0), &Facts::vouched().with_unknown_requester()).code, 50001);
}

#[test]
fn removals_and_clears_need_their_conversation_too_but_deletion_works() {
    let mut world = World::new();
    world.ok(CREATE, create_body("n", &format!("{},{CHAT}", contact("a"))));
    world.ok(MARK, set_body("a", "1"));
    let gone = Facts::vouched().with_unknown(peer("a")).with_unknown(chat("g"));
    assert_eq!(world.run_knowing(UPDATE, update_body("n", 2, &[contact("a"), CHAT.into()]), &gone).items, [50001, 51007]);
    let clear = mark_body(&[mark_item(1, &contact("a"), r#","ClearMark":[1]"#)]);
    assert_eq!(world.run_knowing(MARK, clear, &gone).items, [50001]);
    assert_eq!(world.run_knowing(SEARCH, search_body(&contact("a")), &gone.clone().without_plan()).code, 0);
    assert_eq!(world.run_knowing(GET, get_body(0), &gone.clone().without_plan()).code, 0);
    assert_eq!(world.run_knowing(DELETE, delete_body("n"), &gone).code, 0);
}

#[test]
fn the_plan_comes_before_what_resolves_in_each_item() {
    let facts = Facts::vouched().without_plan().with_unknown(peer("a"));
    let body = mark_body(&[
        mark_item(1, &contact("a"), r#","SetMark":[1]"#),
        mark_item(2, &contact("a"), r#","CustomMark":"c""#),
        mark_item(2, &contact("b"), r#","CustomMark":"c""#),
        mark_item(3, &contact("b"), r#","SetMark":[1],"CustomMark":"d""#),
    ]);
    let mut world = World::with(Revision::V2023_03.policy());
    assert_eq!(world.run_knowing(MARK, &body, &facts).items, [51013, 50001, 0, 51013]);
    assert_eq!(world.account.row(&peer("b")).unwrap().custom_mark(), Some("c"));
    assert_eq!(World::new().run_knowing(MARK, &body, &facts).items, [51013; 4]);
}
