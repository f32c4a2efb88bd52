/** What rings, moves the cursor, colors what follows, or turns the text around. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text in which nothing that came from a file moves the cursor or hides what stands there: such characters are written out. */
export function shownSafely(text: string): string {
  return text.replace(control, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
