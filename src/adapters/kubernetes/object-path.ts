import { groupOf, type ObjectName } from "../../core/model/kubernetes-wish.ts";
import { type Failed, failed } from "../../core/plan/actuator.ts";
import { type Api, ask } from "./api-server.ts";
import { at, listAt, textAt } from "./json.ts";
import { unanswered, unknownKind, wrongScope } from "./problems.ts";

/** Where an object answers, and as which resource. */
export interface ObjectPath {
  readonly kind: "found";
  readonly path: string;
  /** Its name in rights: `deployments`. */
  readonly resource: string;
  readonly isScalable: boolean;
}

/** Asks the cluster under which name it serves a kind: the resource of a kind is no matter of spelling. */
export async function objectPath(api: Api, object: ObjectName): Promise<ObjectPath | Failed> {
  const { apiVersion, kind, namespace, name } = object;
  const root = groupOf(object) === "" ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
  const answer = await ask(api, { method: "GET", path: root, isForAll: true });
  if (answer.kind === "refused" && answer.status === 404) return failed(unknownKind(object, []));
  if (answer.kind !== "told") return failed(unanswered(answer, { verb: "get", what: root, object }));
  const resources = listAt(answer.object, "resources").map((each) => ({
    name: textAt(each, "name") ?? "",
    kind: textAt(each, "kind") ?? "",
    isNamespaced: at(each, "namespaced") === true,
  }));
  const own = resources.filter((each) => !each.name.includes("/"));
  const found = own.find((each) => each.kind === kind);
  if (found === undefined) {
    const kinds = own.map((each) => each.kind);
    return failed(unknownKind(object, kinds));
  }
  if (found.isNamespaced !== (namespace !== null)) return failed(wrongScope(object));
  const space = namespace === null ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return {
    kind: "found",
    path: `${root}${space}/${found.name}/${encodeURIComponent(name)}`,
    resource: found.name,
    isScalable: resources.some((each) => each.name === `${found.name}/scale`),
  };
}
