//! Results for readers: complete where they claim to be, honest where they are not, and harmless
//! whatever an option is called.

mod nist;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tabulation::report::{csv, html, text};
use tabulation::{
    AffiliationCap, AffiliationId, CastingVote, CommitteeSearch, ContestOption, ContestOptions,
    Electorate, LotSource, MAX_OPTIONS, Method, Profile, ProfileBuilder, RunoffExclusion,
    Selection, ShareOf, StarTies, Strength, Tally, TieRule, Transcript, Ungraded, Unranked,
    UnrankedPoints, Unscored, count,
};

use crate::catalogue::{at_least, ballots, contest, minimum, more_than, voters};
use crate::common::{
    borda, cumulative, debian, index, judgment, meek, options, phragmen, plurality, rules, runoff,
    schulze, score, scottish, star, tabulate, thiele,
};

const ATTACKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://x\",\"y\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3, and \"quotes\"",
    "\u{202e}gnp.exe & <b>",
];

fn attackers() -> ContestOptions {
    let company = AffiliationId::new("<i>+Acme</i>").unwrap();
    let named = ATTACKS
        .iter()
        .enumerate()
        .map(|(i, name)| ContestOption::new(format!("={i}<u>"), *name).affiliated(company.clone()));
    let others = (0..2).map(|i| ContestOption::new(format!("plain{i}"), format!("plain {i}")));
    ContestOptions::new(named.chain(others).collect()).unwrap()
}

fn rankings(options: usize) -> Profile {
    let mut profile = ProfileBuilder::new();
    for start in 0..7_usize {
        let order = (0..options).map(|i| index((start * 3 + i * 5) % options));
        let mut seen = BTreeSet::new();
        let order: Vec<_> = order.filter(|option| seen.insert(*option)).collect();
        profile.add(&Selection::strict(order), 1 + start as u64 % 3).unwrap();
    }
    profile.build()
}

fn motion() -> Transcript {
    let rules =
        crate::catalogue::rules(vec![], vec![at_least(2, 3, ShareOf::YesAndNo), minimum(3)]);
    let contest = contest(&rules, TieRule::Refuse {});
    let electorate = voters(20).recusing(Tally::ONE).attended_by(Tally::ballots(15));
    count(&contest, &ballots((8, 4, 1)), &electorate, LotSource::None).unwrap()
}

/// A pairwise method by its name, with what only it has.
fn ranked(kind: &str, more: serde_json::Value) -> Method {
    let mut method = json!({"kind": kind, "by": "weight", "unranked": "last",
        "equal_ranks": "allowed", "at_most": {"kind": "any"}});
    method.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(method).unwrap()
}

fn paired_runoff(variant: &str) -> Method {
    serde_json::from_value(json!({"kind": "condorcet-irv", "by": "weight", "unranked": "last",
        "at_most": {"kind": "any"}, "variant": variant, "look_back": "never"}))
    .unwrap()
}

fn inclusive_gregory() -> Method {
    serde_json::from_value(json!({"kind": "wigm", "by": "weight", "at_most": {"kind": "any"},
        "decimals": 4, "quota": "droop-whole", "elects": "at-least", "transfer": "per-paper",
        "look_back": "narrowing"}))
    .unwrap()
}

