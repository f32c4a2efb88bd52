import type { Signer } from "../../core/evidence/ports.ts";
import type { Parsed } from "../../core/problem/problem.ts";
import { shellWord } from "../../core/problem/shell-word.ts";
import { systemCode } from "./evidence-disk.ts";
import { type KeyWords, openSigningKey, readSigningKey } from "./evidence-key.ts";

const ofAPerson: KeyWords = {
  area: "plan",
  secret: "Whoever can read the key can say yes in its owner's name.",
  kind: "Who says yes is proven by a signature of Ed25519.",
};

/** The private key of a person, as they name it. It is never made in passing: a key that nobody has declared proves nothing. */
export async function readPersonalKey(path: string): Promise<Parsed<Signer>> {
  try {
    return await readSigningKey(path, ofAPerson);
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    const problem = {
      code: "plan/key-unread",
      what: `${path}: the private key cannot be read (${code})`,
      where: null,
      why: ofAPerson.kind,
      mend: `name the file of your own key; \`holdfast failover key --out ${shellWord(path)}\` makes one`,
    } as const;
    return { ok: false, problems: [problem] };
  }
}

/** Makes it, readable by its owner alone, or reads the one that is there. */
export async function makePersonalKey(path: string): Promise<Parsed<Signer>> {
  const made = await openSigningKey(path);
  // What is there already is told in the words of whoever says yes.
  return made.ok || !made.problems[0].code.startsWith("evidence/key-") ? made : readPersonalKey(path);
}
