import { encodeBase64Url } from "./base64.js";

/** 192 random bits in 32 characters of base64url: an id that nobody can guess. */
export const randomId = (): string => encodeBase64Url(crypto.getRandomValues(new Uint8Array(24)));
