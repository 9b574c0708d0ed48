/** RFC 5424's severities, the least severe first. Page: `2026-07-28/server/utilities/logging#log-levels`. */
export const loggingLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;
export type LoggingLevel = (typeof loggingLevels)[number];

export const isLoggingLevel = (value: unknown): value is LoggingLevel => loggingLevels.includes(value as LoggingLevel);

/** Whether a message of `level` is to be sent to one who asked for `least` and above. */
export const isLoudEnough = (level: LoggingLevel, least: LoggingLevel): boolean =>
  loggingLevels.indexOf(level) >= loggingLevels.indexOf(least);
