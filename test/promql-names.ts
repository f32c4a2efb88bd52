import { parser } from "@prometheus-io/lezer-promql";

/** Names of the series that a query asks for, by Prometheus's own grammar. @throws when it cannot be parsed */
export function seriesNamedIn(query: string): readonly string[] {
  const names: string[] = [];
  parser.parse(query).iterate({
    enter: ({ name, from, to, node, type }) => {
      if (type.isError) throw new Error(`${query} cannot be read from character ${from} on`);
      if (name === "Identifier" && node.parent?.name === "VectorSelector") names.push(query.slice(from, to));
    },
  });
  return names;
}

/** Names of a histogram's own series, and of what is no histogram, its name. */
export function seriesOf({
  name,
  kind,
}: {
  readonly name: string;
  readonly kind: string;
}): readonly string[] {
  return kind === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
