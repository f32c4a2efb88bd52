/** `text` as one word of a shell's command line. */
export function shellWord(text: string): string {
  return /^[\w/.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path as one word of a shell's command line that no command takes for an option; an empty one is where one is. */
export function pathWord(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path || ".");
}
