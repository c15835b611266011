//! The roll of corporate members as CSV, and what it changes.
//!
//! Columns: `id,name,class,weight` and, if wanted, `weight_from,delegate,alternates`. Alternates are
//! apart by semicolons, by rank. `weight_from` says from when a changed weight applies.

use std::collections::{BTreeMap, BTreeSet};

use election::Business;
use election::ids::{ClassId, Handle, MemberId, Origin};
use election::principal::{CorporateMember, Mandate, WeightSchedule, WeightStep};
use election::roll::VotingPower;
use election::statement::{Body, Entry, PrincipalEntry};
use election::text::Line;
use election::time::Millis;

use super::instant;
use super::table::{self, Faults, LineFault, Row};
use crate::api::PrincipalInfo;

/// Columns that must be there.
pub const REQUIRED: &[&str] = &["id", "name", "class", "weight"];
/// Columns that may be there.
pub const OPTIONAL: &[&str] = &["weight_from", "delegate", "alternates"];

/// One statement that an import makes, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change<P: election::Pool> {
    /// The line it comes from.
    pub line: u64,
    /// What it does, in words.
    pub what: String,
    /// What is to be signed.
    pub body: Body<P>,
}

struct MemberRow {
    line: u64,
    id: MemberId,
    name: Line,
    class: ClassId,
    weight: VotingPower,
    weight_from: Option<Millis>,
    mandate: Option<Mandate>,
}

