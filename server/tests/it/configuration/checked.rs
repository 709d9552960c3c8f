//! What `--check-config` finds in files and stores.

use super::{check, problem};
use crate::common::{Directory, command};

#[cfg(unix)]
#[test]
fn secrets_that_others_can_change_are_refused() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    let key = directory.write("key", "the secret\n");
    let options = ["--app", "1", "--admins", "a", "--key", &key];
    for (mode, is_allowed) in
        [(0o600, true), (0o400, true), (0o440, true), (0o644, true), (0o660, false), (0o602, false)]
    {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        if is_allowed {
            assert!(check(&options, &[]).status.success(), "{mode:o}");
        } else {
            let text = problem(&options, &[]);
            assert!(text.contains(&format!("others can change this secret (mode {mode:o})")));
            assert!(text.contains("chmod 600") && !text.contains("the secret"), "{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_check_gives_the_warnings_of_a_start() {
    use std::os::unix::fs::PermissionsExt;

    let directory = Directory::new();
    let key = directory.write("key", "a\n");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let options = ["--app", "1", "--admins", "a", "--key", &key, "--listen", "0.0.0.0:1"];
    let output = check(&[&options[..], &["--store", "memory", "--create"]].concat(), &[]);
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "convmark-server: warning: --create has no effect with this store\n\
             convmark-server: warning: calls and UserSigs are not encrypted here: no --tls-cert\n\
             convmark-server: warning: {key}: everyone on this machine can read this secret: chmod 600\n"
        )
    );
}

#[test]
fn a_check_finds_what_is_wrong_with_the_store() {
    let directory = Directory::new();
    let path = directory.path().display();
    let other = directory.write("other", "");
    std::fs::create_dir(directory.path().join("full")).unwrap();
    directory.write("full/file", "");
    for (name, create, expected) in [
        (
            "none",
            false,
            format!(
                "there is no store at {path}/none; correct the name, or make a new store there (--create)"
            ),
        ),
        (
            "none/data",
            true,
            format!(
                "the store {path}/none/data cannot be made in {path}/none: No such file or directory (os error 2); make that \
                 directory if it is not there, and allow this user to write in it"
            ),
        ),
        (
            "full",
            true,
            format!(
                "{path}/full is not a store: it has no readable file FORMAT; choose a name that is not used"
            ),
        ),
        (
            "other",
            true,
            format!("the files of the store at {other}: Not a directory (os error 20)"),
        ),
    ] {
        let store = format!("dir:{path}/{name}");
        let create = if create { "--create" } else { "--create=false" };
        let expected = format!("convmark-server: --store {store}: {expected}\n");
        assert_eq!(problem(&["--store", &store, create], &[]), expected);
        // A start says the same.
        let start = ["--listen", "127.0.0.1:0", "--log-level", "error", "--store", &store, create];
        let output = command().args(start).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
    }
    let fresh = format!("dir:{path}/fresh");
    assert!(check(&["--store", &fresh, "--create"], &[]).status.success());
    assert!(!directory.path().join("fresh").exists());
    // One that is in use is as it should be.
    let server = crate::common::Server::over(&directory.store(), &[]);
    assert!(check(&["--store", &directory.store()], &[]).status.success());
    drop(server);
}

#[test]
fn the_file_of_sslrootcert_is_checked() {
    let directory = Directory::new();
    let empty = directory.write("empty.pem", "");
    let section =
        |text| format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    let (text, other) = (section("?"), section("AAAA"));
    let (text, other) = (directory.write("text.pem", &text), directory.write("other.pem", &other));
    let nowhere = directory.path().join("nowhere").display().to_string();
    for (file, expected) in [
        (
            nowhere,
            "the file cannot be read: No such file or directory (os error 2); name one that this process may read",
        ),
        (
            empty,
            "the file has no certificate in PEM (BEGIN CERTIFICATE); give the certificates as the authority gave them",
        ),
        (text, "the file is not valid PEM; give the certificates as the authority gave them"),
        (
            other,
            "certificate 1 in the file is not a valid X.509 certificate; give the certificates of the authorities of \
             PostgreSQL as they gave them",
        ),
    ] {
        let url = format!("postgres://u:s3cret@h/d?sslmode=verify-full&sslrootcert={file}");
        let text = problem(&["--store", &url], &[]);
        assert!(text.contains(&format!("--store sslrootcert {file}: {expected}")), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
}
