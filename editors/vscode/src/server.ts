// Which command to run.

import * as fs from "node:fs";
import * as path from "node:path";

/** The command of the settings, else the one in the package, else the one on the PATH. */
export function command(setting: string, folder: string, platform: string = process.platform): string {
  if (setting) {
    return setting;
  }
  const name = platform === "win32" ? "chartlens.exe" : "chartlens";
  const bundled = path.join(folder, "server", name);
  return fs.existsSync(bundled) ? bundled : name;
}
