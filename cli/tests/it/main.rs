//! The built tool, run as its users run it.

mod bodies;
mod json;
mod people;
mod requests;
mod schema;
mod tool;
