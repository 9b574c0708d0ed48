/** What the command `barewire check` needs of the suite, loaded as a whole when it is called. */
export { check } from "./check.js";
export { readFixtureMap } from "./fixture-map.js";
export { readAccounts } from "./accounts.js";
export { REVISIONS } from "./trace.js";
export { consoleReport } from "./verdict-console.js";
export { jsonReport, junitReport } from "./verdict-files.js";
