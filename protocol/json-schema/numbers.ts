/** A finite number as `digits × 10^exponent`, by its shortest decimal form: 0.1 is a tenth here. */
function decimal(value: number): { digits: bigint; exponent: number } {
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** Whether `value` is a multiple of `unit`, exactly, as people write the two: 0.3 is a multiple of 0.1. */
export function isMultiple(value: number, unit: number): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) && Number.isSafeInteger(unit)) return value % unit === 0;
  const a = decimal(value);
  const b = decimal(unit);
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = (each: typeof a) => each.digits * 10n ** BigInt(each.exponent - exponent);
  return scale(a) % scale(b) === 0n;
}
