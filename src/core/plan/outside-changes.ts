import type { Outside, OutsideDeed } from "../model/outside-step.ts";
import type { GitopsWish } from "../model/gitops-wish.ts";
import { type KubernetesWish, objectText } from "../model/kubernetes-wish.ts";
import { followedText, type PatroniWish } from "../model/patroni-wish.ts";
import type { ProxyServerWish, ProxyWish, RunWish } from "../model/wishes.ts";
import { unreachable } from "../problem/problem.ts";
import { countedText } from "../units/shown.ts";
import { durationText } from "../units/text.ts";
import { seconds } from "../units/units.ts";
import type { PlannedChange } from "./change.ts";
import { verifyText } from "./verify-text.ts";
import { warmText } from "./warm-text.ts";

const keyLettersShown = 9;

/**
 * What a step changes that the failover engine has no part in, as it is wished for: how things are by now is found out by looking, when it
 * is carried out.
 *
 * @param name what the step is called, or what it acts on
 */
export function outsideChanges(outside: Outside, name: string): readonly PlannedChange[] {
  const when = outside.serving === null ? "" : `where ${outside.serving} serves: `;
  return deedChanges(outside.deed, name).map((change) => ({
    ...change,
    what: `${when}${change.what}`,
    because: `${change.because}; ${courseText(outside)}`,
  }));
}

function deedChanges(deed: OutsideDeed, name: string): readonly PlannedChange[] {
  switch (deed.kind) {
    case "dns": {
      const { wish } = deed;
      const what = `${wish.name} ${wish.type} is ${wish.values.join(", ")}, for ${durationText.print(seconds(wish.ttlSeconds))}`;
      return [
        { sign: "~", what, because: `by update of ${wish.zone} at ${wish.server.host}:${wish.server.port}` },
      ];
    }
    case "gitops":
      return gitopsChanges(deed.wish, name);
    case "haproxy":
      return Object.entries(deed.wish.servers).map(([server, wish]) => proxyChange(deed.wish, server, wish));
    case "kubernetes":
      return kubernetesChanges(deed.wish, name);
    case "patroni":
      return [patroniChange(deed.wish, name)];
    case "terraform": {
      const { directory, variables, targets = [] } = deed.wish;
      const given = Object.entries(variables).map(([key, value]) => `${key}=${value}`);
      const held = targets.length === 0 ? "" : `, of it ${targets.join(", ")}`;
      const what = `${name}: ${directory} is as it says${given.length === 0 ? "" : ` with ${given.join(", ")}`}${held}`;
      return [{ sign: "~", what, because: "exactly what terraform plans then is applied" }];
    }
    case "run":
      return [runChange(deed.wish, name)];
    case "approve": {
      const people = deed.people === 1 ? "somebody says" : `${deed.people} people say`;
      return [{ sign: "?", what: `${name}: ${people} yes`, because: approvalText(deed.approvers) }];
    }
    case "wait":
      return [
        { sign: "?", what: `${name}: ${durationText.print(deed.time)} pass`, because: "nothing is changed" },
      ];
    case "verify":
      return [
        { sign: "?", what: `${name}: ${verifyText(deed.wish)}`, because: "it is tried until it is so" },
      ];
    case "warm":
      return [{ sign: "?", what: `${name}: ${warmText(deed.wish)}`, because: "it is tried until it is so" }];
    default:
      return unreachable(deed);
  }
}

/** Of a key so much is told as its owner can compare; the whole of it stands in the saved plan. */
function approvalText(approvers: Extract<OutsideDeed, { kind: "approve" }>["approvers"]): string {
  const how = "to this very run, with `failover approve`";
  if (approvers.length === 0) return `${how}; nothing proves who they are`;
  const who = approvers.map(({ name, key }) => `${name} (key …${key.slice(-keyLettersShown)})`);
  return `${how}, signed by ${who.join(", ")}`;
}

