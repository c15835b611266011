//! Modules and standings: founded with the log, changed by executing certificates.

use std::collections::{BTreeMap, BTreeSet};

use crypto::merkle::LeafIndex;
use serde::{Deserialize, Serialize};

use super::people::{Entitled, PrincipalRecord};
use super::{FreezeError, Phase, PoolState, Refusal, SignatureCheck};
use crate::ids::Handle;
use crate::pool::{ModuleName, Pool, Principal};
use crate::standing::{self, Before, Decided, Grant, GrantedBy, Held};
use crate::statement::{Effect, Genesis, Statement, StatementId};

/// What is left to do of what an election decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "execution", rename_all = "snake_case", deny_unknown_fields, bound = "")]
pub enum Execution<P: Pool> {
    /// Nothing: it is not certified, or it decided nothing.
    Nothing {},
    /// Its certificate is to be executed, which makes maintainers of these.
    Due {
        /// Of whom.
        grants: Vec<Grant<P>>,
    },
    /// Done, by this statement, and never again.
    Done {
        /// Which.
        effect: StatementId,
    },
}

/// Who is what in which module.
pub(super) type Standings<P> = BTreeMap<<P as Pool>::Module, BTreeMap<Handle, Held>>;

impl<P: Pool> PoolState<P> {
    /// Refuses standings of the genesis that are of no module, of one person twice, or no beginning.
    pub(super) fn check_founding_standings(&self, genesis: &Genesis<P>) -> Result<(), Refusal> {
        let mut named = BTreeSet::new();
        for entry in &genesis.standings {
            let fault = |why: String| {
                let (person, module) = (entry.person.clone(), entry.module.to_string());
                Err(Refusal::FoundingStanding { person, module, why })
            };
            if genesis.modules.module(&entry.module).is_none() {
                return fault("the genesis names no such module".to_owned());
            }
            if !named.insert((&entry.module, &entry.person)) {
                return fault("the person has a standing in it already".to_owned());
            }
            if let Err(error) = Before::Nothing.to(entry.standing) {
                return fault(error.to_string());
            }
        }
        Ok(())
    }

    pub(super) fn take_founding_standings(&mut self, id: StatementId, genesis: &Genesis<P>) {
        let granted_by = GrantedBy::Genesis { statement: id };
        for entry in &genesis.standings {
            let held = Held { standing: entry.standing, granted_by, since: LeafIndex(self.size) };
            let module = self.standings.entry(entry.module.clone()).or_default();
            module.insert(entry.person.clone(), held);
        }
    }

    /// Executes a certificate, once. What happens was decided by the certificate: the effect's own
    /// list is for its readers and must agree.
    pub(super) fn execute(
        &mut self,
        statement: &Statement<P>,
        effect: &Effect<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<StatementId, Refusal> {
        let Effect { manifest, certificate, .. } = effect;
        let unknown = Refusal::UnknownElection { manifest: *manifest, pool: P::ID };
        let election = self.elections.get(manifest).ok_or(unknown)?;
        if election.step(Phase::Certified).is_none_or(|step| step.id != *certificate) {
            let (certificate, manifest) = (*certificate, *manifest);
            return Err(Refusal::UnknownCertificate { certificate, manifest });
        }
        let certificate = *certificate;
        let grants = match election.execution() {
            Execution::Nothing {} => return Err(Refusal::NothingDecided { certificate }),
            Execution::Done { effect } => {
                return Err(Refusal::AlreadyExecuted { certificate, effect: *effect });
            }
            Execution::Due { grants } => grants.clone(),
        };
        if effect.grants != grants {
            let (found, decided) = (standing::words(&effect.grants), standing::words(&grants));
            return Err(Refusal::EffectMismatch { certificate, found, decided });
        }
        self.log_signed(statement, check)?;
        for grant in &grants {
            self.grant(grant, certificate);
        }
        if !grants.is_empty() {
            self.roll_changed = self.size + 1;
        }
        if let Some(election) = self.elections.get_mut(manifest) {
            election.executed(statement.id());
        }
        Ok(*manifest)
    }

    fn grant(&mut self, grant: &Grant<P>, certificate: StatementId) {
        let before = self.before(&grant.module, &grant.person);
        let granted_by = GrantedBy::Certificate { statement: certificate };
        match before.decided_maintainer() {
            Ok(Decided::Becomes(standing)) => {
                let held = Held { standing, granted_by, since: LeafIndex(self.size) };
                let module = self.standings.entry(grant.module.clone()).or_default();
                module.insert(grant.person.clone(), held);
            }
            // The table lets a decision make a maintainer of anybody, so there is no other case.
            Ok(Decided::Stays) | Err(_) => {}
        }
    }

    fn before(&self, module: &P::Module, person: &Handle) -> Before {
        let held = self.standing(module, person);
        held.map_or(Before::Nothing, |held| Before::Standing(held.standing))
    }

    /// A person's standing in a module.
    pub fn standing(&self, module: &P::Module, person: &Handle) -> Option<&Held> {
        self.standings.get(module)?.get(person)
    }

    /// Every standing there is, by module and person.
    pub fn standings(&self) -> impl Iterator<Item = (&P::Module, &Handle, &Held)> {
        self.standings.iter().flat_map(|(module, people)| {
            people.iter().map(move |(person, held)| (module, person, held))
        })
    }

    /// Refuses an electorate of a module that there is not.
    pub(super) fn check_module(&self, module: &P::Module) -> Result<(), Refusal> {
        let founded = self.founded.as_ref().ok_or(Refusal::GenesisOutOfPlace)?;
        if founded.modules.has(module.id().as_str()) {
            return Ok(());
        }
        Err(Refusal::UnknownName { pool: P::ID, what: "module", name: module.to_string() })
    }

    /// Those of some principals who maintain a module; if none does, its parent, and so on up. Only
    /// a person speaks with an own voice: no organisation ever is among them.
    pub(super) fn maintaining<'a>(
        &self,
        module: &P::Module,
        of: &[Entitled<'a, P>],
    ) -> Result<Vec<Entitled<'a, P>>, FreezeError> {
        let founded = self.founded.as_ref();
        for module in founded.into_iter().flat_map(|founded| founded.modules.upwards(module)) {
            let maintains = |record: &PrincipalRecord<P>| {
                let person = record.principal.own_voice();
                let held = person.and_then(|person| self.standing(&module.id, person));
                held.is_some_and(|held| held.standing.maintains())
            };
            let maintainers: Vec<_> =
                of.iter().copied().filter(|(_, record)| maintains(record)).collect();
            if !maintainers.is_empty() {
                return Ok(maintainers);
            }
        }
        Err(FreezeError::NoMaintainers { module: module.to_string() })
    }
}
