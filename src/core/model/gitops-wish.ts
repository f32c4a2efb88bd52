import type { StepName } from "./wishes.ts";

/** Values in files on a branch of a git repository, as they are to be. Plain data. */
export interface GitopsWish extends StepName {
  /** What git understands, with no password in it; a folder by its path. */
  readonly repository: string;
  readonly branch: string;
  readonly edits: readonly FileEdit[];
  /** First line of the commit. */
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Names of what git is given of our environment, such as a credential. Nothing else is. */
  readonly environment: readonly string[];
}

export interface FileEdit {
  /** Within the repository, with `/` between its folders. */
  readonly file: string;
  /** Which of the documents in it; `null`: the only one. */
  readonly document: { readonly kind: string; readonly name: string } | null;
  readonly set: readonly SetValue[];
}

export interface SetValue {
  /** As `settingPath` reads it. */
  readonly path: string;
  readonly value: SettingValue;
}

export type SettingValue = string | number | boolean;

const urlForm = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/]*)@)?/i;

/** Whether it is a folder on this machine, and no address. */
export function isLocalRepository(repository: string): boolean {
  return !urlForm.test(repository) && !/^[^/]+:/.test(repository);
}

/** Why git is not given it; `null`: it is. What is wrong may be the password in it, so it is not shown. */
export function repositoryFault(repository: string): string | null {
  if (/^(?:-|$)/.test(repository) || control.test(repository)) return "is no address";
  if (/^[a-z0-9]+::/i.test(repository)) return "names a program that git would run";
  const [, scheme, account = ""] = urlForm.exec(repository) ?? [];
  if (scheme !== undefined) return urlFault(scheme, account);
  return /^[^/]*:[^/]*@/.test(repository) ? "has a password in it" : null;
}

function urlFault(scheme: string, account: string): string | null {
  if (!/^(?:https?|ssh|git|file)$/i.test(scheme)) return "is of a kind that git is not let reach";
  // To a server of https a name alone may be a token.
  const secret = /^http/i.test(scheme) ? /./ : /:/;
  return secret.test(account) ? "has a name or a password in it" : null;
}

const control = /[\u0000-\u001f\u007f]/;

/** Why it is no file that is edited; `null`: it may be. */
export function fileFault(file: string): string | null {
  const parts = file.split("/");
  if (parts.includes("..") || file.startsWith("/")) return "leads out of the repository";
  if (parts.some((part) => /^\.git$/i.test(part))) return "is git's own";
  if (control.test(file) || file.includes("\\") || file.trim() !== file) return "is no plain path";
  if (parts.includes("") || parts.includes(".")) return "is no plain path";
  return /\.(?:ya?ml|json)$/.test(file) ? null : "is neither YAML nor JSON by its name";
}

/** Why it cannot stand in one line of a commit; `null`: it can. */
export function lineFault(line: string): string | null {
  if (line.trim() === "") return "is empty";
  return control.test(line) ? "has more than one line, or characters that are none" : null;
}
