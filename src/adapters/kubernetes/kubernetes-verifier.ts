import { objectText } from "../../core/model/kubernetes-wish.ts";
import { settingPath } from "../../core/model/setting-path.ts";
import type { KubernetesVerifyWish } from "../../core/model/verify-wish.ts";
import { cannotFor, notSo, type Tried, unmet, type Verifier } from "../../core/plan/verifier.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { type Api, ask } from "./api-server.ts";
import { type AccessSettings, connectionTo } from "./connection.ts";
import { type Json, type JsonMap, numberAt, textAt } from "./json.ts";
import { valueAt } from "./merge-patch.ts";
import { objectPath } from "./object-path.ts";
import { unanswered } from "./problems.ts";
import { unobserved } from "./readiness.ts";

/** Shows by what an object of a cluster tells of itself that something is as it is to be: that a reconciler has brought it about. */
export function kubernetesVerifier(settings: AccessSettings): Verifier<KubernetesVerifyWish> {
  return {
    async try(wish, signal) {
      const made = await connectionTo(wish.cluster, settings);
      if (made.kind === "failed") return cannotFor(made.problem);
      // Whoever tries again and again need not ask again within a try.
      const api: Api = {
        ...{ connection: made.connection, signal, asksMax: 1 },
        answerMsMax: 1_000 * wish.timeoutSeconds,
      };
      const at = await objectPath(api, wish.object);
      if (at.kind === "failed") return untold(at.problem);
      const answer = await ask(api, { method: "GET", path: at.path });
      if (answer.kind === "told") return triedOn(wish, answer.object);
      return untold(unanswered(answer, { verb: "get", what: at.resource, object: wish.object }));
    },
  };
}

/** What nobody mends by waiting. An object that is not there may be made yet, and so may its kind. */
const lasting = ["kubernetes/not-believed", "kubernetes/not-permitted", "kubernetes/no-namespace"];

function untold(problem: Problem): Tried {
  return lasting.includes(problem.code) ? cannotFor(problem) : notSo(problem.what);
}

function triedOn({ object: name, fields }: KubernetesVerifyWish, object: JsonMap): Tried {
  const unseen = another(name, object) ?? unobserved(object);
  if (unseen !== null) return notSo(`${objectText(name)}: ${unseen}`);
  const [because] = fields.flatMap(({ path, expected }) => {
    const found = valueAt(object, settingPath(path) ?? []);
    if (found.kind === "fault") return [`${path} is not there: ${found.because}`];
    if (found.kind === "absent") return [`${path} is not there`];
    return unmet(valueText(found.value), expected, path) ?? older(object, path) ?? [];
  });
  return because === undefined ? { kind: "so" } : notSo(`${objectText(name)}: ${because}`);
}

/** Why what was answered tells nothing of the object that was asked for; `null`: it does. */
function another({ kind, name, namespace }: KubernetesVerifyWish["object"], object: JsonMap): string | null {
  const told = [
    textAt(object, "kind"),
    textAt(object, "metadata", "namespace"),
    textAt(object, "metadata", "name"),
  ];
  if (told.join("/") !== [kind, namespace, name].join("/"))
    return `what was answered is another object: ${told.map((each) => each ?? "none").join(" ")}`;
  return textAt(object, "metadata", "deletionTimestamp") === null ? null : "it is being deleted";
}

function valueText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A condition may tell of an older generation than its neighbours do. */
function older(object: JsonMap, path: string): string | null {
  const steps = settingPath(path) ?? [];
  const item = steps.findIndex(({ kind }) => kind === "item");
  if (item < 0) return null;
  const condition = valueAt(object, steps.slice(0, item + 1));
  const observed = condition.kind === "value" ? numberAt(condition.value, "observedGeneration") : null;
  const generation = numberAt(object, "metadata", "generation");
  if (observed === null || generation === null || observed >= generation) return null;
  return `${path} is of generation ${observed}, and not of ${generation}`;
}
