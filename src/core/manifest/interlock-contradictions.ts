import type { Problem } from "../problem/problem.ts";
import { clockText } from "../units/local-time.ts";
import { dateText } from "../units/text.ts";
import { contradiction, type Said, type Subject } from "./contradiction.ts";
import { ofVerified } from "./verify-contradictions.ts";

/** What cannot be true of what must hold before a plan is begun. */
export function ofInterlocks(subject: Subject<"RecoveryPlan">): readonly Problem[] {
  const { blocked, gates } = subject.read.spec.interlocks;
  const windows = blocked.flatMap((window, at): readonly Said[] => {
    const path = ["spec", "interlocks", "blocked", at, "until"];
    const mend = "let it end after it begins";
    if (window.kind === "dates") {
      if (window.until > window.from) return [];
      const { print } = dateText;
      return [{ path, what: `is ${print(window.until)}, and it begins on ${print(window.from)}`, mend }];
    }
    if (window.until !== window.from) return [];
    return [{ path, what: `is ${clockText(window.until)}, when it begins`, mend }];
  });
  const tried = gates.flatMap(({ by }, at) =>
    (by.kind === "slo" ? [] : ofVerified(by)).map(
      ({ path, ...slip }): Said => ({ ...slip, path: ["spec", "interlocks", "gates", at, "by", ...path] }),
    ),
  );
  const known = new Set(blocked.map(({ name }) => name));
  const shared = gates.flatMap(({ name }, at): readonly Said[] =>
    known.has(name)
      ? [
          {
            path: ["spec", "interlocks", "gates", at, "name"],
            what: `is ${name}, as a blocked window is called: nobody could tell which of them is overridden`,
            mend: "call one of them otherwise",
          },
        ]
      : [],
  );
  return [...windows, ...tried, ...shared].map((said) => contradiction(subject, said));
}
