import type { Clock } from "./clock.js";
import { milliseconds, wholeNumber } from "./options.js";

/** One event of a legacy stream. */
export interface LoggedEvent {
  /** Its place in the stream: from 1 on, growing. */
  readonly number: number;
  /** The JSON text of a message, or of several as an array; "" for an event that carries none. */
  readonly data: string;
}

/** What a stream has had to say since some event. */
export interface Missed {
  readonly events: readonly LoggedEvent[];
  /** Whether the stream is over: nothing follows these events. */
  readonly ended: boolean;
}

/**
 * Keeps the events of legacy streams for clients that come back for what they missed. A session's streams are its own:
 * an event is found only under the session and the stream that it went out on.
 *
 * What it throws or rejects with is told to `onError`; the stream goes on.
 * Page: `2025-11-25/basic/transports#resumability-and-redelivery`.
 */
export interface StreamLog {
  /** Keeps one event; `ended` says that it is the stream's last. Events of a stream come in their order. */
  append(session: string, stream: string, event: LoggedEvent, ended: boolean): void | Promise<void>;
  /**
   * All events of the stream after number `after`. Undefined where the stream is unknown, where it never had an event
   * of that number, and where some of those after it are no longer kept: a part of what was missed is never given for
   * all.
   */
  read(session: string, stream: string, after: number): Missed | undefined | Promise<Missed | undefined>;
  /** Forgets a session that has ended. */
  delete(session: string): void | Promise<void>;
}

/** How much a {@link MemoryStreamLog} keeps. */
export interface StreamLogOptions {
  /** Events of one session. Default 1,000. */
  readonly maxEvents?: number;
  /** Characters (UTF-16 code units) of one session's events. Default 1 Mi. */
  readonly maxChars?: number;
  /** Characters of all sessions' events. Default 64 Mi; what the session that was quiet longest has goes first. */
  readonly maxCharsInAll?: number;
  /** Milliseconds that an event is kept. Default 5 minutes. */
  readonly maxAgeMs?: number;
  /** Streams of one session that can be told from unknown ones. Default 100; those that ended go first. */
  readonly maxStreams?: number;
}

interface Stream {
  last: number;
  /** The highest number among the events that are no longer kept. */
  dropped: number;
  ended: boolean;
}

interface Kept extends LoggedEvent {
  readonly stream: Stream;
  readonly at: number;
}

interface SessionEvents {
  /** Oldest first, whatever stream they belong to. */
  readonly kept: Kept[];
  readonly streams: Map<string, Stream>;
  chars: number;
  lastAt: number;
}

/**
 * A log in memory, bounded by events, characters and age. Old events go when somebody writes or reads, never by a
 * timer.
 */
export class MemoryStreamLog implements StreamLog {
  /** The session that was quiet longest comes first. */
  readonly #sessions = new Map<string, SessionEvents>();
  readonly #clock: Clock;
  readonly #options: Required<StreamLogOptions>;
  #chars = 0;

  /** Throws a TypeError that names the option which makes no sense. */
  constructor(clock: Clock, options: StreamLogOptions = {}) {
    this.#clock = clock;
    this.#options = {
      maxEvents: wholeNumber(options.maxEvents, 1000, "streamLog.maxEvents"),
      maxChars: wholeNumber(options.maxChars, 1024 * 1024, "streamLog.maxChars"),
      maxCharsInAll: wholeNumber(options.maxCharsInAll, 64 * 1024 * 1024, "streamLog.maxCharsInAll"),
      maxAgeMs: milliseconds(options.maxAgeMs, 5 * 60_000, "streamLog.maxAgeMs"),
      maxStreams: wholeNumber(options.maxStreams, 100, "streamLog.maxStreams"),
    };
  }

  /** Characters that are kept at the moment. */
  get chars(): number {
    return this.#chars;
  }

  append(session: string, stream: string, { number, data }: LoggedEvent, ended: boolean): void {
    const { maxEvents, maxChars, maxCharsInAll } = this.#options;
    const at = this.#clock.now();
    const events = this.#sessions.get(session) ?? { kept: [] as Kept[], streams: new Map(), chars: 0, lastAt: at };
    this.#sessions.delete(session);
    this.#sessions.set(session, events);
    events.lastAt = at;
    const record = events.streams.get(stream) ?? this.#open(events, stream);
    record.last = number;
    record.ended = ended;
    events.kept.push({ number, data, stream: record, at });
    events.chars += data.length;
    this.#chars += data.length;
    this.#age(events);
    while (events.kept.length > maxEvents || events.chars > maxChars) this.#drop(events);
    this.#sweep();
    for (const other of this.#sessions.values()) {
      if (this.#chars <= maxCharsInAll) break;
      while (this.#chars > maxCharsInAll && other.kept.length > 0) this.#drop(other);
    }
  }

  read(session: string, stream: string, after: number): Missed | undefined {
    this.#sweep();
    const events = this.#sessions.get(session);
    if (events) this.#age(events);
    const record = events?.streams.get(stream);
    if (!events || !record || after < record.dropped || after > record.last) return undefined;
    const missed = events.kept.filter((event) => event.stream === record && event.number > after);
    return { events: missed.map(({ number, data }) => ({ number, data })), ended: record.ended };
  }

  delete(session: string): void {
    this.#chars -= this.#sessions.get(session)?.chars ?? 0;
    this.#sessions.delete(session);
  }

  #open(events: SessionEvents, stream: string): Stream {
    const { streams } = events;
    if (streams.size >= this.#options.maxStreams) {
      const ended = [...streams].find(([, { ended }]) => ended)?.[0];
      streams.delete(ended ?? streams.keys().next().value!);
    }
    const record: Stream = { last: 0, dropped: 0, ended: false };
    streams.set(stream, record);
    return record;
  }

  #drop(events: SessionEvents): void {
    const { stream, number, data } = events.kept.shift()!;
    stream.dropped = number;
    events.chars -= data.length;
    this.#chars -= data.length;
  }

  #sweep(): void {
    const oldest = this.#oldest;
    for (const events of this.#sessions.values()) {
      this.#age(events);
      // Those that follow were written to later still; what is old in them goes when they are read or written to.
      if (events.lastAt >= oldest) break;
    }
  }

  get #oldest(): number {
    return this.#clock.now() - this.#options.maxAgeMs;
  }

  #age(events: SessionEvents): void {
    const oldest = this.#oldest;
    while (events.kept.length > 0 && events.kept[0]!.at < oldest) this.#drop(events);
  }
}