/// One transcript of every kind, with hostile names, a cap and ties.
fn every_kind() -> Vec<Transcript> {
    let methods: Vec<(Method, u16)> = vec![
        (schulze(Unranked::Last, Strength::WinningVotes), 2),
        (schulze(Unranked::NotCompared, Strength::WinningVotesFewerOpposing), 2),
        (debian(7, 1, Vec::new()), 1),
        (scottish(), 2),
        (meek(), 2),
        (runoff(RunoffExclusion::OneByOne), 1),
        (ranked("copeland", json!({"tied_pair": "half"})), 2),
        (ranked("minimax", json!({"strength": "winning-votes-fewer-opposing"})), 2),
        (ranked("ranked-pairs", json!({"strength": "margins"})), 2),
        (paired_runoff("condorcet-else-irv"), 1),
        (inclusive_gregory(), 2),
        (paired_runoff("benham"), 1),
    ];
    let mut transcripts: Vec<Transcript> = methods
        .into_iter()
        .map(|(method, seats)| {
            let mut rules = rules(method, seats, TieRule::Lots {});
            rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
            tabulate(rules, attackers(), &rankings(8))
        })
        .collect();
    let scores = |most: u16| {
        let sheet = |voter: u16| {
            let score = move |i: u16| (index(usize::from(i)), (i * 5 + voter * 3) % (most + 1));
            Selection::Scores((0..8).map(score).collect())
        };
        Profile::of((0..9).map(sheet)).unwrap()
    };
    let one_vote = (0..8_usize).map(|i| Selection::Scores(vec![(index(i), 1)]));
    let approvals = (0..9_usize).map(|i| Selection::chosen([i % 8, (i + 3) % 8].map(index)));
    let approvals = Profile::of(approvals).unwrap();
    let capped = |method, seats, profile: &Profile| {
        let mut rules = rules(method, seats, TieRule::Lots {});
        rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
        tabulate(rules, attackers(), profile)
    };
    transcripts.extend([
        capped(cumulative(1), 2, &Profile::of(one_vote).unwrap()),
        capped(score(9, Unscored::NotCounted), 2, &scores(9)),
        capped(star(5, StarTies::Official), 2, &scores(5)),
        capped(judgment(30, Ungraded::Lowest), 2, &scores(30)),
        capped(borda(UnrankedPoints::Average), 2, &rankings(8)),
        capped(phragmen(), 2, &approvals),
        capped(thiele(CommitteeSearch::Sequential), 2, &approvals),
        capped(thiele(CommitteeSearch::Optimal), 2, &approvals),
    ]);
    let marks = Profile::of((0..8).map(|i| Selection::chosen([index(i)]))).unwrap();
    transcripts.push(tabulate(rules(plurality(), 3, TieRule::Lots {}), attackers(), &marks));
    transcripts.push(tabulate(rules(plurality(), 3, TieRule::Refuse {}), attackers(), &marks));
    transcripts.push(motion());
    transcripts
}

/// Reads a page strictly: every tag known, balanced, its attributes quoted.
fn assert_well_formed(page: &str) {
    const VOID: [&str; 4] = ["meta", "!doctype", "rect", "line"];
    const KNOWN: [&str; 39] = [
        "html", "head", "title", "style", "body", "main", "footer", "section", "h1", "h2", "h3",
        "h4", "p", "strong", "span", "div", "table", "caption", "thead", "tbody", "tr", "th", "td",
        "svg", "rect", "line", "ul", "ol", "li", "details", "summary", "pre", "code", "bdi",
        "meta", "!doctype", "s", "b", "i",
    ];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(KNOWN.contains(&name), "unknown tag <{tag}>");
        assert!(!["b", "i", "s"].contains(&name), "a name became markup: <{tag}>");
        assert_eq!(tag.matches('"').count() % 2, 0, "<{tag}>");
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "in <{tag}>");
        } else if !VOID.contains(&name) {
            open.push(name);
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn no_name_becomes_markup_script_or_reordered_text() {
    for transcript in every_kind() {
        let page = html::page("<script>\u{202e}\"title", &transcript);
        assert_well_formed(&page);
        for bad in ["<script", "<img", "<b>", "<i>", "<u>", "onerror=alert(1)>", "\u{202e}"] {
            assert!(!page.contains(bad), "{bad:?} in the page of {}", transcript.sentence);
        }
        let manner = html::Manner { heading: html::Heading::Third, details: html::Details::Folded };
        let piece = html::count(&transcript, manner);
        assert_well_formed(&piece);
        assert!(!piece.contains("<details open"));
        let text = text::text(&transcript, 80);
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\t', '\r']));
    }
}

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    for transcript in every_kind() {
        let page = html::page("A title", &transcript);
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
        let (_, style) = page.split_once("<style>").unwrap();
        let (style, _) = style.split_once("</style>").unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"));
        // Text is escaped, so what stands between < and > is a tag.
        let tags = page.split('<').skip(1).map(|tag| tag.split('>').next().unwrap());
        for tag in tags {
            for bad in [" src=", " href=", " style=", " on", "srcdoc", "javascript:"] {
                let label = tag.starts_with("div class=\"scroll\"");
                assert!(label || !tag.contains(bad), "<{tag}>");
            }
        }
    }
}

