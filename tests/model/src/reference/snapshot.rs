//! The stored form of an account.

use super::account::{Account, bits_of};
use super::json::{array, quote};

/// Version 1, compact, with all members in canonical order.
pub fn to_json(account: &Account) -> String {
    let groups: Vec<String> = account
        .groups
        .iter()
        .map(|group| format!("{{\"group_id\":{},\"name\":{}}}", group.id, quote(&group.name)))
        .collect();
    let mut rows = Vec::new();
    for row in &account.rows {
        let ids: Vec<String> = row.group_ids.iter().map(u32::to_string).collect();
        rows.push(format!(
            "{{\"conversation\":{},\"standard_mark\":\"{}\",\"custom_mark\":{},\"group_ids\":{},\"timestamp\":{}}}",
            row.conversation.to_json(),
            bits_of(row.standard),
            quote(&row.custom),
            array(&ids),
            row.timestamp
        ));
    }
    format!(
        "{{\"version\":1,\"last_group_id\":{},\"groups\":{},\"rows\":{}}}",
        account.last_group_id,
        array(&groups),
        array(&rows)
    )
}
