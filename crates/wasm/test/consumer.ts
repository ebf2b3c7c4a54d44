// What people write against the types of the package; `types.test.js` compiles it.

import {
  type Cause,
  type CheckOptions,
  type Diagnostic,
  type Rendered,
  UsageError,
  ValuesFile,
  Workspace,
  check,
  init,
  load,
} from "chartlens";

await init({ schemas: false });
const chart = load({ "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n" });
const rendered: Rendered = chart.render({ name: "demo", values: [new ValuesFile("prod.yaml", "a: 1"), { a: 2 }] });
const cause: Cause | undefined = rendered.documents[0]?.cause(1, 1);
const options: CheckOptions = { kubeVersion: ["1.31", "1.37"], profile: "strict" };
const codes: string[] = check(chart, options).diagnostics.map((found: Diagnostic) => found.code);
const texts = new Workspace();
texts.setChart("chart", { "Chart.yaml": "" });
// @ts-expect-error versions are texts
chart.render({ kubeVersion: 1.31 });
// @ts-expect-error there is no such profile
chart.check({ profile: "lax" });
export { UsageError, cause, codes };
