/** The edge's own page: who serves, under which epoch, and what passes. It asks `/status` and nothing else. */
export const statusPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast edge</title>
<style>
  :root { color-scheme: light dark; --ink: #1b2330; --soft: #5b6675; --line: #d9dee5; --paper: #fff; --back: #f5f7f9; --good: #11724a; --bad: #b3261e; --wait: #8a5a00; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e7ebf0; --soft: #9aa6b5; --line: #313a46; --paper: #1a2029; --back: #12161c; --good: #5fd0a0; --bad: #ff8a80; --wait: #f2c14e; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; padding: 2rem 1rem; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 46rem; margin: 0 auto; }
  h1 { margin: 0; font-size: 1rem; font-weight: 600; color: var(--soft); }
  #active { margin: .25rem 0 1.5rem; font-size: 2.25rem; font-weight: 650; line-height: 1.2; }
  dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1px; margin: 0 0 1.5rem; border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; background: var(--line); }
  dl div { padding: .75rem 1rem; background: var(--paper); }
  dt { color: var(--soft); font-size: .85rem; }
  dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
  table { width: 100%; border-collapse: collapse; background: var(--paper); border: 1px solid var(--line); }
  th, td { padding: .5rem 1rem; text-align: left; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
  th { color: var(--soft); font-size: .85rem; font-weight: 600; }
  .answering { color: var(--good); } .refusing, .silent { color: var(--bad); } .held { color: var(--wait); }
  #message { min-height: 1.5em; color: var(--soft); font-size: .9rem; }
</style>
<main>
  <h1>Holdfast edge</h1>
  <p id="active" aria-live="polite">…</p>
  <dl id="figures"></dl>
  <table>
    <thead><tr><th scope="col">Region</th><th scope="col">SQL</th><th scope="col">Models</th></tr></thead>
    <tbody id="regions"></tbody>
  </table>
  <p id="message" role="status"></p>
</main>
<script>
  const at = (id) => document.getElementById(id);
  const made = (tag, text, name) => Object.assign(document.createElement(tag), { textContent: text, className: name ?? "" });
  function headline(routing) {
    if (routing.kind === "routed") return [routing.active + " serves", ""];
    if (routing.kind === "held") return ["SQL is held", "held"];
    return ["no region has been chosen yet", "held"];
  }
  function show(status) {
    const [text, name] = headline(status.routing);
    at("active").replaceChildren(made("span", text, name));
    const figures = [
      ["Epoch", status.routing.epoch ?? "none"], ["SQL sessions", status.sql.sessions], ["Waiting", status.sql.parked],
      ["Streams", status.http.streams], ["Retried", status.http.retried], ["Unconfirmed commits", status.sql.unconfirmedCommits],
    ];
    at("figures").replaceChildren(...figures.map(([term, value]) => {
      const pair = document.createElement("div");
      pair.append(made("dt", term), made("dd", value));
      return pair;
    }));
    at("regions").replaceChildren(...status.regions.map(({ region, sql, http }) => {
      const row = document.createElement("tr");
      row.append(made("td", region), made("td", sql.kind, sql.kind), made("td", http.kind, http.kind));
      return row;
    }));
    at("message").textContent = status.routingUnsaved ?? "";
  }
  async function refresh() {
    try {
      show(await (await fetch("status", { cache: "no-store" })).json());
    } catch {
      at("message").textContent = "The edge does not answer. What is shown is the last that it told.";
    }
    setTimeout(refresh, 1000);
  }
  refresh();
</script>
</html>
`;
