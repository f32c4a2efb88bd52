import packageFile from "../../package.json" with { type: "json" };
import { cryptography } from "../../src/adapters/files/evidence-cryptography.ts";
import type { SeenReign } from "../../src/core/failover/reign.ts";
import { contextUnder, type TraceContext } from "../../src/core/trace/ids.ts";
import { type LogLine, logLine, type LogOrigin, type Severity } from "../../src/core/trace/log-line.ts";
import { readSystemClock } from "../../src/runtime/clocks.ts";

/** What a line is about, where that is known. */
export interface LogAbout {
  /** The reign that the process goes by. */
  readonly seen?: SeenReign | null;
  /** Its epoch, where no more is known of it. */
  readonly epoch?: number;
  /** The span that it belongs to, where it is not just the phase that the reign is in. */
  readonly context?: TraceContext | null;
  readonly attributes?: LogLine["attributes"];
}

/** The one place where a process of the lab writes to its log, which is its standard error. */
export class ProcessLog {
  readonly #origin: LogOrigin;

  constructor(origin: Pick<LogOrigin, "process" | "region" | "platformId">) {
    this.#origin = { ...origin, pid: process.pid, version: packageFile.version };
  }

  write(severity: Severity, body: string, { seen = null, epoch, context, attributes }: LogAbout = {}): void {
    const line: LogLine = {
      at: readSystemClock().wall,
      severity,
      body,
      epoch: seen?.reign.epoch ?? epoch ?? null,
      context: context === undefined ? this.#contextUnder(seen) : context,
      ...(attributes === undefined ? {} : { attributes }),
    };
    process.stderr.write(logLine(line, this.#origin));
  }

  #contextUnder(seen: SeenReign | null): TraceContext | null {
    const { platformId } = this.#origin;
    if (seen === null || platformId === null) return null;
    return contextUnder(seen.reign, platformId, cryptography.digest);
  }

  /** From now on what nobody caught ends this process with a line like any other; what was there before would speak to people. */
  catchAll(): void {
    process.prependListener("uncaughtException", (error) => {
      this.fatal(error);
      process.exit(1);
    });
  }

  fatal(error: unknown): void {
    const told = error instanceof Error ? error : new Error(String(error));
    this.write("FATAL", `a mistake of Holdfast: ${told.message}`, {
      attributes: {
        "exception.type": told.name,
        "exception.message": told.message,
        "exception.stacktrace": told.stack ?? "",
      },
    });
  }
}
