//! A09: each manifest seals the roll that the log gives at the size it names, and nothing that could
//! change a roll came between that size and the manifest.
//!
//! Worked out from the statements of members, contributors, mandates, related groups, suspensions and
//! certificates directly, not by the state machine.

use std::collections::{BTreeMap, BTreeSet};

use super::journal::{Entry, Journal};
use super::report::Finding;
use super::standings::Ledger;
use super::{Checked, Failed, Proved};
use crate::ids::Handle;
use crate::manifest::{Electorate, Manifest};
use crate::pool::{MandateOf, Pool, Principal, PrincipalId, RelatedGroupOf};
use crate::principal::{Mandate, RelatedGroup};
use crate::roll::{Roll, RollEntry};
use crate::statement::{Body, StatementId};
use crate::time::Millis;

/// The roll of every election, as the log gives it.
pub(super) type Rolls<P> = BTreeMap<StatementId, Roll<P>>;

/// Works the rolls out, and compares each with its manifest's seal.
pub(super) fn derive<P: Pool>(journal: &Journal<P>) -> (Rolls<P>, Checked) {
    let mut rolls = Rolls::new();
    let mut fault = None;
    let mut wanted: Vec<(&Entry<P>, &Manifest<P>)> = Vec::new();
    for entry in &journal.entries {
        if let Body::Manifest(manifest) = &entry.body {
            wanted.push((entry, manifest));
        }
    }
    // By the log size that each names, so that one pass over the log serves them all.
    wanted.sort_by_key(|(entry, manifest)| (manifest.roll.log_size, entry.index));
    let mut book = Book::default();
    let mut entries = journal.entries.iter().peekable();
    for (entry, manifest) in wanted {
        while let Some(next) = entries.next_if(|e| e.index.0 < manifest.roll.log_size.0) {
            book.take(next);
        }
        let roll = book.roll(&manifest.electorate, manifest.window.opens_at);
        let checked = compare(journal, entry, manifest, &roll);
        fault = fault.or(checked.err());
        if let Ok(roll) = roll {
            rolls.insert(entry.id, roll);
        }
    }
    let checked = match fault {
        Some(fault) => Err(fault),
        None => Proved::of(
            rolls.len(),
            "Each roll, worked out from the log at the size its manifest names, has the sealed root, heads and weight, and no change of the roll came after that size.",
        ),
    };
    (rolls, journal.unless_withheld(checked))
}

fn compare<P: Pool>(
    journal: &Journal<P>,
    entry: &Entry<P>,
    manifest: &Manifest<P>,
    roll: &Result<Roll<P>, String>,
) -> Result<(), Failed> {
    let seal = &manifest.roll;
    let at = |expected: String, found: String| {
        Failed::from(Finding::at_statement(entry.index, entry.id, expected, found))
    };
    if seal.log_size.0 > entry.index.0 {
        let expected = format!("a roll read at a size up to {}", entry.index);
        return Err(at(expected, format!("one of size {}", seal.log_size)));
    }
    let roll = roll.as_ref().map_err(|why| at("a roll".to_owned(), why.clone()))?;
    let root = roll.root().map_err(|error| Failed::Incomplete(error.to_string()))?;
    let derived = (root, roll.heads(), roll.weight());
    let sealed = (seal.root, seal.heads, seal.weight);
    if derived != sealed {
        let words = |(root, heads, weight): (crypto::Hash, u64, u64)| {
            format!("the roll {root} of {heads} entitled with the weight {weight}")
        };
        return Err(at(words(derived), words(sealed)));
    }
    let since = journal.entries.iter().skip_while(|e| e.index.0 < seal.log_size.0);
    let moved = since.take_while(|e| e.index < entry.index).find(|e| changes_rolls(&e.body));
    match moved {
        Some(change) => {
            let expected = format!("no change of the roll between size {} and here", seal.log_size);
            Err(at(expected, format!("a {} at leaf {}", change.body.kind(), change.index)))
        }
        None => Ok(()),
    }
}

fn changes_rolls<P: Pool>(body: &Body<P>) -> bool {
    match body {
        Body::Principal(_) | Body::Mandate(_) | Body::Related(_) | Body::Affiliation(_) => true,
        Body::Suspension(_) | Body::Reinstatement(_) => true,
        Body::Genesis(_) | Body::Officers(_) | Body::Invitation(_) | Body::Enrolment(_) => false,
        Body::Rekey(_) | Body::Manifest(_) | Body::Cancel(_) | Body::Opened(_) => false,
        Body::Closed(_) | Body::Ballot(_) | Body::Certificate(_) => false,
        Body::Effect(effect) => !effect.grants.is_empty(),
    }
}

/// Who the principals are, as far as the log was read.
struct Book<'j, P: Pool> {
    principals: BTreeMap<&'j PrincipalId<P>, Line<'j, P>>,
    groups: BTreeMap<&'j str, &'j RelatedGroup>,
    ledger: Ledger<'j, P>,
}

