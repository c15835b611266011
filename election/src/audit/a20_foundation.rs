//! A20: both logs were founded for one foundation, that of `foundation.json`.

use super::report::Finding;
use super::{Both, Checked, Failed, Proved, genesis_of};

pub(super) fn check(both: &Both<'_>) -> Checked {
    let missing = || Failed::Incomplete("a log's genesis cannot be read".to_owned());
    let business = genesis_of(both.business).ok_or_else(missing)?;
    let technical = genesis_of(both.technical).ok_or_else(missing)?;
    let words = |id: &uuid::Uuid, name: &str| format!("the foundation {id}, \"{name}\"");
    let expected = words(&both.anchor.foundation, both.anchor.name.as_str());
    let founded = [
        ("business", words(&business.foundation, business.name.as_str())),
        ("technical", words(&technical.foundation, technical.name.as_str())),
    ];
    for (pool, found) in founded {
        if found != expected {
            return Err(Finding::general(expected, format!("{found}, in the {pool} log")).into());
        }
    }
    let host = |origin: &str| origin.rsplit_once('/').map(|(host, _)| host.to_owned());
    if host(business.origin.as_str()) != host(technical.origin.as_str()) {
        let expected = format!("a log beside `{}`", business.origin);
        return Err(Finding::general(expected, format!("`{}`", technical.origin)).into());
    }
    Proved::of(2u64, format!("Both logs are of {expected}."))
}
