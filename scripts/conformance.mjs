// @ts-check
// npm run conformance [-- options]: builds .run/ and replays the traces against the fixture server on four wires, or
// against the server named by --url URL or -- COMMAND ARGS.
import { runSuite } from "./run-suite.mjs";

await runSuite("conformance/run.js");
