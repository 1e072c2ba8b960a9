//! Where a request comes from, for throttling. Never logged.

use super::Shared;
use crate::network::Network;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address a client is known by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// What throttles count by: an IPv4 address, or the /64 of an IPv6 one, which is one subscriber.
    pub fn key(&self) -> Vec<u8> {
        key(self.0)
    }
}

/// What an address is counted by.
pub fn key(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets()[..8].to_vec(),
    }
}

impl FromRequestParts<Shared> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        Ok(of(app, &parts.headers, &parts.extensions))
    }
}

/// Of a request.
pub fn of(app: &Shared, headers: &HeaderMap, extensions: &Extensions) -> ClientAddress {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let trusted = &app.service.config.web.trusted_proxies;
    ClientAddress(client(peer, headers, trusted))
}

/// The last address of the chain that no trusted proxy stands at. What lies further left could be made up.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let mut client = peer.to_canonical();
    let named: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in named.into_iter().rev() {
        if !trusted.iter().any(|network| network.contains(client)) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = address.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = ["10.0.0.0/30", "2001:db8::1"].map(|n| Network::parse(n).unwrap());
        for (peer, forwarded, wanted) in [
            ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            (
                "10.0.0.1",
                "203.0.113.9, 198.51.100.7, 10.0.0.2",
                "198.51.100.7",
            ),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("2001:db8::1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "198.51.100.7, 10.0.0.5", "10.0.0.5"),
            ("10.0.0.1", "unknown", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            assert_eq!(
                client(ip(peer), &headers, &proxies),
                ip(wanted),
                "{peer} {forwarded}"
            );
        }
        let v6 = ClientAddress(ip("2001:db8:1:2:3:4:5:6"));
        assert_eq!(v6.key(), [0x20, 1, 0x0d, 0xb8, 0, 1, 0, 2]);
    }
}
