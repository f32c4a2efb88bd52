import { nameBytes, nameText } from "./names.ts";

/** A secret that a server shares with whoever may change what it holds. */
export interface SignatureKey {
  /** In lower case and without the final dot. */
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly secret: Buffer;
}

const algorithms = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;
export type Algorithm = (typeof algorithms)[number];

/** The key of a file as BIND's `tsig-keygen` writes it, or why there is none to be read. The secret is in no reason. */
export function keyIn(text: string): SignatureKey | string {
  const bare = text.replaceAll(/\/\*.*?\*\/|(?:\/\/|#)[^\n]*/gs, (comment, at: number) =>
    isQuoted(text, at) ? comment : " ",
  );
  const statements = [...bare.matchAll(/\bkey\s+("[^"]*"|[^\s"{]+)\s*\{([^}]*)\}\s*;/g)];
  const [, quotedName = "", body = ""] = statements[0] ?? [];
  if (statements.length !== 1) return `it holds ${statements.length} keys, and one is needed`;
  const name = nameBytes(unquoted(quotedName));
  if (name === null) return `${quotedName} is no name of a key`;
  const given = settingOf(body, "algorithm").toLowerCase().replace(/\.$/, "");
  const algorithm = algorithms.find((each) => each === given);
  if (algorithm === undefined)
    return `its algorithm is ${given === "" ? "not given" : given}, and ${algorithms.join(", ")} are known`;
  const secret = settingOf(body, "secret");
  // Node passes over what is no Base64, and would sign with another secret than the one that was meant.
  if (!/^(?=.)(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(secret))
    return "its secret is not written in Base64";
  return { name: nameText(name), algorithm, secret: Buffer.from(secret, "base64") };
}

/** A secret may hold two slashes. */
function isQuoted(text: string, at: number): boolean {
  const lineStart = text.lastIndexOf("\n", at) + 1;
  return (text.slice(lineStart, at).split('"').length - 1) % 2 === 1;
}

function settingOf(body: string, name: string): string {
  const found = new RegExp(`(?:^|[;\\s])${name}\\s+("[^"]*"|[^\\s;"]+)\\s*;`).exec(body);
  return unquoted(found?.[1] ?? "");
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/s, "$1");
}
