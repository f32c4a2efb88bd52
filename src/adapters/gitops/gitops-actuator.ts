import type { FileEdit, GitopsWish } from "../../core/model/gitops-wish.ts";
import {
  type Actuator,
  type Applied,
  type Epoch,
  type Failed,
  failed,
  type Look,
  type Settings,
} from "../../core/plan/actuator.ts";
import { invariant } from "../../core/problem/problem.ts";
import { formatOf, isFault } from "./document.ts";
import { commitMessage, epochsOf, filesOf } from "./epoch-trailers.ts";
import type { GitTask } from "./git-program.ts";
import { contended, faultOfFile, pushRefused } from "./problems.ts";
import { editedText } from "./splice.ts";
import {
  commitOn,
  fileAt,
  type FileText,
  type GitopsSettings,
  headOf,
  inClone,
  push,
  refresh,
} from "./working-clone.ts";

/** How often a commit is pushed when somebody else is faster, or changes it back at once. */
const pushesMax = 5;

/**
 * Sets values in files on a branch of a git repository, by one commit that a reconciler brings about.
 *
 * The epoch stands in the commit, as trailers: `Holdfast-Epoch: 7`, and `Holdfast-File` for each file of the wish, changed or not. **What
 * has an epoch is a file on a branch**: the highest of all commits of the branch that name it. Not the whole branch, where platforms with
 * counts of their own may have a folder each; and not a single value, as what is set in one file belongs together.
 *
 * A commit is made on top of what was read and pushed as a fast-forward, never by force. So the server refuses it once the branch has
 * moved, everything is read anew, and the epochs are compared again. Where all is as wished and the epoch is lower, a commit without a
 * change keeps the epoch: without it an attempt that comes late would find nothing that says so.
 */
export function gitopsActuator(settings: GitopsSettings): Actuator<GitopsWish> {
  return {
    look: async (wish, signal) => {
      const seen = await inClone({ wish, signal }, settings, see);
      return seen.kind === "failed" ? { kind: "unseen", problem: seen.problem } : lookOf(seen);
    },
    apply: (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      return inClone({ wish, signal }, settings, (task) => apply(task, epoch));
    },
  };
}

interface Seen {
  readonly kind: "seen";
  /** The commit at which it was so. */
  readonly commit: string;
  readonly now: Settings;
  readonly wanted: Settings;
  /** Of each file of the wish. */
  readonly epochs: readonly (Epoch | null)[];
  /** Those that are not as wished, as they are to be. */
  readonly files: readonly FileText[];
}

function lookOf({ now, wanted, epochs }: Seen): Look {
  return { kind: "seen", now, wanted, epoch: lastOf(epochs) };
}

function lastOf(epochs: readonly (Epoch | null)[]): Epoch | null {
  const known = epochs.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
}

async function see(task: GitTask): Promise<Seen | Failed> {
  const { edits } = task.wish;
  const head = await headOf(task);
  if (head.kind === "failed") return head;
  const [now, wanted] = [new Map<string, string>(), new Map<string, string>()];
  const files: FileText[] = [];
  for (const file of filesOf(edits)) {
    const read = await fileAt(task, head.commit, file);
    if (read.kind === "failed") return read;
    let { text } = read;
    for (const edit of edits.filter((each) => each.file === file)) {
      const edited = editedText(text, edit, formatOf(file));
      if (isFault(edited)) return failed(faultOfFile(task.wish, file, edited));
      ({ text } = edited);
      for (const setting of edited.settings) {
        const key = `${shownFile(edit)} ${setting.path}`;
        now.set(key, shown(setting.now));
        wanted.set(key, shown(setting.wanted));
      }
    }
    if (text !== read.text) files.push({ ...read, text });
  }
  const epochs = epochsOf(filesOf(edits), head.epochs);
  const settings = { now: Object.fromEntries(now), wanted: Object.fromEntries(wanted) };
  return { kind: "seen", commit: head.commit, ...settings, epochs, files };
}

function shownFile({ file, document }: FileEdit): string {
  return document === null ? file : `${file} (${document.kind} ${document.name})`;
}

/** A longer value is cut off. */
const shownMax = 300;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

async function apply(task: GitTask, epoch: Epoch): Promise<Applied> {
  for (let pushes = 0; ; pushes += 1) {
    const seen = await see(task);
    if (seen.kind === "failed") return seen;
    const standing = standingOf(seen, epoch);
    if (standing !== null) return standing;
    if (pushes === pushesMax) return failed(contended(task.wish, pushesMax));
    const unpushed = await pushOn(task, seen, epoch);
    if (unpushed !== null) return unpushed;
  }
}

/** How it stands with no further deed; `null`: something is to be done, if it is only that the epoch is kept. */
function standingOf({ now, epochs, files }: Seen, epoch: Epoch): Applied | null {
  const last = lastOf(epochs);
  if (last !== null && last > epoch) return { kind: "outdated", epoch: last };
  return files.length === 0 && epochs.every((each) => each === epoch) ? { kind: "done", now } : null;
}

/** Pushes what is wished for, and fetches what has become of the branch. `null`: see what that is. */
async function pushOn(task: GitTask, seen: Seen, epoch: Epoch): Promise<Failed | null> {
  const message = commitMessage(task.wish, epoch, seen);
  const made = await commitOn(task, seen.commit, { files: seen.files, message });
  if (made.kind === "failed") return made;
  const pushed = await push(task, made.commit);
  if (pushed.kind === "failed") return pushed;
  const unread = await refresh(task);
  if (unread !== null || pushed.refused === null) return unread;
  // Refused because somebody was faster, or by the rules of the server: the branch itself tells.
  const head = await headOf(task);
  if (head.kind === "failed") return head;
  return head.commit === seen.commit ? failed(pushRefused(task.wish, pushed.refused)) : null;
}
