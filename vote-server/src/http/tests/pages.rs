//! The pages, as a browser gets them.

use election::testing::small_foundation;

use super::harness::Harness;

#[tokio::test]
async fn pages_are_html_without_scripts_and_their_style_sheet_is_there() {
    let (business, technical) = small_foundation(3);
    let harness = Harness::with(&business, &technical).await;
    let (election, _) = technical.state.elections().next().expect("an election");
    let election = format!("/technical/elections/{election}");
    for path in ["/", "/business", "/technical", &election, "/technical/log", "/technical/verify"] {
        let answer = harness.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(answer.media(), "text/html; charset=utf-8", "{path}");
        let html = String::from_utf8_lossy(&answer.body);
        assert!(html.contains("Example Foundation"), "{path}");
        assert!(!html.contains("<script") && !html.contains("style=\""), "{path}");
        let (_, rest) = html.split_once("rel=\"stylesheet\" href=\"").expect("a style sheet");
        let (css, _) = rest.split_once('"').expect("its path");
        let answer = harness.client.get(css).await;
        assert_eq!((answer.status.as_u16(), answer.media()), (200, "text/css; charset=utf-8"));
    }
}

#[tokio::test]
async fn every_problem_type_has_its_page() {
    let (business, technical) = small_foundation(1);
    let harness = Harness::empty(&super::harness::config("dir", "."), &business, &technical).await;
    for kind in crate::http::problem::ALL {
        let answer = harness.client.get(&kind.uri()).await;
        assert_eq!(answer.status, 200, "{}", kind.slug);
        assert!(String::from_utf8_lossy(&answer.body).contains(kind.slug), "{}", kind.slug);
    }
}
