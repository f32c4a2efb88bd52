import { epochAnnotation, groupOf, type ObjectName, objectText } from "../../core/model/kubernetes-wish.ts";
import type { Epoch } from "../../core/plan/actuator.ts";
import { didYouMean } from "../../core/problem/nearest.ts";
import type { Problem } from "../../core/problem/problem.ts";
import type { Answer } from "./answer.ts";

const why =
  "what runs where decides who serves, and what is not known to be done must not be reported as done.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

/** As a command takes it. */
function argumentsFor({ kind, namespace, name }: ObjectName): string {
  return `${namespace === null ? "" : `-n ${namespace} `}${kind.toLowerCase()} ${name}`;
}

const again = "apply the step again: twice is as once";

export function noConnection(where: string, because: string, mend: string): Problem {
  return problem(
    "kubernetes/connection",
    `the cluster is not asked by ${where}: ${because}; nothing was changed`,
    mend,
  );
}

/** What was asked, for whoever has to permit it. */
export interface Asked {
  readonly verb: "get" | "list" | "patch";
  /** A resource, as `deployments`, or a path. */
  readonly what: string;
  readonly object: ObjectName;
  readonly group?: string;
}

/** Why something was not told. */
export function unanswered(answer: Exclude<Answer, { readonly kind: "told" }>, asked: Asked): Problem {
  const { object, verb, what } = asked;
  const text = objectText(object);
  switch (answer.kind) {
    case "unanswered":
      return problem(
        "kubernetes/away",
        `the cluster's API does not answer (${verb} ${what}): ${answer.because}`,
        `see that it is reached from here and that its certificate is of the authority that the kubeconfig names (kubectl get --raw /readyz); then ${again}`,
      );
    case "strange":
      return problem(
        "kubernetes/other-answer",
        `what answers is no API of Kubernetes (${verb} ${what}): ${answer.said}`,
        "see which server the kubeconfig names (kubectl config view), and what answers there (kubectl get --raw /version)",
      );
    case "refused":
      return refused(answer, asked, text);
  }
}

/** Whoever refuses a Secret may say what stands in it. */
const unsaid = "(its words are not told, for the Secret may stand in them)";

function refused(
  { status, said: words }: Extract<Answer, { readonly kind: "refused" }>,
  asked: Asked,
  text: string,
): Problem {
  const { object, verb, what, group = groupOf(object) } = asked;
  const said = object.kind === "Secret" && verb === "patch" ? unsaid : words;
  switch (status) {
    case 401:
      return problem(
        "kubernetes/not-believed",
        `the cluster does not believe who we are (401, ${verb} ${what}): ${said}`,
        "give the kubeconfig a token that has not run out, or a certificate of the cluster's authority (kubectl auth whoami)",
      );
    case 403:
      return problem(
        "kubernetes/not-permitted",
        `we may not ${verb} ${what} (403): ${said}`,
        `permit it in a role: apiGroups: ["${group}"], resources: [${what}], verbs: [${verb}]`,
      );
    case 404:
      return problem(
        "kubernetes/not-found",
        `the cluster has no ${text}: ${said}`,
        "see what it is called there: kubectl get, with its kind and namespace",
      );
    case 400:
    case 422:
      return problem(
        "kubernetes/refused",
        `the cluster does not take what ${text} is to be (${status}), and nothing was changed: ${said}`,
        `see what stands in it: kubectl get -o yaml ${argumentsFor(object)}`,
      );
    default:
      return problem(
        "kubernetes/not-done",
        `the cluster answers ${verb} ${what} with the status ${status}: ${said}`,
        `see how its control plane is (kubectl get --raw /readyz), and ${again}`,
      );
  }
}

export function unknownKind({ apiVersion, kind }: ObjectName, known: readonly string[]): Problem {
  const served = known.length === 0 ? `no ${apiVersion}` : `no ${kind} in ${apiVersion}`;
  return problem(
    "kubernetes/unknown-kind",
    `the cluster serves ${served}; nothing was changed`,
    `${didYouMean(kind, known)}see what it serves: kubectl api-resources`,
  );
}

export function wrongScope(object: ObjectName): Problem {
  return object.namespace === null
    ? problem(
        "kubernetes/no-namespace",
        `a ${object.kind} stands in a namespace, and ${object.name} is named without one; nothing was changed`,
        "add its namespace to the object",
      )
    : problem(
        "kubernetes/no-namespace",
        `a ${object.kind} stands in no namespace, and ${object.name} is named with ${object.namespace}; nothing was changed`,
        "take the namespace away from the object",
      );
}

