//! `registrar export`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use election::time::Millis;
use election::{Business, PoolId, Technical};
use serde_json::json;

use super::InPool;
use crate::api::PrincipalInfo;
use crate::cmd::{Context, Done};
use crate::files::{self, Private};
use crate::input::instant;

/// Options of `registrar export`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    pool: InPool,
    /// The file to make; by default standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let (text, count) = match args.pool.pool {
        PoolId::Business => {
            let members = context.client::<Business>()?.principals()?;
            (of_members(&members)?, members.len())
        }
        PoolId::Technical => {
            let contributors = super::contributors(&context.client::<Technical>()?, context)?;
            (of_contributors(&contributors)?, contributors.len())
        }
    };
    match &args.out {
        Some(path) => {
            files::write_new(path, text.as_bytes(), Private::Public)?;
            let words = format!("{count} principal(s) are in {}.", path.display());
            Ok(Done::ok(words, json!({ "file": path, "principals": count })))
        }
        None => Ok(Done::ok(text.clone(), json!({ "csv": text, "principals": count }))),
    }
}

/// Members with the last step of their weights, as `import` takes it.
fn of_members(members: &[PrincipalInfo<Business>]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "id",
        "name",
        "class",
        "weight",
        "weight_from",
        "delegate",
        "alternates",
    ])?;
    for info in members {
        let member = &info.principal;
        let Some(last) = member.weights.steps().last() else { continue };
        let from = if last.from == Millis::default() {
            String::new()
        } else {
            instant::rfc3339(last.from)
        };
        let alternates = info.mandate.iter().flat_map(|m| &m.alternates).map(|a| a.as_str());
        writer.write_record([
            member.id.as_str(),
            member.name.as_str(),
            member.class.as_str(),
            &last.weight.get().to_string(),
            &from,
            info.mandate.as_ref().map_or("", |m| m.delegate.as_str()),
            &alternates.collect::<Vec<_>>().join(";"),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn of_contributors(contributors: &[PrincipalInfo<Technical>]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["handle", "name", "affiliations"])?;
    for info in contributors {
        let groups = info.affiliation.iter().flat_map(|a| &a.groups).map(|g| g.as_str());
        writer.write_record([
            info.principal.handle.as_str(),
            info.principal.name.as_str(),
            &groups.collect::<Vec<_>>().join(";"),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::members;
    use election::ids::{ClassId, Origin};
    use election::statement::Body;

    #[test]
    fn what_is_exported_imports_as_no_change() {
        let origin: Origin<Business> = "vote.example.org/business".parse().expect("an origin");
        let classes: Vec<ClassId> = vec!["premier".parse().expect("a class")];
        let file = "id,name,class,weight,weight_from,delegate,alternates\n\
            acme,\"Acme, Inc\",premier,4,2026-01-01T00:00:00Z,id:ann,id:bob;id:cy\n";
        let mut on_record = Vec::new();
        for change in members::plan(file, &origin, &classes, &[]).expect("a plan") {
            if let Body::Principal(entry) = &change.body {
                on_record.push(PrincipalInfo::of(entry.principal.clone()));
            }
            if let Body::Mandate(entry) = &change.body {
                on_record.last_mut().expect("a member").mandate = Some(entry.fact.clone());
            }
        }
        let exported = of_members(&on_record).expect("exports");
        assert_eq!(exported, file);
        assert_eq!(members::plan(&exported, &origin, &classes, &on_record).expect("a plan"), []);
    }
}
