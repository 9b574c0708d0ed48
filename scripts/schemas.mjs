// @ts-check
// npm run schemas: makes protocol/schema/ from protocol/types/, one JSON Schema for each revision and one for the tasks
// extension. With --check it writes nothing and fails where a file is stale.
import { readdirSync, readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { definitionsOf, reachable, tags } from "./schema-history.mjs";

const { getProgramFromFiles, buildGenerator } = createRequire(import.meta.url)("typescript-json-schema");
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const types = join(root, "protocol/types");
const folder = "protocol/schema";
const extension = "tasks-extension.ts";
const draft07 = { $schema: "http://json-schema.org/draft-07/schema#", key: "definitions" };
const draft2020 = { $schema: "https://json-schema.org/draft/2020-12/schema", key: "$defs" };
/** The doc tags that stand for a keyword of JSON Schema. */
const keywords = ["format", "minimum", "maximum", "maxItems"];
const revisions = {
  "2024-11-05": draft07,
  "2025-03-26": draft07,
  "2025-06-18": draft07,
  "2025-11-25": draft2020,
  "2026-07-28": draft2020,
};

/**
 * JSON Schema of every type that these files declare and of those that they use, with the doc tags as keywords.
 * @param {string[]} files
 * @param {string[]} [others]  names of further types
 * @returns {{ names: string[], definitions: Record<string, any> }}  the names asked for, and all definitions
 */
function vocabularyOf(files, others = []) {
  const paths = files.map((file) => join(types, file));
  const program = getProgramFromFiles(
    paths,
    {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: "ES2022",
      lib: ["ES2022"],
      types: [],
      module: "ESNext",
      moduleResolution: "Bundler",
    },
    types,
  );
  const generator = buildGenerator(program, { aliasRef: true, required: true, validationKeywords: tags }, paths);
  if (generator === null) throw new Error(`${types} does not compile`);
  // The generator keeps none but descriptive keywords beside a $ref, so the tags of such members are added here.
  const property = generator.getDefinitionForProperty;
  generator.getDefinitionForProperty = (/** @type {any} */ symbol, /** @type {any} */ node) => {
    const definition = property.call(generator, symbol, node);
    for (const { name, text } of symbol.getJsDocTags()) {
      if (!tags.includes(name) && !keywords.includes(name)) throw new Error(`${symbol.name}: no doc tag @${name}`);
      if (tags.includes(name)) definition[name] = (text ?? []).map((/** @type {any} */ part) => part.text).join("");
    }
    return definition;
  };
  const names = [...generator.getMainFileSymbols(program, paths), ...others];
  const { definitions } = generator.getSchemaForSymbols(names);
  // An alias of an array refers to a definition `Array`, which is the alias itself.
  for (const [name, { $ref }] of Object.entries(definitions)) {
    if ($ref?.startsWith("#/definitions/Array")) definitions[name] = definitions[$ref.slice("#/definitions/".length)];
  }
  for (const name of Object.keys(definitions)) if (name.startsWith("Array")) delete definitions[name];
  return { names, definitions };
}

const all = readdirSync(types)
  .filter((file) => /^(?!index)[^.]+\.ts$/.test(file))
  .sort();
const { definitions: vocabulary } = vocabularyOf(all.filter((file) => file !== extension));
const output = new Map();
for (const [revision, { $schema, key }] of Object.entries(revisions)) {
  output.set(`${revision}.json`, { $schema, [key]: definitionsOf(vocabulary, revision, key) });
}
// The messages of the extension extend these two, which the generator does not show.
const tasks = vocabularyOf([extension], ["JSONRPCRequest", "JSONRPCNotification"]);
const definitions = definitionsOf(tasks.definitions, "2026-07-28", draft2020.key);
output.set("tasks.json", { $schema: draft2020.$schema, $defs: reachable(definitions, tasks.names) });

const check = process.argv.includes("--check");
mkdirSync(join(root, folder), { recursive: true });
for (const [name, schema] of output) {
  const path = join(root, folder, name);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  let found;
  try {
    found = readFileSync(path, "utf8");
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOENT") throw error;
  }
  if (found === text) continue;
  if (check) {
    console.error(`${folder}/${name} is stale: run npm run schemas`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${folder}/${name}: ${Object.keys(schema.$defs ?? schema.definitions).length} definitions`);
  }
}
