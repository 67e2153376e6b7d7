//! Who calls: the address of a request, also behind reverse proxies, and who may look at the metrics.

use axum::http::HeaderMap;
use ipnet::IpNet;
use serde::Deserialize;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// Proxies in one header beyond which nobody looks.
const LONGEST_CHAIN: usize = 32;

/// An address, or a network in CIDR notation: `10.0.0.5`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network(IpNet);

impl TryFrom<String> for Network {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        address
            .or_else(|_| text.parse::<IpNet>())
            .map(Self)
            .map_err(|_| "写一个地址或网段，例：10.0.0.5、10.0.0.0/8")
    }
}

impl Network {
    /// This machine: the loopback addresses of both families.
    pub fn this_machine() -> Vec<Self> {
        ["127.0.0.0/8", "::1/128"].iter().filter_map(|text| text.parse().ok().map(Self)).collect()
    }
}

/// The other end of a connection; our server notes it with every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// How long it has for a request's body.
    pub patience: Duration,
}

/// Whose word is taken for whom a request comes from, and who may look at the metrics.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Reverse proxies: from them `X-Forwarded-For` is believed.
    pub proxies: Vec<Network>,
    /// Who gets `/metrics`.
    pub metrics_for: Vec<Network>,
}

impl Default for Trust {
    fn default() -> Self {
        Self { proxies: Network::this_machine(), metrics_for: Network::this_machine() }
    }
}

impl Trust {
    /// The address that a request comes from: the peer, or, when that is a trusted proxy, the right-most address in
    /// `X-Forwarded-For` that is none. Whatever stands left of it was written by the caller itself.
    pub fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        if !among(&self.proxies, address) {
            return address;
        }
        let lines = headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or_default());
        // Several lines are one list.
        let lines: Vec<&str> = lines.collect();
        for said in lines.iter().rev().flat_map(|line| line.rsplit(',')).take(LONGEST_CHAIN) {
            let Some(found) = read(said.trim()) else { return address };
            address = found;
            if !among(&self.proxies, address) {
                break;
            }
        }
        address
    }

    /// Whether an address may look at the metrics.
    pub fn may_see_metrics(&self, address: IpAddr) -> bool {
        among(&self.metrics_for, address)
    }
}

fn among(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.0.contains(&address))
}

/// `1.2.3.4`, `1.2.3.4:5678`, `::1`, `[::1]`, `[::1]:5678`.
fn read(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse().map(|with_port: SocketAddr| with_port.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// What one caller can hardly change: the address, of IPv6 its /64, which a caller has as a whole.
pub(super) fn caller(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn network(text: &str) -> Network {
        Network::try_from(text.to_owned()).expect("a network")
    }

    #[test]
    fn a_network_is_an_address_or_a_range() {
        let inside = |net: &str, address: &str| among(&[network(net)], address.parse().expect("an address"));
        for (net, address, expected) in [
            ("10.0.0.5", "10.0.0.5", true),
            ("10.0.0.5", "10.0.0.6", false),
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("::1", "::1", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "10.0.0.1", false),
        ] {
            assert_eq!(inside(net, address), expected, "{net} {address}");
        }
        for bad in ["", "10.0.0", "10.0.0.0/33", "localhost", "10.0.0.0/8 "] {
            assert!(Network::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        assert!(Network::this_machine().len() == 2);
    }

    #[test]
    fn the_address_is_the_right_most_one_that_is_no_proxy() {
        let trust = Trust {
            proxies: vec![network("127.0.0.1"), network("10.0.0.0/8"), network("fd00::1")],
            ..Trust::default()
        };
        for (peer, lines, expected) in [
            // A direct caller says what it likes.
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("::ffff:127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.1,203.0.113.9 , 10.1.2.3"], "203.0.113.9"),
            ("127.0.0.1", &["198.51.100.1, 203.0.113.9", "10.1.2.3"], "203.0.113.9"),
            ("127.0.0.1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("127.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7"),
            ("fd00::1", &["2001:db8::7"], "2001:db8::7"),
            ("127.0.0.1", &["10.9.9.9"], "10.9.9.9"),
            // What cannot be read ends the chain at the last proxy that was believed.
            ("127.0.0.1", &["203.0.113.9, unknown"], "127.0.0.1"),
            ("127.0.0.1", &["203.0.113.9, \u{e9}"], "127.0.0.1"),
            ("127.0.0.1", &[""], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                let value = HeaderValue::from_bytes(line.as_bytes()).expect("a value");
                headers.append("x-forwarded-for", value);
            }
            let found = trust.address(peer.parse().expect("an address"), &headers);
            assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_caller_is_a_whole_network_of_ipv6() {
        let of = |text: &str| caller(text.parse().expect("an address")).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:2:ffff::1"), of("2001:db8:1:2::9"));
        assert_eq!(of("203.0.113.9"), "203.0.113.9");
    }
}
