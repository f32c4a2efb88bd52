import { describe, expect, it } from "vitest";
import { typedPath } from "./report-files.ts";

describe("a path in a command that is typed in a folder", () => {
  it.each([
    ["/srv/ada/out/evidence", "out/evidence"],
    ["/srv/ada", "."],
    ["/srv/ada/..out/evidence", "..out/evidence"],
    ["/srv/ada/my out/evidence", "'my out/evidence'"],
    // A way up and down again is longer than the path, and leads nowhere from another folder.
    ["/var/drills/evidence", "/var/drills/evidence"],
    ["/srv/evidence", "/srv/evidence"],
    ["/srv", "/srv"],
  ])("is short where it leads down, and else whole: %s", (path, typed) => {
    expect(typedPath(path, "/srv/ada")).toBe(typed);
  });
});
