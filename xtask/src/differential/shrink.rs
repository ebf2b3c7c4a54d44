//! The smallest chart that still differs.

use super::Case;

/// Cuts files, then lines, then parts of lines, as long as `differs` holds, which is asked at most about `most` times.
pub fn shrink(case: &Case, most: usize, differs: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut best = case.clone();
    let mut tries = MAX_TRIES.saturating_sub(most);
    loop {
        let before = size(&best);
        drop_files(&mut best, differs, &mut tries);
        for name in best.files.keys().cloned().collect::<Vec<_>>() {
            let text = best.files[&name].clone();
            let text = shorten(&text, &mut tries, &mut |shorter| {
                let mut next = best.clone();
                next.files.insert(name.clone(), shorter.to_owned());
                differs(&next)
            });
            best.files.insert(name, text);
        }
        let values = best.values.clone();
        best.values =
            shorten(&values, &mut tries, &mut |shorter| differs(&Case { values: shorter.to_owned(), ..best.clone() }));
        if size(&best) == before || tries > MAX_TRIES {
            return best;
        }
    }
}

/// How often a cut is tried at most.
pub const MAX_TRIES: usize = 2000;

fn size(case: &Case) -> usize {
    case.values.len() + case.files.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>()
}

fn drop_files(best: &mut Case, differs: &mut dyn FnMut(&Case) -> bool, tries: &mut usize) {
    for name in best.files.keys().cloned().collect::<Vec<_>>() {
        let mut next = best.clone();
        next.files.remove(&name);
        *tries += 1;
        if name != "Chart.yaml" && differs(&next) {
            *best = next;
        }
    }
}

/// Removes runs of pieces, halving the length of the runs.
fn reduce(pieces: Vec<&str>, tries: &mut usize, holds: &mut dyn FnMut(&str) -> bool) -> String {
    let mut pieces = pieces;
    let mut run = pieces.len().div_ceil(2);
    while run > 0 {
        let mut at = 0;
        while at < pieces.len() && *tries < MAX_TRIES {
            let mut next = pieces.clone();
            next.drain(at..(at + run).min(next.len()));
            *tries += 1;
            if holds(&next.concat()) {
                pieces = next;
            } else {
                at += run;
            }
        }
        run /= 2;
    }
    pieces.concat()
}

fn shorten(text: &str, tries: &mut usize, holds: &mut dyn FnMut(&str) -> bool) -> String {
    let lines = reduce(text.split_inclusive('\n').collect(), tries, holds);
    let words = reduce(lines.split_inclusive([' ', '(', ')', '{', '}', ',', '"', '\n']).collect(), tries, holds);
    if words.len() > 400 {
        return words;
    }
    reduce(words.split_inclusive(|_: char| true).collect(), tries, holds)
}