struct Line<'j, P: Pool> {
    principal: &'j P::Principal,
    mandate: Option<&'j Mandate>,
    suspended: bool,
}

impl<P: Pool> Default for Book<'_, P> {
    fn default() -> Self {
        Book { principals: BTreeMap::new(), groups: BTreeMap::new(), ledger: Ledger::default() }
    }
}

impl<'j, P: Pool> Book<'j, P> {
    fn take(&mut self, entry: &'j Entry<P>) {
        // A fault in it changes nothing here, and is what A15 reports.
        let _ = self.ledger.take(entry);
        match &entry.body {
            Body::Principal(new) => {
                let principal = &new.principal;
                let line = Line { principal, mandate: None, suspended: false };
                self.principals.entry(principal.id()).or_insert(line).principal = principal;
            }
            Body::Mandate(fact) => {
                let mandate = fact.fact.mandate();
                let member = mandate.member.as_str().parse::<PrincipalId<P>>();
                if let Some(line) = member.ok().and_then(|id| self.principals.get_mut(&id)) {
                    line.mandate = Some(mandate);
                }
            }
            Body::Related(fact) => {
                let group = fact.fact.related();
                self.groups.insert(group.group.as_str(), group);
            }
            Body::Suspension(named) => self.suspend(&named.principal, true),
            Body::Reinstatement(named) => self.suspend(&named.principal, false),
            Body::Genesis(_) | Body::Officers(_) | Body::Affiliation(_) | Body::Invitation(_) => {}
            Body::Enrolment(_) | Body::Rekey(_) | Body::Manifest(_) | Body::Cancel(_) => {}
            Body::Opened(_) | Body::Closed(_) | Body::Ballot(_) | Body::Certificate(_) => {}
            Body::Effect(_) => {}
        }
    }

    fn suspend(&mut self, principal: &PrincipalId<P>, suspended: bool) {
        if let Some(line) = self.principals.get_mut(principal) {
            line.suspended = suspended;
        }
    }

    /// Everybody whom the rule takes in: not suspended, and of a related group only its voice.
    fn roll(&self, electorate: &Electorate<P>, at: Millis) -> Result<Roll<P>, String> {
        let silenced: BTreeSet<&str> = self
            .groups
            .values()
            .flat_map(|group| group.members.iter().filter(|member| **member != group.voice))
            .map(|member| member.as_str())
            .collect();
        let able = |(id, line): &(&&PrincipalId<P>, &Line<'_, P>)| {
            let silent = !silenced.is_empty() && silenced.contains(id.to_string().as_str());
            !line.suspended && !silent
        };
        let able: Vec<_> = self.principals.iter().filter(able).collect();
        let module = self.deciding(electorate, able.iter().map(|(_, line)| *line))?;
        let mut entries = Vec::new();
        for (id, line) in able {
            let taken_in = match electorate {
                Electorate::Everyone {} => true,
                Electorate::Class { class } => line.principal.class() == Some(class.as_str()),
                Electorate::Maintainers { .. } => self.maintains(module, line),
            };
            if !taken_in {
                continue;
            }
            let weight = line.principal.weight_at(at);
            let weight = weight.ok_or_else(|| format!("no weight for `{id}` at {at}"))?;
            entries.push(RollEntry { principal: (*id).clone(), weight, speakers: line.speakers() });
        }
        if entries.is_empty() {
            return Err("nobody is entitled".to_owned());
        }
        Roll::new(entries).map_err(|error| error.to_string())
    }
}

impl<'j, P: Pool> Book<'j, P> {
    /// The module whose maintainers vote: the electorate's, or the next above it that has any.
    fn deciding<'a>(
        &'a self,
        electorate: &Electorate<P>,
        able: impl Iterator<Item = &'a Line<'j, P>> + Clone,
    ) -> Result<&'a str, String> {
        let Electorate::Maintainers { module } = electorate else { return Ok("") };
        let upwards = self.ledger.upwards(&module.to_string());
        let has_any = |module: &&str| able.clone().any(|line| self.maintains(module, line));
        upwards
            .into_iter()
            .find(has_any)
            .ok_or_else(|| format!("nobody maintains `{module}` or a module above it"))
    }

    fn maintains(&self, module: &str, line: &Line<'_, P>) -> bool {
        let person = line.principal.own_voice();
        person.is_some_and(|person| self.ledger.maintains(module, person.as_str()))
    }
}

impl<P: Pool> Line<'_, P> {
    fn speakers(&self) -> Vec<Handle> {
        match self.mandate {
            Some(mandate) => {
                std::iter::once(&mandate.delegate).chain(&mandate.alternates).cloned().collect()
            }
            None => self.principal.own_voice().into_iter().cloned().collect(),
        }
    }
}