function proxyChange({ backend }: ProxyWish, server: string, wish: ProxyServerWish): PlannedChange {
  const weight = wish.weight === null ? "" : `, weight ${wish.weight}`;
  const because = "by the proxy's runtime API";
  switch (wish.state) {
    case "ready":
      return { sign: "+", what: `${backend}/${server} takes requests${weight}`, because };
    case "drain":
      return {
        sign: "-",
        what: `${backend}/${server} takes no new requests, and ends what it has begun`,
        because,
      };
    case "maint": {
      const begun =
        wish.sessions === "cut" ? "and what it has begun is cut" : "and what it has begun goes on";
      return { sign: "-", what: `${backend}/${server} takes no new requests, ${begun}`, because };
    }
    default:
      return unreachable(wish);
  }
}

function gitopsChanges({ repository, branch, edits }: GitopsWish, name: string): readonly PlannedChange[] {
  const because = `by a commit on ${branch} of ${repository}, never by force`;
  return edits.flatMap(({ file, document, set }) => {
    const where = document === null ? file : `${file} (${document.kind} ${document.name})`;
    return set.map(({ path, value }): PlannedChange => {
      return { sign: "~", what: `${name}: ${where} says ${path}: ${JSON.stringify(value)}`, because };
    });
  });
}

function kubernetesChanges(
  { object, cluster, shallBe, setBack }: KubernetesWish,
  name: string,
): readonly PlannedChange[] {
  const where = cluster.kind === "in-cluster" ? "of the cluster in which it runs" : `of ${cluster.context}`;
  const accepted = setBack === "accept" ? ", though it may be set back" : "";
  const because = `by the API ${where}${accepted}`;
  const lead = `${name}: ${objectText(object)}`;
  switch (shallBe.kind) {
    case "scale":
      return [
        { sign: "~", what: `${lead} has ${countedText(shallBe.replicas, "replica")}, all ready`, because },
      ];
    case "patch":
      return shallBe.set.map(({ path, value }) => {
        const says = value === null ? `says no ${path}` : `says ${path}: ${JSON.stringify(value)}`;
        return { sign: value === null ? "-" : "~", what: `${lead} ${says}`, because };
      });
    case "weights":
      return shallBe.backends.map((backend) => ({
        sign: backend.weight === 0 ? "-" : "~",
        what: `${lead} gives ${backend.name} the weight ${backend.weight}`,
        because,
      }));
    default:
      return unreachable(shallBe);
  }
}

function patroniChange({ shallBe, members }: PatroniWish, name: string): PlannedChange {
  const because = `Patroni is asked, at ${members.join(", ")}`;
  switch (shallBe.kind) {
    case "led-by":
      return { sign: "~", what: `${name}: ${shallBe.member} leads its cluster`, because };
    case "independent":
      return { sign: "+", what: `${name}: the cluster follows nobody and takes writes`, because };
    case "standby-of": {
      const what = `${name}: the cluster follows ${followedText(`${shallBe.host}:${shallBe.port}`, shallBe)} and takes no writes`;
      return { sign: "-", what, because };
    }
    default:
      return unreachable(shallBe);
  }
}

function runChange(wish: RunWish, name: string): PlannedChange {
  const checked =
    wish.check === null ? "nobody can ask how it is" : "it is asked how it is, before and after";
  const what =
    wish.kind === "exec" ? `${name}: ${wish.command.join(" ")}` : `${name}: ${wish.method} ${wish.url}`;
  return { sign: "~", what, because: checked };
}

/** How long it may take, and what becomes of the run when it fails. */
function courseText({ within, retries, onFailure, undo, deed }: Outside): string {
  if (deed.kind === "wait") return "then it goes on";
  const again = retries === 0 ? "" : `, ${countedText(retries + 1, "time")}`;
  const back = undo === null && changesSomething(deed) ? ", no way back" : "";
  return `up to ${durationText.print(within)}${again}; when it fails: ${failureText[onFailure]}${back}`;
}

function changesSomething({ kind }: OutsideDeed): boolean {
  return kind !== "approve" && kind !== "verify" && kind !== "warm";
}

const failureText: Readonly<Record<Outside["onFailure"], string>> = {
  stop: "a person decides",
  undo: "all is undone",
  "go-on": "it goes on without",
};