export function notScalable(object: ObjectName): Problem {
  return problem(
    "kubernetes/not-scalable",
    `a ${object.kind} cannot be scaled, or not by spec.replicas; nothing was changed`,
    "set the field that says how many there are: shallBe: { kind: patch, set: [{ path, value }] }",
  );
}

export function noField(object: ObjectName, field: string, because: string): Problem {
  return problem(
    "kubernetes/no-field",
    `${objectText(object)} has not what is to be set, ${field}: ${because}; nothing was changed`,
    `see what stands in it: kubectl get -o yaml ${argumentsFor(object)}`,
  );
}

export function lastPlace(object: ObjectName): Problem {
  return problem(
    "kubernetes/last-place",
    `every backend of the rule of ${objectText(object)} would have the weight 0, and requests would be answered with 500; nothing was changed`,
    "leave a backend a weight, or say lastPlace: may-go",
  );
}

export function unreadableEpoch(object: ObjectName, kept: string): Problem {
  return problem(
    "kubernetes/epoch-unreadable",
    `the annotation ${epochAnnotation} of ${objectText(object)} holds ${kept}, which is no epoch; nothing was changed`,
    `see who wrote it, and take it away: kubectl annotate ${argumentsFor(object)} ${epochAnnotation}-`,
  );
}

export function beingDeleted(object: ObjectName, since: string): Problem {
  return problem(
    "kubernetes/being-deleted",
    `${objectText(object)} is being deleted since ${since}; nothing was changed`,
    `wait until it is gone and made anew, or see which finalizer holds it (kubectl get -o yaml ${argumentsFor(object)}); then ${again}`,
  );
}

const acceptMend = "say setBack: accept if it has been told to leave this alone";

export function autoscaled(object: ObjectName, autoscaler: string): Problem {
  return problem(
    "kubernetes/autoscaled",
    `the HorizontalPodAutoscaler ${autoscaler} says how many replicas ${objectText(object)} has, and would set them back; nothing was changed`,
    `patch the minReplicas and maxReplicas of ${autoscaler} instead; or ${acceptMend}`,
  );
}

export function reconciled(object: ObjectName, field: string, manager: string): Problem {
  return problem(
    "kubernetes/reconciled",
    `${manager} has set ${field} of ${objectText(object)} from a repository, and would set it back; nothing was changed`,
    `set it there by a gitops step; or suspend the reconciler before, and ${acceptMend}`,
  );
}

export function contended(object: ObjectName, tries: number): Problem {
  return problem(
    "kubernetes/contended",
    `${objectText(object)} was changed by somebody else between every look at it and the change, ${tries} times; nothing was changed`,
    `see who writes there (kubectl get -o yaml --show-managed-fields ${argumentsFor(object)}), and ${again}`,
  );
}

/** @param is each field with what it is */
export function notKept(object: ObjectName, is: readonly string[]): Problem {
  return problem(
    "kubernetes/not-kept",
    `the cluster took the change of ${objectText(object)} and has not kept it as wished: ${is.join(", ")}; what else was to be changed is changed, and the epoch is written`,
    `see that the field is called so (kubectl explain ${object.kind.toLowerCase()}), that the value is written as the cluster writes it (kubectl get -o yaml ${argumentsFor(object)}), and that no webhook sets it`,
  );
}

export function setBackBy(object: ObjectName, fields: readonly string[], times: number): Problem {
  return problem(
    "kubernetes/set-back",
    `somebody sets ${fields.join(", ")} of ${objectText(object)} back, ${times} times by now`,
    `see who does (kubectl get -o yaml --show-managed-fields ${argumentsFor(object)}); let it leave the field alone, and ${again}`,
  );
}

export function overtaken(object: ObjectName, epoch: Epoch): Problem {
  return problem(
    "kubernetes/overtaken",
    `${objectText(object)} was changed as wished, and then by a newer attempt, of epoch ${epoch}, while it was waited for`,
    "go on with the newer attempt",
  );
}

export function notYet(object: ObjectName, because: string, reason: unknown): Problem {
  const called = reason instanceof Error ? reason.message : String(reason);
  return problem(
    "kubernetes/not-yet",
    `${objectText(object)} is not known to be as wished: ${because}; it was called off (${called}), and what was asked for is not taken back`,
    `see what holds it up (kubectl describe ${argumentsFor(object)}), give the step more time if that was too short, and ${again}`,
  );
}
