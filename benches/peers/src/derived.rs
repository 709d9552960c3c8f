//! A page of `get_contact_group` as plain structs with derived `Serialize`, to compare writing answers with.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Page {
    contact_item: Vec<Row>,
    group_item: Vec<Group>,
    complete_flag: u8,
    next_start_index: u64,
    action_status: String,
    error_code: u32,
    error_info: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    r#type: u8,
    #[serde(rename = "To_Account", default, skip_serializing_if = "Option::is_none")]
    to_account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to_group_id: Option<String>,
    standard_mark: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom_mark: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contact_group_id: Vec<u32>,
    timestamp: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    group_name: String,
    group_id: u32,
}

impl Page {
    /// Reads an answer, and checks that writing it gives the same bytes.
    pub fn read(answer: &[u8]) -> Page {
        let page: Page = serde_json::from_slice(answer).expect("an answer of get_contact_group");
        assert!(
            serde_json::to_vec(&page).is_ok_and(|again| again == answer),
            "derived writing differs"
        );
        page
    }
}
