import winston from "winston";
import type { NoteEffect } from "../protocol/role.ts";

/** Where a process tells its operator what happened: one line each on standard error, never on the path of a request. */
export interface ProcessLog {
  note(note: Pick<NoteEffect, "level" | "text">): void;
}

/** Opens the log of a process; the environment variable `QUARTET_LOG` is the lowest level that is written. */
export function openProcessLog(who: string): ProcessLog {
  const { combine, timestamp, printf } = winston.format;
  const logger = winston.createLogger({
    level: process.env["QUARTET_LOG"] ?? "info",
    format: combine(
      timestamp(),
      printf((line) => `${String(line["timestamp"])} ${line.level.padEnd(5)} ${who}: ${String(line.message)}`),
    ),
    transports: [new winston.transports.Console({ stderrLevels: ["error", "warn", "info", "debug"] })],
  });
  return { note: ({ level, text }) => void logger.log(level, text) };
}
