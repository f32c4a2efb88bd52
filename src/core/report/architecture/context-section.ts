import type { Component } from "../../model/component.ts";
import type { Fate, Model, Region } from "../../model/model.ts";
import { standingsOf } from "../../model/standing.ts";
import { countedText } from "../../units/shown.ts";
import type { Band, DiagramChart, Section, Table } from "../document.ts";
import { plain, start } from "../text.ts";

/** Where the platform stands: providers, their regions, cells, and what they share the fate of. */
export function contextSection(model: Model): Section {
  const { regions, fates, cells } = model.platform;
  const providers = [...new Set(regions.map(({ provider }) => provider))];
  const apis = [...model.components.values()].filter(({ api }) => api !== null);
  const chart: DiagramChart = {
    kind: "diagram",
    meaning: `Providers of ${model.platform.name} with their regions and what stands in each, and the shared fates below them`,
    bands: [
      ...providers.map((provider) => providerBand(model, provider)),
      ...(apis.length === 0 ? [] : [apiBand(apis)]),
      ...(fates.length === 0 ? [] : [fateBand(fates)]),
    ],
    edges: [],
    legend: [],
  };
  const inCells = cells.length === 0 ? "" : `, ${countedText(cells.length, "cell")}`;
  const lead = `${countedText(regions.length, "region")} of ${countedText(providers.length, "provider")}${inCells}. A region, a zone and whatever shares a fate can fail as one.`;
  const block = { kind: "chart", chart, table: regionTable(model), tableUse: "beside" } as const;
  return { heading: "Context", lead, blocks: [block] };
}

function providerBand(model: Model, provider: string): Band {
  const regions = model.platform.regions.filter((region) => region.provider === provider);
  return {
    label: provider,
    boxes: regions.map((region) => ({
      id: `region ${region.name}`,
      label: region.name,
      lines: [
        ...(region.zones.length === 0 ? [] : [`zones ${region.zones.join(", ")}`]),
        ...model.platform.cells
          .filter((cell) => cell.region === region.name)
          .map(({ name }) => `cell ${name}`),
        ...componentLines(model, region),
      ],
    })),
  };
}

function componentLines(model: Model, { name }: Region): readonly string[] {
  const { serving, waiting } = inRegion(model, name);
  const lines = [
    ...(serving.length === 0 ? [] : [`serves: ${serving.join(", ")}`]),
    ...(waiting.length === 0 ? [] : [`stands by: ${waiting.join(", ")}`]),
  ];
  return lines.length === 0 ? ["nothing stands here"] : lines;
}

/** What serves in a region on a good day, and what waits there. */
function inRegion(
  model: Model,
  region: string,
): { readonly serving: readonly string[]; readonly waiting: readonly string[] } {
  // What somebody else runs stands with them, whatever region it is called from.
  const own = [...model.components.values()].filter(({ api }) => api === null);
  const roles = own.flatMap((component) => {
    const here = standingsOf(component).filter(({ placement }) => placement.region === region);
    if (here.length === 0) return [];
    return [{ name: component.name, serves: here.some(({ role }) => role === "serving") }];
  });
  return {
    serving: roles.filter(({ serves }) => serves).map(({ name }) => name),
    waiting: roles.filter(({ serves }) => !serves).map(({ name }) => name),
  };
}

function apiBand(apis: readonly Component[]): Band {
  return {
    label: "services of others",
    boxes: apis.map(({ name, api }) => ({
      id: `component ${name}`,
      label: name,
      lines: [
        api?.vendor ?? "",
        ...(api?.hostedBy === null || api === null ? [] : [`runs on ${api.hostedBy}`]),
      ],
    })),
  };
}

function fateBand(fates: readonly Fate[]): Band {
  return {
    label: "shared fates",
    boxes: fates.map((fate) => ({
      id: `fate ${fate.name}`,
      label: fate.name,
      lines: [`of ${coveredBy(fate).join(", ")}`, `stops ${fate.stops}`],
    })),
  };
}

function coveredBy({ covers }: Fate): readonly string[] {
  return [...covers.providers, ...covers.regions, ...covers.components];
}

function regionTable(model: Model): Table {
  return {
    caption: "What stands where on a day when nothing fails",
    columns: [start("Region"), start("Provider"), start("Zones"), start("Serves"), start("Stands by")],
    rows: model.platform.regions.map(({ name, provider, zones, location }) => {
      const { serving, waiting } = inRegion(model, name);
      const where = location === null ? provider : location.id;
      return [name, where, zones.join(", ") || "none told apart", listOr(serving), listOr(waiting)].map(
        plain,
      );
    }),
  };
}

function listOr(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}