/// What a file changes, compared with the members on record.
pub fn plan(
    text: &str,
    origin: &Origin<Business>,
    classes: &[ClassId],
    on_record: &[PrincipalInfo<Business>],
) -> Result<Vec<Change<Business>>, Faults> {
    let rows = table::rows(text, REQUIRED, OPTIONAL)?;
    let mut seen = BTreeSet::new();
    let rows = table::each(&rows, |row| {
        let parsed = member(row, classes)?;
        if !seen.insert(parsed.id.clone()) {
            return Err(row.fault(format!("`{}` stood in an earlier line already", parsed.id)));
        }
        Ok(parsed)
    })?;
    let known: BTreeMap<_, _> = on_record.iter().map(|info| (&info.principal.id, info)).collect();
    let (mut changes, mut faults) = (Vec::new(), Vec::new());
    for row in &rows {
        match changes_of(row, origin, known.get(&row.id).copied()) {
            Ok(of_row) => changes.extend(of_row),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(changes) } else { Err(Faults(faults)) }
}

fn member(row: &Row, classes: &[ClassId]) -> Result<MemberRow, LineFault> {
    let id: MemberId = row.parse("id")?;
    let class: ClassId = row.parse("class")?;
    if !classes.contains(&class) {
        let known: Vec<_> = classes.iter().map(|class| class.as_str()).collect();
        let known = known.join(", ");
        return Err(row.fault(format!("there is no class `{class}`; the classes are {known}")));
    }
    let weight: u64 = row.parse("weight")?;
    let weight = VotingPower::new(weight).map_err(|e| row.fault(format!("`weight`: {e}")))?;
    let weight_from = match row.text("weight_from") {
        "" => None,
        text => Some(instant::parse(text).map_err(|e| row.fault(format!("`weight_from`: {e}")))?),
    };
    let alternates: Vec<Handle> = row.parse_list("alternates")?;
    let mandate = match row.parse_optional::<Handle>("delegate")? {
        Some(delegate) => Some(Mandate { member: id.clone(), delegate, alternates }),
        None if alternates.is_empty() => None,
        None => return Err(row.fault("there are alternates, but no delegate")),
    };
    if let Some(mandate) = &mandate {
        mandate.validate().map_err(|e| row.fault(e.to_string()))?;
    }
    let name = row.parse("name")?;
    Ok(MemberRow { line: row.line, id, name, class, weight, weight_from, mandate })
}

fn changes_of(
    row: &MemberRow,
    origin: &Origin<Business>,
    known: Option<&PrincipalInfo<Business>>,
) -> Result<Vec<Change<Business>>, LineFault> {
    let mut changes = Vec::new();
    let weights = schedule(row, known.map(|info| &info.principal))?;
    let principal = CorporateMember {
        id: row.id.clone(),
        name: row.name.clone(),
        class: row.class.clone(),
        weights,
    };
    let what = match known {
        None => Some(format!("new member {} ({}, weight {})", row.id, row.class, row.weight.get())),
        Some(info) if info.principal != principal => {
            Some(format!("changed {}: {}", row.id, difference(&info.principal, &principal)))
        }
        Some(_) => None,
    };
    if let Some(what) = what {
        let body = Body::Principal(PrincipalEntry { origin: origin.clone(), principal });
        changes.push(Change { line: row.line, what, body });
    }
    let mandate_on_record = known.and_then(|info| info.mandate.as_ref());
    if let Some(mandate) = row.mandate.as_ref().filter(|m| mandate_on_record != Some(m)) {
        let alternates = mandate.alternates.len();
        let what = format!("{}: delegate {}, {alternates} alternate(s)", row.id, mandate.delegate);
        let body = Body::Mandate(Entry { origin: origin.clone(), fact: mandate.clone() });
        changes.push(Change { line: row.line, what, body });
    }
    Ok(changes)
}

/// The weights with the row's one taken in: the schedule on record stays, its last step ends.
fn schedule(row: &MemberRow, known: Option<&CorporateMember>) -> Result<WeightSchedule, LineFault> {
    let fault = |what: String| LineFault { line: row.line, what };
    let mut steps = known.map(|member| member.weights.steps().to_vec()).unwrap_or_default();
    let next = |from| WeightStep { from, until: None, weight: row.weight };
    match (steps.last_mut(), row.weight_from) {
        (None, from) => steps.push(next(from.unwrap_or_default())),
        (Some(last), None) if last.weight == row.weight && last.until.is_none() => {}
        (Some(last), None) => {
            return Err(fault(format!(
                "`{}` has weight {} on record; say in `weight_from` from when {} applies",
                row.id,
                last.weight.get(),
                row.weight.get()
            )));
        }
        (Some(last), Some(from)) if last.from == from && last.weight == row.weight => {}
        (Some(last), Some(from)) if from <= last.from => {
            let since = last.from;
            return Err(fault(format!(
                "`weight_from` {from} is not later than the last change on record, {since}"
            )));
        }
        (Some(last), Some(_)) if last.weight == row.weight && last.until.is_none() => {}
        (Some(last), Some(from)) => {
            last.until = Some(from);
            steps.push(next(from));
        }
    }
    WeightSchedule::try_from(steps).map_err(|e| fault(e.to_string()))
}

fn difference(before: &CorporateMember, after: &CorporateMember) -> String {
    let mut parts = Vec::new();
    if before.name != after.name {
        parts.push(format!("name `{}` becomes `{}`", before.name, after.name));
    }
    if before.class != after.class {
        parts.push(format!("class {} becomes {}", before.class, after.class));
    }
    if before.weights != after.weights
        && let Some(last) = after.weights.steps().last()
    {
        parts.push(format!("weight {} from {}", last.weight.get(), last.from));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin<Business> {
        "vote.example.org/business".parse().expect("an origin")
    }
    fn classes() -> Vec<ClassId> {
        vec!["premier".parse().expect("a class")]
    }
    fn planned(text: &str, on_record: &[PrincipalInfo<Business>]) -> Vec<Change<Business>> {
        plan(text, &origin(), &classes(), on_record).expect("a plan")
    }
    fn refused(text: &str, on_record: &[PrincipalInfo<Business>]) -> String {
        plan(text, &origin(), &classes(), on_record).expect_err("refused").to_string()
    }
    fn record(text: &str) -> Vec<PrincipalInfo<Business>> {
        let mut members: Vec<PrincipalInfo<Business>> = Vec::new();
        for change in planned(text, &[]) {
            if let Body::Principal(entry) = &change.body {
                members.push(PrincipalInfo::of(entry.principal.clone()));
            }
            if let Body::Mandate(entry) = &change.body {
                members.last_mut().expect("a member").mandate = Some(entry.fact.clone());
            }
        }
        members
    }

    const FILE: &str = "id,name,class,weight,weight_from,delegate,alternates\n\
        acme,Acme Inc,premier,4,,id:ann,id:bob; id:cy\n\
        beta,Beta AG,premier,1,2026-01-01T00:00:00Z,id:dee,\n";

    #[test]
    fn a_new_roll_makes_members_and_mandates() {
        let changes = planned(FILE, &[]);
        assert_eq!(changes.len(), 4);
        assert_eq!(changes[0].what, "new member acme (premier, weight 4)");
        assert_eq!(changes[1].what, "acme: delegate id:ann, 2 alternate(s)");
        assert_eq!(changes[2].line, 3);
    }

    #[test]
    fn the_same_file_again_changes_nothing() {
        assert_eq!(planned(FILE, &record(FILE)), []);
    }

    #[test]
    fn a_changed_weight_needs_its_date_and_keeps_the_past() {
        let before = record(FILE);
        let without = "id,name,class,weight\nacme,Acme Inc,premier,2\n";
        assert!(
            refused(without, &before)
                .contains("line 2: `acme` has weight 4 on record; say in `weight_from`")
        );
        let dated = "id,name,class,weight,weight_from\nacme,Acme Inc,premier,2,2027-01-01T00:00Z\n";
        let changes = planned(dated, &before);
        let Body::Principal(entry) = &changes[0].body else { panic!("a member") };
        assert_eq!(entry.principal.weights.steps().len(), 2);
        let early = "id,name,class,weight,weight_from\nbeta,Beta AG,premier,2,2025-01-01T00:00Z\n";
        assert!(refused(early, &before).contains("is not later than the last change"));
    }

    #[test]
    fn each_fault_of_a_row_is_refused_with_its_line() {
        let head = "id,name,class,weight,weight_from,delegate,alternates\n";
        for (row, words) in [
            ("id:ann,Ann,premier,1,,,", "line 2: `id`: `id:ann` is not an identifier"),
            ("acme,,premier,1,,,", "line 2: `name` is empty"),
            ("acme,Acme,gold,1,,,", "there is no class `gold`; the classes are premier"),
            ("acme,Acme,premier,0,,,", "a voting power is from 1"),
            ("acme,Acme,premier,1.5,,,", "`weight`: invalid digit"),
            ("acme,Acme,premier,1,tomorrow,,", "`weight_from`: `tomorrow` is not a point in time"),
            ("acme,Acme,premier,1,,ann,", "`delegate`: `ann` is not a handle"),
            ("acme,Acme,premier,1,,,id:bob", "there are alternates, but no delegate"),
            ("acme,Acme,premier,1,,id:bob,id:bob", "id:bob stands twice in the mandate"),
        ] {
            let message = refused(&format!("{head}{row}\n"), &[]);
            assert!(message.contains(words), "{row}: {message}");
        }
        let twice = format!("{head}a,A,premier,1,,,\na,A,premier,1,,,\n");
        assert!(refused(&twice, &[]).contains("line 3: `a` stood in an earlier line already"));
    }
}
