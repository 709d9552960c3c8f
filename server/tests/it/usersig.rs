//! UserSigs made by the published packages, and changed ones.

use std::fmt::Write;
use std::io::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use convmark::call::Call;
use convmark_server::usersig::{Illegal, Key, UserSigError, Verifier};
use flate2::write::ZlibEncoder;
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub struct Vectors {
    pub vectors: Vec<Vector>,
}

#[derive(Deserialize)]
pub struct Vector {
    pub key: String,
    pub identifier: String,
    pub sdkappid: u32,
    pub time: u64,
    pub expire: u64,
    pub userbuf: Option<String>,
    pub made: Vec<String>,
}

pub fn vectors() -> Vec<Vector> {
    let file: Vectors = serde_json::from_str(include_str!("../vectors/usersig.json")).unwrap();
    file.vectors
}

/// As in a URL.
pub fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        let _ = if byte.is_ascii_alphanumeric() {
            write!(all, "{}", char::from(byte))
        } else {
            write!(all, "%{byte:02X}")
        };
        all
    })
}

pub fn url(sdkappid: u32, identifier: &str, usersig: &str) -> String {
    let (identifier, usersig) = (escaped(identifier), escaped(usersig));
    format!(
        "/v4/recentcontact/get_contact_group?sdkappid={sdkappid}&identifier={identifier}&usersig={usersig}&random=1&contenttype=json"
    )
}

fn verify(keys: &[&str], url: &str, now: u64) -> Result<(), UserSigError> {
    let keys = keys.iter().map(|key| Key::new(key).unwrap()).collect();
    Verifier::new(keys).verify(&Call::parse_target(url).unwrap(), now)
}

fn text(json: &[u8]) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(json).unwrap();
    STANDARD.encode(encoder.finish().unwrap()).replace('+', "*").replace('/', "-").replace('=', "_")
}

/// The members of a UserSig, signed with that key.
fn members(key: &str, identifier: &str, sdkappid: u32, time: i64, expire: i64) -> Value {
    let signed = format!(
        "TLS.identifier:{identifier}\nTLS.sdkappid:{sdkappid}\nTLS.time:{time}\nTLS.expire:{expire}\n"
    );
    let mut hmac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hmac.update(signed.as_bytes());
    json!({
        "TLS.ver": "2.0", "TLS.identifier": identifier, "TLS.sdkappid": sdkappid, "TLS.time": time, "TLS.expire": expire,
        "TLS.sig": STANDARD.encode(hmac.finalize().into_bytes()),
    })
}

pub fn make(key: &str, identifier: &str, sdkappid: u32, time: i64, expire: i64) -> String {
    text(members(key, identifier, sdkappid, time, expire).to_string().as_bytes())
}

#[test]
fn those_of_the_published_packages_verify() {
    let (mut count, mut with_userbuf) = (0, 0);
    for vector in vectors() {
        for made in &vector.made {
            let url = url(vector.sdkappid, &vector.identifier, made);
            for now in [vector.time, vector.time + vector.expire] {
                assert_eq!(verify(&[&vector.key], &url, now), Ok(()));
                assert_eq!(verify(&["another", &vector.key], &url, now), Ok(()));
                assert_eq!(verify(&["another"], &url, now), Err(UserSigError::Unverified));
            }
            count += 1;
            with_userbuf += usize::from(vector.userbuf.is_some());
        }
    }
    assert!(count == 48 && with_userbuf == 36, "{count} {with_userbuf}");
}

#[test]
fn times_have_a_skew_of_a_minute() {
    let made = make("k", "admin", 1, 1000, 100);
    let at = |now| verify(&["k"], &url(1, "admin", &made), now);
    assert_eq!([at(940), at(1000), at(1100), at(1160)], [Ok(()); 4]);
    assert_eq!(at(939), Err(UserSigError::Future));
    assert_eq!(at(1161), Err(UserSigError::Expired));
    assert_eq!(
        [UserSigError::Future, UserSigError::Expired].map(|error| error.code().get()),
        [70001; 2]
    );
    for (time, expire) in
        [(i64::MAX, i64::MAX), (i64::MIN, i64::MIN), (i64::MIN, i64::MAX), (0, -1)]
    {
        let made = make("k", "admin", 1, time, expire);
        assert!(verify(&["k"], &url(1, "admin", &made), 1_700_000_000).is_err(), "{time} {expire}");
    }
}

