/** What a code of a problem stands for: shown by `holdfast explain CODE`, and the `why` of every problem that carries it. */
export interface CodeEntry {
  readonly why: string;
  /** How to mend it in general; a problem says it for the case at hand. */
  readonly mend: string;
}

/** Every problem that reading a workspace can answer. */
export const manifestCodes = {
  "workspace/missing": {
    why: "a workspace is the folder that holds your manifests, and nothing is there",
    mend: "check the path, or write a workspace to start from with `holdfast init DIR`",
  },
  "workspace/no-such-file": {
    why: "what is not there cannot be read, and going on without it would say less than it seems to",
    mend: "check the path",
  },
  "workspace/not-a-folder": {
    why: "manifests name one another across files, so a whole folder is read, never one file",
    mend: "give the folder that holds the file",
  },
  "workspace/empty": {
    why: "only files that end in .yaml or .yml are read as manifests, and there is none",
    mend: "write a workspace to start from with `holdfast init DIR`",
  },
  "workspace/not-a-file": {
    why: "its name says that it is a manifest, so leaving it out in silence could hide one",
    mend: "rename it so that it does not end in .yaml or .yml, or put a file in its place",
  },
  "workspace/unreadable": {
    why: "what cannot be read cannot be checked, and a check that skips files says less than it seems to",
    mend: "give yourself the right to read it, mend a link that leads nowhere, or take it out of the workspace",
  },
  "workspace/not-utf8": {
    why: "manifests are UTF-8 text; guessing another encoding would change names in silence",
    mend: "save the file as UTF-8",
  },
  "workspace/too-large": {
    why: "reading is bounded, so that a file put there by mistake cannot use up the machine",
    mend: "split the file, or move what is no manifest out of the workspace",
  },
  "workspace/exists": {
    why: "what you wrote is never overwritten unless you ask for it",
    mend: "choose another folder, or overwrite with --force",
  },
  "workspace/not-writable": {
    why: "nothing was left half-written: either every file of the workspace is there, or none",
    mend: "give yourself the right to write there, or choose another folder",
  },
  "manifest/unreadable-yaml": {
    why: "YAML gives structure its meaning by indentation and punctuation, and here they contradict each other",
    mend: "mend the text at the place shown; quote values that hold `: ` or begin with a special character",
  },
  "manifest/duplicate-key": {
    why: "of two values under one key only one can hold, and a reader cannot know which was meant",
    mend: "delete one of the two",
  },
  "manifest/endless-alias": {
    why: "what holds itself can be unfolded without end, and no manifest means that",
    mend: "write what is meant in place of the alias",
  },
  "manifest/too-many-aliases": {
    why: "aliases that repeat aliases grow into more data than memory holds",
    mend: "write the repeated parts out, or as documents of their own",
  },
  "manifest/too-deep": {
    why: "no manifest nests that deeply, so this is some other data",
    mend: "move the file out of the workspace",
  },
  "manifest/not-a-map": {
    why: "a document is a map with apiVersion, kind, metadata and spec",
    mend: "write `apiVersion: holdfast/v1alpha1` and the keys that `holdfast schema` describes",
  },
  "manifest/missing-api-version": {
    why: "the apiVersion says whose document it is and how to read it",
    mend: "begin the document with `apiVersion: holdfast/v1alpha1`",
  },
  "manifest/unknown-api-version": {
    why: "documents that nobody reads look as if they were in force",
    mend: "write `apiVersion: holdfast/v1alpha1`; OpenSLO documents (openslo/v1) may stand beside; keep others elsewhere",
  },
  "manifest/unknown-kind": {
    why: "a kind that nobody reads has no effect, and looks as if it had",
    mend: "write one of the kinds that `holdfast schema` lists",
  },
  "manifest/unknown-key": {
    why: "a key that nobody reads has no effect, and looks as if it had",
    mend: "write one of the keys that `holdfast explain FIELD` lists, or delete it",
  },
  "manifest/missing-key": {
    why: "there is no value that could be assumed here without guessing",
    mend: "add the key",
  },
  "manifest/wrong-type": {
    why: "a value of another type would have to be guessed into the right one",
    mend: "write a value of the type that `holdfast explain FIELD` gives",
  },
  "manifest/unknown-value": {
    why: "only the words that have a meaning are taken here",
    mend: "write one of the words that `holdfast explain FIELD` lists",
  },
  "manifest/bad-name": {
    why: "names become file names, labels and DNS labels: lower-case letters, digits and hyphens, at most 63",
    mend: "use lower-case letters, digits and hyphens, with a letter or digit at both ends",
  },
  "manifest/impossible-quantity": {
    why: "a number means nothing without its unit, and must be one that can be measured: no time is below 0 s",
    mend: "write the number with a unit that fits: `60 s`, `99.95 %`, `140 GiB`, `12 USD/h`",
  },
  "manifest/out-of-range": {
    why: "the value is of the right type and yet cannot be so",
    mend: "write a value within the range that the message names",
  },
  "manifest/duplicate-name": {
    why: "others refer to it by name, and a name must mean one thing",
    mend: "rename or delete one of the two",
  },
  "manifest/dangling-reference": {
    why: "what is named here is declared nowhere in the workspace",
    mend: "declare it, or write the name of something that is declared",
  },
  "manifest/contradiction": {
    why: "two parts of the workspace cannot both be true",
    mend: "change one of them",
  },
  "manifest/no-platform": {
    why: "everything else refers to the regions of the platform",
    mend: "add a document of `kind: Platform`; `holdfast init` writes one to start from",
  },
  "manifest/two-platforms": {
    why: "a workspace describes one platform, so that a region's name means one thing",
    mend: "keep each platform in a folder of its own, and check each folder",
  },
} as const satisfies Readonly<Record<`${string}/${string}`, CodeEntry>>;

export type ManifestCode = keyof typeof manifestCodes;
