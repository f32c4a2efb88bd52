import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitopsActuator } from "../../src/adapters/gitops/gitops-actuator.ts";
import type { FileEdit, GitopsWish, SettingValue } from "../../src/core/model/gitops-wish.ts";
import type { Actuator, Applied, Look } from "../../src/core/plan/actuator.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import { BareRepository, isGitHere, skipped } from "../bare-repository.ts";
import { bundled } from "../bundled.ts";

const life = new AbortController().signal;

const westFile = "clusters/west/values.yaml";
const west = `# What west is given.
inference:
  replicas:   2   # in quiet times
  image: "serve:v1"
`;
const kustomization = `images:
- {name: serve, newTag: v1}   # pinned
- name: route
  newTag: v1
`;

function edit(file: string, set: Readonly<Record<string, SettingValue>>): FileEdit {
  return { file, document: null, set: Object.entries(set).map(([path, value]) => ({ path, value })) };
}

function problemIn(outcome: Applied | Look): Problem {
  if (outcome.kind !== "failed" && outcome.kind !== "unseen")
    throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome.problem;
}

// Each starts git some dozens of times, which on a busy machine takes its seconds.
const testMsMax = 60_000;

describe.skipIf(!isGitHere)(`a repository of a real git${skipped}`, { timeout: testMsMax }, () => {
  let made: BareRepository;
  let clones: string;
  let actuator: Actuator<GitopsWish>;

  beforeEach(() => {
    made = new BareRepository({
      [westFile]: west,
      "clusters/west/kustomization.yaml": kustomization,
      "clusters/east/values.yaml": west,
    });
    clones = join(made.folder, "clones");
    mkdirSync(clones);
    actuator = actuatorWith({});
  });
  afterEach(() => {
    const left = readdirSync(clones);
    made.remove();
    expect(left).toEqual([]);
  });

  function actuatorWith(environment: Readonly<Record<string, string>>): Actuator<GitopsWish> {
    const ours = { PATH: process.env["PATH"], HOME: made.home, HUSH: "never told", ...environment };
    return gitopsActuator({ folder: clones, gentleMs: 1_000, environment: ours });
  }

  const wished = (replicas: number, over: Partial<GitopsWish> = {}): GitopsWish => ({
    ...{ plan: "leave-east", step: "west-grows", repository: made.bare, branch: "main" },
    edits: [edit(westFile, { "inference.replicas": replicas })],
    message: "West grows",
    author: { name: "Holdfast", email: "holdfast@localhost" },
    environment: ["PATH", "HOME"],
    ...over,
  });

  const apply = (wish: GitopsWish, epoch: number, signal = life): Promise<Applied> =>
    actuator.apply(wish, epoch, signal);

  /** An actuator whose git does something before its first push, or before each. */
  function beforePush(deed: string, when: "once" | "always" = "once"): Actuator<GitopsWish> {
    const isDone = join(made.folder, "done");
    const guard = when === "once" ? `[ ! -e ${isDone} ] || isFirst=no; touch ${isDone};` : "";
    const script = `isFirst=yes
for word in "$@"; do if [ "$word" = push ]; then ${guard} if [ $isFirst = yes ]; then ${deed}; fi; break; fi; done`;
    return actuatorWith({ PATH: made.pathWith(script) });
  }

  /** A shell command by which somebody else commits this file and pushes it. */
  function otherPush(file: string, text: string): string {
    const work = join(made.folder, "other");
    const as = "-c user.name=Bob -c user.email=bob@example.com";
    const real = "/usr/bin/env -i PATH=/usr/bin:/bin git";
    return [
      `rm -rf ${work}`,
      `${real} clone --quiet ${made.bare} ${work}`,
      `cd ${work}`,
      `printf '%s' '${text}' > ${file}`,
      `${real} add --all`,
      `${real} ${as} commit --quiet --allow-empty --message "By Bob, $(date +%N)"`,
      `${real} push --quiet`,
      "cd -",
    ]
      .join(" && ")
      .concat(" > /dev/null 2>&1");
  }

  it("is looked at, which changes nothing", async () => {
    const { head } = made;
    const kustomize = edit("clusters/west/kustomization.yaml", { "images[name=serve].newTag": "v2" });
    const wish = wished(4, { edits: [...wished(4).edits, kustomize] });
    expect(await actuator.look(wish, life)).toEqual({
      kind: "seen",
      now: {
        [`${westFile} inference.replicas`]: "2",
        "clusters/west/kustomization.yaml images[name=serve].newTag": '"v1"',
      },
      wanted: {
        [`${westFile} inference.replicas`]: "4",
        "clusters/west/kustomization.yaml images[name=serve].newTag": '"v2"',
      },
      epoch: null,
    });
    expect(made.head).toBe(head);
  });

  it("is changed by one commit of just the lines that are meant, which keeps the epoch", async () => {
    made.makeExecutable(westFile);
    made.link("link", "clusters");
    const { head } = made;
    const kustomize = edit("clusters/west/kustomization.yaml", { "images[name=serve].newTag": "v2" });
    const wish = wished(4, { edits: [...wished(4).edits, kustomize] });
    expect(await apply(wish, 7)).toEqual({
      kind: "done",
      now: {
        [`${westFile} inference.replicas`]: "4",
        "clusters/west/kustomization.yaml images[name=serve].newTag": '"v2"',
      },
    });
    expect(made.diff(head)).toEqual([
      "-- {name: serve, newTag: v1}   # pinned",
      "+- {name: serve, newTag: v2}   # pinned",
      "-  replicas:   2   # in quiet times",
      "+  replicas:   4   # in quiet times",
    ]);
    expect(made.at("rev-list", "--parents", "-1", "main")).toBe(`${made.head} ${head}`);
    expect(made.at("ls-tree", "main", westFile)).toMatch(/^100755 /);
    expect(made.at("log", "-1", "--format=%an <%ae>%n%cn <%ce>%n%B", "main")).toBe(
      [
        ...["Holdfast <holdfast@localhost>", "Holdfast <holdfast@localhost>", "West grows", ""],
        `${westFile} inference.replicas: 2 -> 4`,
        'clusters/west/kustomization.yaml images[name=serve].newTag: "v1" -> "v2"',
        ...["", "Holdfast-Step: leave-east/west-grows", "Holdfast-Epoch: 7"],
        `Holdfast-File: ${westFile}`,
        "Holdfast-File: clusters/west/kustomization.yaml",
        "",
      ]
        .join("\n")
        .trimEnd(),
    );
    expect(await actuator.look(wish, life)).toMatchObject({ epoch: 7 });
  });

  it("keeps every other byte, whatever anybody's configuration makes of ends of lines", async () => {
    const crlf = "a: 1\r\nb: 2 # why\r\n\r\nc: last";
    made.commit("Ends of lines", { ".gitattributes": "* text eol=lf filter=shout\n", "crlf.yaml": "" });
    made.git("config", "core.autocrlf", "false");
    made.commit("No attributes", { ".gitattributes": "crlf.yaml -text\n", "crlf.yaml": crlf });
    made.commit("Attributes", { ".gitattributes": "other text\n" });
    writeFileSync(
      join(made.home, ".gitconfig"),
      '[core]\n autocrlf = true\n eol = lf\n safecrlf = true\n[filter "shout"]\n clean = tr a-z A-Z\n required = true\n',
    );
    expect(await apply(wished(4, { edits: [edit("crlf.yaml", { b: 3 })] }), 7)).toMatchObject({
      kind: "done",
    });
    expect(made.text("crlf.yaml")).toBe(crlf.replace("2", "3"));
  });

  it("is changed twice as once, also by another process", async () => {
    await apply(wished(4), 7);
    const { head } = made;
    expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
    expect(await actuatorWith({}).apply(wished(4), 7, life)).toMatchObject({ kind: "done" });
    expect(made.head).toBe(head);
  });

  it("is not changed under a lower epoch, however many have committed since", async () => {
    await apply(wished(4), 8);
    for (const name of ["one", "two", "three"]) made.commit(name, { [name]: name });
    const { head } = made;
    expect(await apply(wished(2), 7)).toEqual({ kind: "outdated", epoch: 8 });
    expect(made.head).toBe(head);
    // The way back has the epoch of the way there.
    expect(await apply(wished(2), 8)).toMatchObject({ kind: "done" });
    expect(made.text(westFile)).toBe(west);
    expect(await apply(wished(6), 9)).toMatchObject({ kind: "done" });
  });

  it("keeps the epoch where all is as wished already, for whoever comes late", async () => {
    expect(await apply(wished(2), 8)).toMatchObject({ kind: "done" });
    expect(made.at("diff", "main~1", "main")).toBe("");
    expect(await actuator.look(wished(2), life)).toMatchObject({ epoch: 8 });
    expect(await apply(wished(4), 7)).toEqual({ kind: "outdated", epoch: 8 });
    expect(made.text(westFile)).toBe(west);
  });

  it("has an epoch for each file: others on the branch are not held up", async () => {
    await apply(wished(4), 8);
    const east = edit("clusters/east/values.yaml", { "inference.replicas": 0 });
    expect(await apply(wished(0, { edits: [east] }), 3)).toMatchObject({ kind: "done" });
    const both = wished(1, { edits: [east, ...wished(1).edits] });
    expect(await apply(both, 7)).toEqual({ kind: "outdated", epoch: 8 });
    expect(await actuator.look(both, life)).toMatchObject({ epoch: 8 });
    // All is as wished, one file was changed under this epoch, and the other keeps it too from then on.
    expect(await apply(wished(4, { edits: [east, ...wished(4).edits] }), 8)).toMatchObject({ kind: "done" });
    expect(
      await apply(wished(1, { edits: [edit("clusters/east/values.yaml", { "inference.replicas": 1 })] }), 7),
    ).toEqual({
      ...{ kind: "outdated", epoch: 8 },
    });
  });

  it("is changed on top of what somebody has pushed between our reading and our writing", async () => {
    const racing = beforePush(otherPush("notes", "by Bob"));
    expect(await racing.apply(wished(4), 7, life)).toMatchObject({ kind: "done" });
    expect(made.text("notes")).toBe("by Bob");
    expect(made.text(westFile)).toContain("replicas:   4 ");
    expect(made.commits).toBe(3);
  });

  it("keeps what somebody else has changed in the same file meanwhile", async () => {
    const racing = beforePush(otherPush(westFile, `${west}added: true\n`));
    expect(await racing.apply(wished(4), 7, life)).toMatchObject({ kind: "done" });
    expect(made.text(westFile)).toBe(`${west.replace(" 2 ", " 4 ")}added: true\n`);
  });

  it("has an attempt that is overtaken between reading and writing change nothing", async () => {
    const waiting = join(made.folder, "waiting");
    const racing = beforePush(`touch ${waiting}; while [ -e ${waiting} ]; do sleep 0.05; done`);
    const late = racing.apply(wished(4), 7, life);
    await there(waiting);
    expect(await apply(wished(6), 8)).toMatchObject({ kind: "done" });
    const { head } = made;
    rmSync(waiting);
    expect(await late).toEqual({ kind: "outdated", epoch: 8 });
    expect(made.head).toBe(head);
  });

  it("has two epochs that race end with the higher one", async () => {
    const outcomes = await Promise.all([apply(wished(4), 7), apply(wished(6), 8)]);
    expect(outcomes[1]).toMatchObject({ kind: "done" });
    expect(["done", "outdated"]).toContain(outcomes[0].kind);
    expect(made.text(westFile)).toContain("replicas:   6 ");
  });

  it("is given up where somebody is faster each time", async () => {
    const racing = beforePush(otherPush("notes", "by Bob"), "always");
    const { code } = problemIn(await racing.apply(wished(4), 7, life));
    expect(code).toBe("gitops/contended");
    expect(made.text(westFile)).toBe(west);
    expect(made.commits).toBe(6);
  });

  it("is not reported as done where the server takes the commit and goes back at once", async () => {
    const { head } = made;
    made.hook("post-receive", `git update-ref refs/heads/main ${head}`);
    expect(problemIn(await apply(wished(4), 7)).code).toBe("gitops/contended");
    expect(made.head).toBe(head);
  });

  it("tells what the server says that refuses a commit, and nothing is changed", async () => {
    const { head } = made;
    made.hook("pre-receive", "echo main is protected: ask the platform team; exit 1");
    const { code, what } = problemIn(await apply(wished(4), 7));
    expect(code).toBe("gitops/push-refused");
    expect(what).toContain("main is protected: ask the platform team");
    expect(what).toContain("pre-receive hook declined");
    expect(made.head).toBe(head);
    made.unhook();
    expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
  });

  it("is changed where the server sends no more than is asked for", async () => {
    made.at("config", "uploadpack.allowFilter", "true");
    const { head } = made;
    const wish = wished(4, { repository: `file://${made.bare}` });
    expect(await apply(wish, 7)).toMatchObject({ kind: "done" });
    expect(made.diff(head)).toHaveLength(2);
    expect(made.at("fsck", "--strict")).toBe("");
  });

  it("is given the environment that is named and nothing else, and never asks anybody", async () => {
    const told = join(made.folder, "told");
    const telling = actuatorWith({
      PATH: made.pathWith(`/usr/bin/env > ${told}`),
      GIT_SSH_COMMAND: "ssh -i key",
    });
    const wish = wished(4, { environment: ["PATH", "HOME", "GIT_SSH_COMMAND"] });
    expect(await telling.look(wish, life)).toMatchObject({ kind: "seen" });
    const environment = readFileSync(told, "utf8");
    expect(environment).toContain("GIT_TERMINAL_PROMPT=0\n");
    expect(environment).toContain("GIT_SSH_COMMAND=ssh -i key\n");
    expect(environment).not.toContain("HUSH");
    // Where git stands in the usual place, it needs nothing of ours.
    expect(await actuator.apply(wished(4, { environment: [] }), 7, life)).toMatchObject({ kind: "done" });
  });

  it("runs no hook of ours, and signs nothing", async () => {
    const hooks = join(made.folder, "hooks");
    const ran = join(made.folder, "ran");
    mkdirSync(hooks);
    // Git of a folder of this machine is a server by our configuration, and runs hooks where the repository is.
    for (const name of ["pre-push", "reference-transaction", "post-index-change"])
      writeFileSync(join(hooks, name), `#!/bin/sh\npwd >> ${ran}\n`, { mode: 0o755 });
    writeFileSync(
      join(made.home, ".gitconfig"),
      `[core]\n hooksPath = ${hooks}\n[commit]\n gpgSign = true\n[push]\n gpgSign = true\n`,
    );
    expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
    expect(new Set(readFileSync(ran, "utf8").trimEnd().split("\n"))).toEqual(new Set([made.bare]));
  });

  it.each<readonly [string, string, Partial<GitopsWish>, RegExp]>([
    ["no repository", "gitops/unreachable", { repository: "/none/clusters.git" }, /\/none\/clusters.git/],
    ["a branch that is not there", "gitops/no-branch", { branch: "none" }, /no branch none/],
    ["a tag in the place of the branch", "gitops/no-branch", { branch: "v1" }, /no branch v1/],
    ["no name of a branch", "gitops/wish-unusable", { branch: "a..b" }, /no name of a branch/],
    ["an option in the place of a branch", "gitops/no-branch", { branch: "--bare" }, /no branch --bare/],
    ["a program as a repository", "gitops/wish-unusable", { repository: "ext::sh -c reboot" }, /program/],
    [
      "a password",
      "gitops/wish-unusable",
      { repository: "https://a:hush@h/x" },
      /^the repository has a name or a password in it$/,
    ],
    ["a name that is not set", "gitops/environment", { environment: ["NONE"] }, /NONE/],
    [
      "a name that would tell secrets",
      "gitops/wish-unusable",
      { environment: ["GIT_TRACE_CURL"] },
      /GIT_TRACE_CURL/,
    ],
    [
      "a message of two lines",
      "gitops/wish-unusable",
      { message: "a\n\nHoldfast-Epoch: 99" },
      /more than one line/,
    ],
    ["no file", "gitops/no-file", { edits: [edit("none.yaml", { a: 1 })] }, /is not there/],
    ["a folder", "gitops/no-file", { edits: [edit("folder.yaml", { a: 1 })] }, /is no file/],
    ["a link", "gitops/no-file", { edits: [edit("link.yaml", { a: 1 })] }, /is a link/],
    [
      "a file behind a link",
      "gitops/no-file",
      { edits: [edit("linked/values.yaml", { a: 1 })] },
      /is not there/,
    ],
    ["bytes that are no text", "gitops/no-file", { edits: [edit("bytes.yaml", { a: 1 })] }, /UTF-8/],
    ["a way out", "gitops/wish-unusable", { edits: [edit("../values.yaml", { a: 1 })] }, /leads out/],
    [
      "no YAML",
      "gitops/not-a-document",
      { edits: [edit("template.yaml", { a: 1 })] },
      /template.yaml on main of /,
    ],
    [
      "no value",
      "gitops/no-value",
      { edits: [edit(westFile, { "inference.none": 1 })] },
      /there is no none of its own/,
    ],
    ["no path", "gitops/wish-unusable", { edits: [edit(westFile, { "a[0]": 1 })] }, /no path/],
    [
      "a text as a number",
      "gitops/other-type",
      { edits: [edit(westFile, { "inference.replicas": "4" })] },
      /a text/,
    ],
    ["a value that others share", "gitops/shared-value", { edits: [edit("shared.yaml", { a: 2 })] }, /\*x/],
    [
      "a value on several lines",
      "gitops/not-settable",
      { edits: [edit("shared.yaml", { c: "y" })] },
      /lines/,
    ],
  ])("cannot be looked at, nor changed, with %s", async (...[, code, over, said]) => {
    made.commit("Odd files", {
      "folder.yaml/values.yaml": "a: 1\n",
      "bytes.yaml": Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]),
      "template.yaml": "a: 1\n{{- if .Values.b }}\n",
      "shared.yaml": "a: &x 1\nb: *x\nc: |\n  x\n",
    });
    made.link("link.yaml", westFile);
    made.link("linked", "clusters/west");
    made.git("tag", "v1");
    made.git("push", "--quiet", "origin", "v1");
    const { head } = made;
    for (const outcome of [await actuator.look(wished(4, over), life), await apply(wished(4, over), 7)]) {
      const problem = problemIn(outcome);
      expect([problem.code, problem.what]).toEqual([code, expect.stringMatching(said)]);
      expect(JSON.stringify(problem)).not.toContain("hush");
    }
    expect(made.head).toBe(head);
  });

  it("cannot be looked at without git, nor without room", async () => {
    const without = actuatorWith({ PATH: made.home });
    expect(problemIn(await without.look(wished(4), life)).code).toBe("gitops/missing-program");
    const settings = { folder: join(made.folder, "none"), gentleMs: 1_000, environment: process.env };
    expect(problemIn(await gitopsActuator(settings).look(wished(4, { environment: [] }), life)).code).toBe(
      "gitops/temporary-folder",
    );
  });

  describe("behind a server of its own", () => {
    let server: Server;
    beforeEach(async () => {
      // One that asks who it is, and tells what it was sent.
      server = createServer(({ headers: { authorization = "" } }, response) => {
        const status = authorization === "" ? 401 : 403;
        response.writeHead(status, { "content-type": "text/plain", "www-authenticate": 'Basic realm="git"' });
        const basic = Buffer.from(authorization.replace("Basic ", ""), "base64").toString("utf8");
        response.end(`no entry with ${authorization.replace(/^Basic .*/, `http://${basic}@git`)}\n`);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    });
    afterEach(() => {
      server.close();
    });

    const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/clusters.git`;

    it("never has a credential told: not one that is passed on, and not one that git finds", async () => {
      const header = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "http.extraHeader" };
      const token = { ...header, GIT_CONFIG_VALUE_0: "Authorization: Bearer hush-hush-1" };
      const environment = ["PATH", "HOME", ...Object.keys(token)];
      const wish = wished(4, { repository: address(), environment });
      const refused = problemIn(await actuatorWith(token).look(wish, life));
      expect(refused.code).toBe("gitops/unreachable");
      expect(refused.what).toContain("403");
      expect(refused.what).toContain("no entry with Bearer (GIT_CONFIG_VALUE_0)");

      const asked = problemIn(await actuator.look(wished(4, { repository: address() }), life));
      const config = `[url "${address().replace("//", "//holdfast:hush-hush-2@")}"]\n insteadOf = https://git.example.com/clusters.git\n`;
      writeFileSync(join(made.home, ".gitconfig"), config);
      const found = problemIn(
        await actuator.look(wished(4, { repository: "https://git.example.com/clusters.git" }), life),
      );
      expect(found.what).toContain("no entry with http://(hidden)@git");
      for (const each of [refused, asked, found]) {
        expect(each.code).toBe("gitops/unreachable");
        expect(JSON.stringify(each)).not.toContain("hush");
      }
    });

    it("is given up when it is called off while nobody answers", async () => {
      server.removeAllListeners("request");
      const look = actuator.look(wished(4, { repository: address() }), AbortSignal.timeout(500));
      expect(problemIn(await look).code).toBe("gitops/stopped");
      server.closeAllConnections();
    });
  });

  async function there(file: string): Promise<void> {
    for (let tries = 0; tries < 1_200 && !existsSync(file); tries += 1) await pause(25);
    expect(existsSync(file)).toBe(true);
  }

  describe("that takes its time", () => {
    const begun = (): string => join(made.folder, "begun");
    const hold = (): string => join(made.folder, "hold");
    beforeEach(() => {
      writeFileSync(hold(), "");
      // Its process group is that of whoever pushes, as the repository is a folder of this machine.
      made.hook(
        "pre-receive",
        `ps -o pgid= -p $$ > ${begun()}.part; mv ${begun()}.part ${begun()}; while [ -e ${hold()} ]; do sleep 0.05; done`,
      );
    });

    it("is left as it was, and unlocked, when the step is called off in the middle", async () => {
      const { head } = made;
      // While the branch is locked, and about to be moved.
      made.unhook();
      made.hook(
        "reference-transaction",
        `[ "$1" = prepared ] || exit 0; touch ${begun()}; while [ -e ${hold()} ]; do sleep 0.05; done`,
      );
      const abort = new AbortController();
      const applying = apply(wished(4), 7, abort.signal);
      await there(begun());
      expect(made.isLocked).toBe(true);
      abort.abort(new Error("the time is over"));
      const { code, what } = problemIn(await applying);
      expect(code).toBe("gitops/stopped");
      expect(what).toContain("the time is over");
      expect([made.head, made.isLocked]).toEqual([head, false]);
      expect(problemIn(await actuator.look(wished(4), abort.signal)).code).toBe("gitops/stopped");
      rmSync(hold());
      expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
      expect(made.commits).toBe(2);
    });

    it("is left as it was when git is killed in the middle", async () => {
      const { head } = made;
      const applying = apply(wished(4), 7);
      await there(begun());
      process.kill(-Number(readFileSync(begun(), "utf8")), "SIGKILL");
      expect(problemIn(await applying).code).toBe("gitops/push-refused");
      expect([made.head, made.isLocked]).toEqual([head, false]);
      rmSync(hold());
      expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
      expect(made.commits).toBe(2);
    });

    it("has the whole commit or nothing when we are killed in the middle, and the step can be applied again", async () => {
      const { head } = made;
      const program = await bundled(new URL("../gitops-process.ts", import.meta.url), made.folder);
      const args = [program, JSON.stringify(wished(4)), clones];
      const env = { PATH: process.env["PATH"], HOME: made.home };
      const other = spawn(process.execPath, args, { stdio: "ignore", env });
      const ended = once(other, "exit");
      await there(begun());
      other.kill("SIGKILL");
      await ended;
      expect([made.head, made.isLocked]).toEqual([head, false]);
      rmSync(hold());
      // What was under way goes on to its end, beside or before us.
      expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
      expect(made.diff(head)).toHaveLength(2);
      expect(await apply(wished(4), 7)).toMatchObject({ kind: "done" });
      rmSync(clones, { recursive: true });
      mkdirSync(clones);
    });
  });
});
