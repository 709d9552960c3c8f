//! The table of codes, typed a second time, and what is read from it.

use std::collections::BTreeSet;

use convmark::code::{CodeInfo, CodeSource, Retry};
use convmark::{ErrorCode, Revision};

// Number, levels (C call, R request, I item) and retry.
const EXPECTED: [(i64, &str, &str); 32] = [
    (0, "RI", "-"),
    (50001, "RI", "no"),
    (50002, "R", "no"),
    (50003, "C", "no"),
    (50004, "R", "yes"),
    (50005, "R", "yes"),
    (51006, "R", "no"),
    (51007, "I", "unknown"),
    (51008, "I", "no"),
    (51009, "R", "no"),
    (51010, "R", "no"),
    (51011, "R", "no"),
    (51012, "", "no"),
    (51013, "RI", "no"),
    (60002, "C", "no"),
    (60003, "C", "no"),
    (60007, "C", "yes"),
    (60009, "C", "no"),
    (60010, "C", "no"),
    (60012, "C", "no"),
    (60015, "C", "no"),
    (60018, "C", "yes"),
    (60025, "C", "no"),
    (70001, "C", "no"),
    (70003, "C", "no"),
    (70009, "C", "no"),
    (70013, "C", "no"),
    (70014, "C", "no"),
    (70107, "C", "no"),
    (70169, "C", "yes"),
    (70402, "C", "no"),
    (70500, "C", "yes"),
];

#[test]
fn the_table_is_complete() {
    let mut table = Vec::new();
    for info in CodeInfo::ALL {
        let mut levels = String::new();
        for (is_level, letter) in
            [(info.levels.call(), 'C'), (info.levels.request(), 'R'), (info.levels.item(), 'I')]
        {
            if is_level {
                levels.push(letter);
            }
        }
        let retry = match info.retry {
            None => "-",
            Some(Retry::No) => "no",
            Some(Retry::Yes) => "yes",
            Some(Retry::Unknown) => "unknown",
            Some(_) => panic!("a new value"),
        };
        table.push((info.code.get(), levels, retry));
    }
    let expected: Vec<_> = EXPECTED.iter().map(|&(n, l, r)| (n, l.to_string(), r)).collect();
    assert_eq!(table, expected);
}

#[test]
fn every_code_finds_its_own_entry() {
    for info in CodeInfo::ALL {
        assert_eq!(ErrorCode::new(info.code.get()).info(), Some(info));
        assert_eq!(info.code.retry(), info.retry.unwrap_or(Retry::No));
    }
}

#[test]
fn an_undocumented_code_is_kept_and_unknown() {
    for number in [i64::MIN, -1, 1, 50000, 51005, 51014, 70501, i64::MAX] {
        let code = ErrorCode::new(number);
        assert_eq!(code.get(), number);
        assert_eq!(code.info(), None);
        assert_eq!(code.retry(), Retry::Unknown);
        assert!(!code.is_ok());
    }
    assert!(ErrorCode::OK.is_ok());
    assert_eq!(ErrorCode::OK.retry(), Retry::No);
}

#[test]
fn names_are_unique_and_kebab_case_and_texts_are_there() {
    let mut names = BTreeSet::new();
    for info in CodeInfo::ALL {
        assert!(names.insert(info.name), "{}", info.name);
        assert!(info.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", info.name);
        for text in [info.meaning, info.advice, &info.source.to_string()] {
            assert!(!text.is_empty(), "{}", info.name);
        }
    }
}

#[test]
fn revisions_differ_where_the_pages_do() {
    let numbers = |revision| {
        let own = CodeInfo::ALL.iter().filter(move |info| info.own_meaning(revision).is_some());
        own.map(|info| info.code.get()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(Revision::V2023_03), [51006, 51007, 51008, 51009, 51011, 51013]);
    assert_eq!(numbers(Revision::V2026_04), [51008, 51011, 51013]);
    for info in CodeInfo::ALL {
        for revision in Revision::ALL {
            let own = info.own_meaning(*revision);
            assert!(own != Some(info.meaning), "{} repeats itself for {revision}", info.name);
            assert_eq!(info.code.meaning(*revision), own.or(Some(info.meaning)));
        }
    }
    assert_eq!(ErrorCode::new(1).meaning(Revision::NEWEST), None);
}

#[test]
fn codes_are_listed_where_the_tables_have_them() {
    let numbers = |revision| {
        let listed = move |info: &&CodeInfo| matches!(info.source, CodeSource::Pages(in_these) if in_these.contains(&revision));
        CodeInfo::ALL.iter().filter(listed).map(|info| info.code.get()).collect::<Vec<_>>()
    };
    let all_six = (50001..=50005).chain(51006..=51013).collect::<Vec<_>>();
    assert_eq!(numbers(Revision::V2023_03), all_six);
    assert_eq!(
        numbers(Revision::V2026_04),
        [50001, 50002, 50003, 50004, 50005, 51007, 51008, 51011, 51013]
    );
    let source = |code: ErrorCode| code.info().unwrap().source.to_string();
    assert_eq!(
        source(ErrorCode::CAPACITY),
        "pages 1047/53437 to 1047/53442 (2023-03), 1047/53439 (2026-04)"
    );
    assert_eq!(source(ErrorCode::ITEM_COUNT), "pages 1047/53437 to 1047/53442 (2023-03)");
    assert_eq!(source(ErrorCode::OK), "answers on pages 1047/53437 to 1047/53442");
    assert_eq!(source(ErrorCode::HTTP), "public code table of the REST API");
}

#[test]
fn prints_as_a_number() {
    assert_eq!(ErrorCode::GROUP_NAME_TOO_LONG.to_string(), "51011");
    assert_eq!(format!("{:>7}", ErrorCode::OK), "      0");
    assert_eq!(format!("{:?}", ErrorCode::GROUP_NAME_TOO_LONG), "ErrorCode(51011)");
    assert_eq!(format!("{:#?}", ErrorCode::new(-1)), "ErrorCode(-1)");
}

#[test]
fn serde_sees_the_bare_integer() {
    assert_eq!(serde_json::to_string(&ErrorCode::CAPACITY).unwrap(), "51008");
    assert_eq!(serde_json::from_str::<ErrorCode>("51008").unwrap(), ErrorCode::CAPACITY);
    assert_eq!(serde_json::from_str::<ErrorCode>("-7").unwrap(), ErrorCode::new(-7));
    assert!(serde_json::from_str::<ErrorCode>("\"51008\"").is_err());
}
