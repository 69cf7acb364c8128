/**
 * Who may import whom: the table of ARCHITECTURE.md. The first rule whose `of` begins a file's path holds for it; a `*`
 * stands for one folder. In `may`, `./` is what `of` matched, `node:` any module of Node, `package` any package, `*` all;
 * else a path that begins with it, or the package of that name.
 */
export const importRules = [
  { of: "protocol/", may: ["./"] },
  { of: "soap/", may: ["./", "protocol/", "saxes"] },

  { of: "frontend/main.ts", may: ["frontend/", "soap/", "protocol/", "io/", "node:"] },
  { of: "frontend/", may: ["./", "protocol/"] },
  { of: "sequencer/main.ts", may: ["sequencer/", "protocol/", "io/", "node:"] },
  { of: "sequencer/", may: ["./", "protocol/"] },
  { of: "replica-manager/main.ts", may: ["replica-manager/", "protocol/", "io/", "node:"] },
  { of: "replica-manager/", may: ["./", "protocol/"] },

  { of: "replicas/main.ts", may: ["replicas/", "protocol/", "io/", "node:"] },
  { of: "replicas/contract.ts", may: ["protocol/"] },
  { of: "replicas/sql/engine.ts", may: ["protocol/", "node-sqlite3-wasm"] },
  { of: "replicas/*/", may: ["./", "replicas/contract.ts", "protocol/"] },
  { of: "replicas/", may: ["./", "protocol/"] },

  // A replica under test runs as a process, or as a module with a fault of the lab in it; all else is compared without Node.
  {
    of: "conformance/*-subject.ts",
    may: [
      "conformance/",
      "protocol/",
      "replicas/contract.ts",
      "replicas/versions.ts",
      "replicas/faults/",
      "replicas/line-splitter.ts",
      "node:",
    ],
  },
  { of: "conformance/", may: ["./", "protocol/", "replicas/contract.ts"] },

  { of: "io/", may: ["./", "protocol/", "node:", "package"] },
  // A snapshot file shows the rows of the client table, so it reads and writes them by the codec of their owner.
  { of: "cluster/snapshot-", may: ["cluster/", "replica-manager/table-rows.ts", "protocol/", "io/", "node:"] },
  // Which requests of a log were executed, and which only repeat others, is told by the table that managers go by.
  {
    of: "cluster/order-story.ts",
    may: ["cluster/", "replica-manager/client-table.ts", "replicas/contract.ts", "protocol/", "io/", "node:"],
  },
  { of: "cluster/", may: ["./", "protocol/", "io/", "node:", "package"] },
  // Only `start` needs cluster/, and only `log` and `doctor` need io/ and protocol/: the rest asks the service. What is
  // checked or replayed without a service runs in conformance/.
  { of: "cli/", may: ["./", "cluster/", "conformance/", "io/", "protocol/", "node:", "package"] },
  { of: "console/", may: ["./", "node:", "package"] },

  { of: "test/", may: ["*"] },
  { of: "bench/", may: ["*"] },
  { of: "examples/", may: ["./", "node:", "package"] },
  { of: "tools/counting-reporter.mjs", may: ["mocha"] },
  { of: "tools/", may: ["./", "node:"] },
];
