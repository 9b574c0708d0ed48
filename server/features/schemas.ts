import { all, logic as logicPart, patterns as patternsPart, ranges as rangesPart } from "../../protocol/json-schema.js";
import type { Feature } from "../feature.js";

/** All of JSON Schema for the schemas of tools: what the features `logic`, `patterns` and `ranges` bring, and the rest. */
export const schemas: Feature = { name: "schemas", schemas: all };

/** `allOf`, `anyOf`, `oneOf`, `not` and `if` in the schemas of tools. */
export const logic: Feature = { name: "logic", schemas: logicPart };

/** `pattern` and `patternProperties` in the schemas of tools. */
export const patterns: Feature = { name: "patterns", schemas: patternsPart };

/** `minimum`, `maxLength`, `minItems` and their kin in the schemas of tools. */
export const ranges: Feature = { name: "ranges", schemas: rangesPart };
