export const devUsage = "";
export async function dev(_: string[]): Promise<void> {}
