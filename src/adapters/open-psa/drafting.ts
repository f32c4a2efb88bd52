import type { Place } from "../../core/problem/problem.ts";
import type { Draft, DraftFormula, Mention, MentionKind, Term } from "./draft.ts";
import type { OpenElement } from "./elements.ts";
import { type FoundProblems, problem } from "./problems.ts";

/** Adds what an element says to the draft, when it is closed: what stood in it is known by then. */
export class Drafting {
  readonly draft: Draft = {
    name: null,
    formulas: [constantTrue],
    names: [],
    expressions: [],
    definitions: [],
  };
  readonly #problems: FoundProblems;
  readonly #names = new Map<string, number>();

  constructor(problems: FoundProblems) {
    this.#problems = problems;
  }

  /** @returns the number of a term or an expression, by the group of the element; `null`: it has none */
  close(element: OpenElement): number | null {
    const { kind, name } = element;
    if (name === "define-fault-tree") this.draft.name ??= element.attributes["name"] ?? null;
    if (kind.groups.includes("formula")) return this.#formula(element);
    if (kind.groups.includes("expression")) return this.#expression(element);
    if (kind.groups.includes("definition")) this.#define(element);
    return null;
  }

  #define({ name: element, attributes, place, values }: OpenElement): void {
    const { definitions } = this.draft;
    const defined = { name: attributes["name"] ?? "", place };
    const [value] = values;
    if (element === "define-basic-event") {
      definitions.push({ kind: "basic-event", ...defined, expression: value ?? null });
    } else if (element === "define-house-event") {
      definitions.push({ kind: "house-event", ...defined, isFailed: value === isTrue });
    } else if (value !== undefined) {
      if (element === "define-gate") definitions.push({ kind: "gate", ...defined, term: value });
      else definitions.push({ kind: "parameter", ...defined, expression: value });
    }
  }

  #formula(element: OpenElement): Term {
    const { name, attributes, values } = element;
    switch (name) {
      case "not":
        return ~(values[0] ?? isTrue);
      case "nand":
        return ~this.#gate("and", values);
      case "nor":
        return ~this.#gate("or", values);
      case "iff":
        return ~this.#gate("xor", values);
      case "imply":
        return this.#gate("or", [~(values[0] ?? isTrue), values[1] ?? isTrue]);
      case "and":
      case "or":
      case "xor":
        return this.#gate(name, values);
      case "atleast":
        return this.#gate("at-least", values, this.#whole(element, "min"));
      case "cardinality":
        return this.#cardinality(element);
      case "constant":
        return this.#truth(element, "value") ? isTrue : ~isTrue;
      default:
        return 2 * this.#mention(name as MentionKind, attributes["name"] ?? "", element.place) + 1;
    }
  }

  #gate(kind: DraftFormula["kind"], inputs: readonly Term[], least = 0): Term {
    this.draft.formulas.push({ kind, least, inputs });
    return 2 * (this.draft.formulas.length - 1);
  }

  #cardinality(element: OpenElement): Term {
    const least = this.#whole(element, "min");
    const most = this.#whole(element, "max");
    if (most < least) {
      this.#wrong(element, `max is ${most}, which is below min, ${least}`, "make max at least min");
    }
    const enough = this.#gate("at-least", element.values, least);
    return this.#gate("and", [enough, ~this.#gate("at-least", element.values, most + 1)]);
  }

  #whole(element: OpenElement, attribute: string): number {
    const text = (element.attributes[attribute] ?? "").trim();
    const count = element.values.length;
    const value = Number(text);
    const isWithin = /^\d+$/.test(text) && value <= count && (value > 0 || element.name === "cardinality");
    if (!isWithin) {
      const what = `${attribute} is "${text}", and ${count} things stand in it`;
      this.#wrong(element, what, `write a whole number from 1 to ${count}`);
    }
    return isWithin ? value : 0;
  }

  #wrong({ name, place }: OpenElement, what: string, mend: string): void {
    const why =
      "A number that makes no sense is a slip of the pen, and any guess at it would be an answer to another question.";
    this.#problems.add(problem("tree/bad-value", place, { what: `<${name}>: ${what}`, why, mend }));
  }

  #truth(element: OpenElement, attribute: string): boolean {
    const text = element.attributes[attribute]?.trim() ?? "";
    if (text !== "true" && text !== "false") {
      this.#wrong(element, `${attribute} is "${text}"`, "write true or false");
    }
    return text === "true";
  }

  #expression(element: OpenElement): number {
    const { expressions } = this.draft;
    const { name, values } = element;
    switch (name) {
      case "float":
      case "int":
        expressions.push({ kind: "number", value: this.#number(element) });
        break;
      case "bool":
        expressions.push({ kind: "number", value: this.#truth(element, "value") ? 1 : 0 });
        break;
      case "parameter":
        expressions.push({
          kind: "parameter",
          name: this.#mention("parameter", element.attributes["name"] ?? "", element.place),
        });
        break;
      default:
        expressions.push({ kind: name as "add", inputs: values });
    }
    return expressions.length - 1;
  }

  #number(element: OpenElement): number {
    const text = element.attributes["value"]?.trim() ?? "";
    const shape = element.name === "int" ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
    const value = Number(text);
    if (shape.test(text) && Number.isFinite(value)) return value;
    this.#wrong(
      element,
      `value is "${text}"`,
      `write ${element.name === "int" ? "a whole number" : "a number, such as 1e-3"}`,
    );
    return 0;
  }

  #mention(kind: MentionKind, name: string, place: Place): number {
    const key = `${kind} ${name}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const mention: Mention = { kind, name, place };
    this.draft.names.push(mention);
    this.#names.set(key, this.draft.names.length - 1);
    return this.draft.names.length - 1;
  }
}

/** The first formula of every draft. */
const constantTrue: DraftFormula = { kind: "and", least: 0, inputs: [] };
const isTrue: Term = 0;
