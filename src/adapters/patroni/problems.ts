import type { PatroniWish } from "../../core/model/patroni-wish.ts";
import type { Epoch } from "../../core/plan/actuator.ts";
import { didYouMean } from "../../core/problem/nearest.ts";
import type { Problem } from "../../core/problem/problem.ts";
import type { ClusterView } from "./cluster-view.ts";

const why =
  "Patroni decides who takes writes, and what is not known to be done must not be reported as done.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

const again = "see how the cluster is (patronictl list), and apply the step again: twice is as once";

export function unusableWish(): Problem {
  return problem(
    "patroni/wish-unusable",
    "an address of a member is not a whole one of http or https, or has a name or a password in it, or none is named",
    "name each member's REST API as in http://10.2.0.5:8008",
  );
}

export function missingEnvironment(name: string): Problem {
  return problem(
    "patroni/environment",
    `Patroni is to be asked with what ${name} holds, which our environment does not have`,
    `set ${name} where Holdfast runs; or take the credentials out of the wish if the REST API asks for none`,
  );
}

/** A member that told nothing, and why. */
export interface Silent {
  readonly url: string;
  readonly because: string;
}

export function away(silent: readonly Silent[]): Problem {
  const told = silent.map(({ url, because }) => `${url}: ${because}`).join("; ");
  return problem(
    "patroni/away",
    `no member of the cluster answers: ${told}`,
    "see that Patroni runs there, that its store answers it, and that its REST API may be reached from here",
  );
}

export function notPermitted(url: string, status: number, said: string): Problem {
  return problem(
    "patroni/not-permitted",
    `Patroni at ${url} lets us change nothing (${status}): ${said}`,
    "name in the wish what holds user and password of its REST API (restapi.authentication), and see that its allowlist has our address",
  );
}

export function otherAnswer(url: string, said: string): Problem {
  return problem(
    "patroni/other-answer",
    `${url} answers what Patroni does not: ${said}`,
    "name the addresses of Patroni's REST API (restapi.connect_address, usually port 8008), and ask one by hand: curl ADDRESS/cluster",
  );
}

export function membersDisagree(told: string): Problem {
  return problem(
    "patroni/members-disagree",
    `members do not tell the same, and nothing is changed: ${told}`,
    "name members of one cluster alone; if they are, see that all of them have the same store (patronictl list on each)",
  );
}

export function unknownMember({ scope, members }: ClusterView, name: string): Problem {
  const names = members.map((member) => member.name);
  return problem(
    "patroni/unknown-member",
    `the cluster ${scope} has no member ${name}; nothing was changed`,
    `${didYouMean(name, names)}its members are ${names.join(", ")}`,
  );
}

export function paused(scope: string): Problem {
  return problem(
    "patroni/paused",
    `the cluster ${scope} is in Patroni's maintenance mode (paused): it would not do what is asked of it, and nothing was changed`,
    "see who has paused it and why, let it go on (patronictl resume), and apply the step again",
  );
}

export function refusedSwitchover(wish: PatroniWish, leader: string, said: string): Problem {
  const to = wish.shallBe.kind === "led-by" ? wish.shallBe.member : "another";
  return problem(
    "patroni/switchover-refused",
    `Patroni does not switch over from ${leader} to ${to}: ${said}`,
    "see whether that member runs and how far it is behind (patronictl list), whether it may lead (its tag nofailover), and whether synchronous mode lets it; then apply the step again",
  );
}

export function overtaken(epoch: Epoch): Problem {
  return problem(
    "patroni/overtaken",
    `this attempt came later than that of epoch ${epoch}, and had changed the cluster's configuration before it found that; it was set back to what the newer one wants`,
    "see how the cluster is (patronictl list, patronictl show-config), and go on with the newer attempt",
  );
}

export function notYet(waitedFor: string, reason: unknown): Problem {
  const because = reason instanceof Error ? reason.message : String(reason);
  return problem(
    "patroni/not-yet",
    `Patroni was asked, and it is not known to be done: it was waited until ${waitedFor}, and was called off (${because})`,
    `name all members in the wish, for only the leader says what it is; give the step more time if that was too short; ${again}`,
  );
}
