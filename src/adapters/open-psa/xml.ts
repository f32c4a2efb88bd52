import { SaxesParser, type SaxesTag } from "saxes";
import type { Parsed, Place } from "../../core/problem/problem.ts";
import { didYouMean } from "../../core/problem/nearest.ts";
import type { Draft } from "./draft.ts";
import { Drafting } from "./drafting.ts";
import { type ElementKind, elementKinds, type OpenElement, unsupportedElements } from "./elements.ts";
import { FoundProblems, problem } from "./problems.ts";

/** Reads a file piece by piece; nothing of it is kept but what it says. */
export class DraftReader {
  readonly problems = new FoundProblems();
  readonly #file: string;
  readonly #drafting = new Drafting(this.problems);
  readonly #parser = new SaxesParser({ position: true });
  readonly #open: OpenElement[] = [];
  /** How many elements are open inside one that is passed over. */
  #skipped = 0;
  #start: Place;
  #isBroken = false;
  #hasRoot = false;

  constructor(file: string) {
    this.#file = file;
    this.#start = { file, line: 1, column: 1 };
    this.#parser.on("error", (error) => {
      this.#break(error.message);
    });
    this.#parser.on("opentagstart", ({ name }) => {
      this.#start = this.#startOf(name);
    });
    this.#parser.on("opentag", (tag) => {
      if (!this.#isBroken) this.#enter(tag);
    });
    this.#parser.on("text", (text) => {
      if (!this.#isBroken && text.trim() !== "") this.#text(text.trim());
    });
    this.#parser.on("closetag", () => {
      if (!this.#isBroken) this.#leave();
    });
  }

  /** @returns whether it is worth going on */
  read(text: string): boolean {
    if (!this.#isBroken) this.#parser.write(text);
    return !this.#isBroken;
  }

  end(): Parsed<Draft> {
    if (!this.#isBroken) this.#parser.close();
    const problems = this.problems.all();
    return problems === null ? { ok: true, value: this.#drafting.draft } : { ok: false, problems };
  }

  /** An element's name has just been read, with one character after it. */
  #startOf(name: string): Place {
    const { line, columnIndex } = this.#parser;
    const column = columnIndex - name.length - 1;
    return column >= 1
      ? { file: this.#file, line, column }
      : { file: this.#file, line: Math.max(1, line - 1), column: 1 };
  }

  /** After the first mistake nothing that follows can be relied on. */
  #break(message: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const { line, columnIndex } = this.#parser;
    const where = { file: this.#file, line, column: Math.max(1, columnIndex) };
    const isEmpty = !this.#hasRoot && line === 1 && columnIndex === 0;
    const told = isEmpty
      ? { what: "the file is empty", mend: "name a file in the Open-PSA format (https://open-psa.github.io)" }
      : {
          what: `this is no XML from here on: ${message.replace(/^(?:[^:]*:)?\d+:\d+:\s*/, "").replace(/\.$/, "")}`,
          mend: "mend the file there; every element that is opened is closed, in the opposite order",
        };
    this.problems.add(
      problem(isEmpty ? "tree/empty" : "tree/not-xml", isEmpty ? { ...where, column: 1 } : where, {
        ...told,
        why: whyXml,
      }),
    );
  }

  #enter(tag: SaxesTag): void {
    const { name } = tag;
    // Values are texts unless names of attributes were to be looked up in namespaces.
    const attributes = tag.attributes as Readonly<Record<string, string>>;
    this.#hasRoot = true;
    if (this.#skipped > 0) {
      this.#skipped += 1;
      return;
    }
    const kind = Object.hasOwn(elementKinds, name) ? elementKinds[name] : undefined;
    const parent = this.#open.at(-1);
    if (kind === undefined || !this.#fits(name, kind, parent)) {
      if (kind === undefined) this.#unknown(name);
      this.#skipped = 1;
      // It counts as something: that what it stands in lacks it is not told as well.
      parent?.values.push(0);
      return;
    }
    this.#checkAttributes(name, kind, attributes);
    this.#open.push({ name, kind, attributes, place: this.#start, values: [] });
    if (kind.groups.includes("note")) this.#skipped = 1;
  }

  #fits(name: string, kind: ElementKind, parent: OpenElement | undefined): boolean {
    const allowed = parent === undefined ? (["root"] as const) : parent.kind.holds;
    if (kind.groups.some((group) => allowed.includes(group))) return true;
    const what =
      parent === undefined
        ? `the file begins with <${name}>`
        : `<${name}> stands in <${parent.name}>, where it has no meaning`;
    const fitting = Object.entries(elementKinds).filter(([, each]) =>
      each.groups.some((group) => allowed.includes(group)),
    );
    const mend =
      parent === undefined
        ? "begin with <opsa-mef>"
        : fitting.length === 0
          ? `leave <${parent.name}> empty`
          : `here stands one of ${listed(fitting)}`;
    this.problems.add(problem("tree/misplaced", this.#start, { what, why: whyStrict, mend }));
    return false;
  }

  #unknown(name: string): void {
    if (unsupportedElements.includes(name)) {
      const what = `<${name}> is not supported`;
      const mend =
        "say it with gates, events, numbers and parameters, or leave it out if it does not bear on the answer";
      this.problems.add(problem("tree/unsupported", this.#start, { what, why: whyStrict, mend }));
      return;
    }
    const mend = `${didYouMean(name, Object.keys(elementKinds))}write an element of the Open-PSA format`;
    this.problems.add(
      problem("tree/unknown-element", this.#start, {
        what: `<${name}> is no element that is known`,
        why: whyStrict,
        mend,
      }),
    );
  }

  #checkAttributes(name: string, kind: ElementKind, attributes: Readonly<Record<string, string>>): void {
    const { needs = [], allows = [] } = kind;
    for (const each of needs) {
      if ((attributes[each] ?? "").trim() !== "") continue;
      const what = `<${name}> has no ${each}`;
      this.problems.add(
        problem("tree/missing", this.#start, { what, why: whyStrict, mend: `write ${each}="…" in it` }),
      );
    }
    if (kind.groups.includes("note")) return;
    const known = [...needs, ...allows];
    const strange = Object.keys(attributes).filter(
      (each) => !known.includes(each) && !each.startsWith("xml"),
    );
    for (const each of strange) {
      const hint = known.length === 0 ? "" : `, or write one of ${known.join(", ")}`;
      const what = `<${name}> has ${each}, which is not known`;
      const mend = `${didYouMean(each, known)}leave it out${hint}`;
      this.problems.add(problem("tree/unknown-attribute", this.#start, { what, why: whyStrict, mend }));
    }
  }

  #text(text: string): void {
    if (this.#skipped > 0) return;
    const { line, columnIndex } = this.#parser;
    const where = { file: this.#file, line, column: Math.max(1, columnIndex) };
    const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
    this.problems.add(
      problem("tree/misplaced", where, {
        what: `the text "${short}" stands between elements`,
        why: whyStrict,
        mend: "leave it out, or put it into a <label>",
      }),
    );
  }

  #leave(): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      // A note is open itself; what was passed over is not.
      if (this.#skipped > 0 || this.#open.at(-1)?.kind.groups.includes("note") !== true) return;
    }
    const element = this.#open.pop();
    if (element === undefined) return;
    this.#checkCount(element);
    const value = this.#drafting.close(element);
    if (value !== null) this.#open.at(-1)?.values.push(value);
  }

  #checkCount({ name, kind, values, place }: OpenElement): void {
    const [least, most] = kind.count ?? [0, Number.POSITIVE_INFINITY];
    if (values.length >= least && values.length <= most) return;
    const wanted =
      most === least
        ? `${least}`
        : most === Number.POSITIVE_INFINITY
          ? `${least} or more`
          : `${least} to ${most}`;
    const what = `<${name}> holds ${values.length}, where ${wanted} ${wanted === "1" ? "is" : "are"} wanted`;
    const hint =
      name === "xor" && values.length > 2 ? "; tools disagree on what more than two mean: nest them" : "";
    this.problems.add(
      problem("tree/wrong-count", place, { what, why: whyStrict, mend: `put ${wanted} into it${hint}` }),
    );
  }
}

function listed(fitting: readonly (readonly [string, ElementKind])[]): string {
  return fitting.map(([name]) => `<${name}>`).join(", ");
}

const whyXml = "Fault trees are read in the Open-PSA Model Exchange Format, which is XML.";
const whyStrict = "What is not understood is not passed over: the answer would be that of another tree.";
