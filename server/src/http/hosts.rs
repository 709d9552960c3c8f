//! Which `Host` and `Origin` headers are accepted on loopback: a web page that the developer looks
//! at must not be able to write into the developer's store.

use std::net::{IpAddr, SocketAddr};

use convmark::region::Region;
use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

/// A name that is allowed besides the known ones, with any port or with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedName {
    host: String,
    port: Option<u16>,
}

impl AllowedName {
    /// Reads `NAME` or `NAME:PORT`. The case of letters does not matter.
    ///
    /// # Errors
    ///
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (host, port) = split(text).ok_or_else(|| {
            "must be a host name or an IP address, with :PORT or without, for example my-proxy.test".to_owned()
        })?;
        Ok(Self { host: host.to_ascii_lowercase(), port })
    }
}

/// The names that are accepted, or all if the server does not listen on loopback.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// The port of the server, if names matter.
    loopback_port: Option<u16>,
    allowed: Vec<AllowedName>,
}

impl Hosts {
    /// What is accepted by a server that listens there.
    #[must_use]
    pub fn new(listen: SocketAddr, allowed: Vec<AllowedName>) -> Self {
        Self { loopback_port: listen.ip().is_loopback().then(|| listen.port()), allowed }
    }

    /// Whether all `Host` and `Origin` headers of a request, and the host in its target, are
    /// accepted. Absent ones are: browsers always send them.
    #[must_use]
    pub fn accept(&self, head: &Parts) -> bool {
        let Some(port) = self.loopback_port else { return true };
        let text = |value: &HeaderValue| value.to_str().map(str::to_ascii_lowercase).ok();
        let is_host = |value: Option<String>| value.is_some_and(|host| self.is_host(&host));
        let is_origin =
            |value: Option<String>| value.is_some_and(|origin| self.is_origin(&origin, port));
        head.headers.get_all(HOST).iter().all(|value| is_host(text(value)))
            && head.headers.get_all(ORIGIN).iter().all(|value| is_origin(text(value)))
            && head
                .uri
                .authority()
                .is_none_or(|host| self.is_host(&host.as_str().to_ascii_lowercase()))
    }

    /// The `Origin` of a web page that may read answers: the only one, and one of the names that were allowed.
    #[must_use]
    pub fn readable_by<'h>(&self, head: &'h Parts) -> Option<&'h HeaderValue> {
        self.loopback_port?;
        let mut origins = head.headers.get_all(ORIGIN).iter();
        let origin = origins.next().filter(|_| origins.next().is_none())?;
        let text = origin.to_str().ok()?.to_ascii_lowercase();
        let (scheme, rest) = text.split_once("://")?;
        let (host, port) = split(rest)?;
        (matches!(scheme, "http" | "https") && self.is_allowed(host, port)).then_some(origin)
    }

    /// A name of the loopback with any port: it may be that of a tunnel. No web page of others has
    /// such a name.
    fn is_host(&self, text: &str) -> bool {
        split(text).is_some_and(|(host, port)| is_loopback(host) || self.is_known(host, port))
    }

    /// Its own origin has its own port: another port is another page.
    fn is_origin(&self, text: &str, own_port: u16) -> bool {
        let (rest, usual_port) = match text.split_once("://") {
            Some(("http", rest)) => (rest, 80),
            Some(("https", rest)) => (rest, 443),
            _ => return false,
        };
        split(rest).is_some_and(|(host, port)| {
            (is_loopback(host) && port.unwrap_or(usual_port) == own_port)
                || self.is_known(host, port)
        })
    }

    fn is_known(&self, host: &str, port: Option<u16>) -> bool {
        host.parse::<Region>().is_ok() || self.is_allowed(host, port)
    }

    fn is_allowed(&self, host: &str, port: Option<u16>) -> bool {
        self.allowed
            .iter()
            .any(|name| name.host == host && name.port.is_none_or(|allowed| port == Some(allowed)))
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Host and port. An address of IPv6 stands in brackets.
fn split(text: &str) -> Option<(&str, Option<u16>)> {
    let host_end = text.find(']').map_or(0, |end| end.saturating_add(1));
    let colon = text.get(host_end..)?.find(':').map(|place| place.saturating_add(host_end));
    let (host, port) = match colon {
        Some(colon) => {
            (text.get(..colon)?, Some(text.get(colon.saturating_add(1)..)?.parse().ok()?))
        }
        None => (text, None),
    };
    let is_name = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'[' | b']' | b':')
    };
    (!host.is_empty() && host.bytes().all(is_name)).then_some((host, port))
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn accepts(headers: &[(&str, &str)]) -> bool {
        let allowed = ["proxy.test", "fixed.test:99"].map(|name| AllowedName::parse(name).unwrap());
        let hosts = Hosts::new("127.0.0.1:8080".parse().unwrap(), allowed.into());
        let mut request = Request::post("/x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        hosts.accept(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn own_names_region_names_and_allowed_names_are_accepted() {
        assert!(accepts(&[]));
        for host in [
            "127.0.0.1:8080",
            "127.0.0.1",
            "localhost:8080",
            "LOCALHOST:9",
            "[::1]:8080",
            "127.1.2.3",
            "console.tim.qq.com",
            "adminapisgp.im.qcloud.com:443",
            "proxy.test",
            "Proxy.test:1",
            "fixed.test:99",
        ] {
            assert!(accepts(&[("host", host)]), "{host}");
        }
        for host in [
            "",
            "evil.test",
            "evil.test:8080",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "fixed.test",
            "fixed.test:98",
            "192.168.0.1:8080",
            "[::2]",
            "user@localhost",
            "localhost:x",
            "localhost:",
            "console.tim.qq.com.evil.test",
        ] {
            assert!(!accepts(&[("host", host)]), "{host}");
        }
        assert!(!accepts(&[("host", "localhost"), ("host", "evil.test")]));
    }

    #[test]
    fn another_port_is_another_origin() {
        for origin in [
            "http://127.0.0.1:8080",
            "https://localhost:8080",
            "https://console.tim.qq.com",
            "http://proxy.test:5",
        ] {
            assert!(accepts(&[("host", "localhost"), ("origin", origin)]), "{origin}");
        }
        for origin in [
            "null",
            "",
            "http://localhost:3000",
            "http://localhost",
            "http://evil.test",
            "http://evil.test:8080",
            "file://",
            "ftp://localhost:8080",
            "http://localhost:8080/x",
        ] {
            assert!(!accepts(&[("host", "localhost"), ("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn names_do_not_matter_beyond_loopback() {
        let hosts = Hosts::new("0.0.0.0:8080".parse().unwrap(), Vec::new());
        let request =
            Request::post("/x").header("host", "any.test").header("origin", "http://any.test");
        assert!(hosts.accept(&request.body(()).unwrap().into_parts().0));
    }
}
