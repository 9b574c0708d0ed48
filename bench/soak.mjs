// @ts-check
export async function soak() {}
