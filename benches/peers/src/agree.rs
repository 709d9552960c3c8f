//! Checks that the contenders agree, before anything is timed.

use std::fmt::Write as _;

use convmark::Account;

use crate::core::{Service, apply_sqlite, command, decoded, prepared, prepared_sqlite};
use crate::schemas::Schemas;
use crate::sqlite_state::SqliteState;
use crate::value_handler::ValueHandler;
use crate::workload::{Flow, OWNER, Request, START, Workload};

/// Runs all steps twice.
///
/// The `Value` handler must give the crate's answer bytes. The state in SQLite must give the crate's item codes, rows and
/// groups. The schemas and a report must find no error. Every request must make as many changes as the workload says.
pub fn check(work: &Workload, schemas: &Schemas) {
    let place = format!("{} with {} rows, {}", work.name, work.rows, work.variant.name());
    let mut service = Service::default();
    let mut account = Account::new();
    let mut handler = ValueHandler::default();
    let mut now = START;
    for request in &work.setup {
        compare(&mut service, &mut account, &mut handler, request, now, &place);
        now += 1;
    }
    let (mut sqlite, _) = prepared_sqlite(work);
    for request in work.steps.iter().chain(&work.steps) {
        assert!(
            schemas.parse_and_validate(command(request.command), &request.body),
            "{place}: the schema rejects the body"
        );
        let report = service.validator.report(command(request.command), &request.body);
        assert!(report.is_valid(), "{place}: the report has errors");
        if work.flow == Flow::Fresh {
            let mut account = account.clone();
            compare(&mut service, &mut account, &mut handler.clone(), request, now, &place);
            sqlite.copy(crate::core::TEMPLATE, OWNER).expect("SQLite copies");
            compare_sqlite(&mut sqlite, &account, request, now, &place);
        } else {
            compare(&mut service, &mut account, &mut handler, request, now, &place);
            compare_sqlite(&mut sqlite, &account, request, now, &place);
        }
        now += 1;
    }
}

fn compare(
    service: &mut Service,
    account: &mut Account,
    handler: &mut ValueHandler,
    request: &Request,
    now: u64,
    place: &str,
) {
    let mut before = account.clone();
    let checked = decoded(request, service.validator.policy());
    let outcome = before.apply(&checked, &service.facts, now).expect("the facts are complete");
    assert_eq!(outcome.changes().count(), request.changes, "{place}: changes");
    assert!(outcome.item_codes().all(|code| code.is_ok()), "{place}: an item failed");
    service.serve(account, request, now);
    let mut answer = Vec::new();
    handler.handle(request.command, &request.body, now, &mut answer);
    assert!(
        answer == service.answer,
        "{place}: the answers differ\n{}\n{}",
        String::from_utf8_lossy(&service.answer),
        String::from_utf8_lossy(&answer)
    );
}

fn compare_sqlite(
    state: &mut SqliteState,
    account: &Account,
    request: &Request,
    now: u64,
    place: &str,
) {
    let mut codes = Vec::new();
    let policy = convmark::Policy::default();
    apply_sqlite(state, &decoded(request, &policy), now, &mut codes);
    assert!(codes.iter().all(|&code| code == 0), "{place}: an item failed in SQLite");
    if request.changes == 0 {
        return;
    }
    let mut ours = String::new();
    for row in account.rows() {
        let custom = row.custom_mark().unwrap_or_default();
        let groups: Vec<u32> = row.group_ids().collect();
        let marks = row.standard_marks().bits();
        writeln!(
            ours,
            "{} {} {marks} {custom:?} {groups:?} {}",
            row.kind(),
            row.id(),
            row.timestamp_seconds()
        )
        .unwrap();
    }
    for group in account.groups() {
        writeln!(ours, "{} {}", group.id, group.name).unwrap();
    }
    let mut theirs = String::new();
    state
        .get(OWNER, 0, usize::MAX >> 1, |row| {
            let (peer, marks, groups) = (row.peer, row.marks, row.groups);
            writeln!(
                theirs,
                "{} {} {marks} {:?} {groups:?} {}",
                peer.kind, peer.id, row.custom, row.at
            )
            .unwrap();
        })
        .expect("SQLite reads");
    state.groups(OWNER, |id, name| writeln!(theirs, "{id} {name}").unwrap()).expect("SQLite reads");
    assert!(ours == theirs, "{place}: the states differ");
}

/// Checks the requests of a cold run on its templates.
pub fn check_cold(cold: &crate::workload::Cold) {
    for (template, setup) in cold.templates.iter().enumerate() {
        let (mut account, mut now) = prepared(setup);
        for pass in [0, 1, 0, 1] {
            let request = &cold.passes[pass][template];
            let policy = convmark::Policy::default();
            let checked = decoded(request, &policy);
            let outcome = account
                .apply(&checked, &convmark::Facts::vouched(), now)
                .expect("the facts are complete");
            assert_eq!(outcome.changes().count(), request.changes, "cold: changes");
            now += 1;
        }
    }
}
