const digestCharsMax = 8;

/** One line for people of a message, an effect or an input: its kind, then its fields. */
export function print(value: { readonly kind: string }): string {
  const fields = Object.entries(value)
    .filter(([name]) => name !== "kind")
    .map(([name, field]) => `${name}=${printField(field)}`);
  return [value.kind, ...fields].join(" ");
}

function printField(value: unknown): string {
  if (typeof value === "string") return printText(value);
  if (Array.isArray(value)) return `[${value.map(printField).join(", ")}]`;
  if (value instanceof Uint8Array) return `${value.length}B`;
  if (typeof value !== "object" || value === null) return String(value);
  const kind = (value as { readonly kind?: unknown }).kind;
  if (typeof kind === "string") return `(${print(value as { readonly kind: string })})`;
  return `{${Object.entries(value)
    .map(([name, field]) => `${name}=${printField(field)}`)
    .join(" ")}}`;
}

/** Digests and nonces are cut: their first digits tell them apart for people. */
function printText(value: string): string {
  if (/^[0-9a-f]{32,}$/.test(value)) return `${value.slice(0, digestCharsMax)}…`;
  return /^[\w.:{}[\]",-]+$/.test(value) ? value : JSON.stringify(value);
}
