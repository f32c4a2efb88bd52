/**
 * The items, each after all that it reads; or those of a circle among them, of which each reads the next. As deep as memory allows.
 *
 * @param readsOf asked once for each item
 */
export function inOrder<Item>(
  items: readonly Item[],
  readsOf: (item: Item) => readonly Item[],
): { readonly ordered: readonly Item[]; readonly circle: readonly Item[] | null } {
  const ordered: Item[] = [];
  const states = new Map<Item, "open" | "done">();
  for (const item of items) {
    if (states.has(item)) continue;
    const path: { readonly item: Item; readonly reads: readonly Item[]; next: number }[] = [];
    const enter = (each: Item): void => {
      states.set(each, "open");
      path.push({ item: each, reads: readsOf(each), next: 0 });
    };
    enter(item);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const read = last.reads[last.next];
      last.next += 1;
      if (read === undefined) {
        states.set(last.item, "done");
        ordered.push(last.item);
        path.pop();
      } else if (states.get(read) === "open") {
        const from = path.findIndex((each) => each.item === read);
        return { ordered, circle: path.slice(from).map((each) => each.item) };
      } else if (!states.has(read)) enter(read);
    }
  }
  return { ordered, circle: null };
}
