//! Options as flags name them.

use anyhow::{Result, bail, ensure};
use tabulation::{ContestOption, ContestOptions, OptionIndex};

use crate::cmd::auditor::words;

/// The most options that a message lists.
const LISTED: usize = 20;

/// An option by its name, or else by its id.
pub(super) fn option_named(options: &ContestOptions, name: &str) -> Result<OptionIndex> {
    let called = |text: fn(&ContestOption) -> &str| -> Vec<(OptionIndex, &ContestOption)> {
        options.iter().filter(|&(_, option)| text(option) == name).collect()
    };
    match *called(|option| &option.name) {
        [(option, _)] => return Ok(option),
        [] => {}
        ref several => bail!(
            "{} are called {name:?}; name the one by its id: {}",
            words::length(several.len(), "option"),
            several.iter().map(|(_, option)| option.id.as_str()).collect::<Vec<_>>().join(" or ")
        ),
    }
    match *called(|option| &option.id) {
        [(option, _)] => Ok(option),
        _ => bail!("no option is called {name:?}; there are (with their ids) {}", list(options)),
    }
}

/// How a flag names an option: by its name where that is its alone, or else by its id.
pub(super) fn as_flag(options: &ContestOptions, option: OptionIndex) -> String {
    let name = options.name(option);
    let usable = !name.contains(['>', '"']) && option_named(options, &name).is_ok();
    let id = options.option(option).map(|option| option.id.clone());
    id.filter(|_| !usable).unwrap_or(name)
}

fn list(options: &ContestOptions) -> String {
    let listed = options.iter().take(LISTED);
    let listed: Vec<_> = listed.map(|(_, o)| format!("{} ({})", o.name, o.id)).collect();
    let more = options.len().saturating_sub(LISTED);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest}", listed.join(", "))
}

/// Options by name, each once, most favoured first; `flag` is where the order was given.
pub(super) fn order_of(
    flag: &str,
    text: &str,
    options: &ContestOptions,
) -> Result<Vec<OptionIndex>> {
    if text == "ballot" {
        return Ok(OptionIndex::all(options.len()).collect());
    }
    let mut order = Vec::new();
    for name in text.split('>') {
        let option = option_named(options, name.trim())?;
        ensure!(
            !order.contains(&option),
            "--{flag} names {} twice; it names every option once",
            options.name(option)
        );
        order.push(option);
    }
    let missing: Vec<_> = OptionIndex::all(options.len()).filter(|o| !order.contains(o)).collect();
    ensure!(
        missing.is_empty(),
        "--{flag} names every option once, most favoured first; add {}",
        options.names(&missing)
    );
    Ok(order)
}
