/** What a process of the lab is given of this one's environment. */
export function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "LANG", "TMPDIR"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
