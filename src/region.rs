//! The documented host names of the service, by region.

use core::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::revision::{Revision, revision};
use crate::unknown_name::named;

// One entry per region: variant and host name. `from` and `until` name the first and the last
// revision that lists it. Without them every revision lists it, future ones included.
macro_rules! regions {
    ($($(#[$doc:meta])+ $variant:ident = $host:literal $(, from $first:tt)? $(, until $last:tt)?;)+) => {
        /// A region that the service runs in, known by its host name.
        ///
        /// It is parsed from, printed as and serialized as the exact host name: lower case, no
        /// scheme, no port. Source: the request URL on pages 1047/53437 to 1047/53442.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[non_exhaustive]
        pub enum Region {
            $(
                $(#[$doc])+
                #[doc = concat!("Host name: `", $host, "`.")]
                $variant,
            )+
        }

        impl Region {
            /// The host name, such as `console.tim.qq.com`.
            #[must_use]
            pub const fn host(self) -> &'static str {
                match self {
                    $(Self::$variant => $host,)+
                }
            }

            /// Whether the pages of the revision list it.
            #[must_use]
            pub fn is_listed_in(self, revision: Revision) -> bool {
                match self {
                    $(Self::$variant => true $(&& revision >= revision!($first))? $(&& revision <= revision!($last))?,)+
                }
            }

            /// All regions of all revisions, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
        }

        const HOSTS: &[&str] = &[$($host),+];
    };
}

regions! {
    /// China.
    China = "console.tim.qq.com";
    /// Singapore.
    Singapore = "adminapisgp.im.qcloud.com";
    /// Seoul.
    Seoul = "adminapikr.im.qcloud.com";
    /// Frankfurt.
    Frankfurt = "adminapiger.im.qcloud.com";
    /// Silicon Valley.
    SiliconValley = "adminapiusa.im.qcloud.com";
    /// Mumbai, listed until 2023-03.
    Mumbai = "adminapiind.im.qcloud.com", until "2023-03";
    /// Tokyo, listed from 2026-04 on.
    Tokyo = "adminapijpn.im.qcloud.com", from "2026-04";
    /// Jakarta, listed from 2026-04 on.
    Jakarta = "adminapiidn.im.qcloud.com", from "2026-04";
}

named!(Region, "region host", host, HOSTS);

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.host())
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Host;

        impl Visitor<'_> for Host {
            type Value = Region;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a documented host name")
            }

            // By hand, because a derived enum would quote the unknown name in its error.
            fn visit_str<E: de::Error>(self, host: &str) -> Result<Region, E> {
                host.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Host)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn hosts_and_revisions_are_the_documented_ones() {
        let expected = [
            (Region::China, "console.tim.qq.com", true, true),
            (Region::Singapore, "adminapisgp.im.qcloud.com", true, true),
            (Region::Seoul, "adminapikr.im.qcloud.com", true, true),
            (Region::Frankfurt, "adminapiger.im.qcloud.com", true, true),
            (Region::SiliconValley, "adminapiusa.im.qcloud.com", true, true),
            (Region::Mumbai, "adminapiind.im.qcloud.com", true, false),
            (Region::Tokyo, "adminapijpn.im.qcloud.com", false, true),
            (Region::Jakarta, "adminapiidn.im.qcloud.com", false, true),
        ];
        assert_eq!(Region::ALL.len(), expected.len());
        for (&region, (variant, host, old, new)) in Region::ALL.iter().zip(expected) {
            assert_eq!(region, variant);
            assert_eq!(region.host(), host);
            assert_eq!(region.is_listed_in(revision!("2023-03")), old, "{host}");
            assert_eq!(region.is_listed_in(revision!("2026-04")), new, "{host}");
        }
    }

    #[test]
    fn text_and_serde_round_trip() {
        for &region in Region::ALL {
            assert_eq!(region.to_string(), region.host());
            assert_eq!(region.host().parse(), Ok(region));
            let json = serde_json::to_string(&region).unwrap();
            assert_eq!(json, format!("\"{}\"", region.host()));
            assert_eq!(serde_json::from_str::<Region>(&json).unwrap(), region);
        }
        // An escaped string cannot be borrowed and is the same name.
        assert_eq!(
            serde_json::from_str::<Region>(r#""console\u002etim.qq.com""#).unwrap(),
            Region::China
        );
        assert_eq!(format!("{:>20}", Region::China), "  console.tim.qq.com");
    }

    #[test]
    fn only_the_exact_host_name_is_accepted() {
        for other in [
            "",
            "China",
            "Console.tim.qq.com",
            "console.tim.qq.com.",
            " console.tim.qq.com",
            "console.tim.qq.com:443",
            "https://console.tim.qq.com",
            "adminapi.im.qcloud.com",
        ] {
            let error = other.parse::<Region>().unwrap_err();
            assert_eq!((error.kind(), error.allowed()), ("region host", HOSTS), "{other}");
        }
    }

    #[test]
    fn the_error_lists_the_hosts_and_not_the_input() {
        let error = "secret.example".parse::<Region>().unwrap_err().to_string();
        for region in Region::ALL {
            assert!(error.contains(region.host()), "{error}");
        }
        assert!(!error.contains("secret"));
        let error = serde_json::from_str::<Region>("\"secret.example\"").unwrap_err().to_string();
        assert!(error.contains("console.tim.qq.com") && !error.contains("secret"), "{error}");
        let error = serde_json::from_str::<Region>("[]").unwrap_err().to_string();
        assert!(
            error.starts_with("invalid type: sequence, expected a documented host name"),
            "{error}"
        );
    }
}
