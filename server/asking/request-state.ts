import { decodeBase64Url, encodeBase64Url } from "../../protocol/base64.js";
import type { Clock } from "../../protocol/clock.js";
import { internalError, invalidParams } from "../../protocol/errors.js";
import { isObject } from "../../protocol/jsonrpc.js";
import { milliseconds } from "../../protocol/options.js";

/** Lets a state be used once: an answer that must not count twice (a payment, a vote) needs it. */
export interface OnceGuard {
  /**
   * Takes a state's id; false when it was taken before. `expiresAt` is when it may be forgotten, in ms of the clock.
   */
  claim(id: string, expiresAt: number): boolean | Promise<boolean>;
}

/** How `requestState` is sealed. All of it optional. */
export interface RequestStateOptions {
  /**
   * Secret keys of 32 bytes (or their Base64url). The first one seals, all of them open: put a new one in front to
   * rotate. Several instances of a server need the same ones. Default: one made at first use, good for this process
   * alone.
   */
  readonly keys?: readonly (Uint8Array | string)[];
  /** Milliseconds that a state can be answered. Default 10 minutes. */
  readonly ttlMs?: number;
  /** Largest state in characters as it goes over the wire. Default 64 Ki. */
  readonly maxLength?: number;
  readonly once?: OnceGuard;
}

/** What of that a tool can have otherwise for its own calls. */
export interface RequestStatePolicy {
  /** Milliseconds that a state can be answered. */
  readonly ttlMs?: number;
  /**
   * Each state counts once only: whoever brings it again is refused. Noted by the server's `once` guard, else in the
   * memory of this process.
   */
  readonly once?: boolean;
}

/** What a state is bound to: nobody else, and no other call, can use it. */
export interface Binding {
  readonly policy?: RequestStatePolicy | undefined;
  readonly principal: string | undefined;
  /** The method and what of its parameters makes the call (`canonicalCall`). */
  readonly call: string;
}

interface Key {
  readonly id: string;
  readonly key: CryptoKey;
}

const VERSION = 1;
const ID_BYTES = 4;
const IV_BYTES = 12;
const HEAD = 1 + ID_BYTES + IV_BYTES;

const refused = () =>
  invalidParams('"requestState" is not one that this server gave out for this call, or it has expired');

/**
 * Seals what a server wants to find again when the client retries a call: encrypted and authenticated, bound to the
 * caller and the call, with an expiry. Whatever comes back is taken as an attacker's until it opens.
 *
 * Page: `2026-07-28/basic/patterns/mrtr#server-requirements-basic-workflow` (/6, /7, /8).
 */
export class RequestStates {
  readonly #options: RequestStateOptions;
  readonly #clock: Clock;
  #keys: Promise<readonly Key[]> | undefined;
  #guard: OnceGuard | undefined;

  constructor(options: RequestStateOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Throws -32603 for a state that is larger than allowed. */
  async seal(state: Record<string, unknown>, binding: Binding): Promise<string> {
    const [first] = await this.#ready();
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const { ttlMs = this.#options.ttlMs ?? 10 * 60_000, once } = binding.policy ?? {};
    const expiresAt = this.#clock.now() + ttlMs;
    const plain = new TextEncoder().encode(JSON.stringify({ expiresAt, state, ...(once ? { once } : {}) }));
    const sealed = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: bound(binding) },
      first!.key,
      plain,
    );
    const bytes = new Uint8Array(HEAD + sealed.byteLength);
    bytes[0] = VERSION;
    bytes.set(decodeBase64Url(first!.id)!, 1);
    bytes.set(iv, 1 + ID_BYTES);
    bytes.set(new Uint8Array(sealed), HEAD);
    const text = encodeBase64Url(bytes);
    const most = this.#options.maxLength ?? 64 * 1024;
    if (text.length > most)
      throw internalError(
        `The state of the call takes ${text.length} characters; at most ${most} are given to a client`,
      );
    return text;
  }

  /** Opens a state. Throws -32602 for one that is forged, stale, used up, or of another caller or call. */
  async open(text: unknown, binding: Binding): Promise<Record<string, unknown>> {
    const bytes =
      typeof text === "string" && text.length <= (this.#options.maxLength ?? 64 * 1024)
        ? decodeBase64Url(text)
        : undefined;
    if (!bytes || bytes.length <= HEAD || bytes[0] !== VERSION) throw refused();
    const id = encodeBase64Url(bytes.subarray(1, 1 + ID_BYTES));
    const iv = bytes.subarray(1 + ID_BYTES, HEAD);
    for (const key of await this.#ready()) {
      if (key.id !== id) continue;
      const plain = await crypto.subtle
        .decrypt({ name: "AES-GCM", iv, additionalData: bound(binding) }, key.key, bytes.subarray(HEAD))
        .catch(() => undefined);
      if (!plain) continue;
      const opened = JSON.parse(new TextDecoder().decode(plain)) as { expiresAt: number; state: unknown; once?: true };
      const { expiresAt, state, once } = opened;
      if (expiresAt <= this.#clock.now() || !isObject(state)) throw refused();
      const guard = this.#options.once ?? (once ? (this.#guard ??= memoryOnceGuard(this.#clock)) : undefined);
      // 2026-07-28/basic/patterns/mrtr#server-requirements-basic-workflow/10
      if (guard && !(await guard.claim(encodeBase64Url(iv), expiresAt))) throw refused();
      return state;
    }
    throw refused();
  }

  #ready(): Promise<readonly Key[]> {
    return (this.#keys ??= makeKeys(this.#options.keys));
  }
}

/** Reads a tool's option. Throws a TypeError that names `where`. */
export function readStatePolicy(policy: RequestStatePolicy | undefined, where: string): RequestStatePolicy | undefined {
  if (policy === undefined) return undefined;
  milliseconds(policy.ttlMs, 1, `${where}: requestState.ttlMs`, 1);
  if (policy.once !== undefined && typeof policy.once !== "boolean")
    throw new TypeError(`${where}: requestState.once must be true or false`);
  return policy;
}

const bound = ({ principal, call }: Binding): Uint8Array<ArrayBuffer> =>
  // JSON keeps an absent principal apart from one that is an empty string.
  new TextEncoder().encode(JSON.stringify([principal ?? null, call])) as Uint8Array<ArrayBuffer>;

function makeKeys(given: RequestStateOptions["keys"]): Promise<readonly Key[]> {
  const secrets = given && given.length > 0 ? given : [crypto.getRandomValues(new Uint8Array(32))];
  return Promise.all(
    secrets.map(async (secret) => {
      const raw = typeof secret === "string" ? decodeBase64Url(secret) : secret;
      if (raw?.length !== 32) throw new TypeError("A key of requestState.keys must have 32 bytes");
      const bytes = new Uint8Array(raw);
      // The id tells keys apart without telling anything of them.
      const digest = await crypto.subtle.digest("SHA-256", bytes);
      const id = encodeBase64Url(new Uint8Array(digest).subarray(0, ID_BYTES));
      return { id, key: await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]) };
    }),
  );
}

/** Remembers used states in memory until they expire: for a server of one process. */
export function memoryOnceGuard(clock: Clock): OnceGuard {
  const claimed = new Map<string, number>();
  return {
    claim(id, expiresAt) {
      const now = clock.now();
      for (const [old, until] of claimed) if (until <= now) claimed.delete(old);
      if (claimed.has(id)) return false;
      claimed.set(id, expiresAt);
      return true;
    },
  };
}
