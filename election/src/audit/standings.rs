//! Standings as the auditor works them out: from genesis, manifests and certificates, read by name from
//! what was signed and not by the types and functions of the state machine.

use std::collections::BTreeMap;

use crypto::sign::KeyId;
use serde_json::Value;

use super::Failed;
use super::journal::Entry;
use super::report::Finding;
use crate::certificate::Certificate;
use crate::manifest::Manifest;
use crate::pool::Pool;
use crate::standing::Standing;
use crate::statement::{Body, Effect, Genesis, StatementId};

/// Somebody in a module: both by name.
pub(super) type Place = (String, String);

/// What somebody is there, and the genesis or certificate that made them so.
pub(super) type Granted = (Standing, StatementId);

/// A certificate that decided something and has no effect yet.
pub(super) struct Open<'j, P: Pool> {
    pub(super) entry: &'j Entry<P>,
    manifest: StatementId,
    grants: Vec<Place>,
}

/// Who is what, as far as the log was read.
pub(super) struct Ledger<'j, P: Pool> {
    manifests: BTreeMap<StatementId, &'j Manifest<P>>,
    log_key: Option<KeyId>,
    /// By module: the one above it.
    parents: BTreeMap<String, Option<String>>,
    pub(super) open: BTreeMap<StatementId, Open<'j, P>>,
    pub(super) standings: BTreeMap<Place, Granted>,
    /// How many certificates were executed.
    pub(super) executed: u64,
}

impl<P: Pool> Default for Ledger<'_, P> {
    fn default() -> Self {
        Ledger {
            manifests: BTreeMap::new(),
            log_key: None,
            parents: BTreeMap::new(),
            open: BTreeMap::new(),
            standings: BTreeMap::new(),
            executed: 0,
        }
    }
}

impl<'j, P: Pool> Ledger<'j, P> {
    /// Takes in the next statement. An effect that its certificate does not bear out is a fault, and
    /// changes nothing.
    pub(super) fn take(&mut self, entry: &'j Entry<P>) -> Result<(), Failed> {
        match &entry.body {
            Body::Genesis(genesis) => self.found(entry, genesis),
            Body::Manifest(manifest) => {
                self.manifests.insert(entry.id, manifest);
                Ok(())
            }
            Body::Certificate(certificate) => self.certificate(entry, certificate),
            Body::Effect(effect) => self.effect(entry, effect),
            Body::Officers(_) | Body::Principal(_) | Body::Mandate(_) | Body::Related(_) => Ok(()),
            Body::Affiliation(_) | Body::Invitation(_) | Body::Enrolment(_) => Ok(()),
            Body::Rekey(_) | Body::Suspension(_) | Body::Reinstatement(_) => Ok(()),
            Body::Cancel(_) | Body::Opened(_) | Body::Closed(_) | Body::Ballot(_) => Ok(()),
        }
    }

    fn found(&mut self, entry: &'j Entry<P>, genesis: &'j Genesis<P>) -> Result<(), Failed> {
        self.log_key = Some(genesis.log_key.id());
        for module in genesis.modules.iter() {
            let parent = module.parent.as_ref().map(ToString::to_string);
            self.parents.insert(module.id.to_string(), parent);
        }
        for named in &genesis.standings {
            let place = (named.module.to_string(), named.person.to_string());
            if !self.parents.contains_key(&place.0) || self.standings.contains_key(&place) {
                let expected = "one standing of a person in a module that the genesis names";
                return Err(at(entry, expected, told(&place)));
            }
            self.standings.insert(place, (named.standing, entry.id));
        }
        Ok(())
    }

