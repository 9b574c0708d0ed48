/** What the command `barewire check` needs of the suite, loaded as a whole when it is called. */
export { check } from "./check.js";
export { checkClient } from "./clients/check.js";
export { commandClient } from "./clients/subject.js";
export { CLIENT_WIRES } from "./clients/trace.js";
export { writeCheckPage } from "./html/check-page.js";
export { readFixtureMap } from "./fixture-map.js";
export { readAccounts } from "./accounts.js";
export { readTokens, withTokens } from "./tokens.js";
export { REVISIONS } from "./trace.js";
export { consoleReport } from "./verdict-console.js";
export { jsonReport, jsonReports, junitReport } from "./verdict-files.js";
