import { constants } from "node:fs";
import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ManifestCode, manifestCodes } from "../../core/manifest/codes.ts";
import type { SourceFile } from "../../core/manifest/document.ts";
import { fileBytesMax } from "../../core/manifest/limits.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
