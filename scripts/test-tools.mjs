// Debian packages that some tests need. Installed once, where we are root and may; elsewhere those tests are skipped by name.
import { spawnSync } from "node:child_process";
import { readStamp, writeStamp } from "./setup.mjs";

const tools = [
  { program: "chromium", debian: "chromium" },
  { program: "pdftotext", debian: "poppler-utils" },
  { program: "openssl", debian: "openssl" },
  { program: "promtool", debian: "prometheus" },
  { program: "amtool", debian: "prometheus-alertmanager" },
  { program: "etcd", debian: "etcd-server" },
  { program: "ip", debian: "iproute2" },
  { program: "nft", debian: "nftables" },
  { program: "nsenter", debian: "util-linux" },
  { program: "socat", debian: "socat" },
  { program: "strace", debian: "strace" },
  { program: "named", debian: "bind9" },
  { program: "dig", debian: "bind9-dnsutils" },
  { program: "haproxy", debian: "haproxy" },
  { program: "patroni", debian: "patroni" },
  { program: "kubectl", debian: "kubernetes-client" },
  // Of whichever version there is: it is on no PATH.
  { program: "/usr/lib/postgresql/*/bin/pg_rewind", debian: "postgresql" },
];

const minutesMax = 10;

function isThere(program) {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}

function aptGet(...args) {
  const result = spawnSync("apt-get", args, {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: minutesMax * 60_000,
  });
  return result.status === 0;
}

/** Installs what is missing; says so when it cannot, and never tries the same packages twice. */
export function installTestTools() {
  const missing = tools.filter(({ program }) => !isThere(program)).map(({ debian }) => debian);
  if (missing.length === 0 || process.getuid?.() !== 0 || !isThere("apt-get")) return;
  const wanted = missing.join(" ");
  if (readStamp().testToolsTried === wanted) return;
  process.stderr.write(`test: installing ${wanted} (once)\n`);
  const isDone =
    aptGet("update", "-qq") && aptGet("install", "-qq", "-y", "--no-install-recommends", ...missing);
  if (!isDone)
    process.stderr.write(`test: ${wanted} could not be installed; tests that need it are skipped\n`);
  writeStamp({ testToolsTried: wanted });
}
