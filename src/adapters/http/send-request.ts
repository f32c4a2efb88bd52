import type { Answered, Request } from "../../core/plan/request.ts";
import { within } from "../../waiting/deadline.ts";

const answerBytesMax = 1024 * 1024;

/** Sends it, and follows no other way: a redirection would take the secrets in its headers to somebody else. */
export async function sendRequest(
  { method, url, headers, body, timeoutMs }: Request,
  signal: AbortSignal,
): Promise<Answered> {
  try {
    return await within({ signals: [signal], ms: timeoutMs }, async (deadline): Promise<Answered> => {
      const answer = await fetch(url, { method, headers, body, redirect: "manual", signal: deadline });
      const epoch = answer.headers.get("holdfast-epoch");
      return { kind: "answered", status: answer.status, epoch, text: await beginning(answer) };
    });
  } catch (cause) {
    return { kind: "unanswered", because: reasonOf(cause) };
  }
}

async function beginning({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > answerBytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, answerBytesMax).toString("utf8");
}

/** What `fetch` says is "fetch failed"; why, stands in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
