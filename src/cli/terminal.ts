import type { Terminal } from "./shell.ts";

/** What is known of an output stream before anything is written to it. */
export interface OutputStream {
  readonly isTTY: boolean;
  /** Missing where the stream is no terminal. */
  readonly columns: number | undefined;
}

const columnsOffTerminal = 80;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Who reads a stream. A terminal that says `TERM=dumb`, or a CI system, gets plain lines; colour follows `NO_COLOR` and
 * `FORCE_COLOR` (https://no-color.org, https://force-color.org), of which the second wins.
 */
export function terminalOf(stream: OutputStream, env: Environment): Terminal {
  const isPerson = stream.isTTY && env["TERM"] !== "dumb";
  return {
    isInteractive: isPerson && !isSet(env["CI"]),
    columns:
      stream.isTTY && stream.columns !== undefined && stream.columns > 0
        ? stream.columns
        : columnsOffTerminal,
    hasColor: colorWish(env) ?? isPerson,
  };
}

function colorWish(env: Environment): boolean | null {
  const forced = env["FORCE_COLOR"];
  if (isSet(forced)) return forced !== "0" && forced !== "false";
  return isSet(env["NO_COLOR"]) ? false : null;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
