//! Reads the values of options. Each problem says what is allowed.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use convmark::policy::Capacity;
use convmark::{UnknownName, UserId};

/// `true` or `false`.
///
/// # Errors
///
/// What is allowed.
pub fn yes_or_no(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".to_owned())
}

/// An IP address and a port. `localhost` is the loopback address of IPv4, and no other name is looked up.
///
/// # Errors
///
/// What is allowed.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let loopback = port.map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    loopback.or_else(|| text.parse().ok()).ok_or_else(|| {
        "must be an IP address and a port, for example 127.0.0.1:8080, localhost:8080 or [::1]:8080; port 0 takes a free port"
            .to_owned()
    })
}

/// A path that is not empty.
///
/// # Errors
///
/// What is allowed.
pub fn path(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("must be the name of a file".to_owned()) } else { Ok(text.into()) }
}

/// An integer that the policy checks.
///
/// # Errors
///
/// What is allowed.
pub fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "must be a whole number; --help has its range".to_owned())
}

/// An integer of a range.
pub fn number_in(min: u32, max: u32) -> impl Fn(&str) -> Result<u32, String> {
    move |text| {
        let value = text.parse().ok().filter(|value| (min..=max).contains(value));
        value.ok_or_else(|| format!("must be an integer from {min} to {max}"))
    }
}

/// An integer, or `none`.
///
/// # Errors
///
/// What is allowed.
pub fn number_or_none(text: &str) -> Result<Option<u32>, String> {
    if text == "none" {
        Ok(None)
    } else {
        number(text).map(Some).map_err(|problem| format!("{problem}, or none"))
    }
}

/// One of a fixed set of names of the core.
///
/// # Errors
///
/// What is allowed.
pub fn named<T: std::str::FromStr<Err = UnknownName>>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|problem: UnknownName| format!("must be one of {}", problem.allowed().join(", ")))
}

/// A well-formed user ID.
///
/// # Errors
///
/// What is allowed.
pub fn user_id(text: &str) -> Result<String, String> {
    UserId::new(text)
        .map(|_| text.to_owned())
        .map_err(|problem| format!("must be a user ID: {problem}"))
}

/// `shared:N`, `separate:N,N` or `per-group:N,N`.
///
/// # Errors
///
/// What is allowed.
pub fn capacity(text: &str) -> Result<Capacity, String> {
    let read = || {
        let (how, numbers) = text.split_once(':')?;
        match (how, numbers.split_once(',')) {
            ("shared", None) => Some(Capacity::Shared { rows: numbers.parse().ok()? }),
            ("separate", Some((grouped, marked))) => Some(Capacity::Separate {
                grouped: grouped.parse().ok()?,
                marked: marked.parse().ok()?,
            }),
            ("per-group", Some((members, marked))) => Some(Capacity::PerGroup {
                members: members.parse().ok()?,
                marked: marked.parse().ok()?,
            }),
            _ => None,
        }
    };
    read().ok_or_else(|| {
        "must be shared:ROWS, separate:GROUPED,MARKED or per-group:MEMBERS,MARKED, for example separate:1000,1000"
            .to_owned()
    })
}

/// A number of bytes in a range, which is written as a number alone, or with KiB, MiB, GiB or TiB.
pub fn bytes_in(min: u64, max: u64) -> impl Fn(&str) -> Result<u64, String> {
    move |text| {
        let (digits, unit) = split(text);
        let factor: Option<u64> = match unit {
            "" | "B" => Some(1),
            "KiB" => Some(1 << 10),
            "MiB" => Some(1 << 20),
            "GiB" => Some(1 << 30),
            "TiB" => Some(1 << 40),
            _ => None,
        };
        let value = factor.and_then(|factor| digits.parse::<u64>().ok()?.checked_mul(factor));
        value.filter(|value| (min..=max).contains(value)).ok_or_else(|| {
            format!(
                "must be a number of bytes from {min} to {max}, for example 65536, 64KiB or 1MiB"
            )
        })
    }
}

/// A time of 1 millisecond to 1 hour, with its unit: ms, s, m or h.
///
/// # Errors
///
/// What is allowed.
pub fn time(text: &str) -> Result<Duration, String> {
    const HOUR_MS: u64 = 3_600_000;
    let (digits, unit) = split(text);
    let factor: Option<u64> = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(HOUR_MS),
        _ => None,
    };
    let value = factor.and_then(|factor| digits.parse::<u64>().ok()?.checked_mul(factor));
    let value = value.filter(|value| (1..=HOUR_MS).contains(value)).map(Duration::from_millis);
    value.ok_or_else(|| {
        "must be a time with its unit from 1ms to 1h, for example 500ms, 10s or 2m".to_owned()
    })
}

/// The digits in front, and what follows them.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(time("1h"), Ok(Duration::from_secs(3600)));
        for wrong in [
            "",
            "10",
            "s",
            "0s",
            "2h",
            "-1s",
            "1.5s",
            "1 s",
            "99999999999999999999s",
            "18446744073709551615h",
        ] {
            assert!(time(wrong).unwrap_err().contains("for example 500ms"), "{wrong}");
        }
    }

    #[test]
    fn localhost_is_the_loopback_address() {
        for text in ["localhost:80", "127.0.0.1:80"] {
            assert_eq!(
                address(text).map(|address| address.to_string()),
                Ok("127.0.0.1:80".to_owned())
            );
        }
        for wrong in ["localhost", "localhost:x", "localhost:65536", "example.com:80", "80", ":80"]
        {
            assert!(address(wrong).unwrap_err().contains("localhost:8080"), "{wrong}");
        }
    }

    #[test]
    fn sizes_are_bytes() {
        let size = bytes_in(1024, 1 << 20);
        assert_eq!((size("1024"), size("1KiB"), size("1MiB")), (Ok(1024), Ok(1024), Ok(1 << 20)));
        for wrong in ["", "1023", "2MiB", "1KB", "1kib", "-1", "18446744073709551615TiB"] {
            assert!(
                size(wrong)
                    .unwrap_err()
                    .starts_with("must be a number of bytes from 1024 to 1048576"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn capacities_name_their_reading() {
        assert_eq!(capacity("shared:5"), Ok(Capacity::Shared { rows: 5 }));
        assert_eq!(capacity("separate:5,6"), Ok(Capacity::Separate { grouped: 5, marked: 6 }));
        assert_eq!(capacity("per-group:5,6"), Ok(Capacity::PerGroup { members: 5, marked: 6 }));
        for wrong in
            ["", "5", "shared", "shared:", "shared:1,2", "separate:1", "per-group:1,2,3", "other:1"]
        {
            assert!(capacity(wrong).is_err(), "{wrong}");
        }
    }
}
