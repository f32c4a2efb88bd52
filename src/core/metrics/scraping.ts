/** The job under which Prometheus scrapes parts of one kind. */
export function jobOf(part: string): string {
  return `holdfast-${part}`;
}

/** What `job` of any part of Holdfast is like. */
export const anyJob = jobOf(".+");
