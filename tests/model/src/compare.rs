//! Compares the crate with the reference model in wire form. Everything that both print must be
//! equal, except for the wording of messages.

pub mod account;
pub mod convert;
pub mod findings;
pub mod rate_limiter;
pub mod url;

pub use account::ComparedAccount;

/// Replaces every `ErrorInfo` and `ResultInfo` that is not empty by `*`, which is how the reference
/// model prints them.
///
/// # Panics
///
/// If the answer is not UTF-8.
pub fn mask_messages(answer: &[u8]) -> String {
    let answer = std::str::from_utf8(answer).expect("answers are UTF-8");
    let mut out = String::with_capacity(answer.len());
    let mut rest = answer;
    // A quotation mark within a string is escaped, so these matches are always member names.
    let names = ["\"ErrorInfo\":\"", "\"ResultInfo\":\""];
    while let Some((at, name)) =
        names.iter().filter_map(|name| rest.find(name).map(|at| (at, name))).min()
    {
        let (before, after) = rest.split_at(at + name.len());
        out += before;
        let end = string_end(after);
        if end > 0 {
            out.push('*');
        }
        rest = &after[end..];
    }
    out + rest
}

/// The index of the closing quotation mark.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.expect("strings end")
}
