import { type Kinds, expectKinds, isPlain, kindOf } from "./arguments.js";
import { UsageError } from "./errors.js";

/** A values file with a name, for causes and errors to speak of. */
export class ValuesFile {
  constructor(
    readonly name: string,
    readonly text: string,
  ) {}
}

/** Values: the YAML text of a values file, or an object. */
export type Values = string | ValuesFile | { readonly [key: string]: unknown };

/** Assignments as the flags of `helm template` have them. */
export interface Flags {
  /** `--set`: `a.b=1,c[0]=x` */
  set?: string[];
  /** `--set-string` */
  setString?: string[];
  /** `--set-json` */
  setJson?: string[];
  /** `--set-literal` */
  setLiteral?: string[];
}

/** Upper bounds on the work of one render. */
export interface Limits {
  /** Steps. */
  fuel?: number;
  /** Bytes of output. */
  output?: number;
  /** Bytes of one string. */
  string?: number;
  /** Lists, elements of lists, and maps. */
  objects?: number;
}

/** What to render. */
export interface RenderOptions {
  /** Name of the release; `release-name` if there is none. */
  name?: string;
  /** Namespace of the release; `default` if there is none. */
  namespace?: string;
  /** Values on top of the chart's own; later ones win. */
  values?: Values | readonly Values[];
  /** Values by path: `{"image.tag": "1.2"}`. Text stays text. */
  set?: { readonly [path: string]: unknown };
  /** The same, all text. */
  setString?: { readonly [path: string]: unknown };
  /** The same as the flags of the command line. */
  flags?: Flags;
  /** Version of Kubernetes, such as `1.31`. */
  kubeVersion?: string;
  /** API versions that the cluster knows beyond the usual ones. */
  apiVersions?: readonly string[];
  /** Whether the release is upgraded rather than installed. */
  isUpgrade?: boolean;
  /** Whether values.schema.json is left aside. */
  skipSchemaValidation?: boolean;
  /** Whose bytes are wanted where Helm's versions differ: 4 or 3. */
  helmVersion?: 3 | 4 | "3" | "4";
  /** Seed of everything random; equal seeds give equal passwords and keys. */
  seed?: string | number;
  /** The time that templates see: a date, seconds since 1970, or RFC 3339. */
  now?: Date | number | string;
  /** The local time zone that templates see, such as `Europe/Berlin`; UTC if there is none. */
  timezone?: string;
  /** Whether causes are recorded at once; otherwise the first question for one renders again. */
  trace?: boolean;
  limits?: Limits;
}

/** What to check. */
export interface CheckOptions extends Omit<RenderOptions, "kubeVersion" | "trace"> {
  /** Version of Kubernetes, or several to render and check for. */
  kubeVersion?: string | readonly string[];
  /** Values by the name of their set, each on top of `values`: the chart is checked with every set. */
  valuesSets?: { readonly [name: string]: Values | readonly Values[] };
  /** Whether to check with each of the chart's ci/*-values.yaml too. */
  ciValues?: boolean;
  /** Whether a kind that nothing is known of is an error. */
  strictKinds?: boolean;
  /** Rules of the linter. */
  profile?: "default" | "strict" | "security" | "pss-baseline" | "pss-restricted" | "gke-autopilot" | "none";
  /** Only these codes, rules or categories, in place of the profile. */
  select?: readonly string[];
  /** These codes, rules or categories too. */
  extendSelect?: readonly string[];
  /** What is set of rules: `{"availability/few-replicas": {least: 3}}`. */
  ruleOptions?: Readonly<Record<string, Readonly<Record<string, number | string | readonly string[]>>>>;
  /** Not these codes, rules or categories. */
  ignore?: readonly string[];
  /** Whether values whose names look secret are shown. */
  showSecrets?: boolean;
  /** Manifests of what is there now, such as an older chart renders: changes that an update would refuse are findings. */
  against?: string;
  /** The values that are in use now, where `against` is not given: the chart with them is what is there. */
  againstValues?: Values | readonly Values[];
  /** What the chart is called in the report. */
  path?: string;
}

/** What the engine would refuse without saying which option it was. */
const KINDS: Kinds = {
  name: "a text",
  namespace: "a text",
  set: "an object",
  setString: "an object",
  flags: "an object",
  apiVersions: "a list of texts",
  isUpgrade: "true or false",
  skipSchemaValidation: "true or false",
  timezone: "a text",
  trace: "true or false",
  limits: "an object",
  valuesSets: "an object",
  ciValues: "true or false",
  strictKinds: "true or false",
  profile: "a text",
  select: "a list of texts",
  extendSelect: "a list of texts",
  ruleOptions: "an object",
  ignore: "a list of texts",
  showSecrets: "true or false",
  against: "a text",
  path: "a text",
};
const FLAGS: Kinds = { set: "a list of texts", setString: "a list of texts", setJson: "a list of texts", setLiteral: "a list of texts" };

interface Layer {
  name: string;
  text: string;
}

function layer(values: Values, name: string): Layer {
  if (typeof values === "string") return { name, text: values };
  if (values instanceof ValuesFile) return { name: values.name, text: values.text };
  if (isPlain(values)) return { name, text: JSON.stringify(values) };
  throw new UsageError(`${name}: expected the text of a values file, a ValuesFile or an object, found ${kindOf(values)}`);
}

function layers(values: Values | readonly Values[], name: string): Layer[] {
  if (!Array.isArray(values)) return [layer(values as Values, name)];
  return values.map((one: Values, number) => layer(one, `${name}[${number}]`));
}

/** Version numbers are refused: 1.30 and 1.3 are the same number. */
function versions(given: unknown): string[] {
  if (given === undefined) return [];
  return [given].flat().map((version: unknown) => {
    if (typeof version === "string") return version;
    const why = typeof version === "number" ? " (as numbers 1.30 and 1.3 are the same)" : "";
    throw new UsageError(`kubeVersion: expected a text such as "1.31"${why}, found ${kindOf(version)}`);
  });
}

function randomSeed(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16)).join("");
}

/** Options as the engine reads them. Clock and randomness are drawn here, so that a repeated render is the same. */
export function toEngine(options: RenderOptions | CheckOptions): string {
  const given: unknown = options;
  if (!isPlain(given)) throw new UsageError(`options: expected an object, found ${kindOf(given)}`);
  expectKinds(options, KINDS);
  expectKinds(options.flags ?? {}, FLAGS, "flags.");
  const { values, kubeVersion, helmVersion, seed, now, ...rest } = options;
  const check = options as CheckOptions;
  const sets = Object.entries(check.valuesSets ?? {}).map(([name, set]) => [name, layers(set, `valuesSets.${name}`)]);
  return JSON.stringify({
    ...rest,
    values: values === undefined ? [] : layers(values, "values"),
    valuesSets: sets,
    againstValues: check.againstValues === undefined ? undefined : layers(check.againstValues, "againstValues"),
    kubeVersion: versions(kubeVersion),
    helmVersion: helmVersion === undefined ? undefined : String(helmVersion),
    seed: seed === undefined ? randomSeed() : String(seed),
    now: now instanceof Date ? now.getTime() / 1000 : (now ?? Date.now() / 1000),
  });
}
