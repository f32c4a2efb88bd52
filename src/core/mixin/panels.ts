import type { Panel, Query, Unit, Width } from "./dashboard.ts";

interface Told {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly width: Width;
}

/** A query with its legend. */
export type Asked = readonly [expr: string, legend: string];

export function stat(told: Told, ...asked: readonly Asked[]): Panel {
  return { ...told, look: { kind: "stat", shows: "value" }, queries: queriesOf(asked), repeat: null };
}

/** The legends of those series that are there, such as the name of whoever leads. */
export function named(told: Omit<Told, "unit">, ...asked: readonly Asked[]): Panel {
  const look = { kind: "stat", shows: "name" } as const;
  return { ...told, unit: "none", look, queries: queriesOf(asked), repeat: null };
}

export function graph(told: Told, ...asked: readonly Asked[]): Panel {
  return { ...told, look: { kind: "graph", lines: "apart" }, queries: queriesOf(asked), repeat: null };
}

export function stacked(told: Told, ...asked: readonly Asked[]): Panel {
  return { ...told, look: { kind: "graph", lines: "stacked" }, queries: queriesOf(asked), repeat: null };
}

export function states(told: Omit<Told, "unit">, ...asked: readonly Asked[]): Panel {
  return { ...told, unit: "yes-no", look: { kind: "states" }, queries: queriesOf(asked), repeat: null };
}

export function bars(told: Told, ...asked: readonly Asked[]): Panel {
  return { ...told, look: { kind: "bars" }, queries: queriesOf(asked), repeat: null };
}

export function heatmap(told: Told, expr: string): Panel {
  return { ...told, look: { kind: "heatmap" }, queries: queriesOf([[expr, "{{le}}"]]), repeat: null };
}

/** @param asked one for each column, which its legend names */
export function table(told: Told, ...asked: readonly Asked[]): Panel {
  return { ...told, look: { kind: "table" }, queries: queriesOf(asked), repeat: null };
}

function queriesOf(asked: readonly Asked[]): readonly Query[] {
  return asked.map(([expr, legend]) => ({ expr, legend }));
}
