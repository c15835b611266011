//! The founding plan, asked for at a terminal.

use std::io::{BufRead, IsTerminal as _, Write};
use std::num::NonZeroU32;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use crypto::sign::PublicKey;
use election::ids::Handle;
use election::module::{Module, Modules, Process, Right};
use election::pool::{Pool, PoolId};
use election::statement::{MAX_OFFICERS, Officer, Quorums, Role};
use election::text::Line;

use super::files::{self, Readers};
use crate::config::Config;
use crate::founding::{Plan, PoolPlan};

/// A conversation: what is asked goes to one side, what is answered comes from the other.
struct Conversation<R, W> {
    answers: R,
    questions: W,
}

/// Asks for a plan and keeps it beside what is founded from it.
pub(super) fn plan(config: &Config) -> anyhow::Result<Plan> {
    if !std::io::stdin().is_terminal() {
        bail!(
            "there is no terminal to ask questions at: give a founding plan with --plan FILE \
             (`vote-server init --example-plan` prints one to start from)"
        );
    }
    let mut conversation =
        Conversation { answers: std::io::stdin().lock(), questions: std::io::stderr() };
    let plan = conversation.plan()?;
    files::directory(&config.dir)?;
    let path = config.dir.join("plan.toml");
    files::create(&path, plan.to_toml()?.as_bytes(), Readers::Anybody)?;
    eprintln!("The plan is kept in {}.", path.display());
    Ok(plan)
}

impl<R: BufRead, W: Write> Conversation<R, W> {
    fn plan(&mut self) -> anyhow::Result<Plan> {
        self.tell("Everything that is asked here becomes public, and the host can never change.")?;
        let name: Line = self.ask("Name of the foundation")?;
        let host = self.text("Host that names the logs, such as vote.example.org")?;
        let business = self.pool()?;
        let technical = self.pool()?;
        Ok(Plan { name, host, business, technical })
    }

    fn pool<P: Pool>(&mut self) -> anyhow::Result<PoolPlan<P>> {
        let pool = P::ID;
        self.tell(&format!("\nThe {pool} pool."))?;
        let bodies = self.list("Committees and boards (ids, separated by spaces)")?;
        let (classes, modules) = match pool {
            PoolId::Business => {
                (self.list("Classes of membership (ids, separated by spaces)")?, Modules::default())
            }
            PoolId::Technical => (Vec::new(), self.modules()?),
        };
        let mut officers = Vec::new();
        while officers.len() < MAX_OFFICERS {
            let Some(officer) = self.officer(pool, officers.len() + 1)? else { break };
            officers.push(officer);
        }
        self.tell("How many officers must sign:")?;
        let quorums = Quorums {
            manifest: self.ask("  an election's manifest, or its cancellation")?,
            certificate: self.ask("  a certificate")?,
            roll: self.ask("  changes of the roll and invitations (registrars)")?,
            exceptional: self.ask("  a rekey, suspension or reinstatement")?,
            officers: self.ask("  a change of officers")?,
        };
        Ok(PoolPlan { quorums, bodies, classes, modules, standings: Vec::new(), officers })
    }

    /// Modules whose maintainers have every right; a plan file can say it more finely.
    fn modules<P: Pool>(&mut self) -> anyhow::Result<Modules<P>> {
        let question = "Modules (ids, separated by spaces; id:parent where another decides for one \
                        without maintainers)";
        let rights = Right::ALL.into_iter().collect();
        let process = Process { rights, version: NonZeroU32::MIN };
        let module = |word: &String| {
            let (id, parent) = match word.split_once(':') {
                Some((id, parent)) => (id, Some(parent.parse()?)),
                None => (word.as_str(), None),
            };
            anyhow::Ok(Module { id: id.parse()?, parent, process: process.clone() })
        };
        let words: Vec<String> = self.list(question)?;
        Ok(Modules::new(words.iter().map(module).collect::<anyhow::Result<_>>()?)?)
    }

    fn officer(&mut self, pool: PoolId, number: usize) -> anyhow::Result<Option<Officer>> {
        let question = format!(
            "Officer {number} of the {pool} pool: handle, such as github:octocat (none: done)"
        );
        let handle = self.line(&question)?;
        if handle.is_empty() {
            return Ok(None);
        }
        let handle: Handle = handle.parse()?;
        let name = self.ask("  name")?;
        let key: PublicKey = self.ask("  public key in this pool (vote-client key show)")?;
        let roles = match self.line("  roles: officer, registrar, or both")?.as_str() {
            "officer" => vec![Role::Officer],
            "registrar" => vec![Role::Registrar],
            "both" => vec![Role::Officer, Role::Registrar],
            other => bail!("`{other}` is neither officer nor registrar nor both"),
        };
        Ok(Some(Officer { handle, name, key, roles }))
    }

    fn list<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
        &mut self,
        question: &str,
    ) -> anyhow::Result<Vec<T>> {
        let line = self.line(question)?;
        line.split_whitespace().map(|word| Ok(word.parse()?)).collect()
    }

    fn text(&mut self, question: &str) -> anyhow::Result<String> {
        let line = self.line(question)?;
        if line.is_empty() { bail!("an answer is needed: {question}") } else { Ok(line) }
    }

    fn ask<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
        &mut self,
        question: &str,
    ) -> anyhow::Result<T> {
        let text = self.text(question)?;
        text.parse().with_context(|| format!("`{text}` does not answer: {}", question.trim()))
    }

    fn line(&mut self, question: &str) -> anyhow::Result<String> {
        write!(self.questions, "{question}: ")?;
        self.questions.flush()?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the answers ended at: {}", question.trim());
        }
        Ok(line.trim().to_owned())
    }

    fn tell(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.questions, "{text}")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Vec<String> {
        let officer = |seed: u8| {
            let key = crypto::sign::SigningKey::from_seed(&[seed; 32]).public().to_string();
            [format!("id:officer-{seed}"), format!("Officer {seed}"), key, "both".to_owned()]
        };
        let quorums = ["1", "1", "1", "1", "1"].map(str::to_owned);
        let mut lines = vec!["Example Foundation".to_owned(), "vote.example.org".to_owned()];
        lines.extend(["board".to_owned(), "premier general".to_owned()]);
        lines.extend(officer(1));
        lines.push(String::new());
        lines.extend(quorums.clone());
        lines.extend(["steering".to_owned(), "core compiler:core".to_owned()]);
        lines.extend(officer(2));
        lines.push(String::new());
        lines.extend(quorums);
        lines
    }

    fn converse(answers: &[String]) -> anyhow::Result<Plan> {
        let answers = answers.join("\n") + "\n";
        Conversation { answers: answers.as_bytes(), questions: std::io::sink() }.plan()
    }

    #[test]
    fn answers_become_a_plan() {
        let plan = converse(&answers()).expect("a plan");
        assert_eq!(plan.business.classes.len(), 2);
        assert_eq!(plan.technical.modules.len(), 2);
        assert_eq!(plan.technical.officers[0].roles, [Role::Officer, Role::Registrar]);
        assert_eq!(Plan::parse(&plan.to_toml().expect("written")).expect("read"), plan);
    }

    #[test]
    fn answers_that_end_too_soon_or_make_no_sense_make_no_plan() {
        let mut short = answers();
        short.pop();
        assert!(converse(&short).is_err());
        let mut senseless = answers();
        senseless[6] = "not a key".to_owned();
        let error = format!("{:#}", converse(&senseless).expect_err("refused"));
        assert!(error.contains("public key"), "{error}");
    }
}
