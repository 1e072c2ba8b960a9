//! Where a webhook may point: https to the public Internet. Plain http to this machine alone, in development.

use credential::ids::BadId;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// An address that may be called, and which machines may answer there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: String,
    reach: Reach,
}

/// Which machines may answer. Checked when the name is resolved, since a name can point anywhere later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Those with a public address.
    Public,
    /// This machine.
    Loopback,
    /// Any: for the operator's own gateway, which stands in the settings.
    Any,
}

impl Target {
    /// Parses an agency's address. `development` lets `http://localhost` and `http://127.0.0.1` pass.
    pub fn parse(text: &str, development: bool) -> Result<Self, BadId> {
        let reach = Self::check(text, development)?;
        Ok(Self {
            url: text.to_string(),
            reach,
        })
    }

    /// Parses the operator's own gateway, which may stand in a private network.
    pub fn gateway(text: &str, development: bool) -> Result<Self, BadId> {
        let reach = match Self::check(text, development)? {
            Reach::Public => Reach::Any,
            other => other,
        };
        Ok(Self {
            url: text.to_string(),
            reach,
        })
    }

    fn check(text: &str, development: bool) -> Result<Reach, BadId> {
        let wrong = BadId {
            what: "url",
            rule: "must be https://host/path without user name and fragment (http to this machine alone, while \
                   [web] public_url is not https)",
        };
        let uri: Uri = text.parse().map_err(|_| wrong)?;
        let authority = uri.authority().ok_or(wrong)?;
        if text.len() > 500 || authority.as_str().contains('@') || text.contains('#') {
            return Err(wrong);
        }
        let host = authority.host().trim_matches(['[', ']']);
        let here = host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        match uri.scheme_str() {
            Some("https") => Ok(Reach::Public),
            Some("http") if here && development => Ok(Reach::Loopback),
            _ => Err(wrong),
        }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which machines may answer.
    pub fn reach(&self) -> Reach {
        self.reach
    }
}

/// Resolves names, and refuses those that lead to a machine out of reach.
#[derive(Debug)]
pub struct Guard {
    reach: Reach,
    inner: DefaultResolver,
}

impl Guard {
    /// For that reach.
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            inner: DefaultResolver::default(),
        }
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        // One address out of reach condemns the name: it is made to look like two things.
        if found
            .iter()
            .all(|address| self.reach.includes(address.ip()))
        {
            return Ok(found);
        }
        Err(ureq::Error::BadUri(
            "leads to a machine out of reach".into(),
        ))
    }
}

impl Reach {
    fn includes(self, ip: IpAddr) -> bool {
        match (self, ip) {
            (Self::Any, _) => true,
            (Self::Loopback, ip) => ip.is_loopback(),
            (Self::Public, IpAddr::V4(ip)) => is_public_v4(ip),
            (Self::Public, IpAddr::V6(ip)) => is_public_v6(ip),
        }
    }
}

/// Not in the IANA registry of special-purpose addresses.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a, b & 0xc0) == (100, 64)
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a, b & 0xfe) == (198, 18);
    !special
}

/// Global unicast 2000::/3, without documentation and without the ways to write an IPv4 address in it.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let global = parts[0] & 0xe000 == 0x2000;
    let special = (parts[0], parts[1]) == (0x2001, 0x0db8)
        || (parts[0] == 0x2001 && parts[1] < 0x0200)
        || parts[0] == 0x2002
        || parts[0] == 0x3fff;
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_alone_and_http_to_this_machine_in_development() {
        for (text, development, reach) in [
            (
                "https://bpjs.example.go.id/hook",
                false,
                Some(Reach::Public),
            ),
            ("https://127.0.0.1/hook", true, Some(Reach::Public)),
            ("http://127.0.0.1:9000/hook", true, Some(Reach::Loopback)),
            ("http://localhost:9000/", true, Some(Reach::Loopback)),
            ("http://[::1]:9000/", true, Some(Reach::Loopback)),
            ("http://127.0.0.1:9000/hook", false, None),
            ("http://bpjs.example.go.id/hook", true, None),
            ("http://10.0.0.1/", true, None),
            ("http://localhost.evil.example/", true, None),
            ("http://127.0.0.1@evil.example/", true, None),
            ("https://user:word@bpjs.example.go.id/", false, None),
            ("https://bpjs.example.go.id/#x", false, None),
            ("ftp://bpjs.example.go.id/", true, None),
            ("file:///etc/passwd", true, None),
            ("/hook", true, None),
            ("", true, None),
        ] {
            let target = Target::parse(text, development).ok();
            assert_eq!(target.map(|t| t.reach()), reach, "{text} {development}");
        }
    }

    #[test]
    fn private_networks_are_out_of_reach() {
        let out = [
            "10.0.0.1",
            "172.16.5.4",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "203.0.113.5",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
        ];
        for ip in out {
            let parsed = ip.parse().ok();
            assert_eq!(
                parsed.map(|ip| Reach::Public.includes(ip)),
                Some(false),
                "{ip}"
            );
        }
        for ip in [
            "103.10.66.1",
            "8.8.8.8",
            "100.128.0.1",
            "2606:4700::1111",
            "2001:4860::8888",
        ] {
            let parsed = ip.parse().ok();
            assert_eq!(
                parsed.map(|ip| Reach::Public.includes(ip)),
                Some(true),
                "{ip}"
            );
        }
        assert!(Reach::Loopback.includes(IpAddr::from([127, 0, 0, 1])));
        assert!(!Reach::Loopback.includes(IpAddr::from([10, 0, 0, 1])));
    }
}
