/** What every document of a workspace is called. */
export interface Declared {
  readonly name: string;
  /** One sentence for people; empty when none was written. */
  readonly description: string;
}
