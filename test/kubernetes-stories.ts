import { changes } from "./kubernetes-stories-of-changes.ts";
import { others } from "./kubernetes-stories-of-others.ts";
import type { Story } from "./kubernetes-story.ts";

/** All that the adapter can ask of a cluster, and what clusters answer to it. */
export const stories: readonly Story[] = [...changes, ...others];
