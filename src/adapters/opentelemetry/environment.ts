import type { Parsed, Problem } from "../../core/problem/problem.ts";
import type { Attributes } from "../../core/trace/span.ts";
import { type Milliseconds, milliseconds } from "../../core/units/units.ts";

/** Where traces are sent, and how. */
export interface CollectorSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it, tries again included. */
  readonly timeout: Milliseconds;
  readonly protocol: "http/protobuf" | "http/json";
  readonly compression: "gzip" | "none";
  /** What the resource carries besides. */
  readonly resource: Attributes;
}

type Environment = Readonly<Record<string, string | undefined>>;

const timeoutDefault = milliseconds(10_000);

/**
 * What the variables of OpenTelemetry say: those of traces before those of everything, an empty one as none. `null`: nothing is to be
 * sent, for no endpoint is named or telemetry is switched off.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function collectorIn(env: Environment): Parsed<CollectorSettings | null> {
  if (isOff(env)) return { ok: true, value: null };
  const asked = endpointIn(env);
  if (asked === null) return { ok: true, value: null };
  const read = {
    url: urlAt(asked),
    headers: headersIn(env),
    timeout: timeoutIn(env),
    protocol: oneOf(env, "PROTOCOL", ["http/protobuf", "http/json"] as const),
    compression: oneOf(env, "COMPRESSION", ["none", "gzip"] as const),
    resource: resourceIn(env),
  };
  const { url, headers, timeout, protocol, compression, resource } = read;
  if (!url.ok || !headers.ok || !timeout.ok || !protocol.ok || !compression.ok || !resource.ok) {
    const [first, ...others] = Object.values(read).flatMap((each) => (each.ok ? [] : each.problems));
    return {
      ok: false,
      problems: first === undefined ? [unreadable("OTEL_EXPORTER_OTLP_ENDPOINT", "")] : [first, ...others],
    };
  }
  return {
    ok: true,
    value: {
      url: url.value,
      headers: headers.value,
      timeout: timeout.value,
      protocol: protocol.value,
      compression: compression.value,
      resource: resource.value,
    },
  };
}

function isOff(env: Environment): boolean {
  const exporters = (env["OTEL_TRACES_EXPORTER"] ?? "").split(",").map((name) => name.trim());
  const isElsewhere = exporters.some((name) => name !== "") && !exporters.includes("otlp");
  return env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true" || isElsewhere;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variable for traces, or else the one for everything. */
function variable(env: Environment, ending: string): Variable | null {
  for (const name of [`OTEL_EXPORTER_OTLP_TRACES_${ending}`, `OTEL_EXPORTER_OTLP_${ending}`]) {
    const value = env[name]?.trim() ?? "";
    if (value !== "") return { name, value };
  }
  return null;
}

/** The endpoint for traces is taken as it is; that for everything has a path for each kind below it. */
function endpointIn(env: Environment): Variable | null {
  const named = variable(env, "ENDPOINT");
  if (named === null || named.name.includes("TRACES")) return named;
  return { name: named.name, value: `${named.value.replace(/\/$/, "")}/v1/traces` };
}

function urlAt({ name, value }: Variable): Parsed<string> {
  const url = URL.canParse(value) ? new URL(value) : null;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || !isHttp) return refused(unreadable(name, value));
  if (url.username !== "" || url.password !== "") return refused(passwordInAddress(name));
  return { ok: true, value: url.href };
}

function timeoutIn(env: Environment): Parsed<Milliseconds> {
  const named = variable(env, "TIMEOUT");
  if (named === null) return { ok: true, value: timeoutDefault };
  const ms = Number(named.value);
  const isSpan = Number.isSafeInteger(ms) && ms > 0;
  return isSpan ? { ok: true, value: milliseconds(ms) } : refused(unreadable(named.name, named.value));
}

/** The first is what goes without saying. */
function oneOf<Word extends string>(
  env: Environment,
  ending: string,
  words: readonly [Word, ...Word[]],
): Parsed<Word> {
  const named = variable(env, ending);
  if (named === null) return { ok: true, value: words[0] };
  const word = words.find((each) => each === named.value);
  return word === undefined ? refused(unknownWord(named, words)) : { ok: true, value: word };
}

/** Those for everything, and those for traces, which win. Values are secrets: no problem shows one. */
function headersIn(env: Environment): Parsed<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  for (const name of ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"]) {
    const pairs = pairsIn(env[name] ?? "");
    if (pairs === null) return refused(malformedPairs(name));
    for (const [key, value] of pairs) {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(key) || /[^\t\x20-\x7e\x80-\xff]/.test(value))
        return refused(malformedPairs(name));
      headers[key.toLowerCase()] = value;
    }
  }
  return { ok: true, value: headers };
}

function resourceIn(env: Environment): Parsed<Attributes> {
  const pairs = pairsIn(env["OTEL_RESOURCE_ATTRIBUTES"] ?? "");
  if (pairs === null) return refused(malformedPairs("OTEL_RESOURCE_ATTRIBUTES"));
  const service = env["OTEL_SERVICE_NAME"]?.trim() ?? "";
  return {
    ok: true,
    value: { ...Object.fromEntries(pairs), ...(service === "" ? {} : { "service.name": service }) },
  };
}

/** `a=1,b=two%20words`; `null` when it is no such list. */
function pairsIn(text: string): readonly (readonly [string, string])[] | null {
  const pairs: (readonly [string, string])[] = [];
  for (const pair of text.split(",").filter((each) => each.trim() !== "")) {
    const [, key = "", value = ""] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = decodedText(value);
    if (key === "" || decoded === null) return null;
    pairs.push([key, decoded]);
  }
  return pairs;
}

function decodedText(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

const why =
  "Without it nobody knows where the trace belongs; nothing was sent, and nothing else has changed.";

function unreadable(name: string, value: string): Problem {
  const mend = name.endsWith("TIMEOUT")
    ? `give ${name} whole milliseconds above 0, such as 10000`
    : `give ${name} an address that begins with http:// or https://, such as http://127.0.0.1:4318`;
  return { code: "trace/setting-unreadable", what: `${name} is "${value}"`, where: null, why, mend };
}

function passwordInAddress(name: string): Problem {
  return {
    code: "trace/setting-unreadable",
    what: `${name} holds a user or a password`,
    where: null,
    why,
    mend: `take it out of ${name}, and give OTEL_EXPORTER_OTLP_HEADERS authorization=Basic%20… or what the collector asks for`,
  };
}

function unknownWord({ name, value }: Variable, words: readonly string[]): Problem {
  return {
    code: "trace/setting-unknown",
    what: `${name} is "${value}", and what is spoken here is ${words.join(" or ")}`,
    where: null,
    why,
    mend: `set ${name} to ${words[0] ?? ""}; a collector takes OTLP over HTTP beside gRPC, usually on port 4318`,
  };
}

function malformedPairs(name: string): Problem {
  return {
    code: "trace/setting-malformed",
    what: `${name} is no list of key=value pairs between commas`,
    where: null,
    why: "Half of what was meant might be sent to the wrong place; nothing was sent, and nothing else has changed.",
    mend: `write ${name} as key=value,key=value, with what is special in a value as %20`,
  };
}
