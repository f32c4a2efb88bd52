import { describe, expect, it } from "vitest";
import { fileFault, isLocalRepository, lineFault, repositoryFault } from "./gitops-wish.ts";

describe("a repository that a plan names", () => {
  it.each([
    ["../clusters", true],
    ["/srv/git/clusters.git", true],
    ["./a:b", true],
    ["git@git.example.com:platform/clusters.git", false],
    ["ssh://git@git.example.com/clusters.git", false],
    ["https://git.example.com/clusters.git", false],
    ["file:///srv/git/clusters.git", false],
  ])("%s is given to git; a folder of this machine: %s", (repository, isLocal) => {
    expect(repositoryFault(repository)).toBeNull();
    expect(isLocalRepository(repository)).toBe(isLocal);
  });

  it.each([
    ["https://git:hush@git.example.com/clusters.git", "has a name or a password in it"],
    ["https://ghp_token@git.example.com/clusters.git", "has a name or a password in it"],
    ["https://a/b:hush@git.example.com/clusters.git", null],
    ["ssh://git:hush@git.example.com/clusters.git", "has a name or a password in it"],
    ["git:hush@git.example.com:clusters.git", "has a password in it"],
    ["ext::sh -c reboot", "names a program that git would run"],
    ["ftp://git.example.com/clusters.git", "is of a kind that git is not let reach"],
    ["--upload-pack=reboot", "is no address"],
    ["a\nb", "is no address"],
    ["", "is no address"],
  ])("%s is refused", (repository, because) => {
    expect(repositoryFault(repository)).toBe(because);
  });
});

describe("a file that a plan edits", () => {
  it.each(["values.yaml", "a/b/values.yml", "a b/c.json", "..a/.gitignore.yaml"])("%s may be", (file) => {
    expect(fileFault(file)).toBeNull();
  });

  it.each([
    ["../values.yaml", "leads out of the repository"],
    ["a/../../values.yaml", "leads out of the repository"],
    ["/etc/values.yaml", "leads out of the repository"],
    [".git/values.yaml", "is git's own"],
    ["a/.GIT/values.yaml", "is git's own"],
    ["a//values.yaml", "is no plain path"],
    ["./values.yaml", "is no plain path"],
    ["a\\values.yaml", "is no plain path"],
    ["a\nHoldfast-Epoch: 9\nb.yaml", "is no plain path"],
    [" values.yaml", "is no plain path"],
    ["values.toml", "is neither YAML nor JSON by its name"],
    ["", "is no plain path"],
  ])("%j is refused", (file, because) => {
    expect(fileFault(file)).toBe(because);
  });
});

it("a line of a commit is one, and says something", () => {
  expect(["West grows", " ", "West\n\nHoldfast-Epoch: 9"].map(lineFault)).toEqual([
    null,
    "is empty",
    "has more than one line, or characters that are none",
  ]);
});
