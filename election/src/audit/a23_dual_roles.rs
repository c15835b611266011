//! A23: who acts in both pools. Nobody is forbidden to; everybody may see it.

use std::collections::{BTreeMap, BTreeSet};

use super::journal::Journal;
use super::report::DualRole;
use super::{Both, Checked, Proved};
use crate::ids::Handle;
use crate::pool::{MandateOf, Pool, Principal};
use crate::statement::{Body, Officer};

type Roles = BTreeMap<Handle, BTreeSet<String>>;

/// The register: every person with a role in both logs, whenever they had it.
pub(super) fn register(both: &Both<'_>) -> Vec<DualRole> {
    let mut technical = roles(both.technical);
    let dual = roles(both.business).into_iter().filter_map(|(person, business)| {
        let technical = technical.remove(&person)?;
        let (business, technical) =
            (business.into_iter().collect(), technical.into_iter().collect());
        Some(DualRole { person, business, technical })
    });
    dual.collect()
}

pub(super) fn check(register: &[DualRole]) -> Checked {
    let words = match register.len() {
        0 => "Nobody acts in both pools.".to_owned(),
        1 => "One person acts in both pools, with a key for each; the register names them."
            .to_owned(),
        n => format!("{n} people act in both pools, with a key for each; the register names them."),
    };
    Proved::of(register.len(), words)
}

fn roles<P: Pool>(journal: &Journal<P>) -> Roles {
    let mut roles = Roles::new();
    for entry in &journal.entries {
        match &entry.body {
            Body::Genesis(genesis) => officers(&mut roles, &genesis.officers),
            Body::Officers(change) => officers(&mut roles, &change.officers),
            Body::Principal(new) => {
                if let Some(person) = new.principal.own_voice() {
                    note(&mut roles, person, "contributor".to_owned());
                }
            }
            Body::Mandate(fact) => {
                let mandate = fact.fact.mandate();
                note(&mut roles, &mandate.delegate, format!("delegate of {}", mandate.member));
                for alternate in &mandate.alternates {
                    note(&mut roles, alternate, format!("alternate of {}", mandate.member));
                }
            }
            Body::Related(_) | Body::Affiliation(_) | Body::Invitation(_) => {}
            Body::Enrolment(_) | Body::Rekey(_) | Body::Suspension(_) => {}
            Body::Reinstatement(_) | Body::Manifest(_) | Body::Cancel(_) => {}
            Body::Opened(_) | Body::Closed(_) | Body::Ballot(_) | Body::Certificate(_) => {}
            Body::Effect(_) => {}
        }
    }
    roles
}

fn officers(roles: &mut Roles, officers: &[Officer]) {
    for officer in officers {
        note(roles, &officer.handle, "officer".to_owned());
    }
}

fn note(roles: &mut Roles, person: &Handle, role: String) {
    roles.entry(person.clone()).or_default().insert(role);
}
