//! Texts of random pieces of YAML, for tests that hold a short way against the long one.

/// Pieces, the most ordinary ones first.
pub const PIECES: &[&str] = &[
    "a",
    "b:",
    "c: ",
    "- ",
    "-",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\n      ",
    " ",
    "x y",
    "1",
    "#",
    " # c",
    "'",
    "'x'",
    "'it''s'",
    "\"y\"",
    "\\n",
    "|",
    "|-",
    ">",
    ">+",
    "[]",
    "{}",
    "~",
    "1e3",
    "true",
    "null",
    "é",
    "\"k\": ",
    "\n\n",
    "[a, 'x']",
    "[1,",
    "]",
    ", ",
    "[~ ,\"y\" ",
];

/// How many of the pieces most draws are among, so that some texts are ordinary.
const ORDINARY: usize = 16;

/// Texts of up to so many pieces behind a key, the same ones for a seed each time.
pub fn texts(seed: u64, pieces: &[&str], most: usize) -> impl Iterator<Item = String> {
    let mut state = seed;
    let mut draw = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    std::iter::repeat_with(move || {
        let mut text = String::from("a:");
        for _ in 0..1 + draw(most) {
            let among = if draw(3) == 0 { pieces.len() } else { ORDINARY };
            text.push_str(pieces[draw(among)]);
        }
        text
    })
}
