import type { WarmWish } from "../model/warm-wish.ts";
import { unreachable } from "../problem/problem.ts";
import { countedText } from "../units/shown.ts";
import { durationText } from "../units/text.ts";
import { seconds } from "../units/units.ts";
import { verifyText } from "./verify-text.ts";

/** What is so when a place is ready, in words. */
export function warmText(wish: WarmWish): string {
  switch (wish.kind) {
    case "inference": {
      const { model, url, firstTokenWithinSeconds, fingerprint, inARow } = wish;
      const version = fingerprint === null ? "" : `, as ${fingerprint}`;
      const bound = durationText.print(seconds(firstTokenWithinSeconds));
      return `${model} at ${url} begins to answer within ${bound}, ${oftenText(inARow)}${version}`;
    }
    case "sql": {
      const { statements, question, inARow } = wish;
      const filled = statements.map(({ write }) => `${write ?? ""} is done`);
      const asked =
        question === null
          ? []
          : [`${verifyText(question)}, answered within ${withinText(question)}, ${oftenText(inARow)}`];
      return [...filled, ...asked].join(", and ");
    }
    case "http": {
      const { request, inARow } = wish;
      return `${verifyText(request)}, within ${withinText(request)}, ${oftenText(inARow)}`;
    }
    case "exec":
      return `${wish.program.command.join(" ")} ends well`;
    default:
      return unreachable(wish);
  }
}

function withinText({ timeoutSeconds }: { readonly timeoutSeconds: number }): string {
  return durationText.print(seconds(timeoutSeconds));
}

function oftenText(inARow: number): string {
  return inARow === 1 ? "once" : `${countedText(inARow, "time")} in a row`;
}
