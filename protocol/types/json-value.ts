// Values that JSON can express.

/**
 * Any JSON value.
 * The schema of 2026-07-28 leaves out null and fractions.
 * @since 2026-07-28
 * @schema JSONObject | JSONValue[] | string | integer | boolean
 */
export type JSONValue = string | number | boolean | null | JSONObject | JSONArray;

/**
 * A JSON object with any members.
 * @since 2026-07-28
 * @was 2025-11-25 object
 */
export interface JSONObject {
  [name: string]: JSONValue;
}

/**
 * A JSON array with any items.
 * @since 2026-07-28
 * @schema JSONValue[]
 */
export type JSONArray = JSONValue[];
