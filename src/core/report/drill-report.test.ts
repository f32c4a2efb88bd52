import { describe, expect, it } from "vitest";
import {
  type ExampleDrill,
  freezeDrill,
  killDrill,
  lateDrill,
  lostDrill,
  unauditedDrill,
} from "../../../test/example-drills.ts";
import { drillResultOf } from "../drill/drill.ts";
import { instantMs, monotonicMs, ratio, seconds } from "../units/units.ts";
import { columnKindOf, type ReportDocument, type Table } from "./document.ts";
import { drillReportOf } from "./drill-report.ts";
import { dateText, declared, measured, plain, unbroken } from "./text.ts";

function reportOf({ observations, objectives, context }: ExampleDrill): ReportDocument {
  return drillReportOf(drillResultOf(observations, objectives), context);
}

function leadOf(report: ReportDocument, heading: string): string | undefined {
  return report.sections.find((section) => section.heading === heading)?.lead;
}

describe("the report of a drill", () => {
  it("is this document, as data", async () => {
    const golden = "../../../test/goldens/drill-report.json";
    await expect(`${JSON.stringify(reportOf(killDrill), null, 2)}\n`).toMatchFileSnapshot(golden);
  });

  it("answers yes with the outage, the objective and what was kept", () => {
    expect(reportOf(killDrill).answer).toEqual({
      verdict: "met",
      word: "Yes",
      text: "Writes were acknowledged again by west after 0.818 s, within the 5 s accepted. None of 2,014 acknowledged writes was lost.",
    });
  });

  it("answers no with each objective that was missed, and the number that decided", () => {
    expect(reportOf(lateDrill).answer).toEqual({
      verdict: "missed",
      word: "No",
      text: "The outage of 7.427 s is longer than the 5 s accepted. 3 of 1,905 acknowledged writes were lost over 0.015 s; 0 s is accepted.",
    });
  });

  it("never makes up a time for a service that did not return", () => {
    const report = reportOf(lostDrill);
    expect(report.answer.text).toContain(
      "The writer was not answered again in the 20.004 s that it was watched.",
    );
    expect(report.keyFigures.map(({ text }) => text).slice(0, 3)).toEqual([
      "not reached",
      "0",
      "not reached",
    ]);
    expect(leadOf(report, "Where the time went")).toBe(
      "The recovery was not verified; 2 of 6 phases ended. The longest phase was detect, 0.204 s.",
    );
  });

  it("says plainly that what was lost is not known when nobody could read the store", () => {
    const report = reportOf(unauditedDrill);
    expect(report.answer).toMatchObject({
      verdict: "missed",
      word: "No",
      text: expect.stringContaining(
        "Nobody could read the surviving store, so what was lost is not known.",
      ) as string,
    });
    expect(report.keyFigures.map(({ text, kind }) => [text, kind]).slice(0, 2)).toEqual([
      ["not reached", null],
      ["not known", null],
    ]);
    expect(leadOf(report, "What was lost")).toBe(
      "Nobody could read the surviving store, so the client's own record could not be compared with it: the store gives no answer through the edge: timeout expired.",
    );
    expect(JSON.stringify(report)).not.toContain("was compared");
    expect(leadOf(report, "What a client saw")).toContain(
      "Region east brought back 76.412 s after the fault.",
    );
  });

  it("says that the regions had not agreed when the store was read before they did", () => {
    const { observations, ...rest } = killDrill;
    const { audit } = observations;
    if (audit.kind === "unaudited") throw new Error(audit.because);
    const report = reportOf({
      ...rest,
      observations: { ...observations, audit: { ...audit, regions: "not-agreed" } },
    });
    expect(report.answer.text).toMatch(
      / was lost\. The surviving regions had not agreed when this was counted\.$/,
    );
    expect(leadOf(report, "What was lost")).toContain("had not agreed");
  });

  it("says that nothing stood out when the fault never bit", () => {
    const { observations, ...rest } = killDrill;
    const calm = observations.writes.filter(({ outcome }) => outcome.at < observations.injectedAt);
    const later = calm.map((write) => ({
      ...write,
      id: `again-${write.id}`,
      outcome: { ...write.outcome, at: monotonicMs(write.outcome.at + 6_000) },
    }));
    const report = reportOf({
      ...rest,
      observations: {
        ...observations,
        writes: [...calm, ...later],
        audit: {
          kind: "audited",
          survivingIds: new Set([...calm, ...later].map(({ id }) => id)),
          regions: "agreed",
        },
      },
    });
    expect(report.answer.text).toMatch(/^Clients noticed nothing: no pause stood out\. None of [\d,]+ /);
  });

  it("tells a further moment of the drill in words, where the chart has no room", () => {
    expect(leadOf(reportOf(freezeDrill), "What a client saw")).toBe(
      "From the last acknowledged write before the outage to the first after it: 1.650 s. East thawed 2.900 s after the fault.",
    );
  });

  it("shows what is accepted of completions where the owner declared it", () => {
    const objectives = { rto: seconds(5), rpo: seconds(0), completionsFailedMax: ratio(0.2) };
    expect(JSON.stringify(reportOf({ ...killDrill, objectives }).sections[0])).toContain(
      '{"text":"20 % failed","kind":"declared"}',
    );
  });

  it("labels each key figure with its kind, and every number of a table", () => {
    const report = reportOf(killDrill);
    expect(report.keyFigures.every(({ kind }) => kind === "measured")).toBe(true);
    const tables = report.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "code" ? [] : [block.table])),
    );
    const quantities = tables
      .flatMap(({ rows }) => rows.flat())
      .filter(({ text }) => /^[\d,.−]+( s)?$/.test(text));
    expect(quantities.length).toBeGreaterThan(100);
    // Versions are no quantities of the drill.
    expect(quantities.filter(({ kind }) => kind === null).map(({ text }) => text)).toEqual([
      "0.1.0",
      "20.20.2",
    ]);
  });
});

describe("a column of a table", () => {
  const table = (...cells: Table["rows"][number]): Table => ({
    caption: "",
    columns: [{ name: "a", align: "start" }],
    rows: cells.map((cell) => [cell]),
  });

  it("tells its kind at its head when all of its numbers share it", () => {
    expect(columnKindOf(table(measured("1"), measured("2")), 0)).toBe("measured");
    expect(columnKindOf(table(measured("1"), declared("2")), 0)).toBeNull();
    expect(columnKindOf(table(plain("a")), 0)).toBeNull();
  });
});

describe("text on a page", () => {
  it("dates in words and UTC", () => {
    expect(dateText(instantMs(1_790_000_000_000))).toBe("21 September 2026, 14:13:20 UTC");
  });

  it("keeps a number with its unit and a sign with its word", () => {
    expect(unbroken("after 0.842 s, within 5 min at 3 places")).toBe(
      "after 0.842\u00A0s, within 5\u00A0min at 3 places",
    );
    expect(unbroken("✓ met")).toBe("✓\u00A0met");
    expect(unbroken("2 streams")).toBe("2 streams");
  });
});
