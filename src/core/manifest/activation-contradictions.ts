import { activated } from "../model/activation.ts";
import type { Placement } from "../model/component.ts";
import type { Problem } from "../problem/problem.ts";
import type { WrittenScale, WrittenWarm } from "./build-activation.ts";
import { regionOf } from "./build-component.ts";
import { contradiction, named, type ReadSubject, type Subject } from "./contradiction.ts";
import type { Path } from "./document.ts";
import { ofVerified, type VerifySlip } from "./verify-contradictions.ts";

/** What cannot be true of how many machines a step lets run. */
export function ofScale({ to, share }: WrittenScale): readonly VerifySlip[] {
  if (to !== undefined && share !== undefined) {
    const what = "is said beside to, which says the same otherwise";
    return [{ path: ["share"], what, mend: "keep one of them" }];
  }
  if (share !== 0) return [];
  return [{ path: ["share"], what: "is 0 %, which starts nothing", mend: "write a larger share" }];
}

/** What cannot be true of what makes a place ready. */
export function ofWarm({ by, within }: WrittenWarm): readonly VerifySlip[] {
  const slips = (path: Path, found: readonly VerifySlip[]): readonly VerifySlip[] =>
    found.map((slip) => ({ ...slip, path: [...path, ...slip.path] }));
  switch (by.kind) {
    case "exec":
      return [];
    case "inference": {
      const { kind, url, model, headers, firstTokenWithin } = by;
      const asked = ofVerified({ kind, url, model, headers, prompts: [] });
      return slips(["by"], [...asked, ...ofBound(firstTokenWithin, within)]);
    }
    case "http": {
      const { kind, url, headers, expectedStatus, answersWithin: timeout } = by;
      return slips(["by"], asAnswers(ofVerified({ kind, url, headers, expectedStatus, timeout })));
    }
    case "sql": {
      const { statements, answersWithin: timeout, read, kind, urlFrom } = by;
      if (statements.length === 0 && read === undefined)
        return [{ path: ["by"], what: "says and asks nothing", mend: "add statements or read" }];
      if (read === undefined) return [];
      return slips(["by"], asAnswers(ofVerified({ kind, urlFrom, read, timeout })));
    }
  }
}

function ofBound(firstTokenWithin: number, within: number): readonly VerifySlip[] {
  const path = ["firstTokenWithin"];
  if (firstTokenWithin <= 0)
    return [{ path, what: "is 0 s, in which nothing is answered", mend: "write how long it may take" }];
  if (firstTokenWithin <= within) return [];
  return [{ path, what: "is longer than the whole step may take", mend: "lower it, or raise within" }];
}

function asAnswers(slips: readonly VerifySlip[]): readonly VerifySlip[] {
  return slips.map((slip) => (slip.path[0] === "timeout" ? { ...slip, path: ["answersWithin"] } : slip));
}

/** Places that are started or made ready, and do not exist, or are smaller than that. */
export function foreignActivations(
  subject: Subject<"RecoveryPlan">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  const cells = subjects.flatMap((each) => (each.kind === "Platform" ? each.read.spec.cells : []));
  return subject.read.spec.steps.flatMap((step, at) => {
    if (step.phase !== "scale" && step.phase !== "warm") return [];
    const component = named(subjects, "Component", step.component);
    const slip = component === null ? null : misplaced(step, placesOf(component, cells));
    if (slip === null) return [];
    return [contradiction(subject, { ...slip, path: ["spec", "steps", at, ...slip.path] })];
  });
}

type Place = Pick<Placement, "region" | "cell" | "replicas" | "spares">;

function placesOf(
  { read }: Subject<"Component">,
  cells: readonly { readonly name: string; readonly region: string }[],
): readonly Place[] {
  return read.spec.placements.flatMap((place) => {
    const region = regionOf(place, cells);
    const { replicas, spares } = place;
    return region === null ? [] : [{ region, cell: place.cell ?? null, replicas, spares }];
  });
}

function misplaced(step: WrittenScale | WrittenWarm, places: readonly Place[]): VerifySlip | null {
  const { component, region, cell = null } = step;
  const there = activated(places, { region, cell });
  if (there.length === 0) {
    const elsewhere = places.find((place) => cell !== null && place.cell === cell);
    if (elsewhere !== undefined)
      return {
        path: ["cell"],
        what: `is ${String(cell)}, which is in ${elsewhere.region}, and the step says ${region}`,
        mend: `write region: ${elsewhere.region}, or a cell of ${region}`,
      };
    const what = `is ${cell ?? region}, where ${component} does not stand`;
    const mend = `write where it stands: ${places.map((place) => place.cell ?? place.region).join(", ")}`;
    return { path: [cell === null ? "region" : "cell"], what, mend };
  }
  const most = there.reduce((sum, { replicas, spares }) => sum + replicas + spares, 0);
  if (step.phase === "warm" || step.to === undefined || step.to <= most) return null;
  const what = `is ${step.to}, and ${most} are declared there`;
  return { path: ["to"], what, mend: `write ${most} or fewer, or declare more` };
}
