import { succeeds } from "./run-program.ts";

/** How a block of the README is run, and how to know that this machine can. */
export interface ReadmeClient {
  readonly name: string;
  /** How the block begins. */
  readonly begins: RegExp;
  /** What runs the block, which it reads from its standard input. */
  readonly command: readonly string[];
  /** Ends well where the command and what the block imports are installed. */
  readonly probe: readonly string[];
  /** What has to be installed. */
  readonly needs: string;
  /** What the block writes when it has booked. */
  readonly booked: (held: number, available: number) => RegExp;
}

const shortAnswer = (held: number, available: number) => new RegExp(`^OK ${held} ${available}\n$`);

/** The clients that the README shows, in its order. */
export const readmeClients: readonly ReadmeClient[] = [
  {
    name: "curl",
    begins: /^curl/,
    command: ["sh", "-s"],
    probe: ["curl", "--version"],
    needs: "curl",
    booked: (held, available) =>
      new RegExp(`<outcome>OK</outcome>.*<held>${held}</held><available>${available}</available>`),
  },
  {
    name: "JavaScript",
    begins: /^import soap/,
    // Node resolves the imports of such a program from where it is run: the root, where the package is installed.
    command: [process.execPath, "--input-type=module"],
    probe: [process.execPath, "--version"],
    needs: "Node",
    booked: shortAnswer,
  },
  {
    name: "Python",
    begins: /^import zeep/,
    // Not the first python3 of the path: Debian's zeep belongs to Debian's Python.
    command: ["/usr/bin/python3", "-"],
    probe: ["/usr/bin/python3", "-c", "import importlib.util as u; u.find_spec('zeep') or exit(1)"],
    needs: "zeep (Debian: python3-zeep)",
    booked: shortAnswer,
  },
  {
    name: "PHP",
    begins: /^<\?php/,
    // Otherwise PHP may know the contract of another service that was at the same port.
    command: ["php", "-d", "soap.wsdl_cache_enabled=0"],
    probe: ["php", "-r", "exit(class_exists('SoapClient') ? 0 : 1);"],
    needs: "PHP with SOAP (Debian: php-cli php-soap)",
    booked: shortAnswer,
  },
];

/**
 * Whether a block is run. In CI every block is, so that what is missing fails; a user's machine needs only Node, and is
 * told what was not run. Such a test is left out and not skipped, since a skipped test fails the run.
 */
export function isRun({ name, probe, needs }: ReadmeClient): boolean {
  if (process.env["CI"] === "true" || succeeds(probe)) return true;
  process.stderr.write(`not run: the README's block in ${name}, since this machine has no ${needs}\n`);
  return false;
}
