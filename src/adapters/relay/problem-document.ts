import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Problem } from "../../core/problem/problem.ts";

/** Answers with a problem document (RFC 9457). Does nothing when the answer has begun or the client has gone. */
export function answerProblem(
  response: ServerResponse,
  status: number,
  { problem, headers = {}, members = {} }: ProblemDetails,
): void {
  if (response.headersSent || response.destroyed) return;
  const { code, what, why, mend } = problem;
  const document = {
    type: `urn:holdfast:problem:${code}`,
    title: what,
    status,
    detail: why,
    code,
    mend,
    ...members,
  };
  response.writeHead(status, { "content-type": "application/problem+json", ...headers });
  response.end(`${JSON.stringify(document)}\n`);
}

export interface ProblemDetails {
  readonly problem: Problem;
  readonly headers?: OutgoingHttpHeaders;
  /** Further members of the document, for programs to read. */
  readonly members?: Readonly<Record<string, unknown>>;
}
