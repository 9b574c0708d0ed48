// @ts-check
// npm run mutants [-- options]: builds .run/ and tries the mutants before the fixture server, or before the server named by
// --url URL or -- COMMAND ARGS.
import { runSuite } from "./run-suite.mjs";

await runSuite("conformance/mutants/run.js");