#[test]
fn a_page_says_the_outcome_the_rules_and_every_step() {
    for transcript in every_kind() {
        let page = html::page("A title", &transcript);
        let text = text::text(&transcript, 4_000);
        let escaped = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            text.replace('"', "&quot;").replace('\'', "&#39;").replace('\u{202e}', "⟨U+202E⟩")
        };
        assert!(page.contains(&escaped(&transcript.rules_sentence)));
        for tie in &transcript.ties {
            assert!(page.contains(&escaped(&tie.sentence)), "{}", tie.sentence);
        }
        for (_, option) in transcript.options.iter() {
            assert!(page.contains(&escaped(&option.name)));
        }
        if let Some(cap) = &transcript.cap {
            assert!(page.contains(&escaped(&cap.sentence)));
        }
        if let Some(lots) = &transcript.lots {
            assert!(page.contains("sha256sum"));
            for draw in &lots.draws {
                assert!(text.contains(&draw.counter.to_string()));
            }
        }
    }
}

#[test]
fn the_digests_of_a_draw_are_those_of_sha256sum() {
    // printf '%s' '0707…07,1' | sha256sum
    let marks = Profile::of((0..3).map(|i| Selection::chosen([index(i)]))).unwrap();
    let transcript = tabulate(rules(plurality(), 1, TieRule::Lots {}), options(3), &marks);
    let page = html::page("A title", &transcript);
    assert!(page.contains(FIRST_DIGEST));
    assert!(page.contains("for N in $(seq 1 2); do printf &#39;%s&#39; &quot;0707"));
}

const FIRST_DIGEST: &str = "bc31d191462efdf0af3a01ffd7de2761f923d0baf94623c2eb960dcf9ef0c591";

#[test]
fn a_thousand_options_stay_readable_and_what_is_left_out_is_said() {
    let profile = rankings(MAX_OPTIONS);
    let transcript =
        tabulate(rules(scottish(), 3, TieRule::Lots {}), options(MAX_OPTIONS), &profile);
    let page = html::page("A title", &transcript);
    assert!(page.len() < 1_500_000, "{} bytes", page.len());
    assert_well_formed(&page);
    assert!(
        page.contains("more options in the JSON.") && page.contains("more stages in the JSON.")
    );
    let text = text::text(&transcript, 120);
    assert!(text.len() < 400_000, "{} bytes", text.len());
    assert!(
        text.lines().filter(|line| line.starts_with("option ")).all(|l| l.chars().count() <= 120)
    );
    assert!(text.contains("more options in the JSON"));
    // A spreadsheet gets everything.
    let files = csv::files(&transcript);
    let options = files.iter().find(|file| file.name == "options").unwrap();
    assert_eq!(options.content.lines().count(), 1 + MAX_OPTIONS);
}

