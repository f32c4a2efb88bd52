import { followedText, type PatroniState } from "../../core/model/patroni-wish.ts";
import type { Settings } from "../../core/plan/actuator.ts";
import { lastLines } from "../../core/plan/passed-on.ts";
import { unreachable } from "../../core/problem/problem.ts";
import { dataText } from "../../core/units/text.ts";
import { bytes } from "../../core/units/units.ts";
import type { ClusterView, MemberSeen, Standby } from "./cluster-view.ts";
import { isSettled } from "./next-ask.ts";

/** How the cluster is, as people read it: what it is, who leads, and how far behind the others are. */
export function nowSettings(view: ClusterView): Settings {
  const { scope, leader, members } = view;
  const followers = members.filter(({ name }) => name !== leader);
  return {
    [`${scope} is`]: `${roleText(view)}${view.isPaused ? ", paused for maintenance" : ""}`,
    [`${scope} is led by`]: leader ?? "nobody",
    ...Object.fromEntries(followers.map((member) => [`${scope} member ${member.name}`, memberText(member)])),
  };
}

export function wantedSettings({ scope }: ClusterView, shallBe: PatroniState): Settings {
  switch (shallBe.kind) {
    case "led-by":
      return { [`${scope} is led by`]: shallBe.member };
    case "independent":
      return { [`${scope} is`]: independent };
    case "standby-of":
      return { [`${scope} is`]: `a standby of ${followedText(`${shallBe.host}:${shallBe.port}`, shallBe)}` };
    default:
      return unreachable(shallBe);
  }
}

const independent = "independent";

function roleText(view: ClusterView): string {
  const role = view.standby === null ? independent : `a standby of ${standbyText(view.standby)}`;
  return isSettled(view) ? role : `${role}, not yet by its leader's own word`;
}

function standbyText(standby: Standby): string {
  const text = (key: string): string | null => {
    const value = standby[key];
    return typeof value === "string" || typeof value === "number" ? lastLines(String(value), {}) : null;
  };
  const [host, port] = [text("host"), text("port")];
  const primary = host === null ? "an archive" : port === null ? host : `${host}:${port}`;
  return followedText(primary, { slot: text("primary_slot_name"), restoreCommand: text("restore_command") });
}

function memberText({ state, lagBytes }: MemberSeen): string {
  const lag = lagBytes === null ? "nobody knows how far behind" : `${dataText.print(bytes(lagBytes))} behind`;
  return `${state}, ${lag}`;
}
