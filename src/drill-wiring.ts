import { labVerbs } from "../lab/lab.ts";
import { evidenceReader } from "./adapters/files/evidence-reader.ts";
import { openEvidenceLog } from "./adapters/files/evidence-log.ts";
import { htmlOf } from "./adapters/html/html.ts";
import { markdownOf } from "./adapters/markdown/markdown.ts";
import { streamCompletion } from "./adapters/openai/streamed-completion.ts";
import { pdfOf } from "./adapters/pdf/pdf.ts";
import { heldIds, prepareWrites, RowWriter } from "./adapters/postgres/users.ts";
import { pictureFile } from "./adapters/svg/picture-file.ts";
import { drawSvg } from "./adapters/svg/svg.ts";
import type { Report } from "./cli/parts.ts";
import { readSystemClock } from "./runtime/clocks.ts";
import type { DrillParts } from "./runtime/drill-ports.ts";

const prompt = "Why did the chat gateway fail?";

/** A part of `main.ts` that is loaded when a drill is run: the real things behind its ports. */
export function drillParts(program: string, version: string): DrillParts {
  return {
    lab: labVerbs(program),
    users: {
      prepare: prepareWrites,
      writer: (url) => new RowWriter(url),
      heldIds,
      complete: (request, signal) => streamCompletion({ ...request, prompt }, signal),
    },
    openLog: (settings, clock) => openEvidenceLog({ ...settings, software: `holdfast ${version}`, clock }),
    evidence: evidenceReader,
    now: () => readSystemClock().now,
  };
}

export function report(): Report {
  return {
    html: (document) => htmlOf(document, drawSvg),
    markdown: markdownOf,
    pdf: (document) => pdfOf(document, drawSvg),
    picture: pictureFile,
  };
}
