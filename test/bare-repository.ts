import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const found = spawnSync("git", ["--version"], { encoding: "utf8" });
/** Whether git is here, and what the name of a test that needs it says where it is not. */
export const isGitHere = found.status === 0;
export const skipped = isGitHere ? "" : " (skipped: the program git is not here)";

const realGit = isGitHere
  ? spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim()
  : "";

/** A bare repository with a branch `main`, and a working tree of somebody else's, in a folder of its own. */
export class BareRepository {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "holdfast-bare-repository-")));
  readonly bare = join(this.folder, "clusters.git");
  readonly home = join(this.folder, "home");
  readonly #work = join(this.folder, "work");
  readonly #bin = join(this.folder, "bin");

  /** @param files by path, what they hold */
  constructor(files: Readonly<Record<string, string | Buffer>>) {
    for (const made of [this.home, this.#work, this.#bin]) mkdirSync(made);
    this.#run(["init", "--quiet", "--bare", "--initial-branch=main", this.bare]);
    this.#run(["init", "--quiet", "--initial-branch=main", this.#work]);
    this.git("remote", "add", "origin", this.bare);
    this.commit("Begin", files);
  }

  #run(args: readonly string[], input?: string): string {
    const [name, email] = ["Ann", "ann@example.com"];
    const { stdout, stderr, status } = spawnSync(realGit, [...args], {
      ...{ encoding: "utf8", cwd: this.folder, input },
      env: {
        ...{ PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
        ...{
          GIT_AUTHOR_NAME: name,
          GIT_AUTHOR_EMAIL: email,
          GIT_COMMITTER_NAME: name,
          GIT_COMMITTER_EMAIL: email,
        },
      },
    });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  /** By somebody else, in the working tree. */
  git(...args: readonly string[]): string {
    return this.#run(["-C", this.#work, ...args]).trimEnd();
  }

  /** In the repository itself. */
  at(...args: readonly string[]): string {
    return this.#run(["-C", this.bare, ...args]).trimEnd();
  }

  /** Writes files on top of what the branch is, and pushes them. */
  commit(message: string, files: Readonly<Record<string, string | Buffer>> = {}): void {
    this.#change(message, () => {
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(this.#work, file)), { recursive: true });
        writeFileSync(join(this.#work, file), text);
      }
    });
  }

  #change(message: string, change: () => void): void {
    if (this.at("for-each-ref", "refs/heads/main") !== "") {
      this.git("fetch", "--quiet", "origin", "main");
      this.git("reset", "--quiet", "--hard", "FETCH_HEAD");
    }
    change();
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", message);
    this.git("push", "--quiet", "origin", "HEAD:main");
  }

  link(file: string, to: string): void {
    this.#change("Link", () => {
      symlinkSync(to, join(this.#work, file));
    });
  }

  makeExecutable(file: string): void {
    this.#change("May be run", () => {
      chmodSync(join(this.#work, file), 0o755);
    });
  }

  /** As it is on the branch. */
  text(file: string): string {
    return this.#run(["-C", this.bare, "cat-file", "blob", `main:${file}`]);
  }

  get head(): string {
    return this.at("rev-parse", "main");
  }

  /** How many commits the branch has. */
  get commits(): number {
    return Number(this.at("rev-list", "--count", "main"));
  }

  /** Lines that differ between a commit and the branch, each with its sign. */
  diff(since: string): readonly string[] {
    const lines = this.at("diff", "--unified=0", "--no-prefix", since, "main").split("\n");
    return lines.filter((line) => /^[+-](?![+-]{2} )/.test(line));
  }

  /** What the repository does before it takes a push. */
  hook(name: "pre-receive" | "reference-transaction" | "post-receive", script: string): void {
    const file = join(this.bare, "hooks", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  unhook(): void {
    rmSync(join(this.bare, "hooks"), { recursive: true, force: true });
  }

  /** A `PATH` whose git first does something else. @param script a part of a shell script, to which the words are `$@` */
  pathWith(script: string): string {
    const program = join(this.#bin, "git");
    writeFileSync(program, `#!/bin/sh\n${script}\nexec ${realGit} "$@"\n`, { mode: 0o755 });
    return `${this.#bin}:${process.env["PATH"] ?? ""}`;
  }

  /** Locks that somebody has left behind. */
  get isLocked(): boolean {
    return existsSync(join(this.bare, "refs/heads/main.lock"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
