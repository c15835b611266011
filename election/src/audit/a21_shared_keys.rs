//! A21: no key serves in both pools, in whatever capacity.

use super::report::Finding;
use super::{Both, Checked, Proved, a08_keys};

pub(super) fn check(both: &Both<'_>) -> Checked {
    let business = a08_keys::introduced(both.business)?;
    let technical = a08_keys::introduced(both.technical)?;
    for (key, here) in &technical {
        if let Some(there) = business.get(key) {
            let expected =
                format!("a key of the technical pool alone as {} key", here.capacity.slug());
            let found = format!(
                "key {key}, which is the {} key of leaf {} of the business log",
                there.capacity.slug(),
                there.leaf
            );
            return Err(Finding::at_leaf(here.leaf, expected, found).into());
        }
    }
    Proved::of(
        business.len() + technical.len(),
        format!(
            "None of the {} keys of the business log is among the {} of the technical log.",
            business.len(),
            technical.len()
        ),
    )
}
