//! The roll of contributors as CSV, and what it changes.
//!
//! Columns: `handle,name` and, if wanted, `affiliations`, apart by semicolons. There is no column for
//! a weight: a contributor's vote weighs one.

use std::collections::{BTreeMap, BTreeSet};

use election::Technical;
use election::ids::{GroupId, Handle, Origin};
use election::principal::{Affiliation, Contributor};
use election::statement::{Body, Entry, PrincipalEntry};
use election::text::Line;
use election::time::Millis;

use super::members::Change;
use super::table::{self, Faults};
use crate::api::PrincipalInfo;

/// Columns that must be there.
pub const REQUIRED: &[&str] = &["handle", "name"];
/// Columns that may be there.
pub const OPTIONAL: &[&str] = &["affiliations"];

/// What a file changes, compared with the contributors on record. Affiliations that are new hold
/// from `from` on. Where the file has no column for them, none is touched.
pub fn plan(
    text: &str,
    origin: &Origin<Technical>,
    from: Millis,
    on_record: &[PrincipalInfo<Technical>],
) -> Result<Vec<Change<Technical>>, Faults> {
    let with_affiliations =
        text.lines().next().is_some_and(|header| header.contains("affiliations"));
    let rows = table::rows(text, REQUIRED, OPTIONAL)?;
    let known: BTreeMap<_, _> =
        on_record.iter().map(|info| (&info.principal.handle, info)).collect();
    let mut seen = BTreeSet::new();
    let per_row = table::each(&rows, |row| {
        let (handle, name): (Handle, Line) = (row.parse("handle")?, row.parse("name")?);
        let groups: Vec<GroupId> = row.parse_list("affiliations")?;
        if !seen.insert(handle.clone()) {
            return Err(row.fault(format!("{handle} stood in an earlier line already")));
        }
        if let Some(twice) =
            groups.iter().enumerate().find(|(i, g)| groups.iter().take(*i).any(|o| o == *g))
        {
            return Err(row.fault(format!("`affiliations`: {} stands there twice", twice.1)));
        }
        let info = known.get(&handle).copied();
        let mut changes = Vec::new();
        let principal = Contributor { handle: handle.clone(), name };
        let what = match info {
            None => Some(format!("new contributor {handle} ({})", principal.name)),
            Some(info) if info.principal != principal => {
                Some(format!("{handle}: `{}` becomes `{}`", info.principal.name, principal.name))
            }
            Some(_) => None,
        };
        if let Some(what) = what {
            let body = Body::Principal(PrincipalEntry { origin: origin.clone(), principal });
            changes.push(Change { line: row.line, what, body });
        }
        let on_record = info.and_then(|info| info.affiliation.as_ref());
        let before: &[GroupId] = on_record.map_or(&[], |affiliation| &affiliation.groups);
        if with_affiliations && before != groups {
            let names: Vec<_> = groups.iter().map(|group| group.as_str()).collect();
            let names = if names.is_empty() { "independent".into() } else { names.join(", ") };
            let fact = Affiliation { person: handle.clone(), groups, from };
            let body = Body::Affiliation(Entry { origin: origin.clone(), fact });
            changes.push(Change { line: row.line, what: format!("{handle}: {names}"), body });
        }
        Ok(changes)
    })?;
    Ok(per_row.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> Result<Vec<Change<Technical>>, Faults> {
        let origin = "vote.example.org/technical".parse().expect("an origin");
        plan(text, &origin, Millis::default(), &[])
    }

    #[test]
    fn contributors_come_with_their_employers() {
        let changes = planned("handle,name,affiliations\nid:ann,Ann,acme;beta\nid:bob,Bob,\n");
        let words: Vec<_> = changes.expect("a plan").into_iter().map(|c| c.what).collect();
        assert_eq!(
            words,
            ["new contributor id:ann (Ann)", "id:ann: acme, beta", "new contributor id:bob (Bob)"]
        );
    }

    #[test]
    fn a_weight_for_a_contributor_is_refused() {
        let refused = planned("handle,name,weight\nid:ann,Ann,2\n").expect_err("refused");
        assert!(refused.to_string().contains("line 1: no column `weight` is known here"));
    }

    #[test]
    fn each_fault_of_a_row_is_refused_with_its_line() {
        for (row, words) in [
            ("acme,Acme,", "line 2: `handle`: `acme` is not a handle"),
            ("id:ann,,", "line 2: `name` is empty"),
            ("id:ann,Ann,Acme Inc", "line 2: `affiliations`: `Acme Inc` is not an identifier"),
            ("id:ann,Ann,acme;acme", "line 2: `affiliations`: acme stands there twice"),
            ("id:ann,Ann,\nid:ann,Ann,", "line 3: id:ann stood in an earlier line already"),
        ] {
            let text = format!("handle,name,affiliations\n{row}\n");
            let message = planned(&text).expect_err("refused").to_string();
            assert!(message.contains(words), "{row}: {message}");
        }
    }
}
