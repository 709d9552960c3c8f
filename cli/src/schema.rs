//! `schema`: prints the six commands as an OpenAPI 3.1 document, made from the crate's own tables.

mod answer;
mod request;

use std::io::{self, Write};

use convmark::code::Retry;
use convmark::policy::Capacity;
use convmark::region::Region;
use convmark::schema::{Object, Parameter};
use convmark::{Command, ErrorCode, Policy, Revision, Rule};

use clap::Args;

use crate::failure::Failure;
use crate::json::{Json, array, object};
use crate::policy;

/// Print the six commands as an OpenAPI 3.1 document: requests, answers, codes, rules, limits
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    policy: policy::Settings,
}

/// Returns the exit status.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<u8, Failure> {
    let (revision, policy) = options.policy.choose()?;
    serde_json::to_writer_pretty(&mut *out, &document(revision, &policy))
        .map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(0)
}

fn document(revision: Revision, policy: &Policy) -> Json {
    let parameters = Parameter::ALL
        .iter()
        .map(|parameter| (parameter.name().to_string(), parameter_object(parameter)));
    let mut schemas = request::components(policy);
    schemas.extend(answer::components(policy));
    schemas.extend(answer::codes(revision));
    let paths = Command::ALL
        .iter()
        .map(|command| (format!("/v4/recentcontact/{command}"), path(*command, policy)));
    object! {
        "openapi": "3.1.0",
        "info": info(revision, policy),
        "servers": Json::Array(servers(revision)),
        "paths": Json::Object(paths.collect()),
        "components": object! {
            "parameters": Json::Object(parameters.collect()),
            "schemas": Json::Object(schemas),
        },
        "x-rules": Json::Array(Rule::ALL.iter().map(|rule| rule_object(*rule)).collect()),
    }
}

fn info(revision: Revision, policy: &Policy) -> Json {
    object! {
        "title": "Conversation groups and marks (v4/recentcontact)",
        "version": revision.name(),
        "summary": format!("The six commands as read from the public documentation of {revision}."),
        "description": "Unofficial. Made from the tables of the convmark crate, which also hold what the documentation leaves open; \
            see x-rules for the ground of each rule. Every answer has status 200. A JSON Schema cannot count bytes: where x-maxBytes \
            stands, that many bytes of UTF-8 are allowed. Objects with a repeated member are rejected, and integers must be written \
            without fraction and exponent. Optional fields may be null.",
        "x-limits": limits(policy),
    }
}

/// Every setting of the policy.
fn limits(policy: &Policy) -> Json {
    let capacity = match policy.capacity() {
        Capacity::Shared { rows } => object! { "shared": rows },
        Capacity::Separate { grouped, marked } => object! { "grouped": grouped, "marked": marked },
        Capacity::PerGroup { members, marked } => {
            object! { "per_group": members, "marked": marked }
        }
    };
    object! {
        "group_name_max_bytes": policy.group_name_max_bytes(),
        "groups": policy.groups(),
        "capacity": capacity,
        "create_needs_conversations": policy.create_needs_conversations(),
    }
    .with_some("conversations_max", policy.conversations_max())
    .with("mark_items_max", policy.mark_items_max())
    .with("search_max", policy.search_max())
    .with("custom_mark_max_bytes", policy.custom_mark_max_bytes())
    .with("custom_mark_needs_plan", policy.custom_mark_needs_plan())
    .with("mark_base", policy.mark_base().first())
    .with("page_size", policy.page_size())
    .with("calls_per_second", policy.calls_per_second())
    .with("error_display", policy.error_display().name())
    .with("last_page_index", policy.last_page_index().name())
    .with("rename_items", policy.rename_items().name())
}

fn servers(revision: Revision) -> Vec<Json> {
    let listed = |region: &&Region| region.is_listed_in(revision);
    let server = |region: &Region| object! { "url": format!("https://{region}"), "description": words(&format!("{region:?}")) };
    Region::ALL.iter().filter(listed).map(server).collect()
}

/// `SiliconValley` as two words.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}

fn parameter_object(parameter: &Parameter) -> Json {
    object! {
        "name": parameter.name(),
        "in": "query",
        "required": true,
        "description": parameter.about(),
        "schema": request::parameter_schema(parameter),
        "x-codes": object! {
            "missing": number(parameter.code_if_missing()),
            "bad": number(parameter.code_if_bad()),
        },
    }
}

fn path(command: Command, policy: &Policy) -> Json {
    let parameters =
        Parameter::ALL.iter().map(|parameter| reference("parameters", parameter.name()));
    let json = |schema: Json| object! { "application/json": object! { "schema": schema } };
    object! {
        "post": object! {
            "operationId": command.name(),
            "summary": summary(command),
            "externalDocs": object! { "url": page(command), "description": format!("Pages {}", command.pages()) },
            "parameters": Json::Array(parameters.collect()),
            "requestBody": object! { "required": true, "content": json(schema(Object::of_body(command).name())) },
            "responses": object! {
                "200": object! {
                    "description": "The answer, of success or failure: the status is always 200.",
                    "content": json(answer::of(command, policy)),
                },
            },
        },
    }
}

const fn summary(command: Command) -> &'static str {
    match command {
        Command::CreateContactGroup => "Create one conversation group with its first conversations",
        Command::UpdateContactGroup => {
            "Rename a conversation group, or add and remove conversations"
        }
        Command::DelContactGroup => "Delete one conversation group",
        Command::MarkContact => "Set and clear standard marks, set a custom mark",
        Command::GetContactGroup => "Page through all group and mark data of a user",
        Command::SearchContactGroup => "Look up the group and mark data of named conversations",
    }
}

/// The international page.
fn page(command: Command) -> String {
    let page = command.pages().split(',').next().unwrap_or_default();
    format!("https://www.tencentcloud.com/document/product/{page}")
}

fn rule_object(rule: Rule) -> Json {
    let info = rule.info();
    object! {
        "id": info.id,
        "codes": array(info.codes.iter().map(|code| number(*code))),
        "stage": info.stage,
        "ground": info.ground.label(),
        "explanation": info.explanation,
        "advice": info.advice,
        "source": info.source,
    }
}

/// A documented code; none is negative.
fn number(code: ErrorCode) -> u64 {
    u64::try_from(code.get()).unwrap_or_default()
}

/// Whether the same call may succeed later.
fn retry(code: ErrorCode) -> &'static str {
    match code.info().and_then(|info| info.retry) {
        None => "nothing to repeat",
        Some(Retry::No) => "no",
        Some(Retry::Yes) => "yes",
        Some(_) => "unknown",
    }
}

/// `{"$ref":..}` to a component.
fn reference(kind: &str, name: &str) -> Json {
    object! { "$ref": format!("#/components/{kind}/{name}") }
}

/// `{"$ref":..}` to a schema.
fn schema(name: &str) -> Json {
    reference("schemas", name)
}
