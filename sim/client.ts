import type { World } from "./world.ts";

const clientTimeoutMs = 400;

/** One sequential writer with a unique id for each attempt, as the benches have. */
export function startClient(world: World): void {
  const write = (): void => {
    const id = world.nextWrite();
    let isOver = false;
    const next = (): void => {
      if (isOver) return;
      isOver = true;
      world.agenda.after(world.random.between(40, 90), write);
    };
    world.edge.write(id, {
      isOver: () => isOver,
      acknowledge: (acknowledged) => {
        if (!isOver) world.audit.clientWasTold(acknowledged);
        next();
      },
    });
    world.agenda.after(clientTimeoutMs, next);
  };
  world.agenda.after(5, write);
}
