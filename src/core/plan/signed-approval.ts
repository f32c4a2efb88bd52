import { base64, fromBase64, utf8 } from "../evidence/bytes.ts";
import { preAuthenticationEncoding } from "../evidence/dsse.ts";
import type { Cryptography, Signer } from "../evidence/ports.ts";
import { approverPem, keyInPem } from "../model/approver.ts";
import type { InstantMs } from "../units/units.ts";
import type { Epoch } from "./actuator.ts";

/** Reads a public key; all that verifying takes of the outside. */
export type ReadKey = Cryptography["readPublicKey"];

/** What somebody says yes to: this step of this run, under its epoch and its plan's hash, for as long as it asks. */
export interface ApprovalStatement {
  readonly plan: string;
  readonly run: string;
  readonly epoch: Epoch;
  readonly step: string;
  readonly askedAt: InstantMs;
  /** The last instant at which it may be approved. */
  readonly until: InstantMs;
  readonly by: string;
  readonly at: InstantMs;
}

/** What somebody says who takes back what they have said yes to. */
export interface WithdrawalStatement extends ApprovalStatement {
  readonly withdrawnAt: InstantMs;
}

/** What somebody says who begins a run. */
export interface RunStatement {
  readonly plan: string;
  readonly run: string;
  readonly by: string;
  readonly begunAt: InstantMs;
}

/** That whoever has this key has said something. */
export interface Signed {
  /** The public key, as manifests name it. */
  readonly key: string;
  /** Ed25519, in base64. */
  readonly signature: string;
}

const approvalType = "application/vnd.holdfast.approval+json";
const withdrawalType = "application/vnd.holdfast.withdrawal+json";
const runType = "application/vnd.holdfast.run+json";

/** What is signed, as evidence signs (DSSE): a type and a text, neither of which can pass for the other. Fields stand in this order. */
function approvalBytes(statement: ApprovalStatement): Uint8Array {
  return preAuthenticationEncoding(approvalType, utf8(JSON.stringify(approvalFields(statement))));
}

/** All that was signed to approve, and when it was taken back. */
function withdrawalBytes({ withdrawnAt, ...approval }: WithdrawalStatement): Uint8Array {
  const fields = { ...approvalFields(approval), withdrawnAt: instantText(withdrawnAt) };
  return preAuthenticationEncoding(withdrawalType, utf8(JSON.stringify(fields)));
}

function approvalFields({ plan, run, epoch, step, askedAt, until, by, at }: ApprovalStatement): object {
  const [asked, last, said] = [askedAt, until, at].map(instantText);
  return { plan, run, epoch, step, askedAt: asked, until: last, by, at: said };
}

function instantText(at: InstantMs): string {
  return new Date(at).toISOString();
}

function runBytes({ plan, run, by, begunAt }: RunStatement): Uint8Array {
  const text = JSON.stringify({ plan, run, by, begunAt: instantText(begunAt) });
  return preAuthenticationEncoding(runType, utf8(text));
}

export function signApproval(statement: ApprovalStatement, signer: Signer): Signed {
  return signed(approvalBytes(statement), signer);
}

export function signWithdrawal(statement: WithdrawalStatement, signer: Signer): Signed {
  return signed(withdrawalBytes(statement), signer);
}

export function signRun(statement: RunStatement, signer: Signer): Signed {
  return signed(runBytes(statement), signer);
}

export function isApprovalSigned(statement: ApprovalStatement, by: Signed, readKey: ReadKey): boolean {
  return isSigned(approvalBytes(statement), by, readKey);
}

export function isWithdrawalSigned(statement: WithdrawalStatement, by: Signed, readKey: ReadKey): boolean {
  return isSigned(withdrawalBytes(statement), by, readKey);
}

export function isRunSigned(statement: RunStatement, by: Signed, readKey: ReadKey): boolean {
  return isSigned(runBytes(statement), by, readKey);
}

/** How manifests name the key that somebody signs with. */
export function keyOf({ publicKey }: Signer): string {
  return keyInPem(publicKey.pem);
}

/** SHA-256 of the key, which people compare; `null`: it is no key. */
export function fingerprintOf(key: string, readKey: ReadKey): string | null {
  return readKey(utf8(approverPem({ name: "", key })))?.fingerprint ?? null;
}

function signed(bytes: Uint8Array, signer: Signer): Signed {
  return { key: keyOf(signer), signature: base64(signer.sign(bytes)) };
}

function isSigned(bytes: Uint8Array, { key, signature }: Signed, readKey: ReadKey): boolean {
  const [read, decoded] = [readKey(utf8(approverPem({ name: "", key }))), fromBase64(signature)];
  return read !== null && decoded !== null && read.verify(bytes, decoded);
}
