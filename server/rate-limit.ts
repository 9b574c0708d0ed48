import { systemClock, type Clock } from "../protocol/clock.js";
import { tooManyRequests } from "../protocol/errors.js";
import { own } from "../protocol/jsonrpc.js";
import { Allowance, Allowances } from "./allowance.js";
import type { Middleware } from "./middleware.js";

/** So many in so long. */
export interface Rate {
  /** How many are taken; so many may also come at once. */
  readonly most: number;
  /** In how many milliseconds. Default 60,000. */
  readonly everyMs?: number;
}

/** How often each caller may ask. All of it optional; what is not named is not limited. */
export interface RateLimitOptions {
  /** All requests of a principal. */
  readonly requests?: Rate;
  /** Calls of tools of a principal, by the tool's name; "*" stands for all that have no rate of their own together. */
  readonly tools?: Readonly<Record<string, Rate>>;
  readonly clock?: Clock;
}

/**
 * Limits how often each principal may ask, wherever it connects from; all anonymous callers count as one. Who asks too
 * often gets an error that says when to come back, over HTTP 429 with `Retry-After`. Give it to `server.use`. Throws a
 * TypeError for rates that make no sense.
 */
export function rateLimit<State = undefined>(options: RateLimitOptions): Middleware<State> {
  const { clock = systemClock } = options;
  const requests = options.requests && allowancesOf(options.requests, "requests", clock);
  const rates = new Map(Object.entries(options.tools ?? {}));
  const tools = new Map([...rates].map(([name, rate]) => [name, allowancesOf(rate, `tools.${name}`, clock)]));

  const others = tools.get("*");

  return async (ctx, next) => {
    const principal = ctx.auth?.principal ?? "";
    if (requests) take(requests.ofPrincipal(principal), "requests");
    if (ctx.method === "tools/call") {
      const name = String(own(ctx.params, "name"));
      const named = tools.get(name);
      if (named) take(named.ofPrincipal(principal), `calls of the tool "${name}"`);
      else if (others) take(others.ofPrincipal(principal), "calls of tools");
    }
    return next();
  };
}

function take(allowance: Allowance, what: string): void {
  if (allowance.take()) return;
  const seconds = Math.max(1, Math.ceil(allowance.waitMs / 1000));
  throw tooManyRequests(`Too many ${what}; try again in ${seconds} s`, seconds);
}

function allowancesOf({ most, everyMs = 60_000 }: Rate, name: string, clock: Clock): Allowances {
  if (!Number.isSafeInteger(most) || most < 1) throw new TypeError(`${name}.most must be a whole number, 1 or more`);
  if (!(Number.isFinite(everyMs) && everyMs > 0)) throw new TypeError(`${name}.everyMs must be milliseconds above 0`);
  return new Allowances((most * 1000) / everyMs, clock, most);
}
