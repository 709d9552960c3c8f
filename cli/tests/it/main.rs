//! The built tool, run as its users run it.

mod answer_with;
mod bodies;
mod cases;
mod ci;
mod compare;
mod completions;
mod describe;
mod example;
mod files;
mod human;
mod import;
mod large;
mod limits;
mod lines;
mod man;
mod options;
mod pattern;
mod recordings;
mod replay;
mod sarif;
mod schema;
mod schema_examples;
mod schema_types;
mod streams;
mod tool;
mod validate;
