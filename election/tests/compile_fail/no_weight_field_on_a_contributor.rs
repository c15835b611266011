use election::ids::Handle;
use election::principal::Contributor;
use election::text::Line;

fn main() {
    fn attempt(handle: Handle, name: Line) -> Contributor {
        Contributor { handle, name, weight: 2 }
    }
}
