// Replays the recorded cases of tests/vectors: the same file runs in Node and in browsers.

const CHART = 'apiVersion: v2\nname: t\nversion: 0.1.0\nappVersion: "1.2.3"\n';
const encoder = new TextEncoder();

/** A file of a case as bytes; undefined for what only a disk has. */
function content(described) {
  if (typeof described === "string") return encoder.encode(described);
  if (typeof described?.b64 === "string") return Uint8Array.from(atob(described.b64), (c) => c.charCodeAt(0));
  return undefined;
}

/** The files below `t/`; undefined where the case needs links, archives or other folders. */
function chartFiles(test, standard) {
  const files = {};
  const isChart = test.kind === "chart";
  if (!isChart) {
    const values = test.values ?? test.values_yaml ?? (test.values_ref === "std" ? standard : "");
    Object.assign(files, { "Chart.yaml": CHART, "templates/t.yaml": test.template, "values.yaml": values });
  }
  for (const [name, described] of Object.entries(test.files ?? {})) {
    const path = isChart ? name.match(/^t\/(.*)$/)?.[1] : name;
    const bytes = content(described);
    if (bytes === undefined || path === undefined || path.endsWith("/") || path === ".helmignore") return undefined;
    files[path] = bytes;
  }
  return files;
}

const SWITCHES = { "--is-upgrade": "isUpgrade", "--skip-schema-validation": "skipSchemaValidation" };
const TEXTS = { "--kube-version": "kubeVersion", "--namespace": "namespace", "-n": "namespace" };
const FLAGS = { "--set": "set", "--set-string": "setString", "--set-json": "setJson", "--set-literal": "setLiteral" };

/** The options that command-line arguments mean; undefined where an option of the package means none of them. */
function options(test, files, ValuesFile) {
  const found = { name: test.release ?? "r", flags: {}, values: [], apiVersions: [] };
  const args = (test.args ?? []).flatMap((arg) => arg.match(/^(--[a-z-]+)=([^]*)$/)?.slice(1) ?? [arg]);
  while (args.length > 0) {
    const name = args.shift();
    if (name in SWITCHES) {
      found[SWITCHES[name]] = true;
      continue;
    }
    const value = args.shift();
    if (value === undefined) return undefined;
    if (name in TEXTS) found[TEXTS[name]] = value;
    else if (name in FLAGS) (found.flags[FLAGS[name]] ??= []).push(value);
    else if (name === "--api-versions" || name === "-a") found.apiVersions.push(...value.split(","));
    else if (name === "-f" || name === "--values") {
      const bytes = files[value.replace(/^\.?\/?t\//, "")];
      if (bytes === undefined || value.includes(",")) return undefined;
      found.values.push(new ValuesFile(value, typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes)));
    } else return undefined;
  }
  return found;
}

/** Standard error without log lines, which come before the error. */
function withoutLog(text) {
  const isLog = (line) => /^(level=|[a-z_]+\.go:)/.test(line);
  const lines = text.split("\n");
  return lines.slice(lines.findIndex((line) => !isLog(line))).join("\n");
}

const HINT = "\n\nUse --debug flag to render out invalid YAML\n";

/** What the recordings cut, and the depth of templates, which is Go's for WebAssembly. */
const comparable = (text) =>
  text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /g, "").replace("template depth (100000)", "template depth (1000)");

function sameError(wanted, error, helmVersion) {
  // What a chart is told on loading are Helm 4's words.
  if (helmVersion === 3 && error.name === "ChartError") return true;
  const [text, shown] = [comparable(withoutLog(wanted)), comparable(`Error: ${error.message}`)];
  return text === `${shown}\n` || text === shown + HINT;
}

/** Calls that nest deeper than a browser's stack. */
const TOO_DEEP = new Set(["helmfuncs-35fbdca8e546"]);

/** What differs in a case; null where nothing does, undefined where it cannot be replayed. */
function replayOne(chartlens, test, standard, helmVersion) {
  const isRecorded = helmVersion === 4 || !(test.note ?? "").includes("not run with Helm 3");
  if (!isRecorded || test.argv || (test.cmd ?? "template") !== "template") return undefined;
  if (TOO_DEEP.has(test.id)) return undefined;
  const expect = (helmVersion === 3 && test.helm3) || test.expect;
  if (expect.output_b64 || expect.stdout_b64) return undefined;
  const files = chartFiles(test, standard);
  const found = files && options(test, files, chartlens.ValuesFile);
  if (!found) return undefined;
  const isExpression = test.kind === "expr";
  const wantedError = isExpression ? expect.error : expect.exit === 0 ? undefined : expect.stderr;
  let chart;
  try {
    chart = chartlens.loadFolder(files);
    const all = { ...found, helmVersion, now: 0, seed: 1 };
    const output = isExpression
      ? Object.fromEntries(chart.renderFiles(all))["t/templates/t.yaml"]
      : String(chart.render(all));
    const wanted = isExpression ? expect.output : expect.stdout;
    if (wantedError !== undefined) return `wanted ${wantedError}\nfound ${output}`;
    return output === wanted ? null : `wanted ${JSON.stringify(wanted)}\nfound  ${JSON.stringify(output)}`;
  } catch (error) {
    if (!(error instanceof chartlens.ChartlensError)) throw error;
    if (wantedError !== undefined && sameError(wantedError, error, helmVersion)) return null;
    return `wanted ${wantedError ?? "no error"}\nfound ${error.name}: ${error.message}`;
  } finally {
    chart?.free();
  }
}

/** Replays cases and counts: `failed` has the id and the difference of each that is not as recorded. */
export function replay(chartlens, cases, standard, helmVersion) {
  const result = { passed: 0, skipped: 0, failed: [] };
  for (const test of cases) {
    const difference = replayOne(chartlens, test, standard, helmVersion);
    if (difference === undefined) result.skipped += 1;
    else if (difference === null) result.passed += 1;
    else result.failed.push({ id: test.id, difference });
  }
  return result;
}
