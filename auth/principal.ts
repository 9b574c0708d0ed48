/**
 * One opaque string for who asks: the same person by another client, or the same name by another issuer, is another
 * one. No member can be mistaken for two.
 */
export const principalOf = (issuer: string, subject: string | undefined, client: string | undefined): string =>
  JSON.stringify([issuer, subject ?? null, client ?? null]);