/// The cells of a CSV file as RFC 4180 §2 reads them.
fn cells(content: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut left = content.chars().peekable();
    while let Some(c) = left.next() {
        match (quoted, c) {
            (true, '"') if left.peek() == Some(&'"') => {
                left.next();
                cell.push('"');
            }
            (_, '"') => quoted = !quoted,
            (false, ',') => row.push(std::mem::take(&mut cell)),
            (false, '\r') => {
                assert_eq!(left.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (_, c) => cell.push(c),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted);
    rows
}

#[test]
fn no_cell_is_a_formula_and_every_line_has_every_column() {
    for transcript in every_kind() {
        let files = csv::files(&transcript);
        let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.len(), files.len(), "{names:?}");
        for file in &files {
            assert!(file.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
            let rows = cells(&file.content);
            for row in &rows {
                assert_eq!(row.len(), rows[0].len(), "{} in {}", row.join("|"), file.name);
                for cell in row {
                    let number = cell.strip_prefix('-').is_some_and(|digits| {
                        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    });
                    let formula = cell.starts_with(['=', '+', '-', '@', '\t']);
                    assert!(!formula || number, "{cell:?} in {}", file.name);
                }
            }
        }
    }
}

#[test]
fn a_pairwise_table_and_a_stages_table_hold_the_transcripts_figures() {
    let profile = rankings(4);
    let counted = |method| tabulate(rules(method, 1, TieRule::Lots {}), options(4), &profile);
    let transcript = counted(schulze(Unranked::Last, Strength::WinningVotes));
    let written = serde_json::to_value(&transcript).unwrap();
    let files: BTreeMap<_, _> =
        csv::files(&transcript).into_iter().map(|f| (f.name, f.content)).collect();
    let rows = cells(&files["pairwise"]);
    assert_eq!(rows[0][..2], ["option", "Row against column"]);
    for row in &rows[1..] {
        let i: usize = row[0].parse().unwrap();
        for (column, cell) in rows[0][2..].iter().zip(&row[2..]) {
            let j: usize = column.strip_prefix("option ").unwrap().parse().unwrap();
            let number = &written["count"]["pairwise"][i][j];
            let written: Option<u64> = cell.parse().ok();
            assert!(i == j || written == number.as_u64(), "{i} {j} {cell} {number}");
        }
    }
    let transcript = counted(scottish());
    let written = serde_json::to_value(&transcript).unwrap();
    let files: BTreeMap<_, _> =
        csv::files(&transcript).into_iter().map(|f| (f.name, f.content)).collect();
    let rows = cells(&files["stages"]);
    let stages = written["count"]["stages"].as_array().unwrap();
    assert_eq!(rows[0].len(), 2 + stages.len());
    for row in rows[1..].iter().filter(|row| !row[0].is_empty()) {
        let option: usize = row[0].parse().unwrap();
        for (stage, cell) in stages.iter().zip(&row[2..]) {
            assert_eq!(stage["totals"][option], serde_json::json!(cell));
        }
    }
}

#[test]
fn a_casting_vote_is_shown_as_what_it_is() {
    let order: Vec<_> = [2, 0, 1].map(index).to_vec();
    let contest =
        tabulation::Contest::new(rules(plurality(), 1, TieRule::CastingVote {}), options(3))
            .unwrap();
    let marks = Profile::of((0..3).map(|i| Selection::chosen([index(i)]))).unwrap();
    let electorate = Electorate::of_those_who_voted(&marks);
    let source = LotSource::Casting(CastingVote::Order(&order));
    let page = html::page("A title", &count(&contest, &marks, &electorate, source).unwrap());
    assert!(page.contains("The casting vote gave this order"));
    assert!(!page.contains("sha256sum"));
    let rules = crate::catalogue::rules(vec![], vec![more_than(1, 2, ShareOf::YesAndNo)]);
    let contest = crate::catalogue::contest(&rules, TieRule::CastingVote {});
    let tied = count(&contest, &ballots((2, 2, 0)), &voters(5), LotSource::None).unwrap();
    let page = html::page("A title", &tied);
    assert!(page.contains("<p class=\"verdict\">The motion is tied; the casting vote has not"));
}

#[test]
fn a_terminal_table_has_as_many_stages_side_by_side_as_fit() {
    let transcript = tabulate(rules(scottish(), 2, TieRule::Lots {}), options(7), &rankings(7));
    let wide = text::text(&transcript, 400);
    let narrow = text::text(&transcript, 30);
    assert!(wide.lines().any(|line| line.contains("Stage 1") && line.contains("Stage 2")));
    assert!(!narrow.lines().any(|line| line.contains("Stage 1 ") && line.contains("Stage 2")));
}
