//! When a store is made and who may open it.

use std::fs;

use super::helpers::*;

#[test]
fn a_store_is_made_only_when_asked_to() {
    let place = place();
    let missing = EmbeddedStore::open(path(&place), EmbeddedOptions::default());
    assert!(matches!(missing, Err(OpenError::Missing { .. })));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "nothing was made");
    // An empty directory, such as where a volume is mounted, is nothing.
    fs::create_dir(path(&place)).unwrap();
    let missing = EmbeddedStore::open(path(&place), EmbeddedOptions::default());
    assert!(matches!(missing, Err(OpenError::Missing { .. })));
    drop(create(&place));
    drop(open(&place));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "nothing else was left");
}

#[test]
fn something_else_is_not_touched() {
    let place = place();
    fs::create_dir(path(&place)).unwrap();
    fs::write(path(&place).join("letter.txt"), "dear").unwrap();
    let other = EmbeddedStore::open(path(&place), creating());
    assert!(matches!(other, Err(OpenError::NotAStore { .. })));
    assert_eq!(fs::read_dir(path(&place)).unwrap().count(), 1);
    fs::write(path(&place).join("FORMAT"), "convmark-store 2\n").unwrap();
    let later = EmbeddedStore::open(path(&place), creating());
    assert!(matches!(later, Err(OpenError::Format { found: 2, .. })));
    let file = EmbeddedStore::open(path(&place).join("letter.txt"), creating());
    assert!(matches!(file, Err(OpenError::Files { .. })));
}

#[test]
fn a_store_without_its_engine_is_not_an_empty_store() {
    let place = place();
    drop(create(&place));
    drop(open(&place));
    fs::remove_dir_all(path(&place).join("engine")).unwrap();
    assert!(matches!(open_at(&path(&place)), Err(OpenError::Damaged { .. })));
}

#[test]
fn one_process_has_a_store_open() {
    let place = place();
    let store = create(&place);
    for options in [EmbeddedOptions::default(), creating()] {
        let second = EmbeddedStore::open(path(&place), options);
        let error = second.err().unwrap();
        assert!(matches!(error, OpenError::InUse { .. }));
        assert!(error.to_string().contains("is in use by another process"), "{error}");
    }
    drop(store);
    drop(open(&place));
}

#[test]
fn of_two_first_starts_one_has_the_store() {
    for _ in 0..5 {
        let place = place();
        let starts: Vec<_> = (0..2)
            .map(|_| {
                let path = path(&place);
                std::thread::spawn(move || EmbeddedStore::open(path, creating()))
            })
            .collect();
        let starts: Vec<_> = starts.into_iter().map(|start| start.join().unwrap()).collect();
        let refused: Vec<_> = starts.iter().filter_map(|start| start.as_ref().err()).collect();
        assert_eq!(refused.len(), 1);
        assert!(matches!(refused[0], OpenError::InUse { .. }), "{}", refused[0]);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
