//! A file that the command-line tool made of recorded pages. Its tests make the same file of
//! `vectors/pages.jsonl`.

use std::fs;

use super::Place;

const IMPORTED: &str = include_str!("../../vectors/imported.jsonl");

#[test]
fn a_file_made_of_recorded_pages_is_imported_whole() {
    let place = Place::new();
    fs::write(place.path("accounts"), IMPORTED).unwrap();
    place
        .run("import", "new", &["accounts", "--create"])
        .is_done("2 accounts imported and read back, 0 were there before\n");
    place.run("verify", "new", &[]).is_done("2 accounts, 0 damaged\n");
    place.run("export", "new", &["again"]).is_done("2 accounts, 0 damaged\n");
    assert_eq!(fs::read_to_string(place.path("again")).unwrap(), IMPORTED);
}
