import type { z } from "zod";
import { durationText } from "../units/text.ts";
import type { Said } from "./contradiction.ts";
import type { Path } from "./document.ts";
import type { maintenance } from "./maintenance-schema.ts";

/** Windows that are nothing, or never end. */
export function maintenanceProblems(
  path: Path,
  written: z.output<typeof maintenance> | undefined,
): readonly Said[] {
  if (written === undefined) return [];
  const { every, lasts, first } = written;
  const period = durationText.print(every);
  if (lasts === 0) {
    return [
      {
        path: [...path, "lasts"],
        what: "is 0 s: nothing is out of service",
        mend: "write how long it lasts, or delete it",
      },
    ];
  }
  if (lasts >= every) {
    return [
      {
        path: [...path, "lasts"],
        what: `is ${durationText.print(lasts)}, and the next begins ${period} after it has begun`,
        mend: "let it end before the next begins: shorten lasts, or lengthen every",
      },
    ];
  }
  if (first < every) return [];
  const mend = `write a time below ${period}: from then on it comes back by itself`;
  return [
    {
      path: [...path, "first"],
      what: `is ${durationText.print(first)}, and one begins every ${period}`,
      mend,
    },
  ];
}
