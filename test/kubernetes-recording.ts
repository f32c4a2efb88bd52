import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse, stringify } from "yaml";

/** What was asked of a real API server, and what it answered. */
export type Exchange = OwnExchange | OthersExchange;

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
}

/** By the adapter. */
export interface OwnExchange extends Asked {
  readonly by: "holdfast";
  /** Whose token it was. */
  readonly as: string;
  readonly answer: RecordedAnswer;
}

/** `discovery`: what `discovery.yaml` has for this path. */
export type RecordedAnswer = WholeAnswer | "discovery" | "connection lost";

export interface WholeAnswer {
  readonly status: number;
  readonly type: string;
  readonly retryAfter?: string;
  /** JSON as it was answered, or a text. */
  readonly body: unknown;
}

/** By anybody else, who prepared the story or came in between. Nobody is asked this again but a stand-in. */
export interface OthersExchange extends Asked {
  readonly by: "others";
  readonly status: number;
}

export interface Recording {
  readonly story: string;
  readonly version: string;
  /** What came of it. */
  readonly outcome: unknown;
  readonly exchanges: readonly Exchange[];
}

export type Discovery = Readonly<Record<string, WholeAnswer>>;

/** The tokens of a test are no secret, and yet a recording names whose it was. */
export const tokenOf: Readonly<Record<string, string>> = {
  holdfast: "token-of-holdfast",
  reader: "token-of-a-reader",
  listless: "token-without-lists",
  nobody: "token-of-nobody",
};

export function whose(authorization: string | undefined): string {
  const found = Object.entries(tokenOf).find(([, token]) => authorization === `Bearer ${token}`);
  return found?.[0] ?? "nobody";
}

const recordings = join(import.meta.dirname, "recordings");
const discoveryFile = "discovery.yaml";

/** Folders of recordings, by the version that was asked. */
export function recordedVersions(): readonly string[] {
  return readdirSync(recordings, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() && each.name.startsWith("kubernetes-") ? [each.name] : [],
  );
}

export function recordedStories(version: string): readonly Recording[] {
  const files = readdirSync(join(recordings, version)).filter((each) => each.endsWith(".yaml"));
  return files
    .filter((each) => each !== discoveryFile)
    .map((each) => ({ ...(readYaml(version, each) as Recording), story: basename(each, ".yaml") }));
}

export function recordedDiscovery(version: string): Discovery {
  return existsSync(join(recordings, version, discoveryFile))
    ? (readYaml(version, discoveryFile) as Discovery)
    : {};
}

function readYaml(version: string, file: string): unknown {
  return parse(readFileSync(join(recordings, version, file), "utf8"), { maxAliasCount: -1 });
}

export function answerIn(exchange: OwnExchange, discovery: Discovery): WholeAnswer | "connection lost" {
  if (exchange.answer !== "discovery") return exchange.answer;
  const found = discovery[exchange.path];
  if (found === undefined) throw new Error(`no discovery of ${exchange.path} is recorded`);
  return found;
}

/** Whether the cluster told what it serves, which is the same in every story. */
function isDiscovery({ path, answer }: OwnExchange): boolean {
  return (
    /^\/apis?\/[^?]*$/.test(path) &&
    !path.includes("/namespaces/") &&
    typeof answer === "object" &&
    answer.status === 200
  );
}

/** Keeps stories of one version, each in a file. */
export function keepRecordings(stories: readonly Recording[]): void {
  const discovery = new Map<string, WholeAnswer>();
  for (const { version, story, outcome, exchanges } of stories) {
    const folder = join(recordings, `kubernetes-${version.replace(/^v/, "")}`);
    mkdirSync(folder, { recursive: true });
    const kept = withoutRepeats(exchanges).map((each): Exchange => {
      if (each.by !== "holdfast" || !isDiscovery(each)) return each;
      const known = discovery.get(each.path) ?? (each.answer as WholeAnswer);
      discovery.set(each.path, known);
      return JSON.stringify(known) === JSON.stringify(each.answer) ? { ...each, answer: "discovery" } : each;
    });
    const text = { version, outcome, exchanges: kept };
    writeFileSync(join(folder, `${story}.yaml`), yamlOf(text));
    writeFileSync(join(folder, discoveryFile), yamlOf(Object.fromEntries([...discovery].sort())));
  }
}

function yamlOf(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Somebody who waits asks the same again and again: kept is what was answered otherwise. */
function withoutRepeats(exchanges: readonly Exchange[]): readonly Exchange[] {
  let last = "";
  return exchanges.filter((each) => {
    const text = JSON.stringify(each);
    const isRepeat = each.by === "holdfast" && each.method === "GET" && text === last;
    last = text;
    return !isRepeat || each.answer === "connection lost";
  });
}
