import { isApproverKey, isPrivateKey } from "../model/approver.ts";
import type { Path } from "./document.ts";
import type { ReadDocument } from "./schema.ts";

type Written = Extract<
  ReadDocument<"RecoveryPlan">["spec"]["steps"][number],
  { readonly phase: "approve" }
>["approvers"][number];

interface ApproverSlip {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

const howToWrite =
  "write its public key alone, one line of 60 letters: `holdfast failover key --out FILE` tells that of a private key";

/** What cannot be true of those who may approve a step. A key is never shown: what is wrong with it may be that it is a secret. */
export function ofApprovers(approvers: readonly Written[]): readonly ApproverSlip[] {
  return approvers.flatMap(({ name, key }, index): readonly ApproverSlip[] => {
    const earlier = approvers.slice(0, index);
    const at = (field: string): Path => ["approvers", index, field];
    if (isPrivateKey(key)) {
      const what = "is a private key, which whoever can read this file can now sign with";
      return [{ path: at("key"), what, mend: `let its owner make another one, and ${howToWrite}` }];
    }
    if (!isApproverKey(key)) return [{ path: at("key"), what: "is no Ed25519 public key", mend: howToWrite }];
    const namesake = earlier.some((each) => each.name === name);
    const owner = earlier.find((each) => each.key === key);
    const renamed = `is ${name}, as one before it is: nobody could tell who has said yes`;
    return [
      ...(namesake ? [{ path: at("name"), what: renamed, mend: "name each person once" }] : []),
      ...(owner === undefined
        ? []
        : [
            {
              path: at("key"),
              what: `is the key of ${owner.name} too, who would count twice`,
              mend: "let each person have a key of their own",
            },
          ]),
    ];
  });
}
