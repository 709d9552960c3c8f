//! The built tool, run as its users run it.

mod answer_with;
mod bodies;
mod cases;
mod ci;
mod completions;
mod describe;
mod example;
mod files;
mod human;
mod large;
mod lines;
mod options;
mod pattern;
mod replay;
mod schema;
mod schema_examples;
mod schema_types;
mod streams;
mod tool;
mod validate;
