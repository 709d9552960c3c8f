//! Writes the seeds of the fuzz targets, made from the conformance cases:
//! `cargo run -p convmark-model --example seeds -- fuzz/seeds`.

use std::fs;
use std::path::Path;

use convmark::call::Incoming;
use convmark::fake::{Service, Time};
use convmark::{Account, Change, Command, Facts, Policy};
use serde_json::Value;
use support::formats::Format;

const CASES: [&str; 2] =
    [include_str!("../../cases/replay.json"), include_str!("../../cases/validate.json")];

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).expect("the folder to write to");
    let folder = Path::new(&folder);
    for cases in CASES {
        let cases: Vec<Value> = serde_json::from_str(cases).expect("cases are JSON");
        for (number, case) in cases.iter().enumerate() {
            let mut service = Service::new(&Policy::default());
            for (step, request) in case["steps"].as_array().into_iter().flatten().enumerate() {
                let line = match &request["in"] {
                    Value::String(line) => serde_json::from_str(line).expect("lines are JSON"),
                    object => object.clone(),
                };
                write_request(folder, &format!("{number}-{step}"), &line, &mut service)?;
            }
            write_accounts(folder, &number.to_string(), &service)?;
        }
    }
    Ok(())
}

/// Writes the body, the URL and the changes of a request.
fn write_request(
    folder: &Path,
    name: &str,
    line: &Value,
    service: &mut Service,
) -> std::io::Result<()> {
    let body = line["raw"].as_str().map_or_else(|| line["body"].to_string(), str::to_string);
    // Large bodies slow the fuzzer down and add no coverage.
    if body.len() > 2000 {
        return Ok(());
    }
    if let Some(url) = line["url"].as_str() {
        write(folder, "urls", name, &[&[0], url.as_bytes()].concat())?;
    }
    let Some(command) = line["command"].as_str().and_then(|name| name.parse::<Command>().ok())
    else {
        return Ok(());
    };
    let place =
        Command::ALL.iter().position(|known| *known == command).expect("all commands are known");
    let first = u8::try_from(place).expect("there are six");
    write(folder, "raw_bytes", name, &[&[first], body.as_bytes()].concat())?;
    let call = Incoming::new(command, body.as_bytes());
    let served = service
        .serve(&call, &Facts::vouched(), Time::from_seconds(1_700_000_000))
        .expect("vouched");
    let changes: Vec<String> = served
        .changes()
        .iter()
        .map(|change: &Change<'_>| serde_json::to_string(change).expect("changes are JSON"))
        .collect();
    if !changes.is_empty() {
        write(
            folder,
            "stored",
            &format!("changes-{name}"),
            &[&[1], changes.join("\n").as_bytes()].concat(),
        )?;
    }
    Ok(())
}

fn write_accounts(folder: &Path, name: &str, service: &Service) -> std::io::Result<()> {
    for (number, (_, account)) in service.accounts().enumerate() {
        let account: &Account = account;
        let snapshot = serde_json::to_vec(account).expect("snapshots are JSON");
        write(
            folder,
            "stored",
            &format!("snapshot-{name}-{number}"),
            &[&[0], snapshot.as_slice()].concat(),
        )?;
        for (first, format) in (250..).zip(Format::ALL) {
            let name = format!("compact-{name}-{number}-{first}");
            write(folder, "stored", &name, &[&[first], &*format.write(account)].concat())?;
        }
    }
    Ok(())
}

fn write(folder: &Path, target: &str, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    fs::create_dir_all(folder.join(target))?;
    fs::write(folder.join(target).join(name), bytes)
}
