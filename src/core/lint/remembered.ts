/** The same function, each answer worked out when it is first asked for, and kept. */
export function remembered<Key, Value extends object | string | boolean>(
  make: (key: Key) => Value,
): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
