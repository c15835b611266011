//! Affiliations and the cap on their seats.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use tabulation::{
    AffiliationCap, AffiliationId, ContestOption, ContestOptions, OptionIndex, Ratio,
};

use super::names::option_named;

/// The largest file of affiliations.
const MAX_AFFILIATION_BYTES: usize = 1 << 20;

/// Who belongs to whom, and how many seats each affiliation may hold.
#[derive(Args, Clone, Debug)]
pub(super) struct CapArgs {
    /// At most so many seats for one affiliation (see --affiliations).
    #[arg(long, value_name = "N", conflicts_with_all = ["cap_share", "body_seats"])]
    cap: Option<u16>,
    /// At most this share of the whole body for one affiliation, such as 1/3, rounded down.
    #[arg(long, value_name = "N/M", value_parser = share, requires = "body_seats")]
    cap_share: Option<Ratio>,
    /// The seats of the whole body, those not up for election included.
    #[arg(long, value_name = "N", requires = "cap_share")]
    body_seats: Option<u16>,
    /// A file with lines `NAME,AFFILIATION`, for a cap.
    #[arg(long, value_name = "FILE")]
    affiliations: Option<PathBuf>,
    /// Seats that an affiliation holds already, for a cap; may be given again.
    #[arg(long, value_name = "AFFILIATION=N")]
    sitting: Vec<String>,
}

fn share(text: &str) -> Result<Ratio, String> {
    let parts = text.split_once('/').and_then(|(n, m)| Some((n.parse().ok()?, m.parse().ok()?)));
    let (numerator, denominator) = parts.ok_or("write a share such as 1/3")?;
    Ratio::new(numerator, denominator).map_err(|error| error.to_string())
}

impl CapArgs {
    /// The flags given that a file of rules has a place for.
    pub(super) fn ruling(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("cap", self.cap.is_some()),
            ("cap-share", self.cap_share.is_some()),
            ("body-seats", self.body_seats.is_some()),
        ];
        given.into_iter().filter(|&(_, given)| given).map(|(flag, _)| flag)
    }

    /// The cap that the flags say.
    pub(super) fn rule(&self) -> AffiliationCap {
        match (self.cap, self.cap_share.zip(self.body_seats)) {
            (Some(seats), _) => AffiliationCap::AtMost { seats },
            (None, Some((ratio, body_seats))) => AffiliationCap::Share { ratio, body_seats },
            (None, None) => AffiliationCap::Unlimited {},
        }
    }

    /// Refuses a cap that knows no affiliations, and affiliations that nothing caps.
    pub(super) fn check(&self, rule: &AffiliationCap, rules: Option<&Path>) -> Result<()> {
        let capped = *rule != AffiliationCap::Unlimited {};
        match (&self.affiliations, rules) {
            (None, _) if !self.sitting.is_empty() => {
                bail!("--sitting needs --affiliations FILE and a cap")
            }
            (None, _) if capped => {
                bail!("a cap needs to know who belongs to whom; give --affiliations FILE")
            }
            (Some(_), None) if !capped => bail!(
                "--affiliations says nothing without a cap; give --cap N or --cap-share N/M \
                 --body-seats N, or leave it out"
            ),
            (Some(_), Some(path)) if !capped => bail!(
                "--affiliations says nothing, since the rules in {} have no cap; write \
                 `affiliation_cap` there, or leave it out",
                path.display()
            ),
            (_, _) => Ok(()),
        }
    }

    /// The options with the affiliations that the file gives them, and the seats already held.
    pub(super) fn affiliated(&self, options: ContestOptions) -> Result<ContestOptions> {
        let Some(path) = &self.affiliations else { return Ok(options) };
        let text = crate::files::read_text(path, MAX_AFFILIATION_BYTES)?;
        let withdrawn = options.withdrawn().clone();
        let mut affiliations: BTreeMap<OptionIndex, Vec<AffiliationId>> = BTreeMap::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = || format!("{}, line {}", path.display(), index + 1);
            let (name, affiliation) =
                line.rsplit_once(',').with_context(|| format!("{}: not NAME,AFFILIATION", at()))?;
            let option = option_named(&options, name.trim()).with_context(at)?;
            let affiliation = AffiliationId::new(affiliation.trim()).with_context(at)?;
            affiliations.entry(option).or_default().push(affiliation);
        }
        let sitting = self.seats_held(path, affiliations.values().flatten())?;
        let listed = options.iter().map(|(option, listed)| ContestOption {
            affiliations: affiliations.remove(&option).unwrap_or_default(),
            ..listed.clone()
        });
        Ok(ContestOptions::new(listed.collect())?.with_withdrawn(withdrawn)?.with_sitting(sitting))
    }

    fn seats_held<'a>(
        &self,
        path: &Path,
        known: impl Iterator<Item = &'a AffiliationId> + Clone,
    ) -> Result<BTreeMap<AffiliationId, u16>> {
        let mut sitting = BTreeMap::new();
        for held in &self.sitting {
            let parts = held.rsplit_once('=');
            let parts = parts.and_then(|(name, seats)| Some((name, seats.parse::<u16>().ok()?)));
            let (name, seats) =
                parts.with_context(|| format!("--sitting is AFFILIATION=N, not {held:?}"))?;
            let affiliation = AffiliationId::new(name)?;
            if !known.clone().any(|known| *known == affiliation) {
                let mut names: Vec<_> = known.clone().map(ToString::to_string).collect();
                names.sort_unstable();
                names.dedup();
                let (names, path) = (names.join(", "), path.display());
                bail!("--sitting {name}: nobody in {path} belongs there; there are {names}");
            }
            ensure!(
                sitting.insert(affiliation, seats).is_none(),
                "--sitting names {name} twice; say all its seats once"
            );
        }
        Ok(sitting)
    }
}