    /// Whom a certificate makes maintainers, read from its decisions.
    fn certificate(
        &mut self,
        entry: &'j Entry<P>,
        certificate: &'j Certificate<P>,
    ) -> Result<(), Failed> {
        let signed = serde_json::to_value(&certificate.results);
        let signed = signed.map_err(|error| Failed::Incomplete(error.to_string()))?;
        let mut grants = Vec::new();
        let mut decided = 0u64;
        for result in signed.as_array().into_iter().flatten() {
            let contest = result.get("contest").and_then(Value::as_str).unwrap_or_default();
            for decision in result.get("decisions").and_then(Value::as_array).into_iter().flatten()
            {
                decided += 1;
                grants.extend(self.granted(certificate.manifest, contest, decision));
            }
        }
        if decided > 0 {
            let manifest = certificate.manifest;
            self.open.insert(entry.id, Open { entry, manifest, grants });
        }
        Ok(())
    }

    fn granted(&self, manifest: StatementId, contest: &str, decision: &Value) -> Option<Place> {
        let text = |field| decision.get(field).and_then(Value::as_str).map(str::to_owned);
        match text("kind")?.as_str() {
            "module_admitted" => Some((text("module")?, text("person")?)),
            "maintainer_elected" => {
                let option = text("option")?;
                let contests = &self.manifests.get(&manifest)?.contests;
                let contest = contests.iter().find(|named| named.id.as_str() == contest)?;
                let option = contest.options.iter().find(|named| named.id.as_str() == option)?;
                Some((text("module")?, option.person.as_ref()?.to_string()))
            }
            _ => None,
        }
    }

    fn effect(&mut self, entry: &'j Entry<P>, effect: &Effect<P>) -> Result<(), Failed> {
        let open = self.open.get(&effect.certificate);
        let Some(open) = open.filter(|open| open.manifest == effect.manifest) else {
            let found =
                format!("one of {} for the election {}", effect.certificate, effect.manifest);
            let expected = "the effect of a certificate that decided something, the first";
            return Err(at(entry, expected, found));
        };
        let said = effect.grants.iter().map(|g| (g.module.to_string(), g.person.to_string()));
        let said: Vec<Place> = said.collect();
        if said != open.grants {
            let expected = format!("what the certificate decided: {}", all(&open.grants));
            return Err(at(entry, &expected, all(&said)));
        }
        if self.log_key.is_none_or(|key| entry.signers != [key]) {
            let signers: Vec<_> = entry.signers.iter().map(ToString::to_string).collect();
            return Err(at(entry, "the signature of the log's key alone", signers.join(", ")));
        }
        let Some(open) = self.open.remove(&effect.certificate) else { return Ok(()) };
        for place in open.grants {
            let held = self.standings.get(&place).map(|(standing, _)| *standing);
            match held {
                // Whoever maintains a module already does so by what granted it then.
                Some(Standing::Maintainer | Standing::Lead) => {}
                None | Some(Standing::Candidate | Standing::Emeritus | Standing::Suspended) => {
                    self.standings.insert(place, (Standing::Maintainer, effect.certificate));
                }
            }
        }
        self.executed += 1;
        Ok(())
    }

    /// A module and those above it.
    pub(super) fn upwards(&self, module: &str) -> Vec<&str> {
        let step = |module: &&str| self.parents.get(*module)?.as_deref();
        let known = self.parents.get_key_value(module).map(|(name, _)| name.as_str());
        std::iter::successors(known, step).take(self.parents.len()).collect()
    }

    /// Whether a person maintains a module.
    pub(super) fn maintains(&self, module: &str, person: &str) -> bool {
        let held = self.standings.get(&(module.to_owned(), person.to_owned()));
        matches!(held, Some((Standing::Maintainer | Standing::Lead, _)))
    }
}

fn told((module, person): &Place) -> String {
    format!("{person} in `{module}`")
}

fn all(places: &[Place]) -> String {
    match places {
        [] => "no standing".to_owned(),
        places => places.iter().map(told).collect::<Vec<_>>().join(", "),
    }
}

fn at<P: Pool>(entry: &Entry<P>, expected: &str, found: String) -> Failed {
    Finding::at_statement(entry.index, entry.id, expected, found).into()
}
