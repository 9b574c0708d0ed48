import type { Vocabulary } from "../dialect.js";
import { arrays } from "./arrays.js";
import { logic } from "./logic.js";
import { objects } from "./objects.js";

/** Applicator, https://json-schema.org/draft/2020-12/json-schema-core#section-10. */
export const applicators: Vocabulary = () => ({ ...logic(), ...objects(), ...arrays() });
