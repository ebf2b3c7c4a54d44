//! What charts render to and what is found in them: every file in `fixtures/render` and `fixtures/check` is a case.

use chartlens_tests::cases::{all, commands, run};

#[test]
fn cases_hold() {
    for (folder, least) in [("render", 4), ("check", 7)] {
        let paths = all(folder);
        assert!(paths.len() >= least, "only {} cases in {folder}", paths.len());
        let wrong: Vec<String> = paths.iter().filter_map(|path| run(path, commands).err()).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
