//! The file of results: a table of all figures, and a section for each part. A run replaces what it
//! measured and leaves everything else, so that notes can be written by hand.

use std::fs;
use std::path::Path;

use crate::figures::{ALL, Figure};
use crate::{Result, machine};

/// What a part measured.
pub struct Section {
    /// Details, Markdown.
    pub text: String,
    pub figures: Vec<(Figure, f64)>,
}

const TABLE: &str = "table";

/// Writes a section.
pub fn write(path: &Path, part: &str, section: &Section) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let text = replace(&text, part, &section.text)?;
    let table = table(between(&text, TABLE)?.1, section);
    Ok(fs::write(path, replace(&text, TABLE, &table)?)?)
}

/// The table with the new figures, and the old lines where there are none.
fn table(old: &str, section: &Section) -> String {
    let mut table =
        "| | must | aim | measured | | commit |\n|---|---|---|---|---|---|\n".to_owned();
    for figure in &ALL {
        let new = section.figures.iter().find(|(measured, _)| measured.name == figure.name);
        let start = format!("| {} |", figure.name);
        let line = match new {
            Some((_, value)) => format!(
                "{start} {} | {} | {} | {} |",
                figure.wanted(),
                figure.show(*value),
                figure.verdict(*value),
                machine::commit()
            ),
            None => old.lines().find(|line| line.starts_with(&start)).map_or_else(
                || format!("{start} {} | not measured | | |", figure.wanted()),
                str::to_owned,
            ),
        };
        table.push_str(&line);
        table.push('\n');
    }
    table
}

/// What is before, in and after a marked place.
fn between<'a>(text: &'a str, name: &str) -> Result<(&'a str, &'a str, &'a str)> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let found = text.split_once(&begin).and_then(|(before, rest)| {
        let (inside, after) = rest.split_once(&end)?;
        Some((before, inside, after))
    });
    found.ok_or_else(|| format!("the file of results has no place for {name}: {begin}{end}").into())
}

fn replace(text: &str, name: &str, inside: &str) -> Result<String> {
    let (before, _, after) = between(text, name)?;
    Ok(format!("{before}<!-- {name} -->\n\n{}\n\n<!-- end of {name} -->{after}", inside.trim()))
}
