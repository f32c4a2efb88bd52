/**
 * The outside systems that commands are handed, each made when first asked for, so that `--help` loads none of them.
 * `main.ts` fills it; a command names what it needs and never an adapter.
 */
export interface Parts {
  /** Version of this program, as evidence and reports name it. */
  readonly version: string;
}
