//! The OpenAPI documents.

use convmark::region::Region;
use convmark::{Command, Revision};
use serde_json::{Value, json};

use crate::tool;

#[test]
fn the_committed_documents_are_current() {
    for revision in Revision::ALL {
        let path = format!("{}/../schema/openapi-{revision}.json", env!("CARGO_MANIFEST_DIR"));
        let committed = std::fs::read_to_string(&path).expect(&path);
        let (status, printed) = tool::text(&["schema", "--revision", revision.name()], "");
        assert_eq!(status, 0);
        let renew = format!(
            "cargo run -p convmark-cli -- schema --revision {revision} > schema/openapi-{revision}.json"
        );
        assert!(committed == printed, "not current; run: {renew}");
    }
}

fn document(arguments: &[&str]) -> Value {
    let (status, printed) = tool::text(&[&["schema"], arguments].concat(), "");
    assert_eq!(status, 0);
    serde_json::from_str(&printed).unwrap()
}

#[test]
fn a_document_is_of_its_revision_and_options() {
    let schemas = |document: &Value, pointer: &str| {
        document.pointer(&format!("/components/schemas/{pointer}")).cloned()
    };
    for revision in Revision::ALL {
        let document = document(&["--revision", revision.name()]);
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["info"]["x-revision"], revision.name());
        let version = document["info"]["version"].as_str().unwrap();
        assert_eq!(version, if *revision == Revision::V2023_03 { "2023.3.0" } else { "2026.4.0" });
        let name = schemas(&document, "GroupContactItem/properties/GroupName/maxLength");
        assert_eq!(name, Some(json!(revision.policy().group_name_max_bytes())));
        let listed = Region::ALL.iter().filter(|region| region.is_listed_in(*revision));
        let servers: Vec<_> = listed.map(|region| format!("https://{region}")).collect();
        let written: Vec<_> = document["servers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|server| server["url"].as_str().unwrap())
            .collect();
        assert_eq!(written, servers);
        for command in Command::ALL {
            let call = &document["paths"][format!("/v4/recentcontact/{command}")]["post"];
            assert_eq!(call["operationId"], command.name());
            assert_eq!(call["parameters"].as_array().unwrap().len(), 5);
        }
    }
    let set_mark = |arguments: &[&str]| {
        let items = "MarkItemOptType1/properties/SetMark/items";
        schemas(&document(arguments), items).unwrap()
    };
    assert_eq!(set_mark(&[]), json!({"type": "integer", "minimum": 1, "maximum": 64}));
    assert_eq!(
        set_mark(&["--mark-base", "0"]),
        json!({"type": "integer", "minimum": 0, "maximum": 63})
    );
    let limits = |arguments: &[&str]| {
        let limits = document(arguments)["info"]["x-limits"].clone();
        ["error_display", "last_page_index", "rename_items"]
            .map(|name| limits[name].as_str().unwrap().to_string())
    };
    assert_eq!(limits(&["--revision", "2023-03"]), ["sampled", "zero", "absent"]);
    assert_eq!(limits(&[]), ["none", "zero", "absent"]);
    assert_eq!(limits(&["--observed", "--rename-items", "empty"]), ["all", "absent", "empty"]);
    let required = |arguments: &[&str], name: &str, member: &str| {
        let required = schemas(&document(arguments), &format!("{name}/required")).unwrap();
        required.as_array().unwrap().contains(&json!(member))
    };
    for (arguments, display, index) in [(&[][..], false, true), (&["--observed"], true, false)] {
        assert_eq!(required(arguments, "GetContactGroupSuccess", "ErrorDisplay"), display);
        assert_eq!(required(arguments, "GetContactGroupSuccess", "NextStartIndex"), index);
    }
    let renamed = "UpdateGroupResultType1/properties/ContactResultItem";
    assert_eq!(schemas(&document(&[]), renamed), None);
    let empty = schemas(&document(&["--rename-items", "empty"]), renamed);
    assert_eq!(empty.unwrap()["maxItems"], 0);
    let page = schemas(
        &document(&["--page-size", "7"]),
        "GetContactGroupSuccess/properties/ContactItem/maxItems",
    );
    assert_eq!(page, Some(json!(7)));
}
