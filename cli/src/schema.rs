//! `schema`: prints the six commands as an OpenAPI 3.1 document, made from the crate's own tables.

mod answer;
mod codes;
mod examples;
mod id;
mod info;
mod operation;
mod request;
mod value;

use std::io::{self, Write};

use clap::Args;
use convmark::{Policy, Revision, Rule};

use crate::failure::Failure;
use crate::json::{Json, array, object};
use crate::policy;

/// Print the six commands as an OpenAPI 3.1 document: requests, answers, codes, rules, limits,
/// examples
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    policy: policy::Settings,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let (revision, policy) = options.policy.choose()?;
    serde_json::to_writer_pretty(&mut *out, &document(revision, &policy)?)
        .map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(0)
}

fn document(revision: Revision, policy: &Policy) -> io::Result<Json> {
    let examples = examples::all(policy)?;
    let paths: Vec<_> = examples
        .into_iter()
        .map(|(command, examples)| operation::path(command, examples))
        .collect();
    let mut schemas = request::components(policy);
    schemas.extend(answer::components(policy));
    schemas.extend(codes::components(revision));
    Ok(object! {
        "openapi": "3.1.0",
        "info": info::info(revision, policy),
        "servers": info::servers(revision),
        "security": operation::security(),
        "tags": operation::tags(),
        "paths": paths,
        "components": object! {
            "securitySchemes": operation::security_schemes(),
            "parameters": operation::parameters(),
            "schemas": schemas,
        },
        "x-rules": Rule::ALL.iter().map(|rule| rule_object(*rule)).collect::<Vec<_>>(),
    })
}

fn rule_object(rule: Rule) -> Json {
    let info = rule.info();
    object! {
        "id": info.id,
        "codes": array(info.codes.iter().map(|code| codes::number(*code))),
        "stage": info.stage,
        "ground": info.ground.label(),
        "explanation": info.explanation,
        "advice": info.advice,
        "source": info.source,
    }
}