#[test]
fn the_first_error_in_order_decides() {
    let call = |usersig: &str, key: &str| verify(&[key], &url(1, "admin", usersig), 10_000);
    // Each has all the errors that come after its own.
    let wrong_user = make("other", "user", 2, 0, 1);
    let wrong_app = make("other", "admin", 2, 0, 1);
    let wrong_key = make("other", "admin", 1, 0, 1);
    let expired = make("k", "admin", 1, 0, 1);
    let illegal = &wrong_user[..wrong_user.len() - 4];
    for (usersig, code) in [
        (illegal, 70003),
        (&wrong_user, 70013),
        (&wrong_app, 70014),
        (&wrong_key, 70009),
        (&expired, 70001),
    ] {
        assert_eq!(call(usersig, "k").unwrap_err().code().get(), code);
    }
}

#[test]
fn members_that_are_missing_or_of_another_type_are_illegal() {
    let good = members("k", "admin", 1, 10_000, 100);
    let judged = |value: &str| verify(&["k"], &url(1, "admin", &text(value.as_bytes())), 10_000);
    assert_eq!(judged(&good.to_string()), Ok(()));
    for name in ["TLS.ver", "TLS.identifier", "TLS.sdkappid", "TLS.time", "TLS.expire", "TLS.sig"] {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(judged(&without.to_string()), Err(Illegal::Members.into()), "{name}");
        for wrong in [json!(null), json!([]), json!({}), json!(true), json!(1.5)] {
            let mut with = good.clone();
            with[name] = wrong;
            assert_eq!(judged(&with.to_string()), Err(Illegal::Members.into()), "{name}");
        }
        let swapped = if good[name].is_string() { json!(1) } else { json!("1") };
        let mut with = good.clone();
        with[name] = swapped;
        assert_eq!(judged(&with.to_string()), Err(Illegal::Members.into()), "{name}");
        let twice = good.to_string().replacen('{', &format!("{{\"{name}\":{},", good[name]), 1);
        assert_eq!(judged(&twice), Err(Illegal::Members.into()), "{name}");
    }
    for (name, wrong, expected) in [
        ("TLS.ver", json!("1.0"), Illegal::Version.into()),
        ("TLS.userbuf", json!(1), Illegal::Members.into()),
        ("TLS.userbuf", json!(""), UserSigError::Unverified),
        ("TLS.sig", json!(""), UserSigError::Unverified),
        ("TLS.expire", json!(101), UserSigError::Unverified),
        ("TLS.time", json!(10_001), UserSigError::Unverified),
    ] {
        let mut with = good.clone();
        with[name] = wrong;
        assert_eq!(judged(&with.to_string()), Err(expected), "{name}");
    }
    for other in ["", "[]", "null", "{", "\"x\"", "{}"] {
        assert_eq!(judged(other), Err(Illegal::Members.into()), "{other}");
    }
    let more = good.to_string().replacen('{', "{\"more\":[1],", 1);
    assert_eq!(judged(&more), Ok(()));
}

/// Compression leaves some bits free: those say the same and verify. All others do not.
#[test]
fn no_flipped_bit_verifies_as_something_else() {
    let (mut refused, mut same) = (0, 0);
    for vector in vectors().into_iter().step_by(5) {
        for made in &vector.made {
            let mut bytes = STANDARD
                .decode(made.replace('*', "+").replace('-', "/").replace('_', "="))
                .unwrap();
            let json = inflated(&bytes);
            for bit in 0..bytes.len() * 8 {
                bytes[bit / 8] ^= 1 << (bit % 8);
                let flipped =
                    STANDARD.encode(&bytes).replace('+', "*").replace('/', "-").replace('=', "_");
                match verify(
                    &[&vector.key],
                    &url(vector.sdkappid, &vector.identifier, &flipped),
                    vector.time,
                ) {
                    Err(_) => refused += 1,
                    Ok(()) => {
                        assert_eq!(inflated(&bytes), json);
                        same += 1;
                    }
                }
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
    assert!(refused > 10_000 && same < 100, "{refused} {same}");
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut json = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(bytes), &mut json).unwrap();
    json
}

#[test]
fn no_flipped_bit_of_the_text_stops_the_process_or_verifies() {
    let made = make("k", "admin", 1, 10_000, 100);
    for bit in 0..made.len() * 8 {
        let mut bytes = made.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Ok(flipped) = String::from_utf8(bytes) else { continue };
        let target = url(1, "admin", &flipped);
        assert!(
            verify(&["k"], &target, 10_000).is_err()
                || flipped.len() != made.len()
                || is_free(&made, &flipped)
        );
    }
}

/// Whether both say the same.
fn is_free(made: &str, flipped: &str) -> bool {
    let bytes = |text: &str| {
        STANDARD.decode(text.replace('*', "+").replace('-', "/").replace('_', "=")).unwrap()
    };
    inflated(&bytes(made)) == inflated(&bytes(flipped))
}
