//! Whose request it is, for the rate limit and for nothing else: addresses are never written down.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU8;

use axum::http::HeaderMap;

use crate::config::{Config, ProxyHeader};

/// Most entries of the header that are looked at, counted from its end.
const MAX_HOPS: usize = u8::MAX as usize;

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// A client as the rate limit counts it: an IPv4 address, or an IPv6 /64, which is what one customer
/// usually has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Client(IpAddr);

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Client(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let network = address.to_bits() & (u128::MAX << 64);
                Client(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
        }
    }
}

/// Whom to believe about a client's address.
#[derive(Clone, Copy, Debug)]
pub struct Proxies {
    header: ProxyHeader,
    hops: NonZeroU8,
}

impl Proxies {
    /// As configured.
    pub fn new(config: &Config) -> Self {
        Proxies { header: config.proxy_header, hops: config.proxy_hops }
    }

    /// The client of a request. Clients can write the header themselves, so that it counts only if
    /// the operator says that a proxy does, and only what that proxy appended, at the right end.
    pub fn client(&self, peer: Peer, headers: &HeaderMap) -> Client {
        let forwarded = match self.header {
            ProxyHeader::None => None,
            ProxyHeader::XForwardedFor => self.forwarded(headers),
        };
        forwarded.unwrap_or(peer.0.ip()).into()
    }

    fn forwarded(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let values: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        let hop = usize::from(self.hops.get()) - 1;
        let text =
            values.iter().rev().flat_map(|value| value.rsplit(',')).take(MAX_HOPS).nth(hop)?.trim();
        text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ProxyHeader, hops: u8, values: &[&'static str]) -> Client {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().expect("a value"));
        }
        let hops = NonZeroU8::new(hops).expect("not 0");
        let peer = Peer(SocketAddr::from(([192, 0, 2, 1], 4711)));
        Proxies { header, hops }.client(peer, &headers)
    }

    fn of(address: &str) -> Client {
        Client::from(address.parse::<IpAddr>().expect("an address"))
    }

    #[test]
    fn a_forwarded_address_counts_for_nothing_unless_configured() {
        assert_eq!(client(ProxyHeader::None, 1, &["203.0.113.9"]), of("192.0.2.1"));
        assert_eq!(client(ProxyHeader::XForwardedFor, 1, &["203.0.113.9"]), of("203.0.113.9"));
    }

    #[test]
    fn only_what_the_own_proxies_appended_counts() {
        let spoofed = ["10.9.8.7, 203.0.113.9", "198.51.100.4"];
        assert_eq!(client(ProxyHeader::XForwardedFor, 1, &spoofed), of("198.51.100.4"));
        assert_eq!(client(ProxyHeader::XForwardedFor, 2, &spoofed), of("203.0.113.9"));
    }

    #[test]
    fn a_header_that_is_missing_short_or_nonsense_leaves_the_connections_address() {
        assert_eq!(client(ProxyHeader::XForwardedFor, 1, &[]), of("192.0.2.1"));
        assert_eq!(client(ProxyHeader::XForwardedFor, 2, &["203.0.113.9"]), of("192.0.2.1"));
        assert_eq!(client(ProxyHeader::XForwardedFor, 1, &["unknown"]), of("192.0.2.1"));
    }

    #[test]
    fn one_customers_ipv6_addresses_are_one_client() {
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
