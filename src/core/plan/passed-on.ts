/** What of our environment somebody is given: by name, its value. */
export type PassedOn = Readonly<Record<string, string>>;

export type Named =
  | { readonly kind: "named"; readonly values: PassedOn }
  | { readonly kind: "missing"; readonly name: string };

export function namedIn(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Named {
  const values = new Map<string, string>();
  for (const name of names) {
    const value = environment[name];
    if (value === undefined) return { kind: "missing", name };
    values.set(name, value);
  }
  return { kind: "named", values: Object.fromEntries(values) };
}

export type NamedHeaders =
  | {
      readonly kind: "named";
      readonly headers: Readonly<Record<string, string>>;
      readonly values: PassedOn;
    }
  | { readonly kind: "missing"; readonly name: string };

/** What stands in a header. What `fetch` refuses would be told by it, with the secret in it. */
export const headerValueForm = /^[\u0020-\u007e]+$/;

/** Headers with their values. One that cannot stand in a header is as one that is not there. @param headers by header what holds its value */
export function headersNamedIn(
  environment: Readonly<Record<string, string | undefined>>,
  headers: Readonly<Record<string, string>>,
): NamedHeaders {
  const wished = Object.entries(headers);
  const named = namedIn(
    environment,
    wished.map(([, name]) => name),
  );
  if (named.kind === "missing") return named;
  const given = wished.map(([header, name]) => ({ header, name, value: named.values[name] ?? "" }));
  const odd = given.find(({ value }) => !headerValueForm.test(value));
  if (odd !== undefined) return { kind: "missing", name: odd.name };
  return {
    kind: "named",
    headers: Object.fromEntries(given.map(({ header, value }) => [header, value])),
    values: named.values,
  };
}

/** A shorter value would be found by chance. */
const hiddenLengthMin = 4;
const linesMax = 10;
const charactersMax = 1_000;
/** What rings, moves the cursor, colours what follows, or turns the text around. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The last lines of what a stranger says, on one line, without what he was passed on and without what moves the cursor. */
export function lastLines(text: string, passedOn: PassedOn): string {
  const hidden = Object.entries(passedOn)
    .filter(([, value]) => value.length >= hiddenLengthMin)
    .sort(([, one], [, other]) => other.length - one.length)
    .reduce((shown, [name, value]) => shown.replaceAll(value, `(${name})`), text);
  const lines = hidden.trim().split(/\r?\n/).slice(-linesMax).join("; ").slice(-charactersMax);
  const shown = lines.replaceAll(
    control,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return shown === "" ? "it says nothing" : shown;
}
