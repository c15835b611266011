//! What every page has: whose page it is, where the reader is, and the style sheet.

use askama::Template;
use election::PoolId;

use super::assets;

/// How a pool presents itself: by name, shape and colour, so that no reader mistakes one for the
/// other, whatever they can see of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Face {
    /// URL segment, and the class that colours the page.
    pub slug: &'static str,
    /// The name in headings and titles.
    pub name: &'static str,
    /// The shape: a filled square for organisations, a filled circle for persons.
    pub mark: &'static str,
    /// Who its principals are.
    pub principals: &'static str,
    /// One of them, as the head of a column.
    pub principal: &'static str,
    /// What it decides, in a sentence.
    pub purpose: &'static str,
    /// What a vote weighs, in a sentence.
    pub weight: &'static str,
}

impl Face {
    /// The face of a pool.
    pub fn of(pool: PoolId) -> Face {
        match pool {
            PoolId::Business => Face {
                slug: "business",
                name: "Business pool",
                mark: "■",
                principals: "corporate members",
                principal: "Member",
                purpose: "Budgets, business resolutions and seats of business bodies.",
                weight: "Each member votes through the delegate or alternate it names, with the voting power of its membership.",
            },
            PoolId::Technical => Face {
                slug: "technical",
                name: "Technical pool",
                mark: "●",
                principals: "contributors",
                principal: "Contributor",
                purpose: "Technical decisions, modules and their maintainers, seats of technical bodies.",
                weight: "Each contributor has one vote; employers have none.",
            },
        }
    }
}

impl Face {
    /// One of its principals, in a sentence.
    pub fn one(&self) -> &'static str {
        self.principals.strip_suffix('s').unwrap_or(self.principals)
    }
}

/// The parts of a page that do not depend on what it shows.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The foundation's name.
    pub foundation: String,
    /// The title of the page.
    pub title: String,
    /// The pool, on the pages that belong to one.
    pub pool: Option<Face>,
    /// Which entry of the pool's navigation is this page.
    pub here: Place,
    /// The style sheet's path, with its hash in the name.
    pub css: &'static str,
}

/// The pages of a pool's navigation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// The board.
    Board,
    /// One election: below the board.
    Election,
    /// The log.
    Log,
    /// How to verify.
    Verify,
    /// A page outside the pools.
    Outside,
}

impl Shell {
    /// The shell of a page that belongs to a pool.
    pub fn of_pool(foundation: &str, pool: PoolId, here: Place, title: &str) -> Shell {
        let face = Face::of(pool);
        let title = if title.is_empty() {
            face.name.to_owned()
        } else {
            format!("{title} · {}", face.name)
        };
        Shell {
            foundation: foundation.to_owned(),
            title,
            pool: Some(face),
            here,
            css: assets::css_path(),
        }
    }
    /// The shell of a page that belongs to neither.
    pub fn outside(foundation: &str, title: &str) -> Shell {
        Shell {
            foundation: foundation.to_owned(),
            title: title.to_owned(),
            pool: None,
            here: Place::Outside,
            css: assets::css_path(),
        }
    }
}

/// A number in thousands' groups.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent with one decimal, rounded down: `66.6 %`. Shown, never counted with.
pub fn percent(part: u64, whole: u64) -> String {
    let permille = permille(part, whole);
    format!("{}.{} %", permille / 10, permille % 10)
}

/// A share in thousandths, rounded down and held at one thousand.
pub fn permille(part: u64, whole: u64) -> u64 {
    let (part, whole) = (u128::from(part), u128::from(whole));
    u64::try_from((part * 1000).checked_div(whole).unwrap_or(0)).map_or(1000, |p| p.min(1000))
}

/// `1 vote`, `2 votes`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A bar beside a number. Drawn with SVG attributes, which need no inline style, and hidden from
/// screen readers: the number stands next to it.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<svg class="bar" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="1000" height="40"/><rect class="fill" width="{{ fill }}" height="40"/>{% if let Some(mark) = mark %}<line class="mark" x1="{{ mark }}" x2="{{ mark }}" y1="0" y2="40"/>{% endif %}</svg>"#
)]
pub struct Bar {
    /// How full, in thousandths.
    pub fill: u64,
    /// Where a quota or threshold stands, in thousandths.
    pub mark: Option<u64>,
}

impl Bar {
    /// A bar filled with a share.
    pub fn of(part: u64, whole: u64) -> Bar {
        Bar { fill: permille(part, whole), mark: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_never_rounded_up() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(percent(2, 3), "66.6 %");
        assert_eq!(percent(1999, 2000), "99.9 %");
        assert_eq!(percent(1, 0), "0.0 %");
        assert_eq!(permille(u64::MAX, 1), 1000);
    }

    #[test]
    fn the_two_pools_differ_in_name_shape_and_colour() {
        let [business, technical] = PoolId::ALL.map(Face::of);
        assert_ne!(business.name, technical.name);
        assert_ne!(business.mark, technical.mark);
        assert_ne!(business.slug, technical.slug);
    }
}
