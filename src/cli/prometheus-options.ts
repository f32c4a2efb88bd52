import type { Command } from "commander";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { Shell } from "./shell.ts";

export interface PrometheusOptions {
  readonly prometheus?: string;
  readonly timeout: string;
}

const urlVariable = "HOLDFAST_PROMETHEUS_URL";
const tokenVariable = "HOLDFAST_PROMETHEUS_TOKEN";
const urlDefault = "http://127.0.0.1:9090";

/** Adds the options that say which Prometheus is asked. */
export function withPrometheus(command: Command): Command {
  return command
    .option("--prometheus <url>", `where its API is; left out: ${urlVariable}, or ${urlDefault}`)
    .option("--timeout <seconds>", "how long one answer may take", "30s");
}

/** Whether somebody has said which Prometheus is meant. */
export function isPrometheusNamed({ prometheus }: PrometheusOptions, { env }: Pick<Shell, "env">): boolean {
  return prometheus !== undefined || env[urlVariable] !== undefined;
}

export interface PrometheusAsked {
  readonly url: URL;
  readonly token: string | null;
  readonly timeoutMs: number;
}

export function prometheusOf(
  options: PrometheusOptions,
  { env }: Pick<Shell, "env">,
): Parsed<PrometheusAsked> {
  const text = options.prometheus ?? env[urlVariable] ?? urlDefault;
  const url = urlIn(text);
  if (url === null)
    return badOption("--prometheus", withoutSecret(text), `an address, such as ${urlDefault}`);
  const timeoutMs = Number(/^(\d{1,4}(?:\.\d+)?)\s*s?$/.exec(options.timeout)?.[1] ?? 0) * 1000;
  if (timeoutMs === 0) return badOption("--timeout", options.timeout, "seconds, such as 60s");
  const token = tokenIn(env);
  return token.ok ? { ok: true, value: { url, token: token.value, timeoutMs } } : token;
}

function urlIn(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

function tokenIn(env: Shell["env"]): Parsed<string | null> {
  const token = env[tokenVariable]?.trim() ?? "";
  if (!/^[\x21-\x7e]*$/.test(token)) return { ok: false, problems: [badToken] };
  return { ok: true, value: token === "" ? null : token };
}

/** Whatever stands before a host may hold a password, even where it is no address. */
function withoutSecret(text: string): string {
  return text.replace(/^([a-z]*:\/\/)?[^]*@/i, (_, scheme: string | undefined) => `${scheme ?? ""}…@`);
}

/** A secret, which is told nobody. */
const badToken: Problem = {
  code: "cli/bad-token",
  what: `${tokenVariable} holds more than a token: a blank, a line end or another character that no token has`,
  where: null,
  why: "it is sent in a header of HTTP, which cannot hold it",
  mend: `put into ${tokenVariable} the token and nothing else, in one line`,
};

/** @param wanted goes on from "write " */
export function badOption(
  option: string,
  given: string,
  wanted: string,
): Exclude<Parsed<never>, { readonly ok: true }> {
  const problem = {
    code: "cli/bad-option",
    what: `${option} is "${given}"`,
    where: null,
    why: "an option that is half understood would answer another question than was asked",
    mend: `write ${wanted}`,
  } as const;
  return { ok: false, problems: [problem] };
}
